"""What goes with marked ranges: units, concepts, and the words that the Read view has for them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.concepts import CONCEPTS, concepts_for
from analysis.own_concepts import own_concepts, save_concepts
from corpora import InputError
from corpora.demo import load_passage
from dashboard.engine import Engine
from dashboard.location import MOST_MARKS
from dashboard.readings import Reading
from dashboard.selection import (
    LONGEST_OFFLINE,
    LONGEST_WINDOW,
    MOST_MARKED,
    Found,
    check_marks,
    near,
    search_concepts,
    search_marks,
    search_units,
    within,
)
from dashboard.views.read_ranges import caution, comparison, quote_marks, rule_in_words
from models.config import Cell
from models.run import Run
from tests.other_cells import with_cell

PASSAGE = load_passage("war-and-peace")


def quotes_of(text: str) -> tuple[tuple[int, int], ...]:
    inside = CONCEPTS["inside-quotes"].labels(text) == 1
    edges = np.flatnonzero(np.diff(inside, prepend=False, append=False)).reshape(-1, 2)
    return tuple((int(start), int(stop)) for start, stop in edges)


def plant(reading: Reading, state: str, column: int, marks: tuple[tuple[int, int], ...], sign: int) -> None:
    """Make one unit on (or off) exactly in the marks."""
    values = np.full(len(reading), -90, dtype=np.int8)
    for start, stop in marks:
        values[start:stop] = 90
    reading.states[state][column] = sign * values


# ---- marks ---------------------------------------------------------------------------------------------------


@st.composite
def marked_texts(draw: st.DrawFn) -> tuple[tuple[tuple[int, int], ...], int]:
    length = draw(st.integers(2, 400))
    spot = st.integers(0, length - 1)
    drawn = draw(st.lists(st.tuples(spot, spot), min_size=1, max_size=5))
    marks = [(min(pair), max(pair) + 1) for pair in drawn]
    covered = {at for start, stop in marks for at in range(start, stop)}
    return (tuple(marks) if len(covered) < length else ((0, length - 1),)), length


@given(drawn=marked_texts(), reach=st.integers(1, 50))
def test_what_is_kept_holds_the_marks_and_what_is_near_them(drawn: tuple[tuple[tuple[int, int], ...], int], reach: int):
    marks, length = check_marks(*drawn), drawn[1]
    kept = near(marks, reach, length)
    marked = {at for start, stop in marks for at in range(start, stop)}
    expected = [at for at in range(length) if any(abs(at - other) <= reach for other in marked)]
    assert kept.tolist() == expected
    there = [kept[start:stop].tolist() for start, stop in within(marks, kept)]
    assert there == [list(range(start, stop)) for start, stop in marks]
    assert {at for start, stop in drawn[0] for at in range(start, stop)} == marked


@pytest.mark.parametrize(
    ("marks", "words"),
    [
        (((0, 2001),), "within 0 to 2000"),
        (((7, 7),), "got 7 to 7"),
        (((0, 2000),), "cover all 2000 characters"),
        (tuple((at, at + 1) for at in range(0, 2 * MOST_MARKS + 2, 2)), f"at most {MOST_MARKS} ranges"),
    ],
)
def test_marks_that_cannot_be_are_refused_in_one_line(marks: tuple[tuple[int, int], ...], words: str):
    with pytest.raises(InputError, match=words) as caught:
        check_marks(marks, 2000)
    assert "\n" not in str(caught.value)


def test_too_much_of_a_long_text_is_refused():
    assert check_marks(((0, MOST_MARKED),), 100_000) == ((0, MOST_MARKED),)
    with pytest.raises(InputError, match=f"of {MOST_MARKED:,} characters in all, got 1 of {MOST_MARKED + 1:,}"):
        check_marks(((0, MOST_MARKED + 1),), 100_000)
    assert check_marks((), 10) == ()


# ---- units ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("state", "sign"), [("hidden", 1), ("cell", -1)])
def test_the_unit_that_is_on_exactly_there_comes_first(tiny_run: Run, state: str, sign: int):
    _, reading = Engine().read(tiny_run, PASSAGE)
    marks = quotes_of(PASSAGE)
    plant(reading, state, 24 + 7, marks, sign)
    table, window = search_units(reading, marks, draws=30)
    first = table.iloc[0]
    assert (first["state"], first["layer"], first["unit"], first["sign"]) == (state, 2, 7, sign)
    assert first["strict"] > 0
    assert first["auroc"] == 1
    assert first["p_soft"] == pytest.approx(1 / 31)
    assert window == len(PASSAGE)
    assert len(table) == 2 * 2 * reading.layers * reading.units


@pytest.mark.parametrize("cell", ["gru", "rnn"])
def test_cells_without_c_are_searched_for_h_alone(tiny_run: Run, cell: Cell):
    _, reading = Engine().read(with_cell(tiny_run, cell), PASSAGE[:600])
    plant(reading, "hidden", 3, ((40, 60), (300, 310)), 1)
    table, _ = search_units(reading, ((40, 60), (300, 310)), draws=5)
    assert set(table["state"]) == {"hidden"}
    assert table.iloc[0][["layer", "unit", "sign"]].tolist() == [1, 3, 1]


def test_of_a_long_text_only_what_is_near_the_marks_is_looked_at(tiny_run: Run, story: str):
    _, reading = Engine().read(tiny_run, story[:60_000])
    marks = ((5_000, 5_030), (51_000, 51_400))
    plant(reading, "cell", 11, marks, 1)
    reading.states["cell"][11, 30_000:30_500] = 90  # far from both
    table, window = search_units(reading, marks, draws=5)
    assert table.iloc[0][["state", "unit", "strict"]].tolist()[:2] == ["cell", 11]
    assert table.iloc[0]["strict"] > 0
    assert window <= LONGEST_WINDOW
    assert f"{window:,} characters near the marks, of 60,000" in comparison(
        Found(table, pd.DataFrame(), window), len(reading)
    )


def test_what_a_unit_is_known_for_is_said_if_the_case_is_clear(tiny_run: Run, monkeypatch: pytest.MonkeyPatch):
    _, reading = Engine().read(tiny_run, PASSAGE)
    plant(reading, "hidden", 3, quotes_of(PASSAGE), 1)
    unit = {"state": "hidden", "layer": 1, "unit": 3}
    findings = [{**unit, "title": "a guess", "clear": False}, {**unit, "title": "quotations", "clear": True}]
    monkeypatch.setattr("dashboard.selection.findings_of", lambda run: findings)
    found = search_marks(reading, quotes_of(PASSAGE))
    assert found.units.iloc[0][["state", "unit", "known"]].tolist() == ["hidden", 3, "quotations"]
    assert (found.units["known"].iloc[1:] == "").all()
    assert found.concepts.iloc[0]["concept"] == "inside-quotes"


def test_concepts_saved_with_a_model_are_compared_with_the_marks(tiny_run: Run):
    engine = Engine()
    key, reading = engine.read(tiny_run, PASSAGE)
    written = "- name: inside-marks\n  description: So\n  automaton: {open: '\"', close: '\"', reset: \"\\n\\n\"}\n"
    save_concepts(tiny_run, written)
    found = [engine.marks(key, reading, quotes_of(PASSAGE), tuple(own_concepts(tiny_run).values())) for _ in range(2)]
    assert found[0] is found[1]  # held, although the file was read twice
    assert "inside-marks" in set(found[0].concepts["concept"])
    assert "inside-marks" not in set(engine.marks(key, reading, quotes_of(PASSAGE)).concepts["concept"])


# ---- concepts ------------------------------------------------------------------------------------------------


def test_the_concept_that_was_marked_comes_first():
    table = search_concepts(PASSAGE, quotes_of(PASSAGE), concepts_for("war-and-peace"))
    assert table.iloc[0][["concept", "rule", "f1"]].tolist() == ["inside-quotes", "yes", 1]


def test_one_quotation_is_compared_with_what_is_near_it_alone():
    text = 'He left. "Not I," he said. ' + "She slept all day, and all night too. " * 10 + '"Yes," she said.'
    mark = text.index('"Yes'), text.index('," she')
    table = search_concepts(text, ((mark[0], mark[1] + 1),), [CONCEPTS["inside-quotes"]])
    assert table.iloc[0]["f1"] == 1


def test_a_concept_that_needs_all_of_the_text_is_left_out_of_a_long_one():
    offline = [concept for concept in concepts_for("linux") if concept.timing == "offline"]
    assert offline
    code = "int f(int a)\n{\n\tif (a)\n\t\treturn g(a);\n\treturn 0;\n}\n"
    marks = ((code.index("(a);"), code.index(";")),)
    assert len(search_concepts(code, marks, offline)) > 0
    assert search_concepts(code * (LONGEST_OFFLINE // len(code) + 1), marks, offline).empty


# ---- words ---------------------------------------------------------------------------------------------------


def test_quoted_marks_are_text_and_no_html():
    text = "<b>\n</b>&amp;<script>" + "x" * 100
    shown = quote_marks(text, ((0, 8), (8, 100)))
    assert "&lt;b&gt;↵&lt;/b&gt;" in shown
    assert "<script" not in shown
    assert "<b>" not in shown
    assert "…" in shown
    assert "and 2 more" in quote_marks(text, tuple((at, at + 1) for at in range(0, 16, 2)))


def found_with(p: float) -> Found:
    return Found(pd.DataFrame({"p_soft": [p]}), pd.DataFrame(), 10)


def test_one_range_is_called_weak_evidence_and_more_are_asked_for():
    assert "One range is weak evidence" in caution(found_with(0.35), 1)
    assert "may well be chance" in caution(found_with(0.35), 1)
    assert "press Add" in caution(found_with(0.01), 1)
    assert "weak" not in caution(found_with(0.01), 5)
    assert "unlikely to be chance" in caution(found_with(0.01), 5)
    assert "press Add" in caution(found_with(0.2), 5)


def test_rules_are_said_in_words():
    assert rule_in_words(CONCEPTS["inside-quotes"], "no") == f"not {CONCEPTS['inside-quotes'].title}"
    assert rule_in_words(CONCEPTS["column"], ">= 3").endswith("≥ 3")
