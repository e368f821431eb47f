"""Scores every unit against every concept from ranks: AUROC for yes-or-no labels, Spearman for amounts.

Axes: `time`, `unit` (here every coordinate of every layer and state in a row), `concept`, `bin`.

Activations are quantised to 256 levels, so a unit's midranks are a table of 256 numbers. With r the midrank of a
unit's value and y a 0/1 label, the Mann-Whitney form of the area under the ROC curve is
`AUROC = (sum of r where y = 1 / n1 - (n1 + 1) / 2) / n0`, and all units meet all concepts in one matrix product of
ranks with labels. Spearman's correlation is the same product with the labels' own ranks. Both are exact for the
quantised values, ties included.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Float32, Float64, Int64, UInt8
from numba import njit, prange
from scipy.stats import rankdata

BINS = 256
BLOCK = 8192


@dataclass(frozen=True)
class Scores:
    """How each unit goes with each concept.

    `auroc` is NaN for concepts that are amounts, `spearman` for those that are yes or no; both are NaN where the
    label is constant. AUROC above .5 means that the unit is higher where the label is 1.
    """

    auroc: Float64[np.ndarray, "concept unit"]
    spearman: Float64[np.ndarray, "concept unit"]

    @property
    def strength(self) -> Float64[np.ndarray, "concept unit"]:
        """Distance from chance whatever the sign, in 0 .. 1: |2 AUROC - 1| or |Spearman|."""
        return np.where(np.isnan(self.auroc), np.abs(self.spearman), np.abs(2 * self.auroc - 1))


class Quantiser:
    """Maps activations to 256 levels that a sample fills evenly: fine where a unit dwells, coarse where it seldom is.

    Level b holds the values from `edges[unit, b]` up to `edges[unit, b + 1]`; the outermost edges are infinite.
    """

    def __init__(self, sample: Float[np.ndarray, "time unit"]) -> None:
        inner = np.quantile(sample.astype(np.float32), np.arange(1, BINS) / BINS, axis=0).T.astype(np.float32)
        infinite = np.full((len(inner), 1), np.inf, dtype=np.float32)
        self.edges: Float32[np.ndarray, "unit edge"] = np.concatenate([-infinite, inner, infinite], axis=1)

    def to_bins(self, values: Float[np.ndarray, "time unit"]) -> UInt8[np.ndarray, "time unit"]:
        return find_bins(np.ascontiguousarray(values, dtype=np.float32), self.edges)

    def to_value(self, unit: int, edge: int) -> float:
        """The activation at a bin edge (0 .. 256) of a unit."""
        return float(self.edges[unit, edge])


@njit(parallel=True, cache=True)
def find_bins(
    values: Float32[np.ndarray, "time unit"], edges: Float32[np.ndarray, "unit edge"]
) -> UInt8[np.ndarray, "time unit"]:
    """The last bin whose lower edge is not above the value: eight halvings each."""
    bins = np.empty(values.shape, dtype=np.uint8)
    stripe = 32  # units whose edges stay in the first cache
    for s in prange((values.shape[1] + stripe - 1) // stripe):
        for t in range(values.shape[0]):
            for u in range(s * stripe, min((s + 1) * stripe, values.shape[1])):
                found, step = 0, BINS // 2
                while step:
                    if edges[u, found + step] <= values[t, u]:
                        found += step
                    step //= 2
                bins[t, u] = found
    return bins


@njit(parallel=True, cache=True)
def count_bins(bins: UInt8[np.ndarray, "time unit"], rows: Int64[np.ndarray, " row"]) -> Int64[np.ndarray, "unit bin"]:
    """How often each unit is in each bin, over the given rows of time."""
    counts = np.zeros((bins.shape[1], 256), dtype=np.int64)
    stripe = 64
    for s in prange((bins.shape[1] + stripe - 1) // stripe):
        for t in rows:
            for u in range(s * stripe, min((s + 1) * stripe, bins.shape[1])):
                counts[u, bins[t, u]] += 1
    return counts


def centred_ranks(counts: Int64[np.ndarray, "unit bin"]) -> Float64[np.ndarray, "unit bin"]:
    """Midrank of each bin less the mean rank, divided by the number of values: within -1/2 .. 1/2."""
    total = counts.sum(axis=1, keepdims=True)
    midrank = counts.cumsum(axis=1) - counts + (counts + 1) / 2
    return (midrank - (total + 1) / 2) / total


def score_units(bins: UInt8[np.ndarray, "time unit"], labels: Float32[np.ndarray, "time concept"]) -> Scores:
    """Score all units against all concepts.

    A label of NaN leaves its character out for that concept. Labels that take only the values 0 and 1 are scored by
    AUROC, all others by Spearman's correlation.
    """
    shape = (labels.shape[1], bins.shape[1])
    auroc, spearman = np.full(shape, np.nan), np.full(shape, np.nan)
    applies = ~np.isnan(labels)
    for members in _group_equal_columns(applies):
        rows = np.flatnonzero(applies[:, members[0]])
        if len(rows):
            auroc[members], spearman[members] = _score_rows(bins, labels[:, members], rows)
    return Scores(auroc, spearman)


def _group_equal_columns(columns: np.ndarray) -> list[list[int]]:
    groups: dict[bytes, list[int]] = {}
    for index in range(columns.shape[1]):
        groups.setdefault(np.packbits(columns[:, index]).tobytes(), []).append(index)
    return list(groups.values())


def _score_rows(
    bins: UInt8[np.ndarray, "time unit"], labels: Float32[np.ndarray, "time concept"], rows: Int64[np.ndarray, " row"]
) -> tuple[Float64[np.ndarray, "concept unit"], Float64[np.ndarray, "concept unit"]]:
    counts = count_bins(bins, rows)
    ranks = centred_ranks(counts)
    chosen = labels[rows]
    binary = np.isin(chosen, (0, 1)).all(axis=0)
    label_ranks = (rankdata(chosen, axis=0) - (len(rows) + 1) / 2) / len(rows)
    common = chosen.mean(axis=0, dtype=np.float64) > 0.5  # ranks sum to 0, so summing over the rarer label will do,
    weights = np.where(binary, chosen - common, label_ranks)  # and float32 sums of few terms are exact enough
    sums = _rank_sums(bins, rows, ranks.astype(np.float32), weights.astype(np.float32))
    with np.errstate(divide="ignore", invalid="ignore"):
        ones = chosen.sum(axis=0, dtype=np.float64)[:, None]
        zeros = len(rows) - ones
        auroc = np.where((ones > 0) & (zeros > 0), 0.5 + sums * len(rows) / (ones * zeros), np.nan)
        unit_norm = np.sqrt((counts * ranks**2).sum(axis=1))
        label_norm = np.sqrt((weights.astype(np.float64) ** 2).sum(axis=0))
        spearman = sums / (label_norm[:, None] * unit_norm[None, :])
    spearman[~np.isfinite(spearman)] = np.nan
    of_state = binary.reshape(-1, 1)
    return np.where(of_state, auroc, np.nan), np.where(of_state, np.nan, spearman)


def _rank_sums(
    bins: UInt8[np.ndarray, "time unit"],
    rows: Int64[np.ndarray, " row"],
    ranks: Float32[np.ndarray, "unit bin"],
    weights: Float32[np.ndarray, "row concept"],
) -> Float64[np.ndarray, "concept unit"]:
    """The matrix product of labels with ranks, in blocks of time so that memory stays flat."""
    sums = np.zeros((weights.shape[1], bins.shape[1]))
    for at in range(0, len(rows), BLOCK):
        sums += weights[at : at + BLOCK].T @ look_up(ranks, bins, rows[at : at + BLOCK])
    return sums


@njit(parallel=True, cache=True)
def look_up(
    ranks: Float32[np.ndarray, "unit bin"], bins: UInt8[np.ndarray, "time unit"], rows: Int64[np.ndarray, " row"]
) -> Float32[np.ndarray, "row unit"]:
    """Each unit's rank at the given rows of time."""
    found = np.empty((len(rows), bins.shape[1]), dtype=np.float32)
    for r in prange(len(rows)):
        for u in range(bins.shape[1]):
            found[r, u] = ranks[u, bins[rows[r], u]]
    return found


@dataclass(frozen=True)
class ThresholdScores:
    """A unit as a yes-or-no detector. `edge` is the bin edge that a value must reach to count as yes."""

    edge: int
    f1: float
    average_precision: float


def best_edge(counts_yes: Int64[np.ndarray, " bin"], counts_no: Int64[np.ndarray, " bin"]) -> int:
    """The bin edge with the highest F1 when values at or above it count as yes."""
    true_positive = counts_yes[::-1].cumsum()[::-1]
    predicted = true_positive + counts_no[::-1].cumsum()[::-1]
    return int(np.argmax(2 * true_positive / np.maximum(1, predicted + counts_yes.sum())))


def threshold_scores(
    counts_yes: Int64[np.ndarray, " bin"], counts_no: Int64[np.ndarray, " bin"], edge: int
) -> ThresholdScores:
    """F1 at an edge chosen elsewhere, and average precision (scikit-learn's definition), from histograms."""
    true_positive = counts_yes[::-1].cumsum()
    predicted = true_positive + counts_no[::-1].cumsum()
    precision = true_positive / np.maximum(1, predicted)
    recall = true_positive / max(1, counts_yes.sum())
    average_precision = float((np.diff(recall, prepend=0.0) * precision).sum())
    hits, all_predicted = counts_yes[edge:].sum(), counts_yes[edge:].sum() + counts_no[edge:].sum()
    f1 = float(2 * hits / max(1, all_predicted + counts_yes.sum()))
    return ThresholdScores(edge, f1, average_precision)
