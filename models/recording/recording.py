"""What a network did over a text: the one shape that crosses rooms.

Axes: `time layer unit`, and `prediction`, the likeliest next characters, the likeliest first.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields

import numpy as np
from jaxtyping import Float32, Int64


@dataclass(frozen=True)
class Recording:
    """A text, or a stretch of it, as a network read it: row t describes the network after it has read character t."""

    start: int
    """Where the stretch begins in the text."""
    states: dict[str, Float32[np.ndarray, "time layer unit"]]
    """The states of the network's cells by name, `hidden` first; then, if they were asked for, the gates (`input_gate`)."""
    loss: Float32[np.ndarray, " time"]
    """Nats of the true next character; NaN after the last."""
    rank: Int64[np.ndarray, " time"]
    """Rank of the true next character among all, 1 for the likeliest; 0 after the last."""
    top_char: Int64[np.ndarray, "time prediction"]
    """Ids of the five likeliest next characters."""
    top_prob: Float32[np.ndarray, "time prediction"]
    """Their probabilities."""

    def __len__(self) -> int:
        return len(self.loss)

    @property
    def stop(self) -> int:
        """Where it ends in the text."""
        return self.start + len(self)


def join(blocks: Iterable[Recording]) -> Recording:
    """One recording of blocks that follow one another."""
    parts = list(blocks)
    states = {name: np.concatenate([part.states[name] for part in parts]) for name in parts[0].states}
    arrays = {
        field.name: np.concatenate([getattr(part, field.name) for part in parts])
        for field in fields(Recording)[2:]
    }
    return Recording(parts[0].start, states, **arrays)
