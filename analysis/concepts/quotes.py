"""Concepts of speech in prose: double quotes, the single quotes within them, and who said it.

Axes: `time` is the position of a character in a text.
"""

import numpy as np

from analysis.concepts.characters import DIGIT, LINE_BREAK, LOWER, Classes, classes_of
from analysis.concepts.concept import Codes, Labels, ProseConcept
from analysis.concepts.layout import PAPER
from analysis.concepts.sentences import MARKS, add_letter, ends_clause
from analysis.concepts.steps import NEWLINE, Bool, Int, count_since, one_ahead, still_blank
from models.compiled import compiled

QUOTE, OPEN_QUOTE, CLOSE_QUOTE = ord('"'), ord("\u201c"), ord("\u201d")
APOSTROPHE, OPEN_SINGLE, CLOSE_SINGLE = ord("'"), ord("\u2018"), ord("\u2019")
LOW_QUOTE, LEFT_GUILLEMET, RIGHT_GUILLEMET = ord("\u201e"), ord("\xab"), ord("\xbb")
LEFT_CORNER, RIGHT_CORNER = ord("\u300c"), ord("\u300d")
BEFORE_A_QUOTE = tuple(ord(mark) for mark in '"\u201c([-\u2013\u2014')
SAID_AFTER = tuple(ord(mark) for mark in ",!?-\u2013\u2014\u2026")  # a quote that ends so may be followed by "he said"
DOT = ord(".")


@compiled
def in_english_marks(codes: Codes) -> Codes:
    """A text with the double quotes of other languages as English ones.

    The low quote opens in German and others, where the English opening one closes what it opened. Guillemets close
    each other, since languages differ in which of them opens. Corner brackets are those of Chinese and Japanese.
    """
    spelled = codes.copy()
    opened, blank = np.int64(0), True  # the mark of another language that is open
    for time in range(codes.size):
        code = np.int64(codes[time])
        if code in (LEFT_GUILLEMET, RIGHT_GUILLEMET):
            closes = opened in (LEFT_GUILLEMET, RIGHT_GUILLEMET) and opened != code
            spelled[time] = CLOSE_QUOTE if closes else OPEN_QUOTE
            opened = np.int64(0) if closes else code
        elif code in (LOW_QUOTE, LEFT_CORNER):
            spelled[time], opened = OPEN_QUOTE, code
        elif code == RIGHT_CORNER or (code == OPEN_QUOTE and opened == LOW_QUOTE):
            spelled[time], opened = CLOSE_QUOTE, np.int64(0)
        elif code == CLOSE_QUOTE or (code == NEWLINE and blank):
            opened = np.int64(0)
        blank = still_blank(code, blank)
    return spelled


@compiled
def next_quote(inside: Bool, code: Int, blank: Bool) -> Bool:
    """Whether a character leaves the text in double quotes, given whether it was and whether its line is blank."""
    if code == QUOTE:
        return not inside
    if code == OPEN_QUOTE:
        return True
    return inside and code != CLOSE_QUOTE and not (code == NEWLINE and blank)


@compiled
def label_inside_quotes(codes: Codes) -> Labels:
    """1 from an opening double quote to before the closing one, straight or typographic.

    A straight quote opens or closes by turns. A blank line closes what is open, because a paragraph of
    a longer speech opens its quote anew without the one before having closed it.
    """
    labels, spelled = np.empty(codes.size, dtype=np.float32), in_english_marks(codes)
    inside, blank = False, True
    for time in range(codes.size):
        inside = next_quote(inside, spelled[time], blank)
        blank = still_blank(codes[time], blank)
        labels[time] = inside
    return labels


def label_position_in_quote(codes: Codes) -> Labels:
    """How many characters of the quote were read: 0 at the opening quote, NaN outside."""
    spelled = in_english_marks(codes)
    position = count_since((spelled == QUOTE) | (spelled == OPEN_QUOTE))
    return np.where(label_inside_quotes(codes) > 0, position, np.float32(np.nan))


def label_closing_quote_next(codes: Codes) -> Labels:
    """1 where the next character closes the quote that the text is in, 0 elsewhere, NaN where nothing follows."""
    spelled = in_english_marks(codes)
    return label_inside_quotes(codes) * one_ahead((spelled == QUOTE) | (spelled == CLOSE_QUOTE))


@compiled
def may_open_single(code: Int, before: Int, class_before: Int) -> Bool:
    """Whether a single quote opens here: after white space, a double quote, a bracket or a dash."""
    if code != APOSTROPHE:
        return code == OPEN_SINGLE
    return class_before <= LINE_BREAK or before in BEFORE_A_QUOTE


@compiled
def scan_single_quotes(codes: Codes, doubles: Labels, classes: Classes) -> Labels:
    """1 in single quotes, given what is in double ones."""
    labels = np.empty(codes.size, dtype=np.float32)
    inside, unsure, nested, blank = False, False, False, True  # unsure: after a letter's apostrophe; nested: in doubles
    before, class_before = np.int64(NEWLINE), LINE_BREAK
    for time in range(codes.size):
        code, its_class = np.int64(codes[time]), np.int64(classes[time])
        if unsure and not LOWER <= its_class <= DIGIT:
            inside = False
        unsure = False
        if not inside:
            inside = may_open_single(code, before, class_before)
            nested = doubles[time] > 0
        elif code in (APOSTROPHE, CLOSE_SINGLE):
            unsure = LOWER <= class_before <= DIGIT
            inside = unsure or class_before <= LINE_BREAK
        elif (code == NEWLINE and blank) or (nested and doubles[time] == 0):
            inside = False
        blank = still_blank(code, blank)
        before, class_before = code, its_class
        labels[time] = inside
    return labels


def label_inside_single_quotes(codes: Codes) -> Labels:
    """1 from an opening single quote to before the closing one, though not where it is an apostrophe.

    A straight one opens after white space, a double quote, a bracket or a dash. After punctuation it closes; after a
    letter it may be an apostrophe, so the quote ends only with the next character, unless that is a letter. A blank
    line ends it, and so does the end of the double quotes that it began in: that limits the harm of 'tis and the like.
    """
    return scan_single_quotes(codes, label_inside_quotes(codes), classes_of(codes))


@compiled
def scan_attributions(codes: Codes, quotes: Labels) -> Labels:
    """1 in attributions, given what is in double quotes."""
    labels = np.empty(codes.size, dtype=np.float32)
    inside, word, blank = False, 0, True
    for time in range(codes.size):
        code = codes[time]
        if quotes[time] > 0 or (code == NEWLINE and blank):
            inside = False
        elif time > 0 and quotes[time - 1] > 0:
            last = codes[time - 1]
            inside = last in SAID_AFTER or (last == DOT and time > 1 and codes[time - 2] == DOT)
        elif code in MARKS and ends_clause(code, word):
            inside = False
        word = add_letter(word, code)
        blank = still_blank(code, blank)
        labels[time] = inside
    return labels


def label_attribution(codes: Codes) -> Labels:
    """1 from a closing double quote to before the mark that ends the sentence, or the next quote or blank line.

    Only after a comma, `!`, `?`, a dash or an ellipsis: a quote with a full stop is done, and one that ends in a letter
    is a word held with tongs. Where a new sentence follows `!` or `?` at once, it is taken for an attribution.
    """
    return scan_attributions(codes, label_inside_quotes(codes))


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
                "\u201eJa\u201c, er \u201esagt\u201c \xbbso\xab",
                "###......#####..###.",
            ),
            (
                "\xaba\xbb, \xab\u300cb\u300d \u201cc\u201d",
                "##..####..##.",
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
        label=label_inside_single_quotes,
        delimiters="'",
        examples=(
            (
                "He said: \"Don't say 'I can't,' boys' lad.\"",
                "....................#########.............",
            ),
            (
                "--'so' or \u2018it\u2019s\u2019, \"'pon it\" x",
                "..####....######...#######...",
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
        ),
    ),
)
