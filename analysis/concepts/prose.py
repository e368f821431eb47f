"""Concepts of prose: what a reader of a novel keeps in mind.

Axes: `time` is the position of a character in a text.
"""

import numpy as np
from jaxtyping import Float32, UInt32
from numba import njit

from analysis.concepts.concept import Concept

NEWLINE, SPACE, TAB, RETURN = 10, 32, 9, 13
QUOTE, OPEN_QUOTE, CLOSE_QUOTE = ord('"'), ord("\u201c"), ord("\u201d")


@njit(cache=True)
def label_inside_quotes(codes: UInt32[np.ndarray, " time"]) -> Float32[np.ndarray, " time"]:
    """1 from an opening double quote to before the closing one, straight or typographic.

    A straight quote opens or closes by turns. A blank line closes what is open, because a paragraph of
    a longer speech opens its quote anew without the one before having closed it.
    """
    labels = np.empty(codes.size, dtype=np.float32)
    inside, line_is_blank = False, False
    for time in range(codes.size):
        code = codes[time]
        if code == QUOTE:
            inside = not inside
        elif code == OPEN_QUOTE:
            inside = True
        elif code == CLOSE_QUOTE or (code == NEWLINE and line_is_blank):
            inside = False
        if code == NEWLINE:
            line_is_blank = True
        elif code != SPACE and code != TAB and code != RETURN:
            line_is_blank = False
        labels[time] = inside
    return labels


PROSE = (
    Concept(
        name="inside-quotes",
        title="inside quotation marks",
        description="Between double quotation marks; a blank line ends a speech that was left open.",
        kind="state",
        corpora=("war-and-peace",),
        timing="causal",
        source="Karpathy 2015; Karpathy, Johnson & Fei-Fei 2016, fig. 2",
        label=label_inside_quotes,
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
        ),
    ),
)
