"""Concepts of speech in prose: quotations, the single quotes within them, and who said it.

Axes: `time` is the position of a character in a text.
"""

import numpy as np

from analysis.concepts.abbreviations import NOTHING_READ, read_on
from analysis.concepts.characters import BLANK, DIGIT, LINE_BREAK, LOWER, UNCASED, UPPER, Classes, by_letter, classes_of
from analysis.concepts.concept import Codes, Labels, ProseConcept
from analysis.concepts.layout import PAPER
from analysis.concepts.quotation_marks import begins_word, quotation_of
from analysis.concepts.sentences import MARKS, ends_clause
from analysis.concepts.steps import (
    LOWER_CASE,
    NEWLINE,
    Bool,
    Int,
    count_since,
    is_letter,
    one_ahead,
    packed,
    still_blank,
)
from models.compiled import compiled

APOSTROPHE, OPEN_SINGLE, CLOSE_SINGLE = ord("'"), ord("\u2018"), ord("\u2019")
LOW_SINGLE, LEFT_SINGLE_GUILLEMET, RIGHT_SINGLE_GUILLEMET = ord("\u201a"), ord("\u2039"), ord("\u203a")
SINGLE_GUILLEMETS = (LEFT_SINGLE_GUILLEMET, RIGHT_SINGLE_GUILLEMET)
BEFORE_A_SINGLE = tuple(ord(mark) for mark in '"\u201c\u201e\xab\u300c\u300e([{-\u2013\u2014\xbf\xa1')
# Words that begin with an apostrophe, in English, Dutch and Italian. Each is whole: of 'tisane no letter is left out.
ELISIONS = "t n s k m r d em er im un ow ere til till tis twas twill twere twould tisn twasn tain cause bout pon neath"
ELISIONS += " gainst twixt ello ouse ead ave nuff fraid sblood tweren od l ns e arf ome"
ELISIONS += " round cos coz cuz nother bove mongst tween"
PACKED_ELISIONS = tuple(map(packed, ELISIONS.split()))
LONGEST_ELISION = 6
LETTER_N, LETTER_S, LETTER_E, ZERO, NINE = ord("n"), ord("s"), ord("e"), ord("0"), ord("9")
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
def is_elision(codes: Codes, classes: Classes, time: int) -> Bool:
    """Whether a mark is the apostrophe of 'tis, rock 'n' roll, the Dutch 's or '90s, by what follows it."""
    word, at = np.int64(0), time + 1
    while at < codes.size and is_letter(codes[at]) and at - time <= LONGEST_ELISION:
        word = word << 8 | np.int64(codes[at]) | LOWER_CASE
        at += 1
    following = np.int64(codes[at]) if at < codes.size else np.int64(SPACE)
    if at == time + 1:  # two or three digits, as of a year
        digits = at
        while digits < codes.size and ZERO <= codes[digits] <= NINE and digits - at < 4:
            digits += 1
        after = np.int64(codes[digits]) if digits < codes.size else np.int64(SPACE)
        closed = digits - at == 3 and after in (APOSTROPHE, CLOSE_SINGLE)
        suffix = after | LOWER_CASE in (LETTER_S, LETTER_E)  # the '90s, a '49er
        return 2 <= digits - at <= 3 and not closed and (suffix or not is_letter(after))
    quoted_letter = at == time + 2 and word != LETTER_N and following in (APOSTROPHE, CLOSE_SINGLE)
    goes_on = at < codes.size and LOWER <= classes[at] <= UNCASED
    return word in PACKED_ELISIONS and not goes_on and not quoted_letter


@compiled
def may_open_single(codes: Codes, classes: Classes, time: int, before: Int, class_before: Int) -> Bool:
    """Whether a single quote opens here: where a word begins, unless it is an apostrophe."""
    code = codes[time]
    if code in (LOW_SINGLE, LEFT_SINGLE_GUILLEMET):
        return True
    if code == RIGHT_SINGLE_GUILLEMET:
        return begins_word(before, class_before)
    if code == OPEN_SINGLE:
        return class_before not in (LOWER, UPPER) and not is_elision(codes, classes, time)
    begins = class_before <= LINE_BREAK or before in BEFORE_A_SINGLE
    return code == APOSTROPHE and begins and not is_elision(codes, classes, time)


@compiled
def surely_closes(opened: Int, code: Int) -> Bool:
    """Whether a mark closes what another opened and cannot be an apostrophe."""
    if opened in SINGLE_GUILLEMETS:
        return code in SINGLE_GUILLEMETS and code != opened
    return opened == LOW_SINGLE and code == OPEN_SINGLE


@compiled
def scan_single_quotes(codes: Codes, doubles: Labels, classes: Classes) -> Labels:
    """1 in single quotes, given what is in double ones."""
    labels = np.empty(codes.size, dtype=np.float32)
    inside, unsure, nested, blank = False, False, False, True  # unsure: after a letter's apostrophe; nested: in doubles
    before, class_before, opened = np.int64(NEWLINE), LINE_BREAK, np.int64(0)
    for time in range(codes.size):
        code, its_class = np.int64(codes[time]), np.int64(classes[time])
        if unsure and not LOWER <= its_class <= DIGIT:
            inside = False
        unsure = False
        if not inside:
            inside = may_open_single(codes, classes, time, before, class_before)
            nested, opened = doubles[time] > 0, code
        elif surely_closes(opened, code):
            inside = False
        elif code in (APOSTROPHE, CLOSE_SINGLE) and opened not in SINGLE_GUILLEMETS:
            unsure = LOWER <= class_before <= DIGIT
            inside = unsure or (class_before <= LINE_BREAK)
        elif (code == NEWLINE and blank) or (nested and doubles[time] == 0):
            inside = False
        blank = still_blank(code, blank)
        before, class_before = code, its_class
        labels[time] = inside
    return labels


def label_inside_single_quotes(codes: Codes) -> Labels:
    """1 from an opening single quote to before the closing one, though not where it is an apostrophe.

    A straight one opens after white space, a double quote, a bracket or a dash, unless what follows is a word such as
    'tis, 'n or '90s. After punctuation it closes; after a letter it may be an apostrophe, so the quote ends only with
    the next character, unless that is a letter. A low one is closed by the mark that opens in English, and single
    guillemets close each other. A blank line ends the quote, and so does the end of the double quotes that it began in.
    """
    return scan_single_quotes(codes, label_inside_quotes(codes), classes_of(codes))


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
