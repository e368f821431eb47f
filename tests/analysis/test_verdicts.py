"""What counts as having found something, at its borders; clusters; the share of interpretable units.

Axes: `column`, `concept`.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.concepts import Concept, concept
from analysis.evidence.verdicts import RULES, THRESHOLDS, all_scores, cluster, share_curve, verdict
from analysis.findings import best_baseline
from analysis.scoring.activations import ActivationStore
from analysis.scoring.quantiser import Quantiser
from analysis.scoring.scores import Scores

QUOTES, COLUMN, CLASSES, VOWEL = map(concept, ("inside-quotes", "column", "character-class", "vowel"))
DETECTOR: dict[str, Any] = {
    "q_value": 0.01, "score": 0.97, "auroc": 0.97, "stratified_auroc": 0.95, "f1": 0.8, "ci_low": 0.94, "r2": np.nan,
    "ngram_1": 0.6, "ngram_3": 0.7, "ngram_5": 0.8, "untrained": 0.75,
}  # fmt: skip
RAMP = DETECTOR | {"score": 0.9, "auroc": np.nan, "stratified_auroc": np.nan, "f1": np.nan, "r2": 0.8}
BINARY_RULES = [(level, field) for level in RULES for field in ("auroc", "stratified", "f1", "ci_low")]


def judged(row: dict[str, Any], of: Concept = QUOTES, by_character: bool = False, **changed: float) -> tuple[str, str]:
    row = row | changed
    return verdict(row | {"baseline": best_baseline(pd.DataFrame([row])).iloc[0]}, of, by_character)


def test_a_detector_a_ramp_and_classes():
    assert judged(DETECTOR) == ("detector", "strict")
    assert judged(RAMP, COLUMN) == ("ramp", "strict")
    no_ngrams = dict.fromkeys(("ngram_1", "ngram_3", "ngram_5"), np.nan)
    assert judged(RAMP | no_ngrams, CLASSES, score=0.6, r2=np.nan, untrained=0.5) == ("ramp", "default")


@pytest.mark.parametrize(("level", "field"), BINARY_RULES)
def test_each_number_of_a_rule_is_a_border(level: str, field: str):
    rule = RULES[level]
    at = {"auroc": rule.auroc, "score": rule.auroc, "stratified_auroc": rule.stratified, "f1": rule.f1}
    row = DETECTOR | {"ngram_5": 0.5, "ngram_3": 0.5, "untrained": 0.5, "ci_low": rule.ci_low} | at
    assert judged(row) == ("detector", level)
    name = {"stratified": "stratified_auroc"}.get(field, field)
    below = judged(row, **{name: row[name] - 0.001})
    levels = [*RULES, ""]
    assert below[1] == levels[levels.index(level) + 1]
    assert below[0] == ("detector" if below[1] else "none")


@pytest.mark.parametrize("level", RULES)
def test_a_ramp_is_judged_by_what_it_explains(level: str):
    assert judged(RAMP, COLUMN, r2=RULES[level].r2)[1] == level
    assert judged(RAMP, COLUMN, r2=RULES[level].r2 - 0.001)[1] != level
    assert judged(RAMP, COLUMN, r2=np.nan) == ("none", "")


@pytest.mark.parametrize("control", ["ngram_1", "ngram_3", "ngram_5", "untrained"])
def test_a_unit_that_does_not_beat_a_control_by_enough_is_local(control: str):
    assert judged(DETECTOR, **{control: 0.949}) == ("detector", "strict")
    assert judged(DETECTOR, **{control: 0.951}) == ("local", "strict")
    assert judged(RAMP, COLUMN, **{control: 0.89}) == ("local", "strict")
    assert judged(DETECTOR, **{control: np.nan}) == ("detector", "strict")


def test_what_the_character_decides_is_local_whatever_it_beats():
    assert judged(DETECTOR, VOWEL) == ("local", "strict")
    assert judged(DETECTOR, by_character=True) == ("local", "strict")


@pytest.mark.parametrize("q_value", [0.051, 1.0, np.nan])
def test_what_is_not_significant_is_nothing(q_value: float):
    assert judged(DETECTOR, q_value=q_value) == ("none", "")
    assert judged(DETECTOR, q_value=0.05)[0] == "detector"


def test_units_that_say_the_same_are_one_cluster_whatever_their_sign_and_along_chains():
    chance = np.random.default_rng(0)
    first, other, still = chance.normal(size=(3, 5000))
    second = first + 0.5 * chance.normal(size=5000)
    third = second + 0.6 * chance.normal(size=5000)
    columns = np.stack([first, other, -second, third, still * 0], axis=1)
    assert abs(np.corrcoef(first, third)[0, 1]) < 0.8
    number = cluster((columns - columns.mean(axis=0)).astype(np.float32))
    assert number[0] == number[2] == number[3]
    assert len(set(number.tolist())) == 3


@pytest.fixture
def scores() -> pd.DataFrame:
    """Two concepts and three units in one state: the first two are detectors of the first concept, one upside down."""
    value = np.array([[0.95, 0.10, 0.52], [0.60, 0.60, 0.55]])
    found = Scores(["auroc", "auroc"], value, value)
    store = ActivationStore(Path("nowhere"), 1, ("hidden",), 1, 3, Quantiser(np.zeros((1, 3))))
    return all_scores(found, found, ["quotes", "links"], store)


def test_the_table_of_all_scores_has_every_pair_with_its_sign(scores: pd.DataFrame):
    assert scores["concept"].tolist() == ["quotes"] * 3 + ["links"] * 3
    assert scores["unit"].tolist() == [0, 1, 2] * 2
    assert scores["sign"].tolist() == [1, -1, 1, 1, 1, 1]
    np.testing.assert_allclose(scores["score"], [0.95, 0.90, 0.52, 0.60, 0.60, 0.55], atol=1e-6)
    np.testing.assert_allclose(scores["development"], [0.90, 0.80, 0.04, 0.20, 0.20, 0.10], atol=1e-6)


def test_the_share_counts_each_unit_once_for_what_it_tells_best(scores: pd.DataFrame):
    curve = share_curve(scores, {"quotes": 0.6, "links": 0.4}, {"quotes", "links"}, "trained").set_index("threshold")
    assert curve.index.tolist() == THRESHOLDS.tolist()
    assert curve.loc[0.5, "share"] == 1
    assert curve.loc[0.5, "concepts"] == 2
    assert curve.loc[0.6, "share"] == pytest.approx(2 / 3)
    assert curve.loc[0.93, ["share", "concepts"]].tolist() == [pytest.approx(1 / 3), 1]
    assert (np.diff(curve["share"]) <= 0).all()
    free = share_curve(scores, {"quotes": 0.96, "links": 0.9}, {"quotes", "links"}, "trained")
    assert (free["share"] == 0).all()
    assert share_curve(scores, {}, {"links"}, "trained").set_index("threshold").loc[0.6, "share"] == pytest.approx(
        2 / 3
    )
