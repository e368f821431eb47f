"""Concepts of layout: lines, blank lines, indentation, and how far into the text a character stands.

Axes: `time` is the position of a character in a text.
"""

import numpy as np

from analysis.concepts.concept import Codes, Concept, Labels
from analysis.concepts.steps import LINE_ENDS, NEWLINE, RETURN, SPACE, TAB, count_since, one_ahead, still_blank
from models.compiled import compiled

TAB_STOP = 8
DOCUMENT_UNIT = 1000


def label_column(codes: Codes) -> Labels:
    """How many characters of the line were read: 0 after a newline, 1 after the line's first character."""
    return count_since(np.isin(codes, (NEWLINE, *LINE_ENDS)))


def label_line_end_next(codes: Codes) -> Labels:
    """1 where the next character is a newline, carriage return or line end of Unicode; NaN where nothing follows."""
    return one_ahead(np.isin(codes, (NEWLINE, RETURN, *LINE_ENDS)))


@compiled
def label_blank_line(codes: Codes) -> Labels:
    """1 from the newline that ends a blank line to before the next character that is not white space."""
    labels = np.empty(codes.size, dtype=np.float32)
    blank, was_blank = True, False  # this line so far; the line before it
    for time in range(codes.size):
        was_blank = blank if codes[time] == NEWLINE else was_blank
        blank = still_blank(codes[time], blank)
        labels[time] = blank and was_blank
    return labels


@compiled
def label_indentation(codes: Codes) -> Labels:
    """Columns of leading white space on the line: what was read so far, then held to the line's end.

    A tab reaches to the next multiple of 8. A newline starts at 0 again.
    """
    labels = np.empty(codes.size, dtype=np.float32)
    columns, leading = 0, True
    for time in range(codes.size):
        code = codes[time]
        if code == NEWLINE:
            columns, leading = 0, True
        elif leading and code == SPACE:
            columns += 1
        elif leading and code == TAB:
            columns += TAB_STOP - columns % TAB_STOP
        else:
            leading = False
        labels[time] = columns
    return labels


def label_position_in_document(codes: Codes) -> Labels:
    """How many whole thousands of characters were read before this one.

    Counted from where the text was handed over: the start of an excerpt, not that of the document it is from.
    """
    return (np.arange(codes.size) // DOCUMENT_UNIT).astype(np.float32)


PAPER = "Karpathy 2015; Karpathy, Johnson & Fei-Fei 2016, fig. 2"

LAYOUT = (
    Concept(
        name="column",
        title="the column in the line",
        description="How many characters were read since the line began.",
        kind="ramp",
        source=PAPER,
        label=label_column,
        delimiters="\n",
        examples=(
            (
                "one\ntwo words",
                "1230123456789",
            ),
            (
                "\n\n\tx",
                "0012",
            ),
        ),
    ),
    Concept(
        name="line-end-next",
        title="just before the end of a line",
        description="The next character ends the line.",
        kind="anticipation",
        timing="lookahead",
        horizon=1,
        source="Karpathy, Johnson & Fei-Fei 2016, fig. 2",
        label=label_line_end_next,
        delimiters="\n",
        examples=(
            (
                "one\ntwo \n\nend",
                "..#....##...?",
            ),
            (
                "a\r\nb\n",
                "##.#?",
            ),
        ),
    ),
    Concept(
        name="blank-line",
        title="just after a blank line",
        description="A blank line was read, and nothing but white space since.",
        kind="state",
        label=label_blank_line,
        delimiters="\n",
        decisive="inside",
        examples=(
            (
                "one\n\ntwo\n \n  six\n",
                "....#.....###....",
            ),
            (
                "\r\na\r\n\r\nb\nc",
                ".#....#...",
            ),
        ),
    ),
    Concept(
        name="indentation",
        title="the indentation of the line",
        description="How many columns of white space the line begins with; a tab ends at a multiple of 8.",
        kind="count",
        corpora=("linux", "python"),
        source=PAPER,
        label=label_indentation,
        decisive="begin",
        examples=(
            (
                "if x:\n    y = 1\nz",
                "00000012344444400",
            ),
            (
                "\tx\n  \ty",
                "8801288",
            ),
        ),
    ),
    Concept(
        name="position-in-document",
        title="the distance from the start of the text",
        description="How many thousands of characters were read; only a drifting unit should track it.",
        kind="ramp",
        label=label_position_in_document,
        examples=(
            (
                "two\n" * 625,
                "0" * 1000 + "1" * 1000 + "2" * 500,
            ),
        ),
    ),
)
