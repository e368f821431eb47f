"""Concepts of prose: asides in parentheses, paragraphs, headings, footnotes.

Axes: `time` is the position of a character in a text.
"""

import numpy as np

from analysis.concepts.characters import DIGIT, LOWER, UPPER, Classes, classes_of
from analysis.concepts.concept import Codes, Labels, ProseConcept
from analysis.concepts.steps import NEWLINE, still_blank
from models.compiled import compiled

OPEN, CLOSE, STAR = ord("("), ord(")"), ord("*")
# What a line is: not begun, not a heading, one so far.
FRESH, PLAIN, HEADING = range(3)


@compiled
def label_inside_parentheses(codes: Codes) -> Labels:
    """1 from an opening round bracket to before the one that closes it; they nest. A blank line closes all."""
    labels = np.empty(codes.size, dtype=np.float32)
    depth, blank = 0, True
    for time in range(codes.size):
        code = codes[time]
        if code == OPEN:
            depth += 1
        elif code == CLOSE:
            depth = max(depth - 1, 0)
        elif code == NEWLINE and blank:
            depth = 0
        blank = still_blank(code, blank)
        labels[time] = depth > 0
    return labels


@compiled
def label_position_in_paragraph(codes: Codes) -> Labels:
    """1 at the first character of a paragraph that is not white space, 2 at the next; 0 between paragraphs."""
    labels = np.empty(codes.size, dtype=np.float32)
    position, blank = 0, True
    for time in range(codes.size):
        ends = codes[time] == NEWLINE and blank
        blank = still_blank(codes[time], blank)
        position = 0 if ends or (blank and position == 0) else position + 1
        labels[time] = position
    return labels


@compiled
def label_footnote(codes: Codes) -> Labels:
    """1 in a paragraph that begins with an asterisk, from that to the blank line after it."""
    labels = np.empty(codes.size, dtype=np.float32)
    inside, between, blank = False, True, True  # between: no character of the paragraph was read
    for time in range(codes.size):
        code = codes[time]
        between = between or (code == NEWLINE and blank)
        inside = inside and not between
        blank = still_blank(code, blank)
        if between and not blank:
            inside, between = code == STAR, False
        labels[time] = inside
    return labels


@compiled
def scan_headings(codes: Codes, classes: Classes) -> Labels:
    """1 in headings."""
    labels = np.empty(codes.size, dtype=np.float32)
    line, sure, may_begin, blank = FRESH, False, True, True  # may_begin: a blank line or a heading came before
    class_before = np.int64(DIGIT)
    for time in range(codes.size):
        code, its_class = codes[time], classes[time]
        if code == NEWLINE:
            may_begin = blank or (line == HEADING and sure)
            line, sure = FRESH, False
        blank = still_blank(code, blank)
        if line == FRESH and not blank:
            line = HEADING if may_begin and its_class in (UPPER, DIGIT) else PLAIN
        if its_class == LOWER:
            line = PLAIN
        sure = sure or (its_class == UPPER and class_before == UPPER)
        class_before = np.int64(its_class)
        labels[time] = line == HEADING and sure
    return labels


def label_heading(codes: Codes) -> Labels:
    """1 in a line without small letters, from where two capitals stand side by side to before the newline.

    It follows a blank line or another heading, or begins the text, and its first character is a capital or digit.
    A heading in small letters, such as Chapter 1, is missed; a signature in capitals is taken for one.
    """
    return scan_headings(codes, classes_of(codes))


PROSE = (
    ProseConcept(
        name="inside-parentheses",
        title="inside parentheses",
        description="Between round brackets; a blank line closes what was left open.",
        kind="state",
        source="Sutskever, Martens & Hinton 2011, who saw a network balance them",
        label=label_inside_parentheses,
        delimiters="()",
        examples=(
            (
                "a (b (c) d) e) (f\n\ng",
                "..########.....###..",
            ),
        ),
    ),
    ProseConcept(
        name="position-in-paragraph",
        title="the position in the paragraph",
        description="How many characters were read since the paragraph began.",
        kind="ramp",
        label=label_position_in_paragraph,
        delimiters="\n",
        examples=(
            (
                "One\ntwo\n\n  3\r\n \r\n4",
                "123456780001234501",
            ),
        ),
    ),
    ProseConcept(
        name="heading",
        title="inside headings",
        description="In a line in capitals that stands alone.",
        kind="state",
        needs=("case",),
        label=label_heading,
        decisive="inside",
        examples=(
            (
                'BOOK 1\nAN END\n\nA TOWN had\n\n"NO',
                ".#####..#####.....####........",
            ),
        ),
    ),
    ProseConcept(
        name="footnote",
        title="inside footnotes",
        description="In a paragraph that begins with an asterisk.",
        kind="state",
        label=label_footnote,
        delimiters="*",
        decisive="inside",
        examples=(
            (
                "Oui. *\n\n\n* Yes.\nI say.\n\nThen",
                ".........##############.....",
            ),
        ),
    ),
)
