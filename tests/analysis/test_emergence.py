"""When a unit came to follow a concept: planted units that appear at a known snapshot, and a shipped training."""

import numpy as np
import pytest
import xarray as xr
from sklearn.metrics import roc_auc_score

from analysis.concepts import CONCEPTS
from analysis.profile.emergence import (
    PASSES,
    agreements,
    best_concept,
    emergence,
    emerging_units,
    fitting_labels,
    followers,
)
from analysis.statistics import CHANCE, measure_values
from corpora import to_code_points
from models.run import load_run
from models.snapshots import load_snapshots
from models.units import Unit
from tests.shipped import QUOTES as QUOTE_UNIT

QUOTES, COLUMN = CONCEPTS["inside-quotes"], CONCEPTS["column"]
APPEARS = 3  # the snapshot at which the planted units appear
UNITS = 12


@pytest.fixture(scope="module")
def passage(story: str) -> np.ndarray:
    return to_code_points(story[:1000])


@pytest.fixture(scope="module")
def snapshots(passage: np.ndarray) -> xr.Dataset:
    """Six snapshots of noise in c. From `APPEARS` on, unit 5 follows quotations, and unit 7 the column, upside down."""
    cell = np.random.default_rng(0).integers(-90, 90, (6, len(passage), UNITS)).astype(np.int8)
    inside, column = QUOTES.labels(passage), COLUMN.labels(passage)
    cell[APPEARS:, :, 5] = np.where(inside == 1, 60, -60) + cell[APPEARS:, :, 5] // 9
    cell[APPEARS:, :, 7] = 60 - np.nan_to_num(column)
    names = [str(Unit(1, unit)) for unit in range(UNITS)]
    return xr.Dataset(
        {"char": ("time", passage), "cell": (("snapshot", "time", "unit_name"), cell)},
        coords={
            "step": ("snapshot", [0, 1, 4, 16, 64, 256]),
            "layer": ("unit_name", [1] * UNITS),
            "unit": ("unit_name", list(range(UNITS))),
            "unit_name": names,
        },
    )


def values_of(snapshots: xr.Dataset, unit: int) -> np.ndarray:
    return snapshots["cell"].sel(unit_name=str(Unit(1, unit))).to_numpy()


def test_a_unit_settles_at_the_snapshot_at_which_it_appears(snapshots: xr.Dataset, passage: np.ndarray):
    found = emergence(QUOTES, QUOTES.labels(passage), values_of(snapshots, 5))
    assert (found.settled, found.sign, found.passes) == (APPEARS, 1, 0.8)
    assert (found.scores[APPEARS:] > 0.99).all()
    assert (abs(found.scores[:APPEARS] - 0.5) < 0.1).all()
    falling = emergence(COLUMN, COLUMN.labels(passage), values_of(snapshots, 7))
    assert (falling.settled, falling.sign, falling.passes) == (APPEARS, -1, 0.6)
    assert falling.scores[-1] == pytest.approx(1)


def test_scores_that_fall_below_again_have_not_settled(snapshots: xr.Dataset, passage: np.ndarray):
    values = values_of(snapshots, 5)
    again = np.concatenate([values, values[:1], values[-1:]])
    assert emergence(QUOTES, QUOTES.labels(passage), again).settled == 7
    assert emergence(QUOTES, QUOTES.labels(passage), again[:-1]).settled is None


def test_the_sign_of_the_search_counts_where_there_is_one(snapshots: xr.Dataset, passage: np.ndarray):
    labels, values = QUOTES.labels(passage), values_of(snapshots, 5)
    own, searched = emergence(QUOTES, labels, values), emergence(QUOTES, labels, values, sign=-1)
    np.testing.assert_allclose(searched.scores, 1 - own.scores)
    assert searched.settled is None
    assert emergence(QUOTES, labels, -values).sign == -1  # without one, that of the last snapshot


def test_a_constant_unit_is_at_chance(passage: np.ndarray):
    still = emergence(QUOTES, QUOTES.labels(passage), np.zeros((3, len(passage)), dtype=np.int8))
    assert (still.scores.tolist(), still.settled) == ([0.5] * 3, None)


def test_all_units_at_once_score_as_one_by_one(snapshots: xr.Dataset, passage: np.ndarray):
    labels = fitting_labels(passage, "war-and-peace")
    last = snapshots["cell"].isel(snapshot=-1).to_numpy()
    found = agreements(last, labels)
    assert np.isnan(labels["word-end-next"]).any()  # a concept that does not apply everywhere
    for place, (name, of_text) in enumerate(labels.items()):
        known, measure = ~np.isnan(of_text), CONCEPTS[name].measure
        for unit in (0, 5, 7):
            score = measure_values(measure, of_text[known], last[known, unit].astype(np.float64)) - CHANCE[measure]
            assert found[unit, place] == pytest.approx(2 * score if measure == "auroc" else score, abs=1e-5)


def test_the_planted_units_have_changed_most(snapshots: xr.Dataset, passage: np.ndarray):
    labels = fitting_labels(passage, "war-and-peace")
    found = emerging_units(snapshots, labels, "cell", count=2)
    assert set(zip(found["unit"], found["concept"], strict=True)) == {(5, "inside-quotes"), (7, "column")}
    assert (found["gain"] > 0.8).all()
    assert followers(snapshots, labels, "cell", "inside-quotes", count=1)["unit"].tolist() == [5]
    assert best_concept(Unit(1, 7, "cell"), snapshots, labels) == "column"


def test_a_passage_without_a_concept_names_no_units(snapshots: xr.Dataset):
    fitting = fitting_labels(to_code_points("x" * 1000), "war-and-peace")
    assert {name for name in fitting if CONCEPTS[name].is_binary} == set()
    assert emerging_units(snapshots, {}, "cell").empty
    assert best_concept(Unit(1, 7, "cell"), snapshots, {}) == ""


def test_the_quote_unit_of_war_and_peace_appears_where_scikit_learn_says():
    snapshots = load_snapshots(load_run("war-and-peace"))
    assert snapshots is not None
    labels = QUOTES.labels(snapshots["char"].to_numpy())
    values = snapshots["cell"].sel(unit_name=str(QUOTE_UNIT)).to_numpy()
    found = emergence(QUOTES, labels, values, sign=1)
    expected = [roc_auc_score(labels, of_step) for of_step in values]
    np.testing.assert_allclose(found.scores, expected, atol=1e-9)
    above = [score >= PASSES["auroc"] for score in expected]
    first = next(k for k in range(len(above)) if all(above[k:]))
    assert found.settled == first
    assert 0 < first < len(above) - 1
