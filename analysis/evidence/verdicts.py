"""What counts as having found something: verdicts, clusters of units that say the same, the interpretable share.

Axes: `column`, one unit in one state; `concept`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Float32, Int64
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from analysis.concepts import Concept
from analysis.scoring.activations import ActivationStore
from analysis.scoring.scores import Scores
from analysis.scoring.sources import ROTATED

MARGIN = 0.02  # by which a unit has to beat the best baseline
ALPHA = 0.05  # false discoveries that are accepted, as a share
SAME = 0.8  # absolute correlation from which two units say the same
THRESHOLDS = np.round(np.arange(0.5, 1.0001, 0.01), 2)


@dataclass(frozen=True)
class Rule:
    """How much is asked of a detector (yes or no) and of a ramp (amounts, classes)."""

    auroc: float
    stratified: float
    f1: float
    ci_low: float
    r2: float


RULES = {
    "strict": Rule(0.95, 0.90, 0.60, 0.90, 0.70),
    "default": Rule(0.90, 0.85, 0.50, 0.85, 0.50),
    "lax": Rule(0.80, 0.75, 0.30, 0.75, 0.30),
}


def verdict(row: Mapping[str, Any], concept: Concept, by_character: bool) -> tuple[str, str]:
    """`detector`, `ramp`, `local` or `none`, and the strictest rule that it satisfies (empty for none).

    A detector has the AUROC, the stratified AUROC, the F1 and the interval that a rule asks for; a ramp explains as
    much of an amount (or of the variance among classes) as it asks for. Either must be significant, and beat the best
    baseline (the row's `baseline`: n-grams and untrained networks) by .02: one that does not is local.
    """
    if not row["q_value"] <= ALPHA:
        return "none", ""
    local = by_character or concept.kind == "local"
    level = next((name for name, rule in RULES.items() if _satisfies(row, concept, rule, local)), "")
    if not level:
        return "none", ""
    if local or row["score"] < np.nanmax([row["baseline"], -1.0]) + MARGIN:
        return "local", level
    return ("detector" if concept.is_binary else "ramp"), level


def _satisfies(row: Mapping[str, Any], concept: Concept, rule: Rule, local: bool) -> bool:
    """Whether a rule is satisfied; nothing is asked within characters of what the character decides."""
    if not concept.is_binary:
        return bool((row["r2"] if concept.is_amount else row["score"]) >= rule.r2)
    return bool(
        row["auroc"] >= rule.auroc
        and (local or row["stratified_auroc"] >= rule.stratified)
        and row["f1"] >= rule.f1
        and row["ci_low"] >= rule.ci_low
    )


def cluster(ranks: Float32[np.ndarray, "row column"]) -> Int64[np.ndarray, " column"]:
    """A number for each column, the same for those that a chain of correlations of at least .8 joins, of either sign.

    `ranks` are centred ranks, so the correlation is Spearman's.
    """
    norm = np.sqrt((ranks.astype(np.float64) ** 2).sum(axis=0))
    correlation = (ranks.T @ ranks) / np.maximum(np.outer(norm, norm), 1e-12)
    _, number = connected_components(csr_array(np.abs(correlation) >= SAME), directed=False)
    return number.astype(np.int64)


def all_scores(development: Scores, test: Scores, names: list[str], store: ActivationStore) -> pd.DataFrame:
    """Every unit and every concept: which concepts explain a unit, which units a concept.

    Columns `concept`, `state`, `layer`, `unit`, `sign` and `development` (strength 0 .. 1 on the development part),
    `score` and `stratified` (on the test part, with that sign).
    """
    sign = development.sign
    value, stratified = test.signed(sign)
    units = [store.unit(column) for column in range(store.columns)]
    concepts, columns = len(names), store.columns
    return pd.DataFrame(
        {
            "concept": pd.Categorical(np.repeat(names, columns), categories=names),
            "state": pd.Categorical(np.tile([unit.state for unit in units], concepts), categories=store.states),
            "layer": np.tile(np.array([unit.layer for unit in units], dtype=np.int8), concepts),
            "unit": np.tile(np.array([unit.index for unit in units], dtype=np.int16), concepts),
            "sign": sign[: len(names)].ravel().astype(np.int8),
            "development": development.strength[: len(names)].ravel().astype(np.float32),
            "score": value[: len(names)].ravel().astype(np.float32),
            "stratified": stratified[: len(names)].ravel().astype(np.float32),
        }
    )


def share_curve(scores: pd.DataFrame, least: Mapping[str, float], binary: set[str], source: str) -> pd.DataFrame:
    """The share of units that are interpretable, over thresholds of the AUROC, with counts of distinct concepts.

    Each unit is assigned the binary concept that it detects best on the development part. It counts if on the test part
    its AUROC and the stratified one reach the threshold, and the AUROC is at least the concept's `least`: the score of
    the n-gram baselines and null labels.
    """
    known = scores[scores["concept"].isin(binary) & scores["development"].notna()]
    best = known.loc[known.groupby(["state", "layer", "unit"], observed=True)["development"].idxmax()]
    reached = best[["score", "stratified"]].min(axis=1)
    floors = best["concept"].astype(str).map(least).astype(float).fillna(0)  # float also where there is none
    reached = reached.where(best["score"] >= floors, 0.0)
    rows = []
    for state, group in best.assign(reached=reached).groupby("state", observed=True):
        for threshold in THRESHOLDS:
            counted = group[group["reached"] >= threshold]
            rows.append(
                {
                    "source": "rotated" if str(state).endswith(ROTATED) else source,
                    "state": str(state).removesuffix(ROTATED),
                    "threshold": threshold,
                    "share": len(counted) / len(group),
                    "concepts": int(counted["concept"].nunique()),
                }
            )
    return pd.DataFrame(rows)
