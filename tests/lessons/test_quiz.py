"""The quiz: activations equal the recording, and what is right, wrong and revealed is what the search says."""

import math
from base64 import b64decode

import numpy as np
import pytest

from analysis.findings import FOUND, NGRAMS, Findings, best_units, load_findings, rows_of
from corpora import InputError
from corpora.demo import load_passage
from dashboard.codes import compress
from dashboard.quiz import COUNT, FOLLOWS, MOST, NAMED, Question, draw_units, evidence, options_of, question, quiz
from models.recording import record
from models.run import Run, load_run
from models.units import Unit
from tests.browser.engine_in_node import needs_node
from tests.lessons.in_node import call

SMALL, LARGE = "war-and-peace-lstm", "linux"
SEEDS = range(6)


@pytest.fixture(scope="module")
def run() -> Run:
    return load_run(LARGE)


@pytest.fixture(scope="module")
def findings(run: Run) -> Findings:
    found = load_findings(run)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def asked(run: Run, findings: Findings) -> list[tuple[int, int, Question]]:
    """Seed, place in the list, question."""
    drawn = [(seed, k, unit) for seed in SEEDS for k, unit in enumerate(draw_units(findings, run, seed))]
    return [(seed, k, question(findings, run, unit)) for seed, k, unit in drawn]


# ---- activations -------------------------------------------------------------------------------------------


def test_activations_equal_the_recording_in_both_states():
    made = quiz(SMALL, "L1.u62.cell,L1.u62.hidden,L1.u5")
    small, recordings = load_run(SMALL), {}
    assert [one["state"] for one in made["questions"]][:2] == ["cell", "hidden"]
    for one in made["questions"]:
        unit, excerpts = Unit.parse(one["unit"], one["state"]), one["excerpts"]
        assert [each["passage"] for each in excerpts][:2] == ["war-and-peace"] * 2
        assert excerpts[2]["passage"] != "war-and-peace"
        assert excerpts[0]["start"] + len(excerpts[0]["text"]) <= excerpts[1]["start"]
        for excerpt in excerpts:
            text = load_passage(excerpt["passage"])
            if excerpt["passage"] not in recordings:
                recordings[excerpt["passage"]] = record(small, text)
            values = recordings[excerpt["passage"]].states[unit.state][:, unit.layer - 1, unit.index]
            at = slice(excerpt["start"], excerpt["start"] + len(excerpt["text"]))
            assert excerpt["text"] == text[at]
            expected = np.tanh(values[at]) if unit.state == "cell" else values[at]
            levels = np.frombuffer(b64decode(excerpt["levels"]), dtype=np.int8) / 127
            largest = compress(np.abs(values).max(keepdims=True)).item()  # of the codes that Read shows
            step = float(largest) if unit.state == "cell" else 1.0
            np.testing.assert_allclose(levels, expected, atol=(step + 1) / 2 / 127 + 1e-3)
            assert levels.std() > 0


# ---- the truth ---------------------------------------------------------------------------------------------


def test_right_is_what_the_search_found(asked: list[tuple[int, int, Question]], findings: Findings):
    named = findings.units[findings.units["verdict"].isin(NAMED)]
    for *_, one in asked:
        unit = one.unit
        own = named[(named["layer"] == unit.layer) & (named["unit"] == unit.index)]
        of_state = own[own["state"] == unit.state].set_index("concept")
        assert bool(one.right) == bool(len(own))
        assert set(one.right) <= set(of_state.index)
        if one.right:
            kinds = {of_state.loc[name, "verdict"] in FOUND for name in one.right}
            assert kinds == {bool(of_state["verdict"].isin(FOUND).any())}  # what is local only if nothing is surer
            assert one.match is not None
            assert one.match.concept == one.right[0]


def test_every_question_has_one_right_answer(asked: list[tuple[int, int, Question]], findings: Findings):
    for seed, k, one in asked:
        options, unit = options_of(findings, one, seed, k), one.unit
        scores = findings.scores
        own = scores[(scores["layer"] == unit.layer) & (scores["unit"] == unit.index) & (scores["state"] == unit.state)]
        strength = own.set_index("concept")["development"]
        assert len(set(options)) == len(options) == 4
        assert [name for name in options if name in one.right] == list(one.right[:1])
        assert all(strength[name] < FOLLOWS for name in options if name not in one.right)


def test_the_revealed_evidence_is_the_table_s(asked: list[tuple[int, int, Question]], findings: Findings):
    best = {row["concept"]: row for row in rows_of(best_units(findings.units))}
    rows = {(row["concept"], Unit.of_row(row)): row for row in rows_of(findings.units)}
    scores = {(row["concept"], Unit.of_row(row)): row["score"] for row in rows_of(findings.scores)}
    judged = 0
    for *_, one in asked:
        shown, unit = evidence(findings, one.match), one.unit
        if shown is None:
            continue
        row = rows.get((shown["concept"], unit))
        assert shown["score"] == pytest.approx(scores[shown["concept"], unit], abs=1e-6)
        assert shown["verdict"] == (row["verdict"] if row else "")
        judged += row is not None
        row = row or best[shown["concept"]]
        for name, value in shown["controls"].items():
            assert value == (max(row[each] for each in NGRAMS) if name == "ngram" else row[name])
        assert not any(math.isnan(value) for value in shown["controls"].values())
    assert judged > len(SEEDS)


# ---- the list ----------------------------------------------------------------------------------------------


def test_a_seed_draws_the_same_mixed_list(asked: list[tuple[int, int, Question]], run: Run, findings: Findings):
    lists = [[one for own, _, one in asked if own == seed] for seed in SEEDS]
    assert [one.unit for one in lists[0]] == [unit.in_state(unit.state) for unit in draw_units(findings, run, 0)]
    for questions in lists:
        found = [one.right[0] for one in questions if one.right]
        assert len({(one.unit.layer, one.unit.index) for one in questions}) == len(questions) == COUNT
        assert 2 <= len(found) <= 4
    assert len({tuple(one.unit for one in questions) for questions in lists}) == len(SEEDS)


def test_the_list_that_is_shown_makes_the_same_quiz():
    drawn = quiz(SMALL, "", "7")
    assert quiz(SMALL, ",".join(drawn["units"]), "7") == drawn


@pytest.mark.parametrize(
    ("model", "units", "seed", "problem"),
    [
        (SMALL, "L2.u3", "", "Wanted a unit of a 1x128 LSTM, L1.u0 to L1.u127, got L2.u3"),
        (SMALL, "L1.u3,<b>", "", "Wanted a unit such as L2.u217"),
        (SMALL, ",", "", f"Wanted 1 to {MOST} units"),
        (SMALL, ",".join(f"L1.u{k}" for k in range(MOST + 1)), "", f"Wanted 1 to {MOST} units"),
        ("war-and-peace-gru", "L1.u3.cell", "", "Wanted hidden as the state"),
        ("../linux", "", "", "No run is called '../linux'"),
        (SMALL, "", "-1", "Wanted a whole number from 0 to 9999 as the seed"),
    ],
)
def test_what_is_not_there_gets_one_clear_line(model: str, units: str, seed: str, problem: str):
    with pytest.raises(InputError) as error:
        quiz(model, units, seed)
    assert str(error.value).startswith(problem)
    assert "\n" not in str(error.value)


@needs_node
def test_the_score_counts_what_was_revealed():
    units = [{"right": ["a", "b"], "options": [1, 2, 3, 4]}, {"right": [], "options": [1, 2, 3, 4]}]
    answers = [
        ("learn/quiz_state", "isRight", units[0], "b"),
        ("learn/quiz_state", "isRight", units[0], "nothing"),
        ("learn/quiz_state", "isRight", units[1], "nothing"),
        ("learn/quiz_state", "isRight", units[1], "a"),
        ("learn/quiz_state", "wordsOf", {"model": "linux", "units": "", "seed": 5, "at": 2}),
    ]
    assert call(*answers) == [
        True, False, True, False, [["quiz", ""], ["model", "linux"], ["seed", "5"], ["at", "2"]],
    ]  # fmt: skip
