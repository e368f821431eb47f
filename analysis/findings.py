"""The tables of a search, column by column, and how they are read, ordered and written.

Other modules compute and format the columns; their meaning is defined here.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from corpora import InputError
from models.run import UNITS, Run
from models.tables import Column, Table, write_table
from models.units import Unit
from models.writing import replacing, replacing_together

SCORES, SHARE, PROBES = "scores.parquet", "share.parquet", "probes.parquet"
FORMAT = 2
RENAMED = {  # columns of format 1
    "place": "rank_in_state", "oracle_1": "ngram_1", "oracle_3": "ngram_3", "oracle_5": "ngram_5",
    "random_init": "untrained", "chance": "null_95",
}  # fmt: skip
NGRAMS = ("ngram_1", "ngram_3", "ngram_5")
FOUND = ("detector", "ramp")  # verdicts that count as having found something
LEVELS = ("strict", "default", "lax")
CLEAR = LEVELS[:2]


def _columns(**described: str) -> tuple[Column, ...]:
    """Columns of a table, each `type: meaning`."""
    return tuple(Column(name, *words.split(": ", 1)) for name, words in described.items())


_UNIT = {
    "state": "string: `hidden`; of an LSTM also `cell`; with `--gates` also gates, such as `forget_gate`",
    "layer": "integer: from 1",
    "unit": "integer: from 0",
}
_FOLLOWS = {
    "sign": "integer: 1 if the unit is higher where the concept holds (or grows), −1 if lower; chosen on the development part",
    "development": r"float: 0 to 1, how well the unit follows the concept on the development part: the weaker of 2 AUROC − 1 and the same within characters, \|Spearman\|, or η²; NaN if it could not be scored",
}
TABLES: dict[str, tuple[Column, ...]] = {
    UNITS: _columns(
        concept="string: name of the concept; `python -m analysis concepts` describes each",
        kind="string: `state`, `anticipation`, `event` and `local` (labels of 0 and 1), `count` and `ramp` (amounts), `phase` (classes)",
        measure="string: what `score` is: `auroc` for labels of 0 and 1, `spearman` for amounts, `eta2` for classes",
        **_UNIT,
        rank_in_state="integer: 1 to 5 among the units of this concept and state, by `development`",
        **_FOLLOWS,
        score="float: on the test part, with `sign`",
        auroc="float: `score` of labels of 0 and 1, else NaN",
        spearman="float: `score` of amounts, else NaN",
        eta2="float: `score` of classes, else NaN: the share of the variance of the unit's ranks that the classes explain",
        stratified_auroc="float: AUROC among equal characters, averaged with van Elteren's weights; NaN for amounts and classes",
        threshold="float: activation with the best F1 on the development part: the unit predicts the concept from it upwards (`sign` 1) or downwards (−1)",
        f1="float: F1 on the test part at `threshold`",
        iou="float: intersection over union on the test part at `threshold`",
        average_precision="float: on the test part",
        r2="float: of amounts: the share of the label's variance that a monotone curve of the unit explains, fitted on the development part",
        share="float: share of the test characters where the concept holds; of amounts, where it is above 0; of classes, where it applies",
        ci_low="float: lower end of the 95 % interval of `score`: block bootstrap over 100 blocks of the test part, drawn 1,000 times",
        ci_high="float: upper end of that interval",
        ngram_1="float: n-gram baseline: the same measure of the concept's probability (or mean) after the last character; NaN for classes",
        ngram_3="float: the same after the last 3 characters",
        ngram_5="float: the same after the last 5 characters",
        rotated="float: score of the best unit, chosen in the same way, of the same state after a random rotation of each layer's standardised units",
        delimiter_swap="float: score of the best unit for the same rule with other delimiters of about equal frequency: the best of up to three; NaN without delimiters",
        null_95="float: 95th percentile of the best unit's score over draws of null labels, which are labels of other excerpts",
        p_value="float: how often the best of all units does as well with null labels (200 draws; if fewer than ten do, from the tail of a Gumbel distribution)",
        q_value="float: the p-value adjusted for all concepts and states of the same `rank_in_state` (Benjamini and Hochberg)",
        cluster="integer: the same number for similar units: joined by rank correlations of at least .8, of either sign",
        untrained="float: best score, on the same test part, of the units chosen in the same way from three untrained networks of the same shape",
        verdict="string: `detector`, `ramp`, `local` or `none`",
        level="string: the strictest rule satisfied: `strict`, `default`, `lax`, or empty",
    ),
    SCORES: _columns(
        concept="string: as above",
        **_UNIT,
        **_FOLLOWS,
        score="float: the concept's measure on the test part, with `sign`",
        stratified="float: the stratified AUROC on the test part, with `sign`",
    ),
    SHARE: _columns(
        source="string: `trained`, `rotated` (the trained network's layers rotated at random), `untrained` (the mean of three)",
        state="string: as above",
        threshold="float: of both AUROCs",
        share="float: of the units of this state",
        concepts="float: how many different concepts these units detect",
    ),
    PROBES: _columns(
        source="string: `trained`, or `untrained` (the mean of three)",
        concept="string: as above; there are none for classes",
        state="string: as above",
        size="integer: how many units",
        score="float: AUROC or Spearman on the test part",
        units="list: the units, as columns of layers and units flattened: (layer − 1) × `hidden_size` + unit; of `untrained`, those of the first network",
    ),
}
ATTRIBUTES = {
    "format": "2; tables of format 1 are still read",
    "run": "name of the run",
    "search": "tells searches apart: the same in all tables of one; missing in older tables",
    "weights_sha256": "the weights that were searched; the table is not used for other weights",
    "source": "the text: corpus and split, file, or recording",
    "characters": "length of the searched text",
    "development_characters": "length of the development part, on which units are chosen",
    "test_characters": "length of the test part, on which they are scored; a gap of at least 1,000 characters lies between the two",
}


@dataclass(frozen=True)
class Findings:
    """The tables of one search; `TABLES` and docs/run-format.md name their columns."""

    units: pd.DataFrame
    """The best units of each concept and state, with their evidence, controls and verdicts."""
    scores: pd.DataFrame
    """Every unit against every concept."""
    share: pd.DataFrame
    """The share of interpretable units over thresholds."""
    probes: pd.DataFrame
    """How well the best 1, 2, 4, 8 and 16 units together predict a concept."""

    @classmethod
    def of(cls, attributes: dict[str, Any], **tables: pd.DataFrame) -> "Findings":
        """Tables that all say what was searched, with their columns in order."""
        ordered, search = {}, hashlib.sha256(tables["units"].to_csv(index=False).encode()).hexdigest()[:16]
        for name, table in tables.items():
            ordered[name] = table[[column.name for column in TABLES[f"{name}.parquet"]]].copy()
            ordered[name].attrs = {"format": FORMAT, "search": search, **attributes}
        return cls(**ordered)

    @property
    def attributes(self) -> dict[str, Any]:
        """What was searched, and with which weights."""
        return {str(name): value for name, value in self.units.attrs.items()}

    def save(self, folder: Path) -> None:
        """Write all tables into a folder, all of them or none."""
        tables = {SCORES: self.scores, SHARE: self.share, PROBES: self.probes, UNITS: self.units}
        with replacing_together(folder) as made:
            for name, table in tables.items():
                _write_table(table, made / name)


# ---- what follows from the columns ----------------------------------------------------------------------------------


def best_ngram(units: pd.DataFrame) -> pd.Series:
    """The best n-gram baseline of each row; NaN where there is none."""
    return units[list(NGRAMS)].max(axis=1)


def best_baseline(units: pd.DataFrame) -> pd.Series:
    """The best that is reached without a trained unit: by n-grams, or by a unit of untrained networks."""
    return units[[*NGRAMS, "untrained"]].max(axis=1)


def sureness(row: Mapping[str, Any]) -> tuple[int, int]:
    """An order of verdicts, the surest first: what was found by the rule it satisfies, what is local, all the rest."""
    return _group_of(row["verdict"]), LEVELS.index(row["level"]) if row["level"] in LEVELS else len(LEVELS)


def _group_of(verdict: str) -> int:
    """0 for what was found, 1 for what is local, 2 for what was judged to be nothing or was not judged."""
    return 0 if verdict in FOUND else 1 if verdict == "local" else 2


def ranked(units: pd.DataFrame) -> pd.DataFrame:
    """The table of units as people read it: the concept with the surest unit first, and of each its best unit first.

    Adds `rank` (1 for the unit that followed the concept best on the development part, whatever its state), `clear`
    (a detector or a ramp by the default or the strict rule), `ngram` (the best n-gram baseline) and `baseline` (the
    best of n-grams and untrained networks). The index is that of the rows.
    """
    table = units.assign(
        clear=units["verdict"].isin(FOUND) & units["level"].isin(CLEAR),
        ngram=best_ngram(units),
        baseline=best_baseline(units),
    ).sort_values("development", ascending=False, kind="stable")
    table["rank"] = table.groupby("concept", sort=False).cumcount() + 1
    best = table[table["rank"] == 1]
    order = best.assign(
        group=best["verdict"].map(_group_of),
        unclear=~best["clear"],
    ).sort_values(["group", "unclear", "score"], ascending=[True, True, False], kind="stable")
    number = {concept: number for number, concept in enumerate(order["concept"])}
    return table.iloc[np.lexsort([table["rank"], table["concept"].map(number)])]


def best_units(units: pd.DataFrame) -> pd.DataFrame:
    """The best unit of each concept, in whatever state, the surest first."""
    table = ranked(units)
    return table[table["rank"] == 1]


def found_unit(run: Run, concept: str, state: str = "") -> Unit:
    """The unit of a run that follows a concept best, in a state or in whatever state. Raises: see `found_row`."""
    return Unit.of_row(found_row(run, concept, state))


def found_row(run: Run, concept: str, state: str = "") -> dict[str, Any]:
    """The row, as `ranked` makes it, of the unit that follows a concept best, in a state or in whatever state.

    Raises:
        InputError: the run was not searched, or its search found no unit for the concept; see also `load_units`.
    """
    units = load_units(run)
    found = [] if units is None else rows_of(ranked(units[units["concept"] == concept]))
    for row in found:
        if state in ("", row["state"]):
            return row
    kind = f"{concept} ({state})" if state else concept
    raise InputError(f"Wanted a unit of {run.name} for {kind}, but its search has none. Search it for that concept.")


def rows_of(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Each row as a dictionary by column."""
    names = [str(name) for name in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table.itertuples(index=False, name=None)]


# ---- files ----------------------------------------------------------------------------------------------------------


REMEDY = "Delete it, then search again: python -m analysis search RUN"
STORED = {name: Table(name, columns, REMEDY, FORMAT, RENAMED) for name, columns in TABLES.items()}


def load_findings(run: Run) -> Findings | None:
    """The tables of the search of a run's present weights, or None if these weights were not searched.

    Raises:
        InputError: a table is damaged, or was written by a newer Charscope.
    """
    tables = run.measured_tables(*(STORED[name] for name in (UNITS, SCORES, SHARE, PROBES)))
    return None if tables is None else Findings(*tables)


def load_units(run: Run) -> pd.DataFrame | None:
    """The table of units alone. Raises: see `load_findings`."""
    return run.measured_table(STORED[UNITS])


def save_table(table: pd.DataFrame, path: Path) -> None:
    """Write a table as Parquet (or CSV, by the name's ending), whole or not at all."""
    with replacing(path) as temporary:
        _write_table(table, temporary)


def _write_table(table: pd.DataFrame, path: Path) -> None:
    if path.suffix == ".csv":
        table.to_csv(path, index=False)
    else:
        write_table(table, path)


def is_units_table(path: Path) -> bool:
    """Whether a file is a table of units, as `save_table` writes one."""
    names = [column.name for column in TABLES[UNITS]]
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.readline().strip().split(",") == names
    with path.open("rb") as file:
        return file.read(4) == b"PAR1" and pq.read_schema(path).names == names
