"""Activations as one byte each, -127 .. 127, on their way to the browser; `browser/reader/codes.js` reads them back.

h lies between -1 and 1: even steps will do. c has no bound. A cell that adds up reaches thousands, and in steps of
1/127 of that everything near zero would be zero, where tanh c, which colors the text, changes most. So the steps of c
are even up to 3 and grow with c beyond it. See docs/frame-format.md, and docs/decisions/010 for what it costs.

Axes: `time`, `unit` (layer and unit flattened).
"""

import numpy as np
from jaxtyping import Float, Float32, Int8

FULL = 127
BEND = 3.0  # tanh 3 = .995: beyond it the color hardly changes, only the number does
STRETCH = 4096  # characters that are coded at a time, to spare memory


def compress(c: Float[np.ndarray, "..."]) -> Float[np.ndarray, "..."]:
    """Leave c as it is up to 3, whatever its sign; beyond it take 3 + ln(|c| / 3) with its sign."""
    size = np.abs(c)
    return np.copysign(np.minimum(size, BEND) + np.log(np.maximum(size, BEND) / BEND), c)


def hidden_codes(h: Float[np.ndarray, "time unit"]) -> Int8[np.ndarray, "unit time"]:
    """Round 127 h."""
    codes = np.empty(h.shape[::-1], dtype=np.int8)
    for at in range(0, len(h), STRETCH):
        codes[:, at : at + STRETCH] = np.rint(FULL * h[at : at + STRETCH]).T
    return codes


def cell_codes(
    c: Float[np.ndarray, "time unit"], largest: Float32[np.ndarray, " unit"]
) -> Int8[np.ndarray, "unit time"]:
    """Round 127 compress(c) / compress(largest), where `largest` is each unit's largest |c|."""
    codes = np.empty(c.shape[::-1], dtype=np.int8)
    steps = FULL / compress(largest)
    for at in range(0, len(c), STRETCH):
        codes[:, at : at + STRETCH] = np.rint(steps * compress(c[at : at + STRETCH])).T
    return codes
