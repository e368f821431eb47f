"""Single quotation marks, and what tells them from apostrophes.

Axes: `time` is the position of a character in a text.
"""

import numpy as np

from analysis.concepts.characters import DIGIT, LINE_BREAK, LOWER, UNCASED, UPPER, Classes, classes_of
from analysis.concepts.concept import Codes, Labels
from analysis.concepts.quotation_marks import begins_word, quotation_of
from analysis.concepts.steps import LOWER_CASE, NEWLINE, SPACE, Bool, Int, is_letter, packed, still_blank
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
    return scan_single_quotes(codes, quotation_of(codes).inside, classes_of(codes))
