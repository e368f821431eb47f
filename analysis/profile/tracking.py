"""One unit and one concept in one text: inside and outside, around its events, earlier and later.

Axes: `time`; `event`, a place where the concept begins, ends, rises or falls; `lag`, characters after an event.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float32, Float64, Int64

from analysis.concepts import CONCEPTS, Concept
from analysis.profile.excerpt import LabelledExcerpt
from analysis.statistics import measure_values

REACH = 30  # characters before and after an event
LEADS = tuple(range(-3, 4))
BINS = 48
SHORT = 5  # characters before and after an event whose means are compared
FEWEST_EVENTS = 10
NORMAL = 1.96  # 95 % of a normal distribution

Events = dict[str, Int64[np.ndarray, " _"]]


@dataclass(frozen=True)
class Histogram:
    """How often a unit has which activation, as shares of the characters inside and outside."""

    edges: Float64[np.ndarray, " edge"]
    inside: Float64[np.ndarray, " bin"]
    outside: Float64[np.ndarray, " bin"]


def histogram(
    values: Float32[np.ndarray, " time"], inside: Bool[np.ndarray, " time"], outside: Bool[np.ndarray, " time"]
) -> Histogram:
    """Both histograms over the same bins; each adds up to 1, or to 0 where there is no character."""
    edges = np.histogram_bin_edges(values[inside | outside].astype(np.float64), BINS)
    counts = [np.histogram(values[side], edges)[0] for side in (inside, outside)]
    return Histogram(edges, *(count / max(1, count.sum()) for count in counts))


def mean_by_amount(
    values: Float32[np.ndarray, " time"], labels: Float32[np.ndarray, " time"], most: int = 80
) -> pd.DataFrame:
    """Mean, 10 % and 90 % of a unit by amount: columns `amount`, `mean`, `low`, `high`, `count`.

    Amounts of fewer than ten characters are left out; more than `most` amounts are put together in even steps.
    """
    known = ~np.isnan(labels)
    amount, value = labels[known].astype(np.float64), values[known].astype(np.float64)
    if len(np.unique(amount)) > most:
        edges = np.linspace(amount.min(), amount.max(), most + 1)
        amount = ((edges[:-1] + edges[1:]) / 2)[np.clip(np.searchsorted(edges, amount, "right") - 1, 0, most - 1)]
    grouped = pd.Series(value).groupby(amount)
    table = pd.DataFrame(
        {
            "mean": grouped.mean(),
            "low": grouped.quantile(0.1),
            "high": grouped.quantile(0.9),
            "count": grouped.size(),
        }
    )
    return table[table["count"] >= FEWEST_EVENTS].rename_axis("amount").reset_index()


# ---- around events --------------------------------------------------------------------------------------------------


def events_of(concept: Concept, labels: Float32[np.ndarray, " time"]) -> Events:
    """Where a concept begins and ends, or an amount rises and falls, or an event happens, by name.

    An amount that grows with nearly every character has no rises to speak of. Classes change.
    """
    if concept.kind == "event":
        return {"happens": np.flatnonzero(labels == 1)}
    change = np.diff(labels)  # NaN where the concept does not apply
    up, down = np.flatnonzero(change > 0) + 1, np.flatnonzero(change < 0) + 1
    if concept.is_binary:
        return {"begins": up, "ends": down}
    if not concept.is_amount:
        return {"changes": np.flatnonzero((change != 0) & ~np.isnan(change)) + 1}
    return {"falls": down} if concept.kind == "ramp" else {"rises": up, "falls": down}


@dataclass(frozen=True)
class PeriEvent:
    """The mean activation around events, with a 95 % interval of that mean; lag 0 is the event's own character."""

    lags: Int64[np.ndarray, " lag"]
    mean: Float64[np.ndarray, " lag"]
    low: Float64[np.ndarray, " lag"]
    high: Float64[np.ndarray, " lag"]
    events: int


def peri_event(
    values: Float32[np.ndarray, " time"], events: Int64[np.ndarray, " event"], reach: int = REACH
) -> PeriEvent | None:
    """The mean around events whose surroundings are whole; None if there are fewer than ten of them."""
    whole = events[(events >= reach) & (events < len(values) - reach)]
    if len(whole) < FEWEST_EVENTS:
        return None
    lags = np.arange(-reach, reach + 1)
    around = values[whole[:, None] + lags].astype(np.float64)
    mean, error = around.mean(axis=0), around.std(axis=0, ddof=1) / np.sqrt(len(whole))
    return PeriEvent(lags, mean, mean - NORMAL * error, mean + NORMAL * error, len(whole))


def movers(passage: LabelledExcerpt, values: Float32[np.ndarray, " time"], count: int = 8) -> pd.DataFrame:
    """The events of all concepts that move a unit most: columns `concept`, `event`, `count`, `change`, `low`, `high`.

    The change is the mean over five characters from the event on less that over the five before it, in standard
    deviations of the unit, with a 95 % interval.
    """
    total = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
    deviation = max(float(values.std(dtype=np.float64)), 1e-12)
    rows = []
    for name, labels in passage.labels.items():
        for event, at in events_of(CONCEPTS[name], labels).items():
            at = at[(at >= SHORT) & (at <= len(values) - SHORT)]
            if len(at) < FEWEST_EVENTS:
                continue
            change = (total[at + SHORT] - 2 * total[at] + total[at - SHORT]) / (SHORT * deviation)
            mean, error = change.mean(), NORMAL * change.std(ddof=1) / np.sqrt(len(at))
            rows.append((name, event, len(at), mean, mean - error, mean + error))
    table = pd.DataFrame(rows, columns=["concept", "event", "count", "change", "low", "high"])
    return table.sort_values("change", key=np.abs, ascending=False, kind="stable").head(count).reset_index(drop=True)


# ---- earlier and later ----------------------------------------------------------------------------------------------


def agreement_by_lag(
    concept: Concept, values: Float32[np.ndarray, " time"], labels: Float32[np.ndarray, " time"]
) -> dict[int, float]:
    """How well the unit now tracks the concept `lag` characters from now, for lags of -3 .. 3.

    AUROC of what is yes or no, Spearman's correlation of amounts, the share of the ranks' variance (eta squared)
    between classes. A unit that tracks a positive lag best leads: it knows before the text shows. All are taken on
    the same characters.
    """
    here = np.arange(-min(LEADS), len(values) - max(LEADS))
    shifted = {lag: labels[here + lag] for lag in LEADS}
    known = ~np.isnan(np.stack(list(shifted.values()))).any(axis=0)
    return {lag: measure_values(concept.measure, each[known], values[here][known]) for lag, each in shifted.items()}
