"""What "guess what a unit tracks" needs in lesson 19 and in the quiz: activations as bytes, and units without a name.

Axes: `time`.
"""

from base64 import b64encode

import numpy as np
from jaxtyping import Float

from analysis.findings import Findings


def level_bytes(levels: Float[np.ndarray, " time"]) -> str:
    """Levels from -1 to 1 as base64 of a byte each: 127 stands for 1. `browser/learn/levels.js` decodes them."""
    return b64encode(np.rint(127 * levels).astype(np.int8).tobytes()).decode()


def units_without(verdicts: tuple[str, ...], findings: Findings, layers: int, width: int) -> list[tuple[int, int]]:
    """Layer and index of the units that have none of these verdicts, in no state, for no concept."""
    found = findings.units[findings.units["verdict"].isin(verdicts)]
    named = set(zip(found["layer"], found["unit"], strict=True))
    everyone = [(layer + 1, index) for layer in range(layers) for index in range(width)]
    return [pair for pair in everyone if pair not in named]
