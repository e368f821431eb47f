"""What a unit is measured against: untrained networks, n-gram oracles, turned layers, other delimiters, chance.

Axes: `column`, one unit in one state; `concept`; `draw`.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from analysis.evidence.controls import false_discovery_rates, null_maxima, null_task, p_value
from analysis.evidence.ngrams import ORDERS, NgramBaselines, ngram_scores
from analysis.evidence.prepare import Prepared
from analysis.evidence.verdicts import verdict
from analysis.findings import rows_of
from analysis.progress import Progress
from analysis.scoring.activations import ROTATED, ActivationStore
from analysis.scoring.scores import Scores
from analysis.scoring.workers import Workers


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
    """By concept the scores of the n-gram oracles, columns `ngram_1`, `ngram_3`, `ngram_5`.

    They learn from the development part, and from the training split where there is one.
    """
    text, parts = prepared.text, prepared.parts
    development = text.codes[parts.development]
    learned = [development] if text.elsewhere is None else [text.elsewhere, development]
    progress.stage("asking n-gram oracles", len(prepared.concepts))
    oracles = NgramBaselines(np.concatenate(learned), text.codes[parts.test])
    rows = {}
    for index, concept in enumerate(prepared.concepts):
        fit = np.concatenate([concept.labels(part) for part in learned])
        scores = ngram_scores(oracles, concept, fit, prepared.labels.read(index, parts.test))
        rows[concept.name] = {f"ngram_{order}": scores[order] for order in ORDERS}
        progress.advance()
    return pd.DataFrame.from_dict(rows, orient="index")


def add_controls(
    units: pd.DataFrame, store: ActivationStore, prepared: Prepared, development: Scores, test: Scores
) -> None:
    """Columns `rotated` (of the row's state) and `delimiter_swap`: the best scores of both controls."""
    rotated, swapped = {}, {}
    plain = [state for state in store.states if not state.endswith(ROTATED)]
    everything = slice(0, store.columns_of(plain[-1]).stop)
    for index, name in enumerate(prepared.names):
        for state in plain:
            rotated[name, state] = best_score(development, test, index, store.columns_of(state + ROTATED))
        found = [best_score(development, test, swap, everything) for swap in prepared.swaps[index]]
        swapped[name] = max(found, default=np.nan)
    units["rotated"] = [rotated[pair] for pair in zip(units["concept"], units["state"], strict=True)]
    units["delimiter_swap"] = units["concept"].map(swapped)


def add_significance(
    units: pd.DataFrame,
    store: ActivationStore,
    prepared: Prepared,
    workers: Workers,
    draws: int,
    folder: Path,
    progress: Progress,
) -> None:
    """Columns about chance, which is the best of all units on foreign labels.

    `p_value`, `q_value` (adjusted for all concepts), and `chance`, the score that one draw in twenty reaches.
    """
    text, part = prepared.text, prepared.parts.test
    strength = np.where(units["measure"] == "auroc", 2 * units["auroc"] - 1, units["score"])
    p_values, chance = np.full(len(units), np.nan), np.full(len(units), np.nan)
    progress.stage(f"laying foreign labels on the text, {draws} draws", len(prepared.concepts))
    for index, concept in enumerate(prepared.concepts):
        labels = prepared.labels.read(index, part)
        foreign = concept.labels(text.elsewhere) if text.elsewhere is not None else None
        task = null_task(prepared.labels.measures[index], labels, part, foreign, folder / "foreign.f32", draws)
        if task is not None:
            null = null_maxima(store.without_rotated(), task, workers)
            own = np.flatnonzero(units["concept"] == concept.name)
            p_values[own] = [p_value(strength[row], null) for row in own]
            reached = float(np.quantile(null, 0.95))
            chance[own] = (reached + 1) / 2 if prepared.labels.measures[index] == "auroc" else reached
        progress.advance()
    units["chance"], units["p_value"] = chance, p_values
    units["q_value"] = np.nan
    for place in units["place"].unique():
        units.loc[units["place"] == place, "q_value"] = false_discovery_rates(p_values[units["place"] == place])


def add_verdicts(units: pd.DataFrame, prepared: Prepared) -> None:
    """Columns `verdict` and `level`: see `analysis.evidence.verdicts`."""
    index_of = {name: index for index, name in enumerate(prepared.names)}
    found = []
    for row in rows_of(units):
        index = index_of[row["concept"]]
        found.append(verdict(row, prepared.concepts[index], prepared.by_character[index]))
    units["verdict"], units["level"] = zip(*found, strict=True)
