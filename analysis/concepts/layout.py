"""Concepts of layout: lines, blank lines, indentation, and how far into the text a character stands.

Axes: `time` is the position of a character in a text.
"""

import numpy as np
from jaxtyping import Float32, UInt32

from analysis.concepts.concept import EVERY, Concept
from models.compiled import compiled

NEWLINE, SPACE, TAB, RETURN = 10, 32, 9, 13
TAB_STOP = 8
DOCUMENT_UNIT = 1000


@compiled
def still_blank(code: int | np.int64, blank: bool | np.bool_) -> bool | np.bool_:
    """Whether the line is blank up to and with this character, given whether it was before; a newline begins a line."""
    return code == NEWLINE or (blank and code in (SPACE, TAB, RETURN))


@compiled
def label_column(codes: UInt32[np.ndarray, " time"]) -> Float32[np.ndarray, " time"]:
    """How many characters of the line were read: 0 after a newline, 1 after the line's first character."""
    labels = np.empty(codes.size, dtype=np.float32)
    column = 0
    for time in range(codes.size):
        column = 0 if codes[time] == NEWLINE else column + 1
        labels[time] = column
    return labels


@compiled
def label_line_end_next(codes: UInt32[np.ndarray, " time"]) -> Float32[np.ndarray, " time"]:
    """1 where the next character is a newline or a carriage return; NaN where nothing follows."""
    labels = np.empty(codes.size, dtype=np.float32)
    for time in range(codes.size - 1):
        labels[time] = codes[time + 1] == NEWLINE or codes[time + 1] == RETURN
    labels[-1:] = np.nan
    return labels


@compiled
def label_blank_line(codes: UInt32[np.ndarray, " time"]) -> Float32[np.ndarray, " time"]:
    """1 from the newline that ends a blank line to before the next character that is not white space."""
    labels = np.empty(codes.size, dtype=np.float32)
    blank, was_blank = True, False  # this line so far; the line before it
    for time in range(codes.size):
        was_blank = blank if codes[time] == NEWLINE else was_blank
        blank = still_blank(codes[time], blank)
        labels[time] = blank and was_blank
    return labels


@compiled
def label_indentation(codes: UInt32[np.ndarray, " time"]) -> Float32[np.ndarray, " time"]:
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


@compiled
def label_position_in_document(codes: UInt32[np.ndarray, " time"]) -> Float32[np.ndarray, " time"]:
    """How many whole thousands of characters were read before this one.

    Counted from where the text was handed over: the start of an excerpt, not that of the document it is from.
    """
    labels = np.empty(codes.size, dtype=np.float32)
    for time in range(codes.size):
        labels[time] = time // DOCUMENT_UNIT
    return labels


PAPER = "Karpathy 2015; Karpathy, Johnson & Fei-Fei 2016, fig. 2"
OURS = "none known"

LAYOUT = (
    Concept(
        name="column",
        title="the column in the line",
        description="How many characters were read since the line began.",
        kind="ramp",
        corpora=EVERY,
        timing="causal",
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
        corpora=EVERY,
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
        corpora=EVERY,
        timing="causal",
        source=OURS,
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
        timing="causal",
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
        corpora=EVERY,
        timing="causal",
        source=OURS,
        label=label_position_in_document,
        examples=(
            (
                "two\n" * 625,
                "0" * 1000 + "1" * 1000 + "2" * 500,
            ),
        ),
    ),
)
