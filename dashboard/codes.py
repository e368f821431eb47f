"""Activations as one byte each, -127 .. 127, for the browser; `browser/reader/codes.js` decodes them.

h and gates lie between -1 and 1, so even steps suffice. c has no bound: a cell that adds up reaches thousands. Even
steps of 1/127 of that would round everything near zero to zero, where tanh c, which colors the text, changes most. So
the steps of c are even up to 3 and grow with c beyond it. See docs/frame-format.md, and for the cost
docs/decisions/010.

Axes: `time`, `unit` (layer and unit flattened).
"""

import numpy as np
from jaxtyping import Float, Float32, Int8, Int16

FULL = 127
BEND = 3.0  # tanh 3 = .995: beyond it the color hardly changes, only the number does
FINE = 32_767  # steps of a block until the largest |c| of all is known
LEAST = np.float32(1e-6)  # a lower bound of each unit's largest |c|: no division by zero


def compress(c: Float[np.ndarray, "..."]) -> Float[np.ndarray, "..."]:
    """Keep c up to |c| = 3; beyond it take 3 + ln(|c| / 3), with the sign of c."""
    size = np.abs(c)
    return np.copysign(np.minimum(size, BEND) + np.log(np.maximum(size, BEND) / BEND), c)


def values_of(
    codes: Int8[np.ndarray, "unit time"], state: str, largest: Float32[np.ndarray, " unit"] | None
) -> Float[np.ndarray, "unit time"]:
    """The activations that codes stand for; `largest` is the largest |c| of each unit, for the cell state."""
    share = codes.astype(np.float64) / FULL
    if state != "cell":
        return share
    if largest is None:
        raise ValueError("Wanted the largest |c| of each unit with codes of c, got none.")
    size = np.abs(share) * compress(largest)[:, None]
    return np.copysign(np.minimum(size, BEND) * np.exp(np.maximum(size, BEND) - BEND), share)


def bounded_codes(values: Float[np.ndarray, "time unit"]) -> Int8[np.ndarray, "unit time"]:
    """Round 127 times the value, h or a gate: the code of a gate that is shut is 0, of one that is open 127."""
    return np.rint(FULL * values).astype(np.int8).T


class CellCoder:
    """Codes c block by block. A unit's steps depend on its largest |c|, which is known only after the last block.

    Until then a block keeps compress(c) in 16 bits, scaled by its own largest: an error of at most .002 of a step.
    """

    def __init__(self, units: int, length: int) -> None:
        self.largest: Float32[np.ndarray, " unit"] = np.full(units, LEAST, dtype=np.float32)
        self.fine: Int16[np.ndarray, "unit time"] = np.empty((units, length), dtype=np.int16)
        self.blocks: list[tuple[slice, Float[np.ndarray, " unit"]]] = []
        """Each block's position, and how many of its fine steps make 1."""

    def add(self, start: int, c: Float[np.ndarray, "time unit"]) -> None:
        """Add the block that starts at this character."""
        largest, at = np.maximum(np.abs(c).max(axis=0), LEAST), slice(start, start + len(c))
        self.largest = np.maximum(self.largest, largest)
        steps = FINE / compress(largest)
        self.fine[:, at] = np.rint(steps * compress(c)).T
        self.blocks.append((at, steps))

    def codes(self) -> Int8[np.ndarray, "unit time"]:
        """Round 127 compress(c) / compress(largest), after the last block."""
        codes, full = np.empty(self.fine.shape, dtype=np.int8), FULL / compress(self.largest)
        for at, steps in self.blocks:
            codes[:, at] = np.rint((full / steps)[:, None] * self.fine[:, at])
        return codes
