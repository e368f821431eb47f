"""What a unit is measured against: untrained networks, n-grams, rotated layers, other delimiters, null labels.

Each function returns columns of the search table. Axes: `column`, one unit in one state; `concept`; `draw`.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from analysis.evidence.controls import null_maxima, null_task
from analysis.evidence.ngrams import ORDERS, NgramBaselines, ngram_scores
from analysis.evidence.prepare import Prepared
from analysis.evidence.verdicts import verdict
from analysis.findings import best_baseline, rows_of
from analysis.progress import Progress
from analysis.scoring.activations import ActivationStore
from analysis.scoring.scores import Scores
from analysis.scoring.sources import ROTATED
from analysis.scoring.workers import Workers
from analysis.statistics import false_discovery_rates, p_value


def best_score(development: Scores, test: Scores, index: int, columns: slice) -> float:
    """The test score of the column that is best on the development part: chosen and judged as any unit is."""
    strength = development.strength[index, columns]
    if np.isnan(strength).all():
        return np.nan
    column = columns.start + int(np.nanargmax(strength))
    return test.at(index, column, int(development.sign[index, column]))[0]


def untrained_scores(store: ActivationStore, prepared: Prepared, development: Scores, test: Scores) -> dict[str, float]:
    """By concept the best score of an untrained network, in whatever state."""
    everything = slice(0, store.columns)
    return {name: best_score(development, test, index, everything) for index, name in enumerate(prepared.names)}


def ngram_columns(prepared: Prepared, progress: Progress) -> pd.DataFrame:
    """By concept the scores of the n-gram baselines, columns `ngram_1`, `ngram_3`, `ngram_5`.

    They learn from the development part, and from the training split where there is one.
    """
    text, parts = prepared.text, prepared.parts
    development = text.codes[parts.development]
    learned = [development] if text.elsewhere is None else [text.elsewhere, development]
    progress.stage("scoring n-gram baselines", len(prepared.concepts))
    ngrams = NgramBaselines(np.concatenate(learned), text.codes[parts.test])
    rows = {}
    for index, concept in enumerate(prepared.concepts):
        fit = np.concatenate([concept.labels(part) for part in learned])
        scores = ngram_scores(ngrams, concept, fit, prepared.labels.read(index, parts.test))
        rows[concept.name] = {f"ngram_{order}": scores[order] for order in ORDERS}
        progress.advance()
    return pd.DataFrame.from_dict(rows, orient="index")


def control_columns(
    units: pd.DataFrame, store: ActivationStore, prepared: Prepared, development: Scores, test: Scores
) -> pd.DataFrame:
    """Columns `rotated` (of the row's state) and `delimiter_swap`: the best scores of both controls."""
    rotated, swapped = {}, {}
    plain = [state for state in store.states if not state.endswith(ROTATED)]
    everything = slice(0, store.columns_of(plain[-1]).stop)
    for index, name in enumerate(prepared.names):
        for state in plain:
            rotated[name, state] = best_score(development, test, index, store.columns_of(state + ROTATED))
        found = [best_score(development, test, swap, everything) for swap in prepared.swaps[index]]
        swapped[name] = max(found, default=np.nan)
    pairs = zip(units["concept"], units["state"], strict=True)
    columns = {"rotated": [rotated[pair] for pair in pairs], "delimiter_swap": units["concept"].map(swapped)}
    return pd.DataFrame(columns, index=units.index)


def significance_columns(
    units: pd.DataFrame,
    store: ActivationStore,
    prepared: Prepared,
    workers: Workers,
    draws: int,
    folder: Path,
    progress: Progress,
) -> pd.DataFrame:
    """Columns about chance, which is the best of all units on null labels.

    `null_95`, the score that one draw in twenty reaches, `p_value`, and `q_value` (adjusted for all concepts).
    """
    text, part = prepared.text, prepared.parts.test
    strength = np.where(units["measure"] == "auroc", 2 * units["auroc"] - 1, units["score"])
    p_values, null_95 = np.full(len(units), np.nan), np.full(len(units), np.nan)
    progress.stage(f"scoring null labels, {draws} draws", len(prepared.concepts))
    for index, concept in enumerate(prepared.concepts):
        labels = prepared.labels.read(index, part)
        elsewhere = concept.labels(text.elsewhere) if text.elsewhere is not None else None
        task = null_task(concept.measure, labels, part, elsewhere, folder / "null.f32", draws)
        if task is not None:
            null = null_maxima(store.without_rotated(), task, workers)
            own = np.flatnonzero(units["concept"] == concept.name)
            p_values[own] = [p_value(strength[row], null) for row in own]
            reached = float(np.quantile(null, 0.95))
            null_95[own] = (reached + 1) / 2 if concept.measure == "auroc" else reached
        progress.advance()
    q_values = np.full(len(units), np.nan)
    for rank in units["rank_in_state"].unique():
        same = (units["rank_in_state"] == rank).to_numpy()
        q_values[same] = false_discovery_rates(p_values[same])
    return pd.DataFrame({"null_95": null_95, "p_value": p_values, "q_value": q_values}, index=units.index)


def verdict_columns(units: pd.DataFrame, prepared: Prepared) -> pd.DataFrame:
    """Columns `verdict` and `level`: see `analysis.evidence.verdicts`."""
    index_of = {name: index for index, name in enumerate(prepared.names)}
    found = []
    for row in rows_of(units.assign(baseline=best_baseline(units))):
        index = index_of[row["concept"]]
        found.append(verdict(row, prepared.concepts[index], prepared.by_character[index]))
    return pd.DataFrame(found, columns=["verdict", "level"], index=units.index)
