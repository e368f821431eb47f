"""Units over a held-out text: states, labels, contexts and correlations, against recordings and SciPy."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.concepts import CONCEPTS
from analysis.profile.contexts import (
    AFTER,
    BEFORE,
    Context,
    context_at,
    distinct,
    extreme_positions,
    quantile_positions,
)
from analysis.profile.excerpt import (
    LabelledExcerpt,
    correlated_units,
    demo_text,
    is_at_hand,
    is_constant,
    read_excerpt,
    richest_stretch,
    unseen_text,
)
from analysis.texts import HeldOut
from corpora import InputError
from models.config import Cell
from models.network import WARM_UP
from models.recording import record
from models.units import Unit
from tests.other_cells import with_cell

if TYPE_CHECKING:
    from models.run import Run

CHARACTERS = 3_000


@pytest.fixture
def passage(tiny_run: "Run") -> LabelledExcerpt:
    return read_excerpt(tiny_run, tiny_run.load_network(), unseen_text(tiny_run), CHARACTERS)


def position_of(text: HeldOut, passage: LabelledExcerpt) -> int:
    """Where in a text a passage was taken from."""
    windows = np.lib.stride_tricks.sliding_window_view(text.codes, len(passage))
    (found,) = np.flatnonzero((windows == passage.codes).all(axis=1))
    return int(found)


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_states_are_those_of_reading_the_text_with_what_comes_before(tiny_run: "Run", cell: Cell):
    run = with_cell(tiny_run, cell)
    text = unseen_text(run)
    passage = read_excerpt(run, run.load_network(), text, CHARACTERS)
    at = position_of(text, passage)
    assert at >= text.start
    read = "".join(map(chr, text.codes[at - WARM_UP : at + CHARACTERS]))
    recording = record(run, read)
    assert set(passage.states) == ({"hidden", "cell"} if cell == "lstm" else {"hidden"})
    for name, values in passage.states.items():
        np.testing.assert_array_equal(values, recording.states[name][WARM_UP:].transpose(1, 2, 0))


def test_labels_know_what_came_before_the_passage(tiny_run: "Run", passage: LabelledExcerpt):
    text = unseen_text(tiny_run)
    at = position_of(text, passage)
    assert "inside-quotes" in passage.labels
    for name, labels in passage.labels.items():
        np.testing.assert_array_equal(labels, CONCEPTS[name].labels(text.codes)[at : at + CHARACTERS])
        assert np.nanmin(labels) < np.nanmax(labels)


def test_a_text_shorter_than_wanted_is_read_to_its_end(tiny_run: "Run"):
    codes = unseen_text(tiny_run).codes[:1_234]
    passage = read_excerpt(tiny_run, tiny_run.load_network(), HeldOut(codes, 0, "here"), 5_000)
    np.testing.assert_array_equal(passage.codes, codes)
    with pytest.raises(InputError, match="got none in here"):
        read_excerpt(tiny_run, tiny_run.load_network(), HeldOut(codes, len(codes), "here"))


def test_the_richest_stretch_is_that_of_most_events_up_to_thirty_of_each():
    many, few = np.zeros(5_000, dtype=bool), np.zeros(5_000, dtype=bool)
    many[:1_000:2] = True  # 500 of one kind count as thirty
    many[3_000:3_060:2] = True
    few[3_000:3_900:100] = True
    assert richest_stretch([many], 1_000) == 0
    assert richest_stretch([many, few], 1_000) == 3_000
    assert richest_stretch([], 1_000) == 0


def test_without_the_corpus_there_is_a_demo_passage(tiny_run: "Run", monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    assert is_at_hand(tiny_run)
    monkeypatch.setenv("CHARSCOPE_DATA", str(tmp_path))
    assert not is_at_hand(tiny_run)
    text = demo_text(tiny_run)
    passage = read_excerpt(tiny_run, tiny_run.load_network(), text)
    assert text.source == "a demo passage"
    np.testing.assert_array_equal(passage.codes, text.codes)


values_of_texts = st.lists(st.floats(-1, 1, width=32), min_size=1, max_size=400).map(
    lambda values: np.array(values, dtype=np.float32)
)


@given(values=values_of_texts, count=st.integers(1, 9), apart=st.integers(1, 50))
def test_extremes_are_the_highest_and_far_apart(values: np.ndarray, count: int, apart: int):
    found = extreme_positions(values, count, apart)
    assert values[found[0]] == values.max()
    assert list(values[found]) == sorted(values[found], reverse=True)
    assert all(abs(a - b) >= apart for k, a in enumerate(found) for b in found[:k])
    if len(found) < count:  # no place is left
        assert all(min(abs(at - other) for other in found) < apart for at in range(len(values)))


def test_quantile_positions_have_the_values_of_the_quantiles():
    values = np.random.default_rng(0).standard_normal(20_000).astype(np.float32)
    shares = (0.9, 0.7, 0.5, 0.3, 0.1)
    np.testing.assert_allclose(values[quantile_positions(values, shares)], np.quantile(values, shares), atol=0.01)


def test_a_context_marks_its_character_wherever_it_is(passage: LabelledExcerpt):
    values = passage.values(Unit(1, 3, "hidden"))
    for at in (0, 5, 1_000, len(passage) - 1):
        context = context_at(passage, values, at)
        assert context.codes[context.marked] == passage.codes[at]
        assert context.value == values[at]
        assert len(context.codes) <= BEFORE + AFTER + 1
        assert context.marked == min(at, BEFORE)


def test_a_unit_that_keeps_its_value_is_constant():
    assert is_constant(np.full(100, 0.3, dtype=np.float32))
    assert not is_constant(np.linspace(0, 0.1, 100, dtype=np.float32))


def test_correlations_are_spearmans_of_all_columns(passage: LabelledExcerpt):
    from scipy.stats import spearmanr

    unit = Unit(2, 5, "cell")
    columns = {
        Unit(layer + 1, number, name): values[layer, number]
        for name, values in passage.states.items()
        for layer in range(2)
        for number in range(24)
    }
    expected = {
        other: float(np.asarray(spearmanr(columns[unit], values))[0])
        for other, values in columns.items()
        if other != unit
    }
    found = correlated_units(passage, unit, 8)
    assert [other for other, _ in found] == sorted(expected, key=lambda other: -abs(expected[other]))[:8]
    for other, correlation in found:
        assert correlation == pytest.approx(expected[other], abs=1e-5)


def test_contexts_that_show_the_same_are_one():
    codes, values = np.array([97, 98, 99], dtype=np.uint32), np.array([0.1, 0.5, 0.2], dtype=np.float32)
    same = [Context(at, 1, codes, values + at * 1e-5) for at in range(8)]
    other = Context(90, 1, codes[::-1].copy(), values)
    assert [(each.at, each.times) for each in distinct([same[0], other, *same[1:]])] == [(0, 8), (90, 1)]
    assert len(distinct([same[0], Context(9, 1, codes, values + 0.1)])) == 2
