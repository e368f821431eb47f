"""Lesson 11: the two units are the recorded ones, and a held gate does what it does in a loop in PyTorch."""

from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dashboard.lessons import course
from dashboard.lessons.gates import MODEL, STATES, UNITS, data
from models.run import load_run
from tests.browser.engine_in_node import needs_node, read
from tests.held_gates import read_with_held_gates
from tests.lessons.in_node import call

TOLERANCE = 1e-5
UNITS_OF_A_LAYER = 512


@pytest.fixture(scope="module")
def shown() -> dict[str, Any]:
    return data()


def of_unit(found: dict[str, np.ndarray], name: str) -> dict[str, np.ndarray]:
    """Gates and states of one of the two units, under the letters of the lesson."""
    unit = UNITS[name]
    column = (unit.layer - 1) * UNITS_OF_A_LAYER + unit.index
    return {letter: found[state][:, column] for letter, state in STATES.items()}


def bits(losses: np.ndarray) -> float:
    return float(losses.mean() / np.log(2))


def assert_alike(found: dict[str, Any], expected: dict[str, Any]) -> None:
    for letter in STATES:
        scale = np.maximum(1, np.abs(expected[letter]))
        assert np.max(np.abs(np.array(found[letter]) - expected[letter]) / scale) < TOLERANCE, letter


def read_in_browser(text: str, clamps: list[dict[str, Any]], out: Path) -> dict[str, np.ndarray]:
    run = load_run(MODEL)
    return read(run.folder, run.vocabulary.encode(text).tolist(), out, "wasm", clamps)


@needs_node
def test_the_engine_on_the_page_reads_what_was_recorded(shown: dict[str, Any], tmp_path: Path):
    assert load_run(MODEL).vocabulary.count_unknown(shown["text"]) == 0
    found = read_in_browser(shown["text"], [], tmp_path / "out")
    for name in UNITS:
        assert_alike(of_unit(found, name), {letter: np.array(shown["units"][name][letter]) for letter in STATES})
    assert shown["bits"] == pytest.approx(bits(found["loss"]), abs=TOLERANCE)


@needs_node
@pytest.mark.parametrize(("name", "gate", "value"), [("quote", "forget", 1), ("line", "input", 0.35)])
def test_a_held_gate_is_held_as_in_torch(shown: dict[str, Any], name: str, gate: str, value: float, tmp_path: Path):
    run, unit = load_run(MODEL), UNITS[name]
    at = {"layer": unit.layer, "unit": unit.index}
    [clamps, free] = call(("gates_trace", "clampsOf", at, gate, value), ("gates_trace", "clampsOf", at, "none", value))
    assert free == []
    found = read_in_browser(shown["text"], clamps, tmp_path / "out")
    ids = run.vocabulary.encode(shown["text"]).tolist()
    held = (unit.layer, unit.index, f"{gate}_gate", value)
    expected = read_with_held_gates(run.load_network(), ids, [held])
    assert_alike(of_unit(found, name), of_unit(expected, name))
    assert bits(found["loss"]) == pytest.approx(bits(expected["loss"]), abs=TOLERANCE)
    assert np.abs(of_unit(found, name)["c"] - shown["units"][name]["c"]).max() > 1


@needs_node
def test_each_step_shown_is_the_equation(shown: dict[str, Any]):
    trace = shown["units"]["quote"]
    steps = call(*(("gates_trace", "stepOf", trace, t) for t in (0, 1, 32, 69)))
    assert [step["before"] for step in steps] == [0, trace["c"][0], trace["c"][31], trace["c"][68]]
    for step in steps:
        assert step["c"] == pytest.approx(step["f"] * step["before"] + step["i"] * step["g"], abs=2e-6)
        assert step["h"] == pytest.approx(step["o"] * np.tanh(step["c"]), abs=2e-6)
        assert step["kept"] + step["added"] == pytest.approx(step["c"], abs=2e-6)


@needs_node
def test_one_unit_is_taken_out_of_what_the_engine_sends():
    rng, columns = np.random.default_rng(0), 4
    states = {state: rng.normal(size=(5, columns)) for state in STATES.values()}
    losses = [1.0, 2.0, 3.0, 6.0, 0.0]
    chunks = [
        {"length": stop - start, "loss": losses[start:stop],
         "states": {name: values[start:stop].ravel().tolist() for name, values in states.items()}}
        for start, stop in ((0, 3), (3, 5))
    ]  # fmt: skip
    [trace] = call(("gates_trace", "traceOf", chunks, 2, columns))
    assert all(trace[letter] == states[state][:, 2].tolist() for letter, state in STATES.items())
    assert trace["bits"] == pytest.approx(3 / np.log(2))


@needs_node
def test_a_row_of_the_figure_ends_with_a_line_or_where_it_is_full():
    text = list("abcdefghij\nklmnopqrstuvwx\n\n")
    wide, narrow = (call(("gates_figure", "stretchesOf", text, columns))[0] for columns in (20, 8))
    assert wide == [[0, 11], [11, 27]]
    assert narrow == [[0, 8], [8, 11], [11, 19], [19, 27]]


def test_no_stop_shows_what_the_prediction_asks():
    [lesson] = [each for each in course() if each.name == "gates"]
    shown = [stop.set for stop in lesson.facts.stops]
    assert not any(
        stop.get("of", "quote") == "quote" and stop.get("gate") == "forget" and float(stop["value"]) == 1
        for stop in shown
    )


def test_the_text_says_what_the_units_do(shown: dict[str, Any]):
    """What the lesson claims: f closes at quotation marks alone, and c tells inside from outside."""
    text, quote, line = shown["text"], shown["units"]["quote"], shown["units"]["line"]
    marks = [t for t, character in enumerate(text) if character == '"'][1:]
    assert text[32] == '"'
    assert max(quote["f"][t] for t in marks) < 0.02
    assert all(quote["f"][t] > 0.5 for t in range(2, marks[2]) if t not in marks)
    assert abs(quote["c"][32]) < 0.02
    assert quote["i"][32] < 0.02
    assert min(quote["c"][3:32]) > 1
    assert max(quote["c"][35 : marks[1]]) < -1
    longest = max(len(list(run)) for unit in (quote, line) for _, run in groupby(np.sign(unit["c"])))
    assert 50 <= longest < 80
    breaks = [t for t, character in enumerate(text[:-1]) if character == "\n"]
    assert all(line["f"][t] < 0.05 for t in breaks[:1])
    assert min(line["f"][t] for t in range(breaks[0])) > 0.98
