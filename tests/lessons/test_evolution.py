"""Lesson 18: what it shows are the run's own files."""

import json
from base64 import b64decode
from dataclasses import replace
from math import log
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import rankdata
from sklearn.metrics import roc_auc_score

from analysis.concepts import concept
from analysis.findings import found_unit, load_findings
from corpora.demo import load_passage
from dashboard.lessons.evolution import FOLLOWED, MODEL, data
from dashboard.lessons.units import shipped_unit
from models.run import load_run
from models.snapshots import load_snapshots
from tests.browser.engine_in_node import needs_node
from tests.lessons.in_node import call
from tests.shipped import unit_for

RUN = load_run(MODEL)


@pytest.fixture(scope="module")
def shown() -> dict[str, Any]:
    return data()


def states_of(shown: dict[str, Any], name: str) -> np.ndarray:
    """tanh c of a concept's unit at each snapshot, as the page gets it."""
    coded = b64decode(shown["units"][name]["cell"])
    return np.frombuffer(coded, dtype=np.int8).reshape(len(shown["points"]), -1)


def test_losses_are_the_log_s(shown: dict[str, Any]):
    table = pd.read_csv(RUN.folder / "log.csv")
    np.testing.assert_array_equal([step for step, _ in shown["train"]], table["step"])
    np.testing.assert_allclose([bits for _, bits in shown["train"]], table["train_loss"] / log(2), atol=1e-4)
    evaluated = table.dropna(subset="validation_loss")
    np.testing.assert_array_equal([step for step, _ in shown["validation"]], evaluated["step"])
    np.testing.assert_allclose(
        [bits for _, bits in shown["validation"]], evaluated["validation_loss"] / log(2), atol=1e-4
    )
    for point in shown["points"]:
        rows = table[(table["step"] >= point["step"]) & (point["step"] > 0)]
        assert point["train"] == (pytest.approx(rows["train_loss"].iloc[0] / log(2), abs=1e-4) if len(rows) else None)
        before = evaluated[evaluated["step"] <= point["step"]]
        if before.empty:
            assert point["validation"] is None
        else:
            assert [point["measured"], point["validation"]] in shown["validation"]
            assert point["measured"] == before["step"].max()


def test_samples_are_the_run_s(shown: dict[str, Any]):
    lines = [json.loads(line) for line in (RUN.folder / "samples.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(each["step"], each["chars"], each["text"]) for each in lines] == [
        (point["step"], point["characters"], point["text"]) for point in shown["points"]
    ]
    assert shown["vocabulary"] == len(RUN.vocabulary)


def test_states_are_the_snapshots(shown: dict[str, Any]):
    snapshots = load_snapshots(RUN)
    assert snapshots is not None
    assert snapshots["step"].to_numpy().tolist() == [point["step"] for point in shown["points"]]
    assert shown["passage"] == load_passage(MODEL)[: len(shown["passage"])]
    for name in FOLLOWED:
        unit = unit_for(name, MODEL)
        assert shown["units"][name]["unit"] == str(unit)
        np.testing.assert_array_equal(states_of(shown, name), snapshots["cell"].sel(unit_name=str(unit)).to_numpy())


@pytest.mark.parametrize("name", FOLLOWED)
def test_agreement_is_scikit_learn_s_and_scipy_s(shown: dict[str, Any], name: str):
    labels = concept(name).labels(shown["passage"])
    known = ~np.isnan(labels)
    for values, score in zip(states_of(shown, name), shown["units"][name]["scores"], strict=True):
        if concept(name).is_binary:
            expected = 2 * roc_auc_score(labels[known], values[known]) - 1
        else:
            expected = float(np.corrcoef(rankdata(labels[known]), rankdata(values[known]))[0, 1])
        assert abs(score) == pytest.approx(abs(expected), abs=1e-4)
    assert shown["units"][name]["scores"][-1] > 0.8


@needs_node
def test_the_answer_holds_the_column_comes_first(shown: dict[str, Any]):
    limits = [("evolution_axis", "settledAt", shown["units"][name]["scores"], 0.7) for name in FOLLOWED]
    column, quotes, speaker = call(*limits)
    assert 0 < column < quotes < speaker
    assert call(("evolution_axis", "settledAt", [0.9, 0.1, 0.8], 0.7), ("evolution_axis", "settledAt", [0.1], 0.7)) == [
        2,
        -1,
    ]


@needs_node
def test_the_axis_is_logarithmic_and_changes_are_counted_place_by_place():
    first, ten, hundred, last = call(*(("evolution_axis", "placeOf", step, 999) for step in (0, 9, 99, 999)))
    assert (first, last) == (0, 1)
    assert ten == pytest.approx(1 / 3)
    assert hundred == pytest.approx(2 / 3)
    changed, none = call(
        ("evolution_axis", "changesIn", list("abc"), list("axc")), ("evolution_axis", "changesIn", list("abc"), None)
    )
    assert changed == [False, True, False]
    assert none == [False, False, False]


def test_a_search_of_ones_own_does_not_change_what_the_course_shows():
    """Only the units that the shipped search named have snapshots."""
    own, before = load_run(MODEL), unit_for("column", MODEL)
    findings = load_findings(own)
    assert findings is not None
    units = findings.units.assign(unit=findings.units["unit"] + 1)
    units.attrs = findings.units.attrs
    replace(findings, units=units).save(own.results_folder)
    shipped_unit.cache_clear()
    assert found_unit(own, "column", "cell") != before
    assert unit_for("column", MODEL) == before
