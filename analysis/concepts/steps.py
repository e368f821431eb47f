"""Steps that scanners of all families share: white space and blank lines, letters and words, a look ahead.

Axes: `time` is the position of a character in a text.
"""

import numpy as np
from jaxtyping import Bool as Flags

from analysis.concepts.concept import Labels
from models.compiled import compiled

Int = int | np.int64
Bool = bool | np.bool_

NEWLINE, SPACE, TAB, RETURN = 10, 32, 9, 13
LAST_ASCII = 0x7F
# What Unicode calls white space beyond ASCII; U+0085, U+2028 and U+2029 are none here, since they end lines.
WIDE_SPACES = (0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)
LINE_ENDS = (0x85, 0x2028, 0x2029)
LETTER_A, LETTER_Z, LOWER_CASE = ord("a"), ord("z"), 32  # the last sets a letter in lower case


def packed(text: str) -> int:
    """A short ASCII text as one number, a byte per character: what scanners keep of the last characters."""
    return int.from_bytes(text.encode(), "big")


@compiled
def is_letter(code: Int) -> Bool:
    """Whether it is a letter of ASCII."""
    return LETTER_A <= code | LOWER_CASE <= LETTER_Z


@compiled
def still_blank(code: Int, blank: Bool) -> Bool:
    """Whether the line is blank up to and with this character, given whether it was before; a newline begins a line."""
    if code <= LAST_ASCII:
        return code == NEWLINE or (blank and code in (SPACE, TAB, RETURN))
    return blank and (code in WIDE_SPACES or code in LINE_ENDS)


def one_ahead(marked: Flags[np.ndarray, " time"]) -> Labels:
    """1 where the next character is marked; NaN where nothing follows."""
    labels = np.full(marked.size, np.nan, dtype=np.float32)
    labels[:-1] = marked[1:]
    return labels


def count_since(marked: Flags[np.ndarray, " time"]) -> Labels:
    """How many characters were read since the last that is marked: 0 at one; before the first, since the text began."""
    time = np.arange(marked.size)
    return (time - np.maximum.accumulate(np.where(marked, time, -1))).astype(np.float32)
