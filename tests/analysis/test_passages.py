"""Passages: which stretch of text is read, its two sides, and the guesses that a concept decides."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.ablation.passages import ENOUGH_EVENTS, decisive_predictions, find_passage
from corpora import to_code_points
from models.network import WARM_UP
from tests.analysis.ablated import COLUMN, QUOTE_NEXT, QUOTES, concept_of, label_quotes, quotes_at


def test_what_is_decisive_of_a_state_and_of_an_amount():
    labels = label_quotes(to_code_points('a"bc"d"e"'))
    np.testing.assert_array_equal(labels, [0, 1, 1, 1, 0, 0, 1, 1, 0])
    inside, outside = QUOTES.sides(labels)
    np.testing.assert_array_equal(inside, ~outside)
    assert np.flatnonzero(decisive_predictions(QUOTES, labels, inside)).tolist() == [3, 7]
    assert np.flatnonzero(decisive_predictions(replace(QUOTES, decisive="begin"), labels, inside)).tolist() == [0, 5]
    for concept in (replace(QUOTES, decisive="inside"), replace(QUOTES, kind="anticipation", decisive="begin")):
        assert np.flatnonzero(decisive_predictions(concept, labels, inside)).tolist() == [1, 2, 3, 6, 7]
    amount = np.array([0, 1, 2, 0, 1, np.nan, 0, 3], dtype=np.float32)
    inside, outside = COLUMN.sides(amount)
    assert (np.flatnonzero(inside).tolist(), np.flatnonzero(outside).tolist()) == ([2, 7], [0, 1, 3, 4, 6])
    assert np.flatnonzero(decisive_predictions(COLUMN, amount, inside)).tolist() == [2]
    assert np.flatnonzero(decisive_predictions(replace(COLUMN, decisive="begin"), amount, inside)).tolist() == [
        0,
        1,
        3,
        6,
    ]


@pytest.mark.parametrize("labels", [[0, 0, 0, 0, 5], [0, 5, 5, 5, 5], [0, 0, 1, 5, 5]])
def test_an_amount_that_is_mostly_the_same_still_has_two_sides(labels: list[float]):
    inside, outside = COLUMN.sides(np.array(labels, dtype=np.float32))
    assert inside.any()
    assert outside.any()
    assert min(np.array(labels)[inside]) > max(np.array(labels)[outside])


def test_the_first_stretch_is_read_if_the_concept_matters_often_enough_there():
    often = quotes_at(list(range(10, 5000, 10)), 20_000)
    passage = find_passage(replace(often, start=1000), QUOTES, 2000)
    assert (passage.warm_up, len(passage.inside), len(passage.codes)) == (WARM_UP, 2000, 2000 + WARM_UP)
    np.testing.assert_array_equal(passage.codes, often.codes[1000 - WARM_UP : 3000])
    np.testing.assert_array_equal(passage.inside, label_quotes(often.codes)[1000:3000] == 1)
    assert passage.events == passage.there.sum() == 199  # the last character's guess lies beyond
    assert find_passage(often, QUOTES, 2000).warm_up == 0


def test_otherwise_the_stretch_where_it_matters_most_often():
    passage = find_passage(quotes_at(list(range(12_000, 13_990, 20)), 20_000), QUOTES, 2000)
    assert passage.events == 100
    assert len(passage.inside) == 2000


def test_a_stretch_is_lengthened_for_what_is_rare():
    rare = quotes_at(list(range(100, 40_000, 100)), 40_000)
    passage = find_passage(rare, QUOTES, 2000)
    assert len(passage.inside) == 8000
    assert ENOUGH_EVENTS <= passage.events <= 80
    assert len(find_passage(quotes_at([500, 9000], 40_000), QUOTES, 2000).inside) == 8000
    assert len(find_passage(quotes_at([500, 900], 3000), QUOTES, 2000).inside) == 3000


def test_guesses_made_inside_count_once_for_each_stretch_of_them():
    passage = find_passage(quotes_at(list(range(10, 1010, 10)), 2000), replace(QUOTES, decisive="inside"), 2000)
    assert passage.events == 100
    assert passage.there.sum() == 300


def test_where_the_label_is_not_known_nothing_is_inside_or_outside():
    whole = concept_of(lambda codes: np.where(np.arange(len(codes)) % 2, label_quotes(codes), np.nan).astype("f4"))
    passage = find_passage(quotes_at(list(range(11, 1011, 10)), 1500), whole, 1500)
    assert not (passage.inside | passage.outside)[::2].any()
    ends = find_passage(quotes_at(list(range(10, 1500, 10)), 1500), replace(QUOTE_NEXT, horizon=30), 1500)
    assert not (ends.inside | ends.outside)[-30:].any()
    assert (ends.inside | ends.outside)[:-30].all()
