"""Compares what all columns do inside some ranges of a text with what they do around them, for many placements.

Axes: `column` (a unit in one of its states), `time` (a character of the window), `placement` (a set of ranges),
`range` (of a placement), `area` (where the ranges and what is around them lie), `sign` (high inside, low inside),
`score` (see `SCORES`), `level`.

Values are levels 0 .. 255. How often each level occurs before every 64th character is counted once; what any range
holds is then a difference of two counts, and all scores follow from the counts inside and around.

The loops over levels are written with an index because only so does numba make vector instructions of them.
"""

import numpy as np
from jaxtyping import Float32, Int32, Int64, UInt8
from numba import prange

from models.compiled import compiled

LEVELS = 256
BLOCK = 64
SCORES = ("soft", "strict", "auroc", "gap")
TAIL = 10  # the soft scores leave out one in ten at either end


@compiled(parallel=True)
def to_levels(values: Float32[np.ndarray, "column time"]) -> UInt8[np.ndarray, "column time"]:
    """256 even levels from each column's least value to its largest; equal values stay equal."""
    levels = np.empty(values.shape, dtype=np.uint8)
    for column in prange(len(values)):
        low, high = np.float32(np.inf), np.float32(-np.inf)
        for value in values[column]:
            low, high = min(low, value), max(high, value)
        span = high - low if high > low else np.float32(1)
        for time in range(values.shape[1]):
            levels[column, time] = np.uint8((values[column, time] - low) / span * (LEVELS - 1) + np.float32(0.5))
    return levels


@compiled(parallel=True)
def score_placements(
    levels: UInt8[np.ndarray, "column time"],
    ranges: Int64[np.ndarray, "placement range 2"],
    areas: Int64[np.ndarray, "placement_or_1 area 2"],
) -> Float32[np.ndarray, "column placement sign score"]:
    """All scores of all columns for all placements.

    Args:
        levels: the values.
        ranges: the starts and stops of each placement's ranges, which do not overlap.
        areas: the same of the areas that they are compared with; they hold the ranges, which are left out of them. If
            there is only one, it is that of all placements.
    """
    columns, placements = len(levels), len(ranges)
    scores = np.empty((columns, placements, 2, len(SCORES)), dtype=np.float32)
    for column in prange(columns):
        of_column = levels[column]
        before = count_before_blocks(of_column)
        ranks, span = middle_ranks(before[-1]), count_span(before[-1])
        inside, area = np.empty(LEVELS, dtype=np.int32), np.empty(LEVELS, dtype=np.int32)
        around = np.empty(LEVELS, dtype=np.int32)
        for placement in range(placements):
            inside[:] = 0
            for start, stop in ranges[placement]:
                add_counts(inside, of_column, before, start, stop)
            accumulate(inside)
            if placement < len(areas):
                area[:] = 0
                for start, stop in areas[placement]:
                    add_counts(area, of_column, before, start, stop)
                accumulate(area)
            for level in range(LEVELS):
                around[level] = area[level] - inside[level]
            compare_counts(inside, around, ranks, span, scores[column, placement])
    return scores


@compiled
def count_before_blocks(levels: UInt8[np.ndarray, " time"]) -> Int32[np.ndarray, "block level"]:
    """How often each level occurs before each multiple of BLOCK; last, how often in all."""
    before = np.zeros((levels.size // BLOCK + 2, LEVELS), dtype=np.int32)
    for block in range(len(before) - 1):
        before[block + 1] = before[block]
        for level in levels[block * BLOCK : (block + 1) * BLOCK]:
            before[block + 1, level] += 1
    return before


@compiled
def add_counts(
    counts: Int32[np.ndarray, " level"],
    levels: UInt8[np.ndarray, " time"],
    before: Int32[np.ndarray, "block level"],
    start: int,
    stop: int,
) -> None:
    """Add how often each level occurs from `start` to before `stop`."""
    first, last = (start + BLOCK - 1) // BLOCK, stop // BLOCK
    if first >= last:
        for level in levels[start:stop]:
            counts[level] += 1
        return
    for level in levels[start : first * BLOCK]:
        counts[level] += 1
    for level in levels[last * BLOCK : stop]:
        counts[level] += 1
    for level in range(LEVELS):
        counts[level] += before[last, level] - before[first, level]


@compiled
def middle_ranks(counts: Int32[np.ndarray, " level"]) -> Float32[np.ndarray, " level"]:
    """The mean rank of each level's values among all, as a share of 0 .. 1."""
    ranks = np.empty(LEVELS, dtype=np.float32)
    below = 0
    for level in range(LEVELS):
        ranks[level] = below + counts[level] / 2
        below += counts[level]
    return ranks / np.float32(below)


@compiled
def count_span(counts: Int32[np.ndarray, " level"]) -> int:
    """How far apart the lowest and the highest level that occur are; 1 if they are the same."""
    found = np.flatnonzero(counts)
    return max(1, found[-1] - found[0])


@compiled
def accumulate(counts: Int32[np.ndarray, " level"]) -> None:
    """Turn counts of each level into counts of values up to each level."""
    total = np.int32(0)
    for level in range(LEVELS):
        total += counts[level]
        counts[level] = total


@compiled
def find_level(up_to: Int32[np.ndarray, " level"], wanted: int) -> int:
    """The level of the `wanted`-th lowest value, from 1: as many levels hold fewer values up to them."""
    found = 0
    for level in range(LEVELS):
        found += up_to[level] < wanted
    return found


@compiled
def compare_counts(
    inside: Int32[np.ndarray, " level"],
    around: Int32[np.ndarray, " level"],
    ranks: Float32[np.ndarray, " level"],
    span: int,
    scores: Float32[np.ndarray, "sign score"],
) -> None:
    """Fill in the scores from accumulated counts."""
    of_inside, of_around = inside[-1], around[-1]
    left_inside, left_around = (of_inside - 1) // TAIL, (of_around - 1) // TAIL
    low, high = find_level(inside, 1 + left_inside), find_level(inside, of_inside - left_inside)
    low_around, high_around = find_level(around, 1 + left_around), find_level(around, of_around - left_around)
    twice_won, inside_below, around_below = np.int64(0), np.int32(0), np.int32(0)
    for level in range(LEVELS):  # a pair of inside and around that ties is half won
        twice_won += np.int64(inside[level] - inside_below) * (around[level] + around_below)
        inside_below, around_below = inside[level], around[level]
    won = np.float32(twice_won / (2 * np.int64(of_inside) * of_around))
    scores[0, 0], scores[1, 0] = ranks[low] - ranks[high_around], ranks[low_around] - ranks[high]
    scores[0, 1] = ranks[find_level(inside, 1)] - ranks[find_level(around, of_around)]
    scores[1, 1] = ranks[find_level(around, 1)] - ranks[find_level(inside, of_inside)]
    scores[0, 2], scores[1, 2] = won, 1 - won
    scores[0, 3], scores[1, 3] = (low - high_around) / span, (low_around - high) / span
