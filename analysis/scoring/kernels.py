"""The inner loops of scoring, compiled: quantise, count, rank, look up.

Axes: `time`; `row`, the characters that count, sorted by stratum within a block; `column`, one unit in one state;
`stratum`, a character of the vocabulary; `bin`, one of 256 levels of a unit's activation.
Each loop runs on one thread and lets go of the interpreter's lock: panels of columns are what runs side by side.
"""

import numpy as np
from jaxtyping import Float32, Float64, Int64, UInt8, UInt16, UInt32

from models.compiled import compiled

BINS = 256


@compiled(nogil=True)
def find_bins(
    values: Float32[np.ndarray, "time column"], edges: Float32[np.ndarray, "column edge"]
) -> UInt8[np.ndarray, "time column"]:
    """The last bin whose lower edge is not above the value: eight halvings each, of many columns at a time.

    The inner loop has no branch, so the compiler makes vectors of it.
    """
    bins = np.empty(values.shape, dtype=np.uint8)
    columns, width = edges.shape
    flat, stripe = edges.ravel(), 64  # columns whose edges stay in the first cache
    found = np.empty(stripe, dtype=np.int32)
    for first in range(0, columns, stripe):
        count = min(stripe, columns - first)
        for t in range(len(values)):
            for u in range(count):
                found[u] = (first + u) * width
            step = BINS // 2
            while step:
                for u in range(count):
                    at = found[u] + step
                    found[u] = at if flat[at] <= values[t, first + u] else found[u]
                step //= 2
            for u in range(count):
                bins[t, first + u] = found[u] - (first + u) * width
    return bins


@compiled(nogil=True)
def count_by_stratum(
    bins: UInt8[np.ndarray, "time column"],
    rows: UInt32[np.ndarray, " row"],
    strata: UInt16[np.ndarray, " row"],
    counts: UInt32[np.ndarray, "stratum column bin"],
) -> None:
    """Add to `counts` how often each column is in each bin, by stratum; one stratum's table stays in cache."""
    for r in range(rows.size):
        table, row = counts[strata[r]], bins[rows[r]]
        for u in range(row.size):
            table[u, row[u]] += 1


@compiled(nogil=True)
def rank_tables(
    counts: UInt32[np.ndarray, "stratum column bin"],
) -> tuple[
    Float32[np.ndarray, "column bin"], Float32[np.ndarray, "stratum column bin"], Float64[np.ndarray, " column"]
]:
    """Centred midranks of the bins, as tables: among all rows, and among the rows of each stratum; and a norm.

    Ranks among all n rows are divided by n and lie in -1/2 .. 1/2; those among the n_s rows of a stratum are divided by
    n_s + 1, which is van Elteren's weight (1960). The norm is the root of the sum of the first ones' squares.
    """
    strata, columns, _ = counts.shape
    among_all = np.empty((columns, BINS), dtype=np.float32)
    within = np.empty(counts.shape, dtype=np.float32)
    norm = np.empty(columns, dtype=np.float64)
    total = np.empty(BINS, dtype=np.int64)
    for u in range(columns):
        total[:] = 0
        for s in range(strata):
            size = 0
            for b in range(BINS):
                total[b] += counts[s, u, b]
                size += counts[s, u, b]
            below = 0
            for b in range(BINS):
                count = np.int64(counts[s, u, b])
                within[s, u, b] = (below + (count - size) / 2) / (size + 1)
                below += count
        size, below, squares = total.sum(), 0, 0.0
        for b in range(BINS):
            rank = (below + (total[b] - size) / 2) / max(size, 1)
            squares += total[b] * rank * rank
            among_all[u, b] = rank
            below += total[b]
        norm[u] = np.sqrt(squares)
    return among_all, within, norm


@compiled(nogil=True)
def look_up(
    bins: UInt8[np.ndarray, "time column"],
    rows: UInt32[np.ndarray, " row"],
    strata: UInt16[np.ndarray, " row"],
    among_all: Float32[np.ndarray, "column bin"],
    within: Float32[np.ndarray, "stratum column bin"],
    ranks: Float32[np.ndarray, "at_least_row column"],
    ranks_within: Float32[np.ndarray, "at_least_row column"],
) -> None:
    """Fill the first rows of `ranks` and `ranks_within` with both ranks of each column at the given rows."""
    for r in range(rows.size):
        row, of_stratum = bins[rows[r]], within[strata[r]]
        for u in range(row.size):
            ranks[r, u] = among_all[u, row[u]]
            ranks_within[r, u] = of_stratum[u, row[u]]


@compiled(nogil=True)
def look_up_ranks(
    bins: UInt8[np.ndarray, "row column"], among_all: Float32[np.ndarray, "column bin"]
) -> Float32[np.ndarray, "row column"]:
    """The rank among all rows of each column at each row."""
    ranks = np.empty(bins.shape, dtype=np.float32)
    for r in range(bins.shape[0]):
        for u in range(bins.shape[1]):
            ranks[r, u] = among_all[u, bins[r, u]]
    return ranks


@compiled(nogil=True)
def count_joint(
    bins: UInt8[np.ndarray, " row"],
    labels: Float32[np.ndarray, " row"],
    blocks: Int64[np.ndarray, " row"],
    counts: Int64[np.ndarray, "block label bin"],
) -> None:
    """Add to `counts` how often a label of 0 or 1 meets each bin, by block; other labels are left out."""
    for r in range(bins.size):
        if labels[r] == 0 or labels[r] == 1:
            counts[blocks[r], int(labels[r]), bins[r]] += 1


@compiled(nogil=True)
def sum_by_bin(
    bins: UInt8[np.ndarray, " row"], labels: Float32[np.ndarray, " row"]
) -> Float64[np.ndarray, "moment bin"]:
    """Of each bin how many labels it meets, their sum, and the sum of their squares; NaN is left out."""
    sums = np.zeros((3, BINS))
    for r in range(bins.size):
        label = np.float64(labels[r])
        if not np.isnan(label):
            sums[0, bins[r]] += 1
            sums[1, bins[r]] += label
            sums[2, bins[r]] += label * label
    return sums


def rank_bins(
    bins: UInt8[np.ndarray, "row column"],
) -> tuple[Float32[np.ndarray, "column bin"], Float64[np.ndarray, " column"]]:
    """Each column's centred rank of each bin among some rows, over their number, and the root of its sum of squares."""
    counts = np.zeros((1, bins.shape[1], BINS), dtype=np.uint32)
    count_by_stratum(bins, np.arange(len(bins), dtype=np.uint32), np.zeros(len(bins), dtype=np.uint16), counts)
    among_all, _, norm = rank_tables(counts)
    return among_all, norm
