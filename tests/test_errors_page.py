"""docs/errors.md says what the shipped analyses say."""

import pytest

from analysis.errors.oracles import CATEGORIES
from analysis.errors.stored import Bin, Curve, load_errors
from docs.errors import PAGE, Grown, first_ahead, growth, page, texts
from docs.errors_beside import verdict_on_growth
from models.run import PRETRAINED, load_run, shipped_runs


def test_the_page_is_that_of_the_shipped_analyses():
    assert PAGE.read_text(encoding="utf-8") == page(), "write it: python -m docs.errors write"


@pytest.mark.parametrize("name", shipped_runs())
def test_every_shipped_model_is_analysed_with_its_present_weights(name: str):
    found = load_errors(load_run(PRETRAINED / name))
    assert found is not None
    assert [kind.name for kind in found.categories] == [category.name for category in CATEGORIES]
    assert sum(kind.errors for kind in found.categories) == found.errors
    assert sum(kind.share for kind in found.categories) == pytest.approx(1)
    assert found.split == "test"


def test_models_of_one_text_read_the_same_characters():
    for runs in texts().values():
        read = [found for run in runs if (found := load_errors(run))]
        assert len({(found.text_sha256, found.ngram_order, found.ngram_nats) for found in read}) == 1


def test_a_gain_grows_is_level_or_does_neither():
    def bin_of(gain: float, low: float) -> Bin:
        return Bin(20, 29, 9, gain, low, gain + 1, 0.5, 0.5)

    assert verdict_on_growth(0.1, bin_of(0.5, 0.4), bin_of(1.0, 0.8)) == "agrees"
    assert verdict_on_growth(0.1, bin_of(0.9, 0.7), bin_of(1.0, 0.8)).startswith("agrees in part")
    assert verdict_on_growth(1.5, bin_of(0.9, 0.7), bin_of(1.0, 0.8)) == "does not agree"


def test_the_growth_of_a_memory_names_the_step_from_which_the_gain_stays_above_nothing():
    def curve_at(step: int, *lows: float) -> Curve:
        bins = [Bin(10 + 10 * k, 19 + 10 * k, 9, low + 0.1, low, low + 0.2, 0.5, 0.5) for k, low in enumerate(lows)]
        return Curve("}", "{", "closing brace", bins, step)

    curves = [curve_at(0, -1, -1), curve_at(5, 0.1, -1), curve_at(9, -0.1, 0.2), curve_at(20, 0.3, 0.4)]
    assert [first_ahead(curves, place) for place in (0, 1)] == [20, 9]
    assert first_ahead(curves[:1], 0) is None
    grown = Grown("mine", "2x256 LSTM", "linux", "python -m models train", 999, 20, False, curves)
    said, rows, words = growth(grown)
    assert "stopped after step 20" in said
    assert "+0.40 (+0.30 to +0.50) | +0.50 (+0.40 to +0.60)" in rows.splitlines()[-1]
    assert "10 to 19 characters back from step 20; 20 to 29 characters back from step 9" in words
