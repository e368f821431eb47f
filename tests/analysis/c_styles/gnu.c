/* Counts the words of its arguments.
   Written in the style of the GNU project.  */

#include <stdio.h>
#include "config.h"

struct word_list
{
  char *word;			/* The word, with its quotes.  */
  struct word_list *next;
};

enum state { OUTSIDE, INSIDE = 'i' };

static int count_words (const char *text, enum state *last);

/* Return how many words TEXT has.  Don't count "empty" ones.  */

static int
count_words (const char *text, enum state *last)
{
  int words = 0;
  enum state now = OUTSIDE;

  for (; *text != '\0'; text++)
    {
      if (*text == ' ' || *text == '\t')
        {
          now = OUTSIDE;
        }
      else if (now == OUTSIDE)
        {
          now = INSIDE;
          words++;
        }
      else
        continue;
    }
  *last = now;
  return words;
}

int
main (int argc, char **argv)
{
  int total = 0, at;
  enum state last;
  struct word_list list = { "a;b", NULL };

  do
    {
      at = total++;
      while (at-- > 0)
        putchar ('{');
    }
  while (total < argc);

  switch (total)
    {
    case 0:
      return 1;
    case 3:
      {
        printf (_("%d \"words\"\n"), count_words (argv[0], &last));
        break;
      }
    default:
      ({ int t = total; t; });
    }
  goto out;
out:
  return list.word ? (int) sizeof (struct word_list) : 0;
}
