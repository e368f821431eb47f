"""What a search found, as tables: in memory, beside a run's weights, and in files of one's own."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from models.run import UNITS, Run, replacing

SCORES, SHARE, PROBES = "scores.parquet", "share.parquet", "probes.parquet"


@dataclass(frozen=True)
class Findings:
    """The tables of one search; docs/run-format.md names their columns."""

    units: pd.DataFrame
    """The best units of each concept and state, with their evidence, controls and verdicts."""
    scores: pd.DataFrame
    """Every unit with every concept."""
    share: pd.DataFrame
    """The share of interpretable units over thresholds."""
    probes: pd.DataFrame
    """What the best 1, 2, 4, 8 and 16 units together tell."""

    @property
    def attributes(self) -> dict[str, Any]:
        """What was searched, and with which weights."""
        return {str(name): value for name, value in self.units.attrs.items()}

    def save(self, folder: Path) -> None:
        """Write all tables into a run's folder, each whole or not at all."""
        for name, table in self._tables():
            save_table(table, folder / name)

    def _tables(self) -> list[tuple[str, pd.DataFrame]]:
        return [(SCORES, self.scores), (SHARE, self.share), (PROBES, self.probes), (UNITS, self.units)]


def rows_of(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Each row as a dictionary by column."""
    names = [str(name) for name in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table.itertuples(index=False, name=None)]


SYMBOLS = {"hidden": "h", "cell": "c"}


def symbol_of(state: str) -> str:
    """h, c, or the name of a gate in words."""
    return SYMBOLS.get(state, state.replace("_", " "))


MEASURES = {"auroc": "AUROC", "spearman": "Spearman", "eta2": "η²"}
CLEAR = ("default", "strict")


def summarise(units: pd.DataFrame) -> pd.DataFrame:
    """The table of units as people read it: the best unit of each concept first, among all states.

    `place` is the place among all states, `measure` is written out, `clear` says whether the unit is a detector or a
    ramp by the default rule.
    """
    found = units["verdict"].isin(["detector", "ramp"]) & units["level"].isin(CLEAR)
    table = units.assign(measure=units["measure"].map(MEASURES), clear=found)
    table = table.sort_values("development", ascending=False, kind="stable")
    table["place"] = table.groupby("concept", sort=False).cumcount() + 1
    return table


def findings_with(attributes: dict[str, Any], **tables: pd.DataFrame) -> Findings:
    """Findings whose tables all say what was searched."""
    for table in tables.values():
        table.attrs.update(attributes)
    return Findings(**tables)


def load_findings(run: Run) -> Findings | None:
    """The tables beside a run's weights, or None if these weights were not searched."""
    tables = [run.measured_table(name) for name in (UNITS, SCORES, SHARE, PROBES)]
    units, scores, share, probes = tables
    if units is None or scores is None or share is None or probes is None:
        return None
    return Findings(units, scores, share, probes)


def save_table(table: pd.DataFrame, path: Path) -> None:
    """Write a table as Parquet (or CSV, by the name's ending), whole or not at all."""
    with replacing(path) as temporary:
        if path.suffix == ".csv":
            table.to_csv(temporary, index=False)
        else:
            table.to_parquet(temporary, index=False, compression="zstd")


def load_table(run: Run) -> pd.DataFrame | None:
    """The table of units beside a run's weights, or None if these weights were not searched."""
    return run.measured_table(UNITS)
