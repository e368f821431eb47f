"""Concepts of layout: where on its line a character stands.

Axes: `time` is the position of a character in a text.
"""

import numpy as np
from jaxtyping import Float32, UInt32
from numba import njit

from analysis.concepts.concept import Concept

NEWLINE, SPACE, TAB = 10, 32, 9
TAB_STOP = 8


@njit(cache=True)
def label_column(codes: UInt32[np.ndarray, " time"]) -> Float32[np.ndarray, " time"]:
    """How many characters of the line were read: 0 after a newline, 1 after the line's first character."""
    labels = np.empty(codes.size, dtype=np.float32)
    column = 0
    for time in range(codes.size):
        column = 0 if codes[time] == NEWLINE else column + 1
        labels[time] = column
    return labels


@njit(cache=True)
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


LAYOUT = (
    Concept(
        name="column",
        title="the column in the line",
        description="How many characters were read since the line began.",
        kind="ramp",
        corpora=("war-and-peace", "linux", "wikipedia", "python"),
        timing="causal",
        source="Karpathy 2015; Karpathy, Johnson & Fei-Fei 2016, fig. 2",
        label=label_column,
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
        name="indentation",
        title="the indentation of the line",
        description="How many columns of white space the line began with; a tab reaches to a multiple of 8.",
        kind="count",
        corpora=("linux", "python"),
        timing="causal",
        source="Karpathy 2015; Karpathy, Johnson & Fei-Fei 2016, fig. 2",
        label=label_indentation,
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
)
