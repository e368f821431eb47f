"""Pieces of a text where a unit has certain values: the top-activating contexts, the lowest, and some in between.

Axes: `time`; `here`, the characters of one context.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float32, Float64, UInt32

from analysis.profile.excerpt import LabelledExcerpt

BEFORE, AFTER = 48, 31  # characters of a context before and after the one that is marked
APART = 200  # characters between two contexts, at least


@dataclass(frozen=True)
class Context:
    """A character where a unit has a certain value, with some of the text around it."""

    at: int
    """Its position in the passage."""
    marked: int
    """Its position in the context."""
    codes: UInt32[np.ndarray, " here"]
    values: Float32[np.ndarray, " here"]
    times: int = 1
    """How many contexts it stands for: the same text with the same value."""

    @property
    def value(self) -> float:
        return float(self.values[self.marked])


def context_at(passage: LabelledExcerpt, values: Float32[np.ndarray, " time"], at: int) -> Context:
    """The text around a character, cut where the passage ends."""
    start, stop = max(0, at - BEFORE), min(len(passage), at + AFTER + 1)
    return Context(at, at - start, passage.codes[start:stop], values[start:stop])


def distinct(contexts: Sequence[Context]) -> list[Context]:
    """Each context once, in their order, with how often it is there: the same text with the same value, as shown."""
    groups: dict[tuple[int, bytes, float], list[Context]] = {}
    for context in contexts:
        groups.setdefault((context.marked, context.codes.tobytes(), round(context.value, 2)), []).append(context)
    return [replace(group[0], times=len(group)) for group in groups.values()]


def extreme_positions(values: Float32[np.ndarray, " time"], count: int, apart: int = APART) -> list[int]:
    """Where the values are highest, each at least `apart` from the others; fewer in a short text."""
    return _nearest_first(-values.astype(np.float64), count, apart, np.ones(len(values), dtype=bool))


def quantile_positions(values: Float32[np.ndarray, " time"], shares: Sequence[float], apart: int = APART) -> list[int]:
    """For each share a position whose value is nearest to that quantile, each `apart` from the others where it can."""
    free, found = np.ones(len(values), dtype=bool), []
    for level in np.quantile(values.astype(np.float64), list(shares)):
        found += _nearest_first(np.abs(values - level), 1, apart, free)
    return found


def _nearest_first(
    distance: Float64[np.ndarray, " time"], count: int, apart: int, free: Bool[np.ndarray, " time"]
) -> list[int]:
    """Positions of least distance among those that are free; takes up what is around each of them."""
    found = []
    while len(found) < count and free.any():
        at = int(np.argmin(np.where(free, distance, np.inf)))
        found.append(at)
        free[max(0, at - apart + 1) : at + apart] = False
    return found
