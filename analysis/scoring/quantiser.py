"""Activations as 256 levels that a sample fills evenly: fine where a unit dwells (docs/decisions/008).

A value keeps its rank but for ties within a level, so what is computed from ranks needs nothing but the levels.

Axes: `time`; `column`, one unit in one state; `edge` between two levels.
"""

import numpy as np
from jaxtyping import Float, Float32, UInt8

from analysis.scoring.kernels import BINS, find_bins


class Quantiser:
    """Maps activations to 256 levels that a sample fills evenly, but for the rarest values, which are told apart too.

    Level b holds the values from `edges[column, b]` up to `edges[column, b + 1]`; the outermost edges are infinite.
    Five levels at either end are filled half as much each as the one before, so that a unit that is on once in a
    thousand characters has levels of its own for it. Of a unit that takes few values each is a level.
    """

    def __init__(self, sample: Float[np.ndarray, "time column"]) -> None:
        sample = sample.astype(np.float32)
        inner = np.quantile(sample, _SHARES, axis=0).T.astype(np.float32)
        for column in np.flatnonzero((np.diff(inner, axis=1) == 0).any(axis=1)):
            inner[column] = _spread(inner[column], np.unique(sample[:, column]))
        infinite = np.full((len(inner), 1), np.inf, dtype=np.float32)
        self.edges: Float32[np.ndarray, "column edge"] = np.concatenate([-infinite, inner, infinite], axis=1)

    def to_bins(
        self, values: Float[np.ndarray, "time column"], columns: slice = slice(None)
    ) -> UInt8[np.ndarray, "time column"]:
        """The levels of values of these columns, by default of all."""
        return find_bins(np.ascontiguousarray(values, dtype=np.float32), self.edges[columns])

    def to_value(self, column: int, edge: int) -> float:
        """The activation at a bin edge (0 .. 256) of a column."""
        return float(self.edges[column, edge])


_TAIL = 0.5 ** np.arange(9, 14)
_EVEN = BINS - 1 - 2 * len(_TAIL)
_SHARES = np.sort(np.concatenate([np.arange(1, _EVEN + 1) / (_EVEN + 1), _TAIL, 1 - _TAIL]))


def _spread(edges: Float32[np.ndarray, " edge"], values: Float32[np.ndarray, " value"]) -> np.ndarray:
    """Edges of which some are the same, with others of the values in their place; all values if they are few."""
    found = values[1:] if 1 < len(values) <= len(edges) + 1 else np.unique(edges)
    others = np.setdiff1d(values[1:], found)
    spare = min(len(edges) - len(found), len(others))
    chosen = others[np.linspace(0, len(others) - 1, spare).astype(int)] if spare else others[:0]
    found = np.sort(np.concatenate([found, chosen]))
    return np.concatenate([found, np.repeat(found[-1:], len(edges) - len(found))])
