"""Finds the units that are on exactly in marked ranges of a text, and the concepts that fit.

Axes: `time` is a character of the window, `column` a unit in one of its states, `placement` a set of ranges.

A unit that is on exactly there is above, throughout the ranges, what it is anywhere around them; one that is off
exactly there is the same with its sign reversed. Around is the rest of the window, since "exactly here" means nowhere
else that is in sight. A brush on one bracket of many wants a smaller comparison: then give `around`.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float, Float32, Int8, Int64, Shaped, UInt8, UInt32

from analysis.concepts import Concept
from analysis.selection.scores import SCORES, score_placements, to_levels
from corpora import InputError

DRAWS = 200
COLUMNS = 256  # that are scored in one go, so that memory stays flat
JUDGED = 3  # scores, the first ones, that are held against chance
Ranges = Sequence[tuple[int, int]]
Values = Float[np.ndarray, "time column"] | Int8[np.ndarray, "time column"] | UInt8[np.ndarray, "time column"]


def merge_ranges(ranges: Ranges, length: int) -> list[tuple[int, int]]:
    """Ranges in order; those that touch or overlap become one.

    Args:
        ranges: first character and the one after the last, from 0.
        length: characters of the text.

    Raises:
        InputError: there is no range, one is empty or reaches outside the text, or they leave nothing to compare with.
    """
    if not len(ranges):
        raise InputError("Wanted at least one range of characters, got none. Mark a piece of the text.")
    merged: list[tuple[int, int]] = []
    for start, stop in sorted((int(start), int(stop)) for start, stop in ranges):
        if start >= stop:
            raise InputError(f"Wanted a range with characters in it, got {start} to {stop}. Mark at least one.")
        if start < 0 or stop > length:
            raise InputError(f"Wanted ranges within 0 to {length}, the text shown, got {start} to {stop}. Mark others.")
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    if merged == [(0, length)]:
        raise InputError(f"The ranges cover all {length} characters. Leave some out as a comparison.")
    return merged


# ---- units ---------------------------------------------------------------------------------------------------


def find_units(
    values: Values, ranges: Ranges, around: int | None = None, draws: int = DRAWS, seed: int = 0
) -> pd.DataFrame:
    """How exactly each unit is on, or off, in the ranges, best first.

    A row for each column and sign (-1: low inside). Ranks are midranks among all characters of the window, as shares of
    0 .. 1. A unit that knows only on and off comes to a half, one that separates as well but takes many values comes to
    .1 (`soft`) or just above 0 (`strict`), and one that does not separate is far below 0. Floats are first put to 256
    even levels between their column's extremes.

    - `soft`: the rank that nine tenths inside reach, less the rank that a tenth around exceeds. The order is by this.
    - `strict`: the lowest rank inside less the highest around. Above 0: no exception at all.
    - `auroc`: that a character inside is above one around; a tie counts half.
    - `gap`: as `soft`, but of the values, in shares of the column's span: breaks ties.
    - `p_soft`, `p_strict`, `p_auroc`: how often ranges of the same number and lengths, placed anywhere in the window at
      random, have a column, any and of either sign, with as high a score: (1 + such draws) / (1 + draws). Since that is
      the best of all columns, p needs no further correction for their number.

    Args:
        values: of all columns; float, or int8 or uint8 codes.
        ranges: first character and the one after the last, from 0.
        around: compare with this many characters on either side of each range; if None, with the whole window.
        draws: random placements.
        seed: of the placements.

    Raises:
        InputError: see `merge_ranges`; `around` is below 1.
    """
    length = len(values)
    merged = merge_ranges(ranges, length)
    if around is not None and around < 1:
        raise InputError(f"Wanted at least 1 character around the ranges, got {around}. Leave it out for all others.")
    placements = place_ranges(np.array(merged), length, draws, seed)
    areas = np.array([[[0, length]]]) if around is None else widen_ranges(placements, around, length)
    found, chance = [], []
    for first in range(0, values.shape[1], COLUMNS):
        scores = score_placements(_levels_of(values[:, first : first + COLUMNS]), placements, areas)
        found.append(scores[:, 0])
        chance.append(scores[:, 1:].max(axis=0).max(axis=1))
    return _rank_units(np.concatenate(found), np.max(chance, axis=0))


def _levels_of(values: Shaped[np.ndarray, "time column"]) -> UInt8[np.ndarray, "column time"]:
    columns = np.ascontiguousarray(values.T)
    if columns.dtype == np.uint8:
        return columns
    if columns.dtype == np.int8:
        return columns.view(np.uint8) ^ np.uint8(0x80)
    if np.issubdtype(columns.dtype, np.floating):
        columns = columns.astype(np.float32, copy=False)
        if np.isfinite(columns).all():
            return to_levels(columns)
    raise ValueError(f"Wanted finite floats, int8 or uint8 [time, column], got {values.dtype}, perhaps not finite.")


def _rank_units(
    scores: Float32[np.ndarray, "column sign score"], chance: Float32[np.ndarray, "draw score"]
) -> pd.DataFrame:
    columns = np.arange(len(scores))
    table = pd.DataFrame({"column": np.tile(columns, 2), "sign": np.repeat([1, -1], len(columns))})
    for index, name in enumerate(SCORES):
        table[name] = scores[:, :, index].T.ravel()
    for index, name in enumerate(SCORES[:JUDGED]):
        best = np.sort(chance[:, index])
        as_high = len(best) - np.searchsorted(best, table[name].to_numpy())
        table[f"p_{name}"] = (1 + as_high) / (1 + len(best))
    return table.sort_values(["soft", "auroc", "gap"], ascending=False, kind="stable", ignore_index=True)


def place_ranges(
    ranges: Int64[np.ndarray, "range 2"], length: int, draws: int, seed: int
) -> Int64[np.ndarray, "placement range 2"]:
    """The ranges, and after them as many of the same lengths at random, every way to place them being as likely.

    Ranges do not touch one another. They may fall on those in question: what is random has no reason to avoid them, and
    a rule that kept them away would make p too small.
    """
    random = np.random.default_rng(seed)
    lengths = np.tile(ranges[:, 1] - ranges[:, 0], (draws, 1))
    lengths = random.permuted(lengths, axis=1)
    free = length - lengths[:1].sum()
    spots = [random.choice(free + 1, len(ranges), replace=False) for _ in range(draws)]
    starts = np.sort(np.reshape(spots, (draws, len(ranges)))) + lengths.cumsum(axis=1) - lengths
    return np.concatenate([ranges[None], np.stack([starts, starts + lengths], axis=2)])


def widen_ranges(
    placements: Int64[np.ndarray, "placement range 2"], around: int, length: int
) -> Int64[np.ndarray, "placement range 2"]:
    """Each range with `around` characters on either side, cut off where one begins or the text ends."""
    starts = np.maximum(placements[:, :, 0] - around, 0)
    stops = np.minimum(placements[:, :, 1] + around, length)
    starts[:, 1:] = np.maximum(starts[:, 1:], stops[:, :-1])
    return np.stack([starts, stops], axis=2)


# ---- concepts ------------------------------------------------------------------------------------------------


def find_concepts(
    codes: UInt32[np.ndarray, " text"], ranges: Ranges, concepts: Sequence[Concept], window: slice | None = None
) -> pd.DataFrame:
    """How well each concept separates the ranges from the rest of the window, best first.

    A row for each concept with the `rule` on its label that fits best: `yes` or `no` where it is 0 or 1, a class of
    a phase, and of an amount the best of all thresholds, from above or from below. Characters to which a concept does
    not apply are never on. `f1` and `iou` compare the characters that are on with the ranges, `precision` and `recall`
    say in which way they differ. All are NaN where the label does not vary within the window.

    Args:
        codes: the text, also before and after the window, since a label may depend on it.
        ranges: first character and the one after the last, from 0, where the window begins.
        concepts: to be compared.
        window: the part of the text that the ranges count in; if None, all of it.

    Raises:
        InputError: see `merge_ranges`.
    """
    start, stop, _ = (window or slice(None)).indices(len(codes))
    inside = np.zeros(stop - start, dtype=bool)
    for first, last in merge_ranges(ranges, len(inside)):
        inside[first:last] = True
    rows = [
        {"concept": one.name, "kind": one.kind, **_best_rule(one, one.labels(codes)[start:stop], inside)}
        for one in concepts
    ]
    columns = ["concept", "kind", "rule", "f1", "iou", "precision", "recall"]
    table = pd.DataFrame(rows, columns=pd.Index(columns))
    return table.sort_values("f1", ascending=False, kind="stable", ignore_index=True)


def _best_rule(
    concept: Concept, labels: Float32[np.ndarray, " time"], inside: Bool[np.ndarray, " time"]
) -> dict[str, float | str]:
    applies = ~np.isnan(labels)
    values, value_of = np.unique(labels[applies], return_inverse=True)
    if len(values) < 2:
        return {"rule": "", "f1": np.nan, "iou": np.nan, "precision": np.nan, "recall": np.nan}
    on = np.bincount(value_of, minlength=len(values))
    hits = np.bincount(value_of[inside[applies]], minlength=len(values))
    if concept.is_amount:
        rules = [f">= {value:g}" for value in values[1:]] + [f"<= {value:g}" for value in values[:-1]]
        on, hits = (np.append(many[::-1].cumsum()[::-1][1:], many.cumsum()[:-1]) for many in (on, hits))
    else:
        rules = [{0: "no", 1: "yes"}[value] if concept.is_binary else f"= {value:g}" for value in values]
    wanted = inside.sum()
    f1 = 2 * hits / (on + wanted)
    best = int(np.argmax(f1))
    return {
        "rule": rules[best],
        "f1": float(f1[best]),
        "iou": float(hits[best] / (on[best] + wanted - hits[best])),
        "precision": float(hits[best] / on[best]),
        "recall": float(hits[best] / wanted),
    }
