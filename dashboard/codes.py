"""Activations as one byte each, -127 .. 127, on their way to the browser; `heatmap/codes.js` reads them back.

h lies between -1 and 1: even steps will do. c has no bound. A cell that adds up reaches thousands, and in steps of
1/127 of that everything near zero would be zero, where tanh c, which colors the text, changes most. So the steps of c
are even up to 3 and grow with c beyond it. See docs/frame-format.md, and docs/decisions/010 for what it costs.

Axes: `time`, `unit` (layer and unit flattened).
"""

import numpy as np
from jaxtyping import Float, Float32, Int8, Int16

FULL = 127
BEND = 3.0  # tanh 3 = .995: beyond it the color hardly changes, only the number does
FINE = 32_767  # steps of a block until the largest |c| of all is known
LEAST = np.float32(1e-6)  # so much at least is the largest |c| of a unit taken to be


def compress(c: Float[np.ndarray, "..."]) -> Float[np.ndarray, "..."]:
    """Leave c as it is up to 3, whatever its sign; beyond it take 3 + ln(|c| / 3) with its sign."""
    size = np.abs(c)
    return np.copysign(np.minimum(size, BEND) + np.log(np.maximum(size, BEND) / BEND), c)


def hidden_codes(h: Float[np.ndarray, "time unit"]) -> Int8[np.ndarray, "unit time"]:
    """Round 127 h."""
    return np.rint(FULL * h).astype(np.int8).T


class CellCoder:
    """Codes c block by block, though a unit's largest |c|, on which its steps depend, is known only after the last.

    Until then a block keeps compress(c) in 16 bits, by its own largest: that moves a value by .002 of a step at most.
    """

    def __init__(self, units: int) -> None:
        self.largest: Float32[np.ndarray, " unit"] = np.full(units, LEAST, dtype=np.float32)
        self.blocks: list[tuple[int, Int16[np.ndarray, "unit time"], Float[np.ndarray, " unit"]]] = []

    def add(self, start: int, c: Float[np.ndarray, "time unit"]) -> None:
        """Take the block that starts at this character."""
        largest = np.maximum(np.abs(c).max(axis=0), LEAST)
        self.largest = np.maximum(self.largest, largest)
        steps = FINE / compress(largest)
        self.blocks.append((start, np.rint(steps * compress(c)).astype(np.int16).T.copy(), steps))

    def codes(self) -> Int8[np.ndarray, "unit time"]:
        """Round 127 compress(c) / compress(largest), for each unit of all blocks; these are given up."""
        codes = np.empty((len(self.largest), sum(kept.shape[1] for _, kept, _ in self.blocks)), dtype=np.int8)
        while self.blocks:
            start, kept, steps = self.blocks.pop()
            factor = FULL / (compress(self.largest) * steps)
            codes[:, start : start + kept.shape[1]] = np.rint(factor[:, None] * kept)
        return codes
