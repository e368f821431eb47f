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
    """By name: the states of the network's cells, `hidden` first, then its gates (`input_gate`) if they were wanted."""
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

    @property
    def nbytes(self) -> int:
        """Memory that its arrays take."""
        return sum(array.nbytes for array in (*self.states.values(), *self.others().values()))

    def stretch(self, start: int, stop: int) -> "Recording":
        """What it holds from position `start` of the text to before `stop`, as views."""
        at = slice(start - self.start, stop - self.start)
        states = {name: values[at] for name, values in self.states.items()}
        return Recording(start, states, **{name: values[at] for name, values in self.others().items()})

    def others(self) -> dict[str, np.ndarray]:
        """The arrays beside the states, by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)[2:]}


def join(blocks: Iterable[Recording]) -> Recording:
    """One recording of the blocks of a stretch of text, in whatever order they come."""
    parts = sorted(blocks, key=lambda block: block.start)
    names, others = parts[0].states, parts[0].others()
    return Recording(
        parts[0].start,
        {name: np.concatenate([part.states[name] for part in parts]) for name in names},
        **{name: np.concatenate([part.others()[name] for part in parts]) for name in others},
    )
