"""Quotation marks of the world's languages: which opens, what closes it, and where a text is between them.

Axes: `time` is the position of a character in a text.
The text itself decides between conventions, since languages use the same marks in other roles: German closes with
the mark that opens in English, Danish turns guillemets round, Swedish opens and closes with one mark.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool as Flags

from analysis.concepts.characters import DIGIT, LINE_BREAK, LOWER, UPPER, Classes, letter_classes
from analysis.concepts.concept import Codes, Labels
from analysis.concepts.steps import NEWLINE, Bool, Int, still_blank
from models.compiled import compiled

# By opening mark, the marks that close it.
CLOSED_BY = {
    '"': '"”',
    "“": '”"',  # English, Chinese
    "„": '“”"',  # German, Czech, Bulgarian with “; Polish, Hungarian, Romanian with ”
    "”": '”"',  # Swedish, Finnish
    "«": "»",  # French, Spanish, Russian, Greek
    "»": "«»",  # German and Danish books with «; Swedish with »
    "「": "」",
    "『": "』",
    "｢": "｣",
    "﹁": "﹂",
    "﹃": "﹄",
    "〝": "〞〟",
    "《": "》",  # titles in Chinese, quotations in North Korea
    "〈": "〉",
    "״": "״",  # Hebrew
}
PAIRS = tuple(ord(opening) << 21 | ord(mark) for opening, closing in CLOSED_BY.items() for mark in closing)
OPENING = tuple(map(ord, CLOSED_BY))
MARKS = tuple(sorted({ord(mark) for marks in CLOSED_BY.items() for mark in "".join(marks)}))
STRAIGHT, GERSHAYIM, LEFT_DOUBLE, RIGHT_DOUBLE = ord('"'), ord("״"), ord("“"), ord("”")
IN_HEBREW_WORDS = (STRAIGHT, GERSHAYIM)
LEFT_GUILLEMET, RIGHT_GUILLEMET = ord("«"), ord("»")
NESTING = tuple(map(ord, "«「『｢﹁﹃《〈"))  # a second one nests; a second “ is one that was opened anew
NO_BREAK_SPACE, NARROW_NO_BREAK_SPACE, WIDE_SPACE = 0xA0, 0x202F, 0x3000
NO_BREAK = (NO_BREAK_SPACE, NARROW_NO_BREAK_SPACE)  # French sets them within its quotation marks
BEFORE_A_WORD = tuple(ord(mark) for mark in "([{-–—―¿¡'‘’‚‹›/" + "".join(CLOSED_BY))
FIRST_HEBREW, LAST_HEBREW = 0x590, 0x5F2  # letters and their points
DEEPEST = 8


@dataclass(frozen=True)
class Quotation:
    """Where a text is quoted, by characters."""

    inside: Labels
    """1 from an opening mark to before the one that closes it."""
    opens: Flags[np.ndarray, " time"]
    """At a mark that begins a quotation, or begins it anew in the next line."""
    closes: Flags[np.ndarray, " time"]
    """At a mark that ends the outermost quotation."""


@compiled
def begins_word(before: Int, class_before: Int) -> Bool:
    """Whether a mark after this character opens a word: after a space that may break a line, a bracket or a dash."""
    return (class_before <= LINE_BREAK and before not in NO_BREAK) or before in BEFORE_A_WORD


@compiled
def is_hebrew(code: Int) -> Bool:
    """Whether it is a Hebrew letter, or a point of one."""
    return FIRST_HEBREW <= code <= LAST_HEBREW


@compiled
def may_open(code: Int, before: Int, class_before: Int) -> Bool:
    """Whether a mark opens a quotation, if it does not close one.

    A straight mark after a letter or digit stands for inches, or is the gershayim of a Hebrew abbreviation; after a
    letter of a script without spaces it opens.
    """
    if code in (RIGHT_DOUBLE, RIGHT_GUILLEMET):
        return begins_word(before, class_before)
    if code in IN_HEBREW_WORDS:
        return not (class_before in (LOWER, UPPER, DIGIT) or is_hebrew(before))
    return code in OPENING


@compiled
def may_close(opened: Int, code: Int, at_word: Bool) -> Bool:
    """Whether a mark closes what another opened, given whether the mark stands where a word begins."""
    if (np.int64(opened) << 21 | code) not in PAIRS:
        return False
    settled = opened == code == STRAIGHT or code == RIGHT_DOUBLE or opened == LEFT_GUILLEMET
    return settled or not at_word or code not in OPENING


@compiled
def scan_quotation(codes: Codes, classes: Classes) -> tuple[Labels, Labels, Labels]:
    """1 inside quotations, 1 at marks that open one, 1 at marks that close the outermost.

    Between two Hebrew letters a mark is that of an abbreviation: the second one takes its closing back.
    """
    inside, opens = np.empty(codes.size, dtype=np.float32), np.zeros(codes.size, dtype=np.float32)
    closes, opened = np.zeros(codes.size, dtype=np.float32), np.zeros(DEEPEST, dtype=np.int64)
    depth, depth_before, blank = 0, 0, True
    before, class_before = np.int64(NEWLINE), np.int64(LINE_BREAK)
    for time in range(codes.size):
        code = np.int64(codes[time])
        if depth_before > depth and before in IN_HEBREW_WORDS and is_hebrew(code) and is_hebrew(codes[time - 2]):
            depth = depth_before
        depth_before = depth
        if (code == NEWLINE and blank) or (code == WIDE_SPACE and before == NEWLINE):
            depth = 0
        elif code in MARKS:
            at_word = begins_word(before, class_before)
            closed = depth - 1
            while closed >= 0 and not may_close(opened[closed], code, at_word):
                closed -= 1
            if closed >= 0:
                closes[time], depth = closed == 0, closed
            elif may_open(code, before, class_before):
                turned = depth > 0 and code == LEFT_GUILLEMET and opened[depth - 1] == RIGHT_GUILLEMET
                anew = depth > 0 and opened[depth - 1] == code and (code not in NESTING or blank)
                depth += not (turned or anew or depth == DEEPEST)
                opened[depth - 1] = code
                opens[time] = depth == 1
        blank = still_blank(code, blank)
        before, class_before = code, np.int64(classes[time])
        inside[time] = depth > 0
    return inside, opens, closes


def quotation_of(codes: Codes) -> Quotation:
    """Where a text is quoted."""
    inside, opens, closes = scan_quotation(codes, letter_classes(codes))
    return Quotation(inside, opens > 0, closes > 0)
