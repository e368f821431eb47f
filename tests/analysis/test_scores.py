"""Scores against scikit-learn and scipy, and what must hold of any score.

Axes: `time`, `unit`, `concept`.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr
from sklearn.metrics import average_precision_score, f1_score, roc_auc_score

from analysis.concepts import CONCEPTS
from analysis.scores import Quantiser, best_edge, count_bins, score_units, threshold_scores
from analysis.search import activations_of_network
from models.recordings import record
from models.run import Run

TIME, UNITS = 20_000, 12
EXACT = 1e-6


def random_bins() -> np.ndarray:
    return np.random.default_rng(1).integers(256, size=(TIME, UNITS)).astype(np.uint8)


def tied_bins() -> np.ndarray:
    """Units that take few values, one of them a single one."""
    chance = np.random.default_rng(2)
    return np.stack([chance.integers(1 + unit, size=TIME) * 20 for unit in range(UNITS)], axis=1).astype(np.uint8)


def labels_for(bins: np.ndarray) -> np.ndarray:
    """Yes-or-no labels, 50 %, 99.5 %, 0.5 % and 80 % of them yes, that go with no, two and one units; an amount."""
    noise = np.random.default_rng(3).standard_normal((len(bins), 4))
    towards = [np.zeros(len(bins)), *((bins[:, unit] - 128.0) / 60 for unit in (3, 5, 7))]
    score = noise + np.stack(towards, axis=1)
    shares_of_no = (0.5, 0.005, 0.995, 0.2)
    binary = score > [np.quantile(of_one, share) for of_one, share in zip(score.T, shares_of_no, strict=True)]
    amount = np.round(bins[:, 4] / 30 + noise[:, 0])
    return np.column_stack([binary, amount]).astype(np.float32)


@pytest.fixture(params=["random", "tied", "trained"])
def scored(request: pytest.FixtureRequest) -> tuple[np.ndarray, np.ndarray]:
    """Bins [time, unit] and labels [time, concept]."""
    if request.param == "trained":
        run: Run = request.getfixturevalue("tiny_run")
        story: str = request.getfixturevalue("story")
        bins = activations_of_network(run.load_network(), run.vocabulary.encode(story[:TIME]), slice(0, TIME)).bins
    else:
        bins = random_bins() if request.param == "random" else tied_bins()
    return bins, labels_for(bins)


def test_auroc_is_that_of_scikit_learn(scored: tuple[np.ndarray, np.ndarray]):
    bins, labels = scored
    auroc = score_units(bins, labels).auroc
    for concept in range(4):
        expected = [roc_auc_score(labels[:, concept], bins[:, unit]) for unit in range(bins.shape[1])]
        np.testing.assert_allclose(auroc[concept], expected, rtol=0, atol=EXACT)
    assert np.isnan(auroc[4]).all()


@pytest.mark.filterwarnings("ignore:An input array is constant")
def test_spearman_is_that_of_scipy(scored: tuple[np.ndarray, np.ndarray]):
    bins, labels = scored
    spearman = score_units(bins, labels).spearman
    expected = [spearmanr(labels[:, 4], bins[:, unit]).statistic for unit in range(bins.shape[1])]
    np.testing.assert_allclose(spearman[4], expected, rtol=0, atol=1e-5)
    assert np.isnan(spearman[:4]).all()


def test_quantising_moves_auroc_by_no_more_than_the_ties_that_it_makes(tiny_run: Run, story: str):
    """|AUROC of bins - AUROC of values| is at most half the share of (yes, no) pairs that fall into one bin."""
    text = story[:TIME]
    values = record(tiny_run, text)["hidden"].to_numpy().reshape(len(text), -1)
    bins = Quantiser(values[:8192]).to_bins(values)
    for label in (np.array(list(text)) == "e", CONCEPTS["inside-quotes"].labels(text) == 1):
        yes, no = (count_bins(bins, np.flatnonzero(label == value)) for value in (True, False))
        ties = (yes * no).sum(axis=1) / (label.sum() * (~label).sum())
        auroc = score_units(bins, label.astype(np.float32)[:, None]).auroc[0]
        exact = np.array([roc_auc_score(label, unit) for unit in values.T])
        assert (np.abs(auroc - exact) <= ties / 2 + EXACT).all()
        assert np.abs(auroc - exact).max() < 1e-3


def test_average_precision_and_f1_are_those_of_scikit_learn(scored: tuple[np.ndarray, np.ndarray]):
    bins, labels = scored
    for concept in range(4):
        label = labels[:, concept]
        yes, no = (count_bins(bins, np.flatnonzero(label == value)) for value in (1, 0))
        for unit in range(0, bins.shape[1], 7):
            edge = best_edge(yes[unit], no[unit])
            result = threshold_scores(yes[unit], no[unit], edge)
            f1_at = [f1_score(label, bins[:, unit] >= at) for at in (1, 64, 128, 192)]
            assert result.f1 == pytest.approx(f1_score(label, bins[:, unit] >= edge), abs=1e-12)
            assert result.f1 >= max(f1_at) - 1e-12
            expected = average_precision_score(label, bins[:, unit])
            assert result.average_precision == pytest.approx(expected, abs=1e-9)


def test_permuting_units_permutes_scores(scored: tuple[np.ndarray, np.ndarray]):
    bins, labels = scored
    order = np.random.default_rng(4).permutation(bins.shape[1])
    scores, permuted = score_units(bins, labels), score_units(np.ascontiguousarray(bins[:, order]), labels)
    np.testing.assert_allclose(permuted.auroc, scores.auroc[:, order], rtol=0, atol=1e-9)
    np.testing.assert_allclose(permuted.spearman, scores.spearman[:, order], rtol=0, atol=1e-9)


def test_the_order_of_time_does_not_matter(scored: tuple[np.ndarray, np.ndarray]):
    bins, labels = scored
    order = np.random.default_rng(4).permutation(len(bins))
    shuffled, scores = score_units(bins[order], labels[order]), score_units(bins, labels)
    np.testing.assert_allclose(shuffled.auroc, scores.auroc, rtol=0, atol=EXACT)
    np.testing.assert_allclose(shuffled.spearman, scores.spearman, rtol=0, atol=1e-5)


def test_a_unit_upside_down_has_the_opposite_score_and_the_same_strength(scored: tuple[np.ndarray, np.ndarray]):
    bins, labels = scored
    scores, flipped = score_units(bins, labels), score_units(255 - bins, labels)
    np.testing.assert_allclose(flipped.auroc, 1 - scores.auroc, rtol=0, atol=EXACT)
    np.testing.assert_allclose(flipped.spearman, -scores.spearman, rtol=0, atol=EXACT)
    np.testing.assert_allclose(flipped.strength, scores.strength, rtol=0, atol=2 * EXACT)


def test_shuffled_labels_score_at_chance(scored: tuple[np.ndarray, np.ndarray]):
    bins, labels = scored
    scores = score_units(bins, labels[np.random.default_rng(5).permutation(len(labels))])
    spread = 5 * np.sqrt(1 / 12 / np.minimum(labels[:, :4].sum(axis=0), (1 - labels[:, :4]).sum(axis=0)))
    assert (np.abs(scores.auroc[:4] - 0.5) < spread[:, None]).all()
    assert np.nanmax(np.abs(scores.spearman[4])) < 5 / np.sqrt(len(bins))


def test_a_label_of_nan_leaves_its_character_out(scored: tuple[np.ndarray, np.ndarray]):
    bins, labels = scored
    left_out = np.random.default_rng(6).random(labels.shape) < [0.3, 0.3, 0, 0.6, 0.6]
    scores = score_units(bins, np.where(left_out, np.float32(np.nan), labels))
    for concept in range(5):
        kept = ~left_out[:, concept]
        alone = score_units(bins[kept], labels[kept, concept : concept + 1])
        np.testing.assert_allclose(scores.auroc[concept], alone.auroc[0], rtol=0, atol=EXACT)
        np.testing.assert_allclose(scores.spearman[concept], alone.spearman[0], rtol=0, atol=EXACT)


@pytest.mark.parametrize("value", [0, 1, 7, np.nan])
def test_a_constant_label_has_no_score(value: float):
    scores = score_units(random_bins()[:500], np.full((500, 1), value, dtype=np.float32))
    assert np.isnan(scores.auroc).all()
    assert np.isnan(scores.spearman).all()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 255), st.booleans()), min_size=2, max_size=40))
def test_any_few_values_and_labels_score_as_in_scikit_learn(pairs: list[tuple[int, bool]]):
    bins = np.array([[value] for value, _ in pairs], dtype=np.uint8)
    label = np.array([[yes] for _, yes in pairs], dtype=np.float32)
    auroc = score_units(bins, label).auroc[0, 0]
    if label.min() == label.max():
        assert np.isnan(auroc)
    else:
        assert auroc == pytest.approx(roc_auc_score(label[:, 0], bins[:, 0]), abs=EXACT)


@given(st.lists(st.floats(-50, 50, width=32), min_size=1, max_size=400), st.floats(-200, 200, width=32))
def test_a_bin_holds_the_values_between_its_edges(sample: list[float], beyond: float):
    quantiser = Quantiser(np.array(sample, dtype=np.float32)[:, None])
    values = np.array([*sample, beyond], dtype=np.float32)
    bins = quantiser.to_bins(values[:, None])[:, 0].astype(int)
    edges = quantiser.edges[0]
    np.testing.assert_array_equal(bins, np.searchsorted(edges, values, side="right") - 1)
    lower, upper = (np.array([quantiser.to_value(0, edge) for edge in at]) for at in (bins, bins + 1))
    assert ((lower <= values) & (values < upper)).all()


def test_a_sample_fills_the_bins_evenly_however_it_is_spread():
    sample = np.random.default_rng(0).normal(size=(8192, 1)).astype(np.float32) ** 5
    counts = np.bincount(Quantiser(sample).to_bins(sample)[:, 0], minlength=256)
    assert counts.min() >= 31
    assert counts.max() <= 33
