"""Lesson 21: what is counted, what a held unit costs, and which units can be held."""

import numpy as np
import pytest

from analysis.ablation.ablation import matched_units
from analysis.ablation.table import load_ablations
from analysis.concepts.quotes import label_inside_quotes
from analysis.findings import load_findings, load_units
from analysis.statistics import auroc
from corpora.demo import load_passage
from dashboard.lessons import course
from dashboard.lessons.cause import CONCEPTS, MODEL, NEAR_CHANCE, data
from models.clamp import Clamp, clamped_losses
from models.recording import record
from models.run import load_run
from models.units import Unit
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


def test_the_control_varies_like_the_quotation_unit_and_does_not_follow_quotations():
    run, units, passage = load_run(MODEL), data()["units"], load_passage(MODEL)
    quote, control = units["quote"], units["other"]
    states = record(run, passage).states["cell"][:, quote["layer"] - 1]
    inside = label_inside_quotes(np.array([ord(character) for character in passage], dtype=np.uint32))
    findings = load_findings(run)
    assert findings is not None
    searched = findings.scores.query("concept == 'inside-quotes' and state == 'cell' and layer == @quote['layer']")
    score = searched.set_index("unit")["score"]

    def follows(unit: int) -> bool:
        return abs(auroc(inside, states[:, unit]) - 0.5) > NEAR_CHANCE or score[unit] - 0.5 > NEAR_CHANCE

    nearest = matched_units(states, quote["unit"], count=states.shape[1] - 1)
    assert follows(quote["unit"])
    assert control["unit"] == next(unit for unit in nearest if not follows(unit))
    assert control["layer"] == quote["layer"]
    assert control["control"]["auroc"] == pytest.approx(auroc(inside, states[:, control["unit"]]))
    assert abs(control["control"]["searched"] - 0.5) == pytest.approx(score[control["unit"]] - 0.5)
    of_control, of_quote = (
        (unit["off"] - states[:, unit["unit"]].mean()) / states[:, unit["unit"]].std() for unit in (control, quote)
    )
    assert of_control == pytest.approx(of_quote, abs=0.05)


def test_the_control_does_other_work_than_the_quotation_unit():
    """Held, it costs next to nothing at closing marks, but something at most line breaks within paragraphs."""
    given, run = data(), load_run(MODEL)
    held = [
        [Clamp(Unit(each["layer"], each["unit"], "cell"), each["off"])]
        for each in map(given["units"].get, ("quote", "other"))
    ]
    losses = clamped_losses(run.load_network(), run.vocabulary.encode(given["passage"]), [[], *held])[:-1].T / np.log(2)
    quote, control = losses[1:] - losses[0]
    text = given["passage"]
    inside = label_inside_quotes(np.array([ord(character) for character in text], dtype=np.uint32))
    closing = [i - 1 for i, character in enumerate(text) if character == '"' and not inside[i]]
    breaks = [i - 1 for i, character in enumerate(text) if character == "\n" and text[i - 1] not in '."\n']
    assert quote[closing].mean() > 1
    assert control[closing].mean() < 0.1
    assert np.median(control[breaks]) > 0.1


def test_its_stops_hold_the_units_where_it_says():
    units, [lesson] = data()["units"], [each for each in course() if each.name == "cause"]
    stops = {stop.name: stop.set for stop in lesson.facts.stops}
    assert float(stops["Quotation unit off"]["value"]) == units["quote"]["off"]
    assert float(stops["A control unit"]["value"]) == units["other"]["off"]


@needs_node
def test_what_is_counted_and_what_it_costs():
    rng = np.random.default_rng(0)
    free, held = rng.random((2, len(TEXT) - 1))
    marks, breaks, cost, first, never, sums, expected = call(
        ("cause_counts", "placesOf", list(TEXT), '"', ""),
        ("cause_counts", "placesOf", list(TEXT), "\n", ""),
        ("cause_counts", "costs", list(TEXT), free.tolist(), held.tolist(), '"'),
        ("cause_counts", "partingOf", list("abcd"), list("abx")),
        ("cause_counts", "partingOf", list("abcd"), list("ab")),
        ("cause_counts", "sumsOf", [0, 3, 0, 1]),
        ("cause_counts", "expecting", list("abab"), [7, 3, 7, 3], [3, 3, 9, 3], "b"),
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
    assert expected == 2
