"""When a unit came to follow a concept: its agreement with the concept at each snapshot of a training.

The sign of a unit is that of the search of the final network, where that scored the unit; else the unit's sign at the
last snapshot. It holds for all snapshots: a unit that once was higher outside and now is higher inside has been below
chance.

Axes: `snapshot`; `time`, the characters of the passage that every snapshot read; `unit_name`, all units side by side.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr
from jaxtyping import Bool, Float, Float32, Float64, Int8
from scipy.stats import rankdata

from analysis.concepts import CONCEPTS, Concept, fitting_concepts
from analysis.statistics import CHANCE, Measure, centred_weights, measure_values
from models.units import Unit

PASSES: dict[Measure, float] = {"auroc": 0.8, "spearman": 0.6}  # a score that speaks of a unit that follows a concept
FEWEST = 10  # characters inside and outside: with fewer, many units look good by chance
CHANGING = ("state", "anticipation", "count", "ramp")  # kinds that need more than the character just read

Labels = Mapping[str, Float32[np.ndarray, " time"]]


@dataclass(frozen=True)
class Emergence:
    """How well one unit followed one concept at each snapshot."""

    concept: Concept
    scores: Float64[np.ndarray, " snapshot"]
    """AUROC, or Spearman's correlation for amounts, times the sign; chance where the unit is constant."""
    sign: int
    """1 if the unit is higher where the concept holds (or grows), -1 if lower."""

    @property
    def passes(self) -> float:
        """The score that counts as following the concept."""
        return PASSES[self.concept.measure]

    @property
    def settled(self) -> int | None:
        """The first snapshot from which on the score stays at `passes` or above; None if it ends below."""
        below = np.flatnonzero(self.scores < self.passes)
        first = int(below[-1]) + 1 if len(below) else 0
        return first if first < len(self.scores) else None


def fitting_labels(codes: np.ndarray, corpus_name: str) -> dict[str, Float32[np.ndarray, " time"]]:
    """The labels of the concepts that fit a passage: meant for its corpus, and both inside and outside often enough.

    Classes without an order are left out: they have no inside.
    """
    found = {}
    for concept in fitting_concepts(corpus_name, codes.astype(np.uint32)):
        if concept.has_sides:
            labels = concept.labels(codes.astype(np.uint32))
            if min(side.sum() for side in concept.sides(labels)) >= FEWEST:
                found[concept.name] = labels
    return found


def emergence(
    concept: Concept,
    labels: Float32[np.ndarray, " time"],
    values: Int8[np.ndarray, "snapshot time"],
    sign: int | None = None,
) -> Emergence:
    """How well a unit followed a concept at each snapshot; without a `sign`, that of the last snapshot counts."""
    known, chance = ~np.isnan(labels), CHANCE[concept.measure]
    above = np.array(
        [measure_values(concept.measure, labels[known], row[known].astype(np.float64)) - chance for row in values]
    )
    above = np.nan_to_num(above)
    sign = sign or (-1 if above[-1] < 0 else 1)
    return Emergence(concept, chance + sign * above, sign)


def agreements(values: Int8[np.ndarray, "time unit_name"], labels: Labels) -> Float64[np.ndarray, "unit_name concept"]:
    """From -1 to 1, chance is 0: 2 AUROC - 1 of concepts that hold or not, Spearman's correlation of amounts."""
    found = np.zeros((values.shape[1], len(labels)))
    ranks: dict[bytes, tuple[Bool[np.ndarray, " time"], Float64[np.ndarray, "unit_name time"]]] = {}
    for place, (name, of_text) in enumerate(labels.items()):
        known = ~np.isnan(of_text)
        if known.tobytes() not in ranks:
            ranks[known.tobytes()] = known, _ranks(values[known])
        found[:, place] = _agreement(CONCEPTS[name], of_text[known], ranks[known.tobytes()][1])
    return found


def _ranks(values: Int8[np.ndarray, "time unit_name"]) -> Float64[np.ndarray, "unit_name time"]:
    """Centred midranks over n: see `centred_weights`."""
    return (rankdata(values, axis=0).T - (len(values) + 1) / 2) / len(values)


def _agreement(
    concept: Concept, labels: Float[np.ndarray, " row"], ranks: Float64[np.ndarray, "unit_name row"]
) -> Float64[np.ndarray, " unit_name"]:
    (column,), (norm,) = centred_weights(labels, concept.measure)
    if concept.is_binary:
        return 2 * (ranks @ column) / norm
    squares = np.sqrt((ranks**2).sum(axis=1))
    return np.divide(ranks @ column / norm, squares, out=np.zeros(len(ranks)), where=squares > 0)


def emerging_units(snapshots: xr.Dataset, labels: Labels, state: str, count: int = 12) -> pd.DataFrame:
    """The units that gained most from the first snapshot to the last, each with the concept that it gained it for.

    Columns `state`, `layer`, `unit`, `concept`, `first` and `last` (sizes of the agreement at both ends), `gain`, their
    difference. Concepts that the character just read decides are left out: any network follows these from the start.
    """
    changing = {name: of_text for name, of_text in labels.items() if CONCEPTS[name].kind in CHANGING}
    if not changing:
        return pd.DataFrame(columns=["state", "layer", "unit", "concept", "first", "last", "gain"])
    ends = [np.abs(agreements(snapshots[state].isel(snapshot=at).to_numpy(), changing)) for at in (0, -1)]
    best = (ends[1] - ends[0]).argmax(axis=1)
    first, last = (of_end[np.arange(len(best)), best] for of_end in ends)
    names = np.array(list(changing))
    return _of_units(snapshots, state, concept=names[best], first=first, last=last, gain=last - first).head(count)


def followers(snapshots: xr.Dataset, labels: Labels, state: str, concept: str, count: int = 6) -> pd.DataFrame:
    """The units that follow a concept best at the last snapshot: `state`, `layer`, `unit`, `concept`, `gain`.

    `gain` is the size of the agreement, from 0 at chance to 1.
    """
    last = np.abs(agreements(snapshots[state].isel(snapshot=-1).to_numpy(), {concept: labels[concept]}))[:, 0]
    return _of_units(snapshots, state, concept=concept, gain=last).head(count)


def _of_units(snapshots: xr.Dataset, state: str, **columns: np.ndarray | str) -> pd.DataFrame:
    about = {"state": state, "layer": snapshots["layer"].to_numpy(), "unit": snapshots["unit"].to_numpy()}
    return pd.DataFrame(about | columns).sort_values("gain", ascending=False, kind="stable").reset_index(drop=True)


def best_concept(unit: Unit, snapshots: xr.Dataset, labels: Labels) -> str:
    """The concept that a unit follows best at the last snapshot; empty if none fits.

    Concepts that the character just read decides are left out.
    """
    changing = {name: of_text for name, of_text in labels.items() if CONCEPTS[name].kind in CHANGING}
    if not changing:
        return ""
    values = snapshots[unit.state].sel(unit_name=str(unit)).isel(snapshot=-1).to_numpy()
    return list(changing)[int(np.abs(agreements(values[:, None], changing))[0].argmax())]
