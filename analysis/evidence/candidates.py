"""The units that track a concept best, and the evidence for each of them.

Axes: `column`, one unit in one state; `concept`; `time`.
"""

from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Int64

from analysis.evidence.judging import Part, judge
from analysis.evidence.prepare import Prepared
from analysis.evidence.verdicts import cluster
from analysis.findings import rows_of
from analysis.progress import Progress
from analysis.scoring.activations import ActivationStore, Panel
from analysis.scoring.kernels import look_up_ranks, rank_bins
from analysis.scoring.labels import LabelStore
from analysis.scoring.scores import Scores
from analysis.scoring.sources import ROTATED
from analysis.scoring.workers import Workers
from analysis.statistics import CHANCE, varies
from analysis.texts import Parts
from models.units import Unit

CANDIDATES = 5  # units kept per concept and state
AT_ONCE = 8  # pairs of unit and concept whose columns are in memory together
CLUSTER_ROWS = 20_000

Pair = tuple[int, int, int, int]  # number of the row, column within the panel, concept, sign
Task = tuple[Panel, LabelStore, Parts, list[Pair]]


def find_candidates(
    store: ActivationStore, prepared: Prepared, development: Scores, test: Scores, workers: Workers, progress: Progress
) -> pd.DataFrame:
    """The best units of each concept and state on the development part, and how they do on the test part."""
    rows = [
        row
        for index in range(len(prepared.concepts))
        for state in store.states
        if not state.endswith(ROTATED)
        for row in _best_of(store, prepared, development, test, index, state)
    ]
    tasks = _tasks(rows, store, prepared)
    progress.stage("weighing the evidence", len(tasks))
    for found in workers.map(_judge_pairs, tasks):
        for number, evidence in found.items():
            rows[number] |= evidence
        progress.advance()
    for row in rows:
        row["threshold"] = _threshold(row, store)
    table = pd.DataFrame(rows).drop(columns="edge", errors="ignore")
    return table.reindex(columns=[*table.columns, *(name for name in EVIDENCE if name not in table)])


EVIDENCE = ("threshold", "f1", "iou", "average_precision", "r2", "share", "ci_low", "ci_high")


def _best_of(
    store: ActivationStore, prepared: Prepared, development: Scores, test: Scores, index: int, state: str
) -> list[dict[str, Any]]:
    columns = store.columns_of(state)
    strength = np.nan_to_num(development.strength[index, columns], nan=-1.0)
    concept, measure = prepared.concepts[index], prepared.labels.measures[index]
    rows = []
    for rank, offset in enumerate(np.argsort(-strength, kind="stable")[:CANDIDATES], 1):
        column = columns.start + int(offset)
        sign = int(development.sign[index, column])
        known = strength[offset] >= 0
        value, stratified = test.at(index, column, sign) if known else (np.nan, np.nan)
        scored = {name: value if name == measure else np.nan for name in CHANCE}
        rows.append(
            {"concept": concept.name, "kind": concept.kind, "measure": measure}
            | store.unit(column).columns
            | {"rank_in_state": rank, "sign": sign, "development": strength[offset] if known else np.nan}
            | {"score": value, **scored, "stratified_auroc": stratified}
        )
    return rows


def _tasks(rows: list[dict[str, Any]], store: ActivationStore, prepared: Prepared) -> list[Task]:
    index_of = {name: index for index, name in enumerate(prepared.names)}
    by_panel: dict[int, list[Pair]] = {}
    for number, row in enumerate(rows):
        if not np.isnan(row["development"]):
            panel, column = store.panel_of(store.column(Unit.of_row(row)))
            by_panel.setdefault(panel, []).append((number, column, index_of[row["concept"]], row["sign"]))
    ordered = [(store.panels[panel], sorted(pairs, key=lambda pair: pair[1])) for panel, pairs in by_panel.items()]
    return [
        (panel, prepared.labels, prepared.parts, pairs[at : at + AT_ONCE])
        for panel, pairs in ordered
        for at in range(0, len(pairs), AT_ONCE)
    ]


def _judge_pairs(task: Task) -> dict[int, dict[str, float]]:
    panel, labels, parts, pairs = task
    columns = sorted({column for _, column, _, _ in pairs})
    parts = (parts.development, parts.test)
    bins = [panel.read_columns(columns, part) for part in parts]
    found = {}
    for number, column, concept, sign in pairs:
        at = columns.index(column)
        both = [Part(of_part[at], labels.read(concept, part)) for of_part, part in zip(bins, parts, strict=True)]
        if all(varies(part.labels) for part in both):
            found[number] = judge(labels.measures[concept], sign, *both)
    return found


def _threshold(row: dict[str, Any], store: ActivationStore) -> float:
    """The activation from which on the unit says yes; of a negative sign, up to which."""
    if "edge" not in row:
        return np.nan
    column, edge = store.column(Unit.of_row(row)), int(row["edge"])
    if row["sign"] > 0:
        return store.quantiser.to_value(column, edge)
    value = store.quantiser.to_value(column, 256 - edge)  # a bin begins with its lower edge: values below end before it
    return float(np.nextafter(np.float32(value), np.float32(-np.inf)))


def cluster_units(units: pd.DataFrame, store: ActivationStore, test: slice) -> Int64[np.ndarray, " row"]:
    """For each row the number of its unit's cluster: units of one cluster say the same on the test part."""
    columns = [store.column(Unit.of_row(row)) for row in rows_of(units)]
    known, inverse = np.unique(columns, return_inverse=True)
    rows = np.linspace(test.start, test.stop - 1, min(CLUSTER_ROWS, test.stop - test.start)).astype(np.int64)
    found = []
    for state in dict.fromkeys(units["state"]):
        of_state = store.columns_of(state)
        bins = store.read_rows(of_state, rows)
        wanted = known[(known >= of_state.start) & (known < of_state.stop)] - of_state.start
        found.append(look_up_ranks(np.ascontiguousarray(bins[:, wanted]), rank_bins(bins)[0][wanted]))
    return cluster(np.concatenate(found, axis=1))[inverse]
