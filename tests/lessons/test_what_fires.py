"""Lesson 19: activations equal the recording, and what is revealed is what the search says."""

from base64 import b64decode
from typing import Any

import numpy as np
import pytest

from analysis.concepts import concept
from analysis.findings import FOUND, Findings, best_units, load_findings
from corpora.demo import load_passage
from dashboard.lessons.what_fires import KNOWN_BY_COLORS, MODEL, RANDOM_UNITS, ROUNDS, TOGETHER, data
from models.recording import record
from models.run import load_run
from models.units import Unit
from tests.browser.engine_in_node import needs_node
from tests.lessons.in_node import call

SEEDS = range(12)


@pytest.fixture(scope="module")
def shown() -> dict[str, Any]:
    return data()


@pytest.fixture(scope="module")
def findings() -> Findings:
    found = load_findings(load_run(MODEL))
    assert found is not None
    return found


def test_activations_equal_the_recording(shown: dict[str, Any]):
    recording = record(load_run(MODEL), shown["text"])
    assert shown["text"] == load_passage(MODEL)
    for one in shown["units"]:
        unit = Unit.parse(one["unit"])
        levels = np.frombuffer(b64decode(one["levels"]), dtype=np.int8) / 127
        expected = np.tanh(recording.states["cell"][:, unit.layer - 1, unit.index])
        np.testing.assert_allclose(levels, expected, atol=0.5 / 127 + 1e-3)
        assert levels.std() > 0


def test_evidence_is_the_search_s(shown: dict[str, Any], findings: Findings):
    table = findings.units[findings.units["state"] == "cell"]
    titles = {each: concept(each).title for each in findings.scores["concept"].unique()}
    scores = findings.scores[findings.scores["state"] == "cell"]
    for one in shown["units"]:
        unit = Unit.parse(one["unit"])
        of_unit = scores[(scores["layer"] == unit.layer) & (scores["unit"] == unit.index)]
        if one["tracks"]:
            rows = table[(table["layer"] == unit.layer) & (table["unit"] == unit.index)]
            row = rows[rows["concept"] == one["tracks"]]
            assert (row["verdict"].item(), row["level"].item()) == (one["verdict"], one["level"])
            assert one["score"] == pytest.approx(row["score"].item(), abs=1e-4)
            assert one["score"] > max(one["ngram"], one["untrained"]) + 0.02
        else:
            nearest = of_unit[of_unit["concept"].map(titles) == one["nearest"]]
            assert nearest["development"].item() == of_unit["development"].max()
            assert one["score"] == pytest.approx(nearest["score"].item(), abs=1e-4)
    assert {one["tracks"] for one in shown["units"]} == {*shown["titles"], ""}
    assert len(shown["titles"]) == ROUNDS
    assert set(shown["titles"]) <= set(KNOWN_BY_COLORS)


def test_units_at_random_have_no_finding_in_any_state(shown: dict[str, Any], findings: Findings):
    found = findings.units[findings.units["verdict"].isin(FOUND)]
    named = {(row.layer, row.unit) for row in found.itertuples()}
    drawn = [Unit.parse(one["unit"]) for one in shown["units"] if not one["tracks"]]
    assert len(set(drawn)) == RANDOM_UNITS
    assert not {(unit.layer, unit.index) for unit in drawn} & named
    verdicts = np.array(list(shown["verdicts"])).reshape(shown["layers"], -1)
    assert {(layer + 1, index) for layer, index in np.argwhere(verdicts == "f").tolist()} == named


def test_several_units_know_more_than_one(shown: dict[str, Any], findings: Findings):
    together, probes = shown["together"], findings.probes
    of_concept = probes[(probes["concept"] == TOGETHER) & (probes["source"] == "trained")]
    assert together["many"] == of_concept.loc[of_concept["size"] == together["size"], "score"].max()
    row = best_units(findings.units).set_index("concept").loc[TOGETHER]
    assert together["ngram"] == row["ngram"]
    assert row["verdict"] not in FOUND
    assert together["many"] > max(together["one"], together["ngram"]) + 0.1


def test_every_window_shows_its_concept_and_something_else(shown: dict[str, Any]):
    for name, (start, stop) in shown["windows"].items():
        share = np.nan_to_num(concept(name).labels(shown["text"]))[start:stop].mean()
        assert 0.15 < share < 0.85, name


@needs_node
def test_a_round_has_one_detector_and_one_right_concept(shown: dict[str, Any]):
    units = [{"unit": one["unit"], "tracks": one["tracks"]} for one in shown["units"]]
    tracked_here = list(shown["titles"])
    rounds = [(seed, number) for seed in SEEDS for number in range(1, len(tracked_here) + 1)]
    found = call(*(("what_fires_rounds", "roundOf", units, tracked_here, seed, number) for seed, number in rounds))
    for one in found:
        tracked = [units[k]["tracks"] for k in one["cards"]]
        assert [name for name in tracked if name] == [one["concept"]]
        assert tracked[one["right"]] == one["concept"] == one["options"][one["rightOption"]]
        assert len(set(one["cards"])) == 3
        assert len(set(one["options"])) == 4
        of_detector = {each["tracks"] for each in units if each["unit"] == units[one["cards"][one["right"]]]["unit"]}
        assert of_detector & set(one["options"]) == {one["concept"]}
    for seed in SEEDS:
        asked = [one["concept"] for one, (own, _) in zip(found, rounds, strict=True) if own == seed]
        assert sorted(asked) == sorted(tracked_here)
    assert {one["right"] for one in found} == {0, 1, 2}
    assert {one["rightOption"] for one in found} == {0, 1, 2, 3}


@needs_node
def test_the_score_counts_whole_answers(shown: dict[str, Any]):
    units = [{"unit": one["unit"], "tracks": one["tracks"]} for one in shown["units"]]
    rounds = call(*(("what_fires_rounds", "roundOf", units, list(shown["titles"]), 5, number) for number in (1, 2, 3)))
    card, option = rounds[0]["right"] + 1, rounds[0]["rightOption"] + 1
    wrong, other = (rounds[1]["right"] + 1) % 3 + 1, rounds[1]["rightOption"] + 1
    written = f"1:{card}-{option},2:{wrong}-{other},3:{rounds[2]['right'] + 1}-0,99:1-1,nonsense"
    score, guesses = call(
        ("what_fires_rounds", "scoreOf", units, list(shown["titles"]), 5, written),
        ("what_fires_rounds", "guessesIn", written),
    )
    assert score == {"rounds": 2, "units": 1, "concepts": 2}
    assert guesses["2"] == {"card": wrong, "option": other}
