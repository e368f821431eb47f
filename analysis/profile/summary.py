"""What the tables of a search say of one unit: the concepts that explain it best, and the units that say the same.

Axes: `column`, one unit in one of its states.
"""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.findings import Findings, best_units, rows_of, sureness
from models.run import Run
from models.units import Unit

CONCEPTS_SHOWN = 6
WEAKEST = 0.2  # least strength at which a unit is said to track a concept: an AUROC of .6, a correlation of .2


@dataclass(frozen=True)
class Match:
    """How one unit tracks one concept, on text that was not used to choose it, and which unit does best."""

    concept: str
    sign: int
    """-1 if the unit is lower where the concept holds, or where there is more of it."""
    score: float
    stratified: float
    """AUROC among equal characters; NaN of amounts and classes."""
    rank: int
    """1 for the unit and state that followed the concept best on the development part."""
    best: Unit
    best_score: float
    evidence: dict[str, Any] | None
    """The row of the table of units, with verdict and controls; None if it is not among the concept's candidates."""

    @property
    def verdict(self) -> str:
        return self.evidence["verdict"] if self.evidence else ""

    @property
    def level(self) -> str:
        return self.evidence["level"] if self.evidence else ""


def matches(findings: Findings, unit: Unit, count: int = CONCEPTS_SHOWN) -> list[Match]:
    """The concepts that explain a unit best: those with a verdict first, then by strength on the development part."""
    judged = {row["concept"]: row for row in rows_of(_rows_of(findings.units, unit))}
    of_unit = _rows_of(findings.scores, unit).dropna(subset=["development", "score"])  # some occur in one part only
    of_unit = of_unit.sort_values("development", ascending=False, kind="stable")
    known = of_unit["concept"].isin(judged)
    shown = pd.concat([of_unit[known], of_unit[~known & (of_unit["development"] >= WEAKEST)].head(count)])
    found = [_match(findings, judged.get(str(row["concept"])), row) for _, row in shown.iterrows()]
    return sorted(found, key=_order)[:count]


def _match(findings: Findings, judged: dict[str, Any] | None, row: pd.Series) -> Match:
    of_concept = findings.scores[findings.scores["concept"] == row["concept"]]
    best = of_concept.loc[of_concept["development"].idxmax()]
    return Match(
        str(row["concept"]),
        int(judged["sign"] if judged else row["sign"]),
        float(judged["score"] if judged else row["score"]),
        float(judged["stratified_auroc"] if judged else row["stratified"]),
        1 + int((of_concept["development"] > row["development"]).sum()),
        Unit.of_row(best.to_dict()),
        float(best["score"]),
        judged,
    )


def _order(match: Match) -> tuple[tuple[int, int], float]:
    """By verdict and rule, then by score: what a concept explains comes before what only correlates with it."""
    return sureness({"verdict": match.verdict, "level": match.level}), -abs(match.score)


def mates(findings: Findings, unit: Unit) -> list[Unit]:
    """Units and states that say the same on the test part: those of the unit's cluster, in the order of the table."""
    own = _rows_of(findings.units, unit)
    if own.empty or "cluster" not in own:
        return []
    same = findings.units[findings.units["cluster"] == own["cluster"].iloc[0]]
    return [each for each in dict.fromkeys(map(Unit.of_row, rows_of(same))) if each != unit]


def _rows_of(table: pd.DataFrame, unit: Unit) -> pd.DataFrame:
    return table[(table["layer"] == unit.layer) & (table["unit"] == unit.index) & (table["state"] == unit.state)]


def known_units(findings: Findings, run: Run) -> list[tuple[str, Unit]]:
    """The best unit of each concept, in whatever state of the run's cell: surest first."""
    of_states = findings.units["state"].isin(run.states) & findings.units["development"].notna()
    return [(row["concept"], Unit.of_row(row)) for row in rows_of(best_units(findings.units[of_states]))]
