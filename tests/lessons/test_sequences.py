"""Lesson 1: the columns of each use, Bayes' rule, and the unit that labels."""

import numpy as np
import pytest

from analysis.findings import load_units
from dashboard.lessons.sequences import CONCEPT, EXAMPLES, MODELS, WRITTEN, data
from models.run import load_run
from tests.browser.engine_in_node import needs_node
from tests.lessons.in_node import call

TEXT, STATES = list("abcde"), [0.5, -0.5, 0.1, 0.9, -0.2]


@needs_node
def test_in_each_use_something_goes_in_and_out_where_its_shape_says():
    written, named, labelled, waiting = call(
        ("sequences_uses", "writtenColumns", TEXT, STATES, 2),
        ("sequences_uses", "namedColumns", TEXT, STATES, "code"),
        ("sequences_uses", "labelledColumns", TEXT, STATES, {"sign": 1, "threshold": 0.3}, [True] * 5),
        ("sequences_uses", "waiting", TEXT),
    )
    assert [column["output"] for column in written] == [None, "c", "d", "e"]
    assert [column["isFed"] for column in written] == [False, False, True, True]
    assert [column["output"] for column in named] == [None, None, None, None, "code"]
    assert [column["output"] for column in labelled] == ["c", "·", "·", "c", "·"]
    assert [column["isWrong"] for column in labelled] == [False, True, True, False, True]
    for columns in (named, labelled, waiting):
        assert [column["input"] for column in columns] == TEXT
    assert {column["state"] for column in waiting} == {None}


@needs_node
@pytest.mark.parametrize("sign", [1, -1])
def test_a_unit_of_either_sign_is_on_beyond_its_threshold(sign: int):
    rule = {"sign": sign, "threshold": -0.5}
    above, below = call(("sequences_uses", "isUnitOn", 0.0, rule), ("sequences_uses", "isUnitOn", -1.0, rule))
    assert (above, below) == ((True, False) if sign == 1 else (False, True))


@needs_node
def test_the_corpus_is_named_by_bayes_rule():
    one, other = np.array([1.0, 2.0, 0.5]), np.array([1.5, 1.0, 2.5])
    near, far = call(
        ("sequences_uses", "compared", one.tolist(), other.tolist()),
        ("sequences_uses", "compared", [2000.0], [1.0]),
    )
    likelihoods = np.exp([-one.sum(), -other.sum()])
    assert near["probability"] == pytest.approx(likelihoods[0] / likelihoods.sum())
    assert near["means"] == pytest.approx([one.mean(), other.mean()])
    assert far["probability"] == 0


def test_the_label_is_the_best_unit_of_the_search_at_its_threshold():
    found, units = data(), load_units(load_run(MODELS["code"]))
    assert units is not None
    rows = units[(units["concept"] == CONCEPT) & (units["state"] == "cell")]
    best = rows[rows["rank_in_state"] == 1].iloc[0]
    assert (found["unit"]["layer"], found["unit"]["unit"]) == (best["layer"], best["unit"])
    assert found["unit"]["threshold"] == best["threshold"]
    assert best["verdict"] == "detector"
    assert len(found["comments"]) == len(EXAMPLES["label"])
    assert found["comments"][EXAMPLES["label"].index("none yet")]
    assert not found["comments"][EXAMPLES["label"].index("no comment")]
    assert set(WRITTEN) < set(EXAMPLES)
