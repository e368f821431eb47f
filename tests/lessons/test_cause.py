"""Lesson 21: what is counted, what a held unit costs, and which units can be held."""

import numpy as np
import pytest

from analysis.ablation.ablation import matched_units
from analysis.ablation.table import load_ablations
from analysis.findings import load_units
from corpora.demo import load_passage
from dashboard.lessons.cause import CONCEPTS, CONTROL, MODEL, data
from models.recording import record
from models.run import load_run
from tests.browser.engine_in_node import needs_node
from tests.lessons.in_node import call

TEXT = 'He said "no."\n\n("Yes," she said.) "And'


def test_its_units_are_the_detectors_that_the_ablation_tested():
    run, found = load_run(MODEL), data()["units"]
    tested, units = load_ablations(run), load_units(run)
    assert tested is not None
    assert units is not None
    for name, concept in CONCEPTS.items():
        row = units[(units["concept"] == concept) & (units["state"] == "cell")].set_index(["layer", "unit"])
        assert row.loc[(found[name]["layer"], found[name]["unit"]), "verdict"] in ("detector", "ramp")
        ablation = tested[(tested["concept"] == concept) & (tested["state"] == "cell")].iloc[0]
        assert (ablation["layer"], ablation["unit"]) == (found[name]["layer"], found[name]["unit"])
        assert found[name]["ablation"]["bits_there"] == ablation["bits_there"]


def test_the_control_varies_like_the_quotation_unit_and_has_no_concept():
    run, quote = load_run(MODEL), data()["units"]["quote"]
    states = record(run, load_passage(MODEL)).states["cell"][:, quote["layer"] - 1]
    assert CONTROL.index in matched_units(states, quote["unit"], count=1)
    assert quote["layer"] == CONTROL.layer
    units = load_units(run)
    assert units is not None
    rows = units.query("layer == @CONTROL.layer and unit == @CONTROL.index")
    assert set(rows["verdict"]) <= {"none"}


@needs_node
def test_what_is_counted_and_what_it_costs():
    rng = np.random.default_rng(0)
    free, held = rng.random((2, len(TEXT) - 1))
    marks, breaks, cost, first, never, sums = call(
        ("cause_counts", "placesOf", list(TEXT), '"', ""),
        ("cause_counts", "placesOf", list(TEXT), "\n", ""),
        ("cause_counts", "costs", list(TEXT), free.tolist(), held.tolist(), '"'),
        ("cause_counts", "partingOf", list("abcd"), list("abx")),
        ("cause_counts", "partingOf", list("abcd"), list("ab")),
        ("cause_counts", "sumsOf", [0, 3, 0, 1]),
    )
    closing = [TEXT.index('"\n'), TEXT.index('" she')]
    assert marks == closing
    assert breaks == [i for i, character in enumerate(TEXT) if character == "\n"]
    there = np.isin(np.arange(1, len(TEXT)), closing)
    for name, where in (("there", there), ("elsewhere", ~there)):
        assert cost[name]["count"] == where.sum()
        assert cost[name]["free"] == pytest.approx(free[where].mean() / np.log(2))
        assert cost[name]["held"] == pytest.approx(held[where].mean() / np.log(2))
    assert (first, never) == (2, -1)
    assert sums == {"texts": 2, "all": 4}
