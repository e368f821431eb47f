"""The measures against SciPy, scikit-learn and an analysis of variance; the bootstrap against SciPy's.

Axes: `row`, `block`, `draw`.
"""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import bootstrap, f_oneway, kruskal, rankdata, spearmanr
from sklearn.metrics import roc_auc_score

from analysis.statistics import (
    CHANCE,
    MEASURE_TITLES,
    MOST_CLASSES,
    RESAMPLES,
    Measure,
    auroc_between,
    block_bootstrap,
    centred_weights,
    eta_squared,
    interval_of,
    measure_values,
    varies,
)

MEASURES: list[Measure] = ["auroc", "spearman", "eta2"]
every_measure = pytest.mark.parametrize("measure", MEASURES)
some_values = st.one_of(st.integers(-4, 4), st.floats(-100, 100, width=32))


@st.composite
def rows(draw: st.DrawFn, classes: int) -> tuple[np.ndarray, np.ndarray]:
    """Labels of so many classes and values, ties among them; neither is constant."""
    size = draw(st.integers(3, 60))
    labels = np.array(draw(st.lists(st.integers(0, classes - 1), min_size=size, max_size=size)), dtype=np.float32)
    values = np.array(draw(st.lists(some_values, min_size=size, max_size=size)), dtype=np.float32)
    assume(varies(labels) and varies(values))
    return labels, values


def noise(rows_: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(seed)
    return chance.integers(0, 2, rows_).astype(np.float32), chance.normal(size=rows_).astype(np.float32)


# ---- measures ------------------------------------------------------------------------------------------------------


@given(rows(2))
def test_auroc_is_that_of_scikit_learn(given_rows: tuple[np.ndarray, np.ndarray]):
    labels, values = given_rows
    assert measure_values("auroc", labels, values) == pytest.approx(roc_auc_score(labels, values), abs=1e-9)
    assert auroc_between(values[labels == 1], values[labels == 0]) == measure_values("auroc", labels, values)


@given(rows(9))
def test_spearman_is_that_of_scipy(given_rows: tuple[np.ndarray, np.ndarray]):
    labels, values = given_rows
    assert measure_values("spearman", labels, values) == pytest.approx(spearmanr(labels, values).statistic, abs=1e-9)


@given(rows(5))
def test_eta_squared_is_that_of_kruskal_and_wallis(given_rows: tuple[np.ndarray, np.ndarray]):
    """H, corrected for ties, is (rows - 1) eta squared."""
    labels, values = given_rows
    groups = [values[labels == each].astype(np.float64) for each in np.unique(labels)]  # SciPy sums in its dtype
    expected = kruskal(*groups).statistic / (len(values) - 1)
    assert measure_values("eta2", labels, values) == pytest.approx(expected, abs=1e-6)


def test_eta_squared_is_that_of_an_analysis_of_variance_of_ranks():
    chance = np.random.default_rng(0)
    labels = chance.integers(0, 4, 500).astype(np.float32)
    values = (labels % 3 + chance.normal(size=500)).round(1).astype(np.float32)
    ranks, classes = rankdata(values), np.unique(labels)
    between = sum((labels == each).sum() * (ranks[labels == each].mean() - ranks.mean()) ** 2 for each in classes)
    assert eta_squared(labels, values) == pytest.approx(between / ((ranks - ranks.mean()) ** 2).sum(), abs=1e-6)
    f = f_oneway(*(ranks[labels == each] for each in classes)).statistic
    degrees = (len(classes) - 1, len(values) - len(classes))
    assert eta_squared(labels, values) == pytest.approx(f * degrees[0] / (f * degrees[0] + degrees[1]), abs=1e-6)


@every_measure
@given(given_rows=rows(2))
def test_what_keeps_the_order_keeps_the_measure_and_what_turns_it_over_turns_it(
    measure: Measure, given_rows: tuple[np.ndarray, np.ndarray]
):
    labels, values = given_rows
    found = measure_values(measure, labels, values)
    ranks = rankdata(values)
    assert measure_values(measure, labels, ranks**3) == pytest.approx(found, abs=1e-6)
    turned = measure_values(measure, labels, -values)
    expected = {"auroc": 1 - found, "spearman": -found, "eta2": found}[measure]
    assert turned == pytest.approx(expected, abs=1e-6)


@every_measure
def test_a_perfect_unit_reaches_one_and_noise_is_at_chance(measure: Measure):
    labels, values = noise(20_000)
    assert measure_values(measure, labels, labels) == pytest.approx(1, abs=1e-6)
    assert measure_values(measure, labels, values) == pytest.approx(CHANCE[measure], abs=0.02)
    assert measure in MEASURE_TITLES


@every_measure
def test_what_is_constant_has_no_measure(measure: Measure):
    labels, values = noise(50)
    still = np.ones(50, dtype=np.float32)
    assert np.isnan(measure_values(measure, still, values))
    assert np.isnan(measure_values(measure, labels, still))
    assert np.isnan(measure_values(measure, np.full(50, np.nan, dtype=np.float32), values))


@every_measure
@given(given_rows=rows(2))
def test_centred_weights_make_the_measure_from_ranks(measure: Measure, given_rows: tuple[np.ndarray, np.ndarray]):
    labels, values = given_rows
    columns, norms = centred_weights(labels, measure)
    r = (rankdata(values) - (len(values) + 1) / 2) / len(values)
    quotients, squares = columns @ r / norms, (r**2).sum()
    found = {
        "auroc": quotients[0] + 0.5, "spearman": quotients[0] / np.sqrt(squares), "eta2": (quotients**2).sum() / squares
    }[measure]  # fmt: skip
    assert found == pytest.approx(measure_values(measure, labels, values), abs=1e-5)


def test_of_many_classes_the_rest_are_one():
    chance = np.random.default_rng(3)
    labels, values = chance.integers(0, 50, 2000).astype(np.float32), chance.normal(size=2000)
    merged = np.minimum(labels, MOST_CLASSES - 1)
    assert eta_squared(labels, values) == eta_squared(merged, values)
    assert len(centred_weights(labels, "eta2")[0]) == MOST_CLASSES


# ---- bootstrap -----------------------------------------------------------------------------------------------------


@given(st.integers(1, 40), st.lists(st.integers(1, 4), max_size=2))
def test_each_draw_is_a_sum_of_as_many_blocks_as_there_are(blocks: int, rest: list[int]):
    by_block = np.random.default_rng(0).normal(size=(blocks, *rest))
    drawn = block_bootstrap(by_block, seed=1)
    assert drawn.shape == (RESAMPLES, *rest)
    np.testing.assert_array_equal(block_bootstrap(np.ones((blocks, *rest)), seed=1), np.full(drawn.shape, blocks))
    np.testing.assert_allclose(block_bootstrap(2 * by_block + 1, seed=1), 2 * drawn + blocks, atol=1e-9)
    np.testing.assert_array_equal(block_bootstrap(by_block, seed=1), drawn)  # a seed is a draw


def test_what_belongs_together_is_drawn_together():
    values = np.random.default_rng(0).normal(size=30)
    both = block_bootstrap(np.stack([values, -3 * values], axis=1), seed=5)
    np.testing.assert_allclose(both[:, 1], -3 * both[:, 0])
    np.testing.assert_allclose(block_bootstrap(values, seed=5), both[:, 0])
    assert not np.array_equal(block_bootstrap(values, seed=6), both[:, 0])


def test_the_interval_of_a_mean_is_that_of_scipys_bootstrap():
    values = np.random.default_rng(1).exponential(size=80)
    low, high = interval_of(block_bootstrap(values, seed=2) / len(values))
    expected = bootstrap((values,), np.mean, n_resamples=20_000, method="percentile", rng=np.random.default_rng(3))
    error = values.std() / np.sqrt(len(values))
    assert low == pytest.approx(expected.confidence_interval.low, abs=0.2 * error)
    assert high == pytest.approx(expected.confidence_interval.high, abs=0.2 * error)


def test_an_interval_leaves_out_what_could_not_be_computed():
    draws = np.arange(1001.0)
    assert interval_of(draws) == (25, 975)
    assert interval_of(np.concatenate([draws, np.full(500, np.nan)])) == (25, 975)
