"""Concepts of speech in prose: quotations, the single quotes within them, and who said it.

Axes: `time` is the position of a character in a text.
"""

import numpy as np

from analysis.concepts.abbreviations import NOTHING_READ, read_on
from analysis.concepts.characters import BLANK, Classes, by_letter, classes_of
from analysis.concepts.concept import Codes, Labels, ProseConcept
from analysis.concepts.layout import PAPER
from analysis.concepts.quotation_marks import quotation_of
from analysis.concepts.sentences import MARKS, ends_clause
from analysis.concepts.single_quotes import LONGEST_ELISION, label_inside_single_quotes
from analysis.concepts.steps import (
    NEWLINE,
    count_since,
    one_ahead,
    still_blank,
)
from models.compiled import compiled

# A quotation that ends so may be followed by "he said"; in some languages the comma follows the closing mark.
SAID_AFTER = tuple(ord(mark) for mark in ",!?-\u2013\u2014\u2026\uff0c\uff01\uff1f")
COMMAS = tuple(ord(mark) for mark in ",\uff0c\u060c")
DOT, SPACE = ord("."), ord(" ")


def label_inside_quotes(codes: Codes) -> Labels:
    """1 from an opening double quotation mark to before the one that closes it.

    Which mark opens and what closes it is in `analysis.concepts.quotation_marks`. A straight one opens or closes by
    turns. A blank line closes what is open, because a paragraph of a longer speech opens its quotation anew without the
    one before having closed it. Speech that only a dash opens is not marked: nothing says where it ends.
    """
    return quotation_of(codes).inside


def label_position_in_quote(codes: Codes) -> Labels:
    """How many characters of the quotation were read: 0 at its opening mark, NaN outside."""
    quotation = quotation_of(codes)
    return np.where(quotation.inside > 0, count_since(quotation.opens), np.float32(np.nan))


def label_closing_quote_next(codes: Codes) -> Labels:
    """1 where the next character closes the quotation that the text is in, 0 elsewhere, NaN where nothing follows."""
    return one_ahead(quotation_of(codes).closes)


@compiled
def last_before(classes: Classes, time: int) -> int:
    """Where the last character before a place stands that is no blank; French sets one before its closing mark."""
    at = time - 1
    while at > 0 and classes[at] == BLANK:
        at -= 1
    return at


@compiled
def scan_attributions(codes: Codes, classes: Classes, quotes: Labels) -> Labels:
    """1 in attributions, given what is in double quotes."""
    labels = np.empty(codes.size, dtype=np.float32)
    inside, closed, blank = False, False, True  # closed: the character before closed a quotation
    read = NOTHING_READ
    for time in range(codes.size):
        code = np.int64(codes[time])
        closes = quotes[time] == 0 and time > 0 and quotes[time - 1] > 0
        if quotes[time] > 0 or (code == NEWLINE and blank):
            inside = False
        elif closes:
            last = last_before(classes, time)
            inside = codes[last] in SAID_AFTER or (codes[last] == DOT and last > 0 and codes[last - 1] == DOT)
        elif closed and code in COMMAS:
            inside = True
        elif code in MARKS and ends_clause(code, read):
            inside = False
        closed = closes
        read = read_on(read, code, classes[time])
        blank = still_blank(code, blank)
        labels[time] = inside
    return labels


@by_letter
def label_attribution(codes: Codes) -> Labels:
    """1 from a closing double quote to before the mark that ends the sentence, or the next quote or blank line.

    Only after a comma, `!`, `?`, a dash or an ellipsis, or where a comma follows: a quote with a full stop is done, and
    one that ends in a letter is a word held with tongs. Where a new sentence follows `!` or `?` at once, it is taken
    for an attribution.
    """
    return scan_attributions(codes, classes_of(codes), label_inside_quotes(codes))


QUOTES = (
    ProseConcept(
        name="inside-quotes",
        title="inside quotation marks",
        description="Between double quotation marks; a blank line ends a speech that was left open.",
        kind="state",
        source=PAPER,
        label=label_inside_quotes,
        delimiters='"',
        examples=(
            (
                'I said "no" twice.',
                ".......###........",
            ),
            (
                '"One,\n\n"two" three',
                "######.####.......",
            ),
            (
                "\u201cYes\u201d, he \u201csaid",
                "####......#####",
            ),
            (
                '\u201eJa\u201c, er \u201esagt" \xbbso\xab',
                "###......#####..###.",
            ),
            (
                "\xaba\xbb, \xab\u300cb\u300d \u201cc\u201d\xbb d",
                "##...########...",
            ),
        ),
    ),
    ProseConcept(
        name="position-in-quote",
        title="the position in the quotation",
        description="How many characters of a double quotation were read since it opened.",
        kind="ramp",
        where="inside quotations",
        source="Karpathy 2015, for the brackets of links",
        label=label_position_in_quote,
        delimiters='"',
        examples=(
            (
                'I said "no" twice.',
                "???????012????????",
            ),
            (
                '"One,\n\n"two" three',
                "012345?0123???????",
            ),
        ),
    ),
    ProseConcept(
        name="closing-quote-next",
        title="just before a closing quotation mark",
        description="The next character closes the double quotes.",
        kind="anticipation",
        timing="lookahead",
        horizon=1,
        source=PAPER,
        label=label_closing_quote_next,
        delimiters='"',
        examples=(
            (
                'A "b c" d "e\n\n"f"',
                ".....#.........#?",
            ),
            (
                "\u201cYes\u201d, \u201cno\u201d",
                "...#.....#?",
            ),
        ),
    ),
    ProseConcept(
        name="inside-single-quotes",
        title="inside single quotation marks",
        description="Between single quotation marks, as in a quotation within another; apostrophes do not count.",
        kind="state",
        timing="lookahead",
        horizon=LONGEST_ELISION + 1,
        label=label_inside_single_quotes,
        delimiters="'",
        examples=(
            (
                "He said: \"Don't say 'I can't,' boys' lad.\"",
                "....................#########.............",
            ),
            (
                "--'so' or \u2018it\u2019s\u2019, \"'pon it\" x",
                "..####....######.............",
            ),
            (
                "\u201aJa\u2018 'n \u2039so\u203a '90s 'T's' x",
                "###.....###.......#####..",
            ),
        ),
    ),
    ProseConcept(
        name="attribution",
        title="inside attributions of speech",
        description="After a quotation, where the text says who spoke and how.",
        kind="state",
        label=label_attribution,
        delimiters='"',
        examples=(
            (
                '"Go," said Mr. X to her. "Why?" she asked.',
                "....###################.......###########.",
            ),
            (
                '"A fool." He left. "So..." he\n\n"b" c',
                ".........................#####......",
            ),
            (
                "\u201eJa\u201c, er. \xab Non ! \xbb dit É. Z.!",
                "....####..........###########.",
            ),
        ),
    ),
)
