"""Searches for nothing find nothing: untrained networks read one text, and the labels are another's."""

import numpy as np
import pytest
from scipy.stats import binom

from analysis.concepts import concept, concepts_for
from analysis.evidence.verdicts import ALPHA
from benchmarks.study_false_discoveries import (
    Excerpts,
    draw_excerpts,
    search_for_nothing,
    share_of,
    with_null_labels,
)
from corpora import to_code_points
from tests.conftest import write_story

RUNS = 20
# Labels of these would be those of the text that is read: they hang on the position alone, or never vary.
NAMES = ("inside-quotes", "position-in-quote", "closing-quote-next", "column", "line-end-next", "position-in-word")


def excerpts(seed: int) -> Excerpts:
    read, lending, elsewhere = (
        to_code_points(write_story(length, seed=3 * seed + number))
        for number, length in enumerate((12_000, 12_000, 24_000))
    )
    return Excerpts(read, lending, elsewhere if seed % 2 else None)


@pytest.mark.slow
def test_twenty_searches_for_nothing_find_no_more_than_chance_allows():
    """At most 4 of 20 runs have a significant concept: more come once in 400 times if 5 % do. No unit has a verdict."""
    found, wrong = [], 0
    for seed in range(RUNS):
        units = search_for_nothing(excerpts(seed), [concept(name) for name in NAMES], seed, draws=60)
        assert units["q_value"].notna().any()
        assert set(units["verdict"]) == {"none"}
        found.append(units)
        wrong += bool((units["q_value"] <= ALPHA).any())
    assert binom.sf(4, RUNS, ALPHA) < 1 / 380
    assert wrong <= 4
    best = np.concatenate([units.query("rank_in_state == 1")["p_value"].dropna() for units in found])
    assert np.mean(best <= ALPHA) < 0.1


def test_what_is_there_is_significant_where_null_labels_are_not():
    """The same searches with the text's own labels of what the character decides, which untrained networks know."""
    of_text = excerpts(1)
    own = Excerpts(of_text.read, of_text.read, of_text.elsewhere)
    units = search_for_nothing(own, [concept("space"), concept("vowel")], 0, draws=60)
    assert (units.query("rank_in_state == 1")["q_value"] < 0.01).all()


def test_null_labels_are_those_of_the_text_that_lends_them():
    of_text, quotes = excerpts(2), concept("inside-quotes")
    null = with_null_labels(quotes, of_text)
    np.testing.assert_array_equal(null.labels(of_text.read), quotes.labels(of_text.lending))
    np.testing.assert_array_equal(null.labels(of_text.lending), quotes.labels(of_text.lending))
    assert null.delimiters == ""


def test_excerpts_do_not_overlap():
    codes = np.arange(200_000, dtype=np.uint32)
    for seed in range(5):
        drawn = draw_excerpts(codes, seed, own=False)
        assert drawn.elsewhere is not None
        together = np.concatenate([drawn.read, drawn.lending, drawn.elsewhere])
        assert len(np.unique(together)) == len(together) == 120_000
        assert draw_excerpts(codes, seed, own=True).elsewhere is None
    assert len(concepts_for("war-and-peace")) > 5


def test_a_share_comes_with_its_interval():
    assert share_of([True] + [False] * 99) == "1 of 100 (0.0% to 5.4%)"
