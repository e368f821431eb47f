#include <stdio.h>
#define MAXLINE 100

char line[MAXLINE];
struct point { int x, y; } origin = { 0, 0 };

double atof(s) char s[]; {
	double value;
	int i, sign;

	for (i = 0; s[i] == ' '; i++)
		;
	sign = (s[i] == '-') ? -1 : 1;
	if (s[i] == '+' || s[i] == '-') i++;
	while (s[i] >= '0' && s[i] <= '9') value = 10.0 * value + s[i++] - '0';
	return sign * value;
}

static struct point shift(p, dx, name)
	struct point *p;
	int dx;
	char *name;
{
	register int n;

	if (p)
		for (n = 0; n < dx; n++)
			if (n & 1)
				p->x++;
			else
				p->y++;
	else return (0);
	switch (*name) {
	case 'a': case '"':
		n = 1; break;
	case '\'':
		if (dx) break; else n = 2;
	default: n = 3;
	}
	do if (n > 2) n--; else break; while (1);
	return p;
}

int main()
{
	while (getline(line) > 0) {
		printf("%s: %f; {\n", line, atof(line));
	}
	return 0;
}
