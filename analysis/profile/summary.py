"""What the tables of a search say of one unit: the concepts that explain it best, and the units that say the same.

Axes: `column`, one unit in one of its states.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.findings import Findings
from corpora import InputError
from models.network import CELLS
from models.run import Run, describe

CONCEPTS_SHOWN = 6
WEAKEST = 0.2  # strength from which on a unit is said to go with a concept: an AUROC of .6, a correlation of .2
VERDICTS, LEVELS = ("detector", "ramp", "local"), ("strict", "default", "lax")  # the strongest first


@dataclass(frozen=True)
class UnitState:
    """One unit in one of its states. Layers count from 1, units from 0."""

    layer: int
    unit: int
    state: str

    def require(self, run: Run) -> None:
        """Refuse a unit or a state that a run lacks.

        Raises:
            InputError: the run has no such unit, or its cells no such state.
        """
        model, states = run.model, CELLS[run.model.cell].states
        if not (1 <= self.layer <= model.num_layers and 0 <= self.unit < model.hidden_size):
            raise InputError(
                f"No unit L{self.layer}·u{self.unit} in {run.name}: layers run from 1 to {model.num_layers}, "
                f"units from 0 to {model.hidden_size - 1}."
            )
        if self.state not in states:
            raise InputError(
                f"Wanted {' or '.join(states)} as the state of {run.name} ({describe(model)}), got {self.state}."
            )


@dataclass(frozen=True)
class Match:
    """How one unit goes with one concept, on text that had no part in choosing it, and which unit does best."""

    concept: str
    sign: int
    """-1 if the unit is lower where the concept holds, or where there is more of it."""
    score: float
    stratified: float
    """AUROC among equal characters; NaN of amounts and classes."""
    place: int
    """1 for the unit and state that followed the concept best on the development part."""
    best: UnitState
    best_score: float
    evidence: dict[str, Any] | None
    """The row of the table of units, with verdict and controls; None if it is not among the concept's candidates."""

    @property
    def verdict(self) -> str:
        return self.evidence["verdict"] if self.evidence else ""

    @property
    def level(self) -> str:
        return self.evidence["level"] if self.evidence else ""


def matches(findings: Findings, unit: UnitState, count: int = CONCEPTS_SHOWN) -> list[Match]:
    """The concepts that explain a unit best: those with a verdict first, then by strength on the development part."""
    judged = {row["concept"]: row for row in _rows_of(findings.units, unit).to_dict("records")}
    of_unit = _rows_of(findings.scores, unit).dropna(subset="development")
    of_unit = of_unit.sort_values("development", ascending=False, kind="stable")
    known = of_unit["concept"].isin(judged)
    shown = pd.concat([of_unit[known], of_unit[~known & (of_unit["development"] >= WEAKEST)].head(count)])
    found = [_match(findings, judged.get(str(row["concept"])), row) for _, row in shown.iterrows()]
    return sorted(found, key=_order)[:count]


def _match(findings: Findings, evidence: dict[Hashable, Any] | None, row: pd.Series) -> Match:
    of_concept = findings.scores[findings.scores["concept"] == row["concept"]]
    best = of_concept.loc[of_concept["development"].idxmax()]
    judged = {str(name): value for name, value in evidence.items()} if evidence else None
    return Match(
        str(row["concept"]),
        int(judged["sign"] if judged else row["sign"]),
        float(judged["score"] if judged else row["score"]),
        float(judged["stratified_auroc"] if judged else row["stratified"]),
        1 + int((of_concept["development"] > row["development"]).sum()),
        UnitState(int(best["layer"]), int(best["unit"]), str(best["state"])),
        float(best["score"]),
        judged,
    )


def _order(match: Match) -> tuple[int, int, float]:
    """By verdict, by level, by score: what a concept explains is told before what it only goes along with."""
    verdict = VERDICTS.index(match.verdict) if match.verdict in VERDICTS else len(VERDICTS)
    level = LEVELS.index(match.level) if match.level in LEVELS else len(LEVELS)
    return verdict // 2, level, -abs(match.score)


def mates(findings: Findings, unit: UnitState) -> list[UnitState]:
    """Units and states that say the same on the test part: those of the unit's cluster, in the order of the table."""
    own = _rows_of(findings.units, unit)
    if own.empty or "cluster" not in own:
        return []
    same = findings.units[findings.units["cluster"] == own["cluster"].iloc[0]]
    names = zip(same["layer"], same["unit"], same["state"], strict=True)
    found = dict.fromkeys(UnitState(int(layer), int(number), str(state)) for layer, number, state in names)
    return [each for each in found if each != unit]


def _rows_of(table: pd.DataFrame, unit: UnitState) -> pd.DataFrame:
    return table[(table["layer"] == unit.layer) & (table["unit"] == unit.unit) & (table["state"] == unit.state)]


def known_units(findings: Findings, run: Run) -> list[tuple[str, UnitState]]:
    """The best unit of each concept, in whatever state of the run's cell: surest first."""
    states = CELLS[run.model.cell].states
    table = findings.units[findings.units["state"].isin(states) & findings.units["development"].notna()]
    best = table.sort_values("development", ascending=False, kind="stable").drop_duplicates("concept")
    order = {verdict: number // 2 for number, verdict in enumerate(VERDICTS)}
    sure = best["verdict"].map(order).fillna(len(VERDICTS))
    best = best.assign(sure=sure).sort_values(["sure", "development"], ascending=[True, False], kind="stable")
    names = zip(best["concept"], best["layer"], best["unit"], best["state"], strict=True)
    return [(str(concept), UnitState(int(layer), int(unit), str(state))) for concept, layer, unit, state in names]
