"""Scores against scikit-learn, scipy and plain loops, and what must hold of any score.

Axes: `time`, `column` (of one panel, a unit), `concept`.
"""

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jaxtyping import Float32, Int64, UInt8
from scipy.stats import rankdata, spearmanr
from sklearn.metrics import roc_auc_score

from analysis.concepts import concept
from analysis.scoring.activations import make_store
from analysis.scoring.quantiser import Quantiser
from analysis.scoring.sources import NetworkSource
from analysis.statistics import MOST_CLASSES, Measure
from corpora import load_corpus, to_code_points
from models.run import Run, load_run
from tests.analysis.in_memory import EXACT, assert_same, score_bins

TIME, COLUMNS = 20_000, 12  # more than a block of time
MEASURES: list[Measure] = ["auroc", "auroc", "auroc", "auroc", "spearman", "eta2"]

Bins = UInt8[np.ndarray, "time column"]
Labels = Float32[np.ndarray, "time concept"]
Characters = Int64[np.ndarray, " time"]


def random_bins() -> Bins:
    return np.random.default_rng(1).integers(256, size=(TIME, COLUMNS)).astype(np.uint8)


def tied_bins() -> Bins:
    """Units that take few values, one of them a single one."""
    chance = np.random.default_rng(2)
    return np.stack([chance.integers(1 + unit, size=TIME) * 20 for unit in range(COLUMNS)], axis=1).astype(np.uint8)


def bins_of(run: Run, codes: np.ndarray, folder: Path) -> Bins:
    """What the units of a network do on a text."""
    store, filling = make_store(NetworkSource(run.load_network(), run.vocabulary.encode(codes)), folder, len(codes))
    for _ in filling:
        pass
    step = store.columns // COLUMNS
    return np.ascontiguousarray(store.read_rows(slice(0, store.columns), np.arange(len(codes)))[:, ::step])


def labels_for(bins: Bins) -> Labels:
    """Labels, 50 %, 99.5 %, 0.5 % and 80 % of them 1, that go with no unit or with one each; an amount; classes."""
    noise = np.random.default_rng(3).standard_normal((len(bins), 4))
    towards = [np.zeros(len(bins)), *((bins[:, unit] - 128.0) / 60 for unit in (3, 5, 7))]
    score = noise + np.stack(towards, axis=1)
    shares_of_no = (0.5, 0.005, 0.995, 0.2)
    binary = score > [np.quantile(of_one, share) for of_one, share in zip(score.T, shares_of_no, strict=True)]
    amount = np.round(bins[:, 4] / 30 + noise[:, 0])
    classes = np.round(3 * np.sin(bins[:, 6] / 20) + noise[:, 1])
    return np.column_stack([binary, amount, classes]).astype(np.float32)


def characters_for(labels: Labels) -> Characters:
    """Seven characters, of which some come rather where the first labels are 1."""
    chance = np.random.default_rng(8)
    return np.where(labels[:, 3] == 1, chance.integers(0, 5, len(labels)), chance.integers(2, 7, len(labels)))


@pytest.fixture(params=["random", "tied", "trained", "war-and-peace-gru"])
def bins(request: pytest.FixtureRequest, tmp_path: Path) -> Bins:
    if request.param == "trained":
        run: Run = request.getfixturevalue("tiny_run")
        return bins_of(run, to_code_points(request.getfixturevalue("story")[:TIME]), tmp_path)
    if request.param == "war-and-peace-gru":
        request.getfixturevalue("real_corpora")
        text = np.asarray(load_corpus("war-and-peace").split("test")[:TIME])
        return bins_of(load_run("war-and-peace-gru"), text, tmp_path)
    return random_bins() if request.param == "random" else tied_bins()


def test_auroc_is_that_of_scikit_learn(bins: Bins):
    labels = labels_for(bins)
    scores = score_bins(bins, labels, MEASURES)
    for row in range(4):
        expected = [roc_auc_score(labels[:, row], unit) for unit in bins.T]
        np.testing.assert_allclose(scores.value[row], expected, rtol=0, atol=EXACT)
        np.testing.assert_allclose(scores.stratified[row], scores.value[row], rtol=0, atol=EXACT)  # in one stratum
    assert np.isnan(scores.stratified[4:]).all()


@pytest.mark.filterwarnings("ignore:An input array is constant")
def test_spearman_is_that_of_scipy(bins: Bins):
    labels = labels_for(bins)
    expected = [spearmanr(labels[:, 4], unit).statistic for unit in bins.T]
    np.testing.assert_allclose(score_bins(bins, labels, MEASURES).value[4], expected, rtol=0, atol=1e-5)


def test_eta_squared_is_the_share_of_variance_between_classes(bins: Bins):
    labels = labels_for(bins)
    found = score_bins(bins, labels, MEASURES).value[5]
    for unit, value in zip(bins.T, found, strict=True):
        ranks = rankdata(unit)
        if np.ptp(ranks) == 0:
            assert np.isnan(value)
            continue
        of_class = [ranks[labels[:, 5] == number] for number in np.unique(labels[:, 5])]
        within = sum(len(each) * each.var() for each in of_class)
        assert value == pytest.approx(1 - within / (len(ranks) * ranks.var()), abs=1e-5)


def van_elteren(label: np.ndarray, values: np.ndarray, characters: Characters) -> float:
    """The stratified AUROC, character by character: pairs won within it, weighted by 1 / (n + 1)."""
    won, pairs = 0.0, 0.0
    for character in np.unique(characters):
        of_it = characters == character
        yes, no = values[of_it & (label == 1)], values[of_it & (label == 0)]
        if len(yes) and len(no):
            won += roc_auc_score(label[of_it], values[of_it]) * len(yes) * len(no) / (of_it.sum() + 1)
            pairs += len(yes) * len(no) / (of_it.sum() + 1)
    return won / pairs


def test_the_stratified_auroc_is_that_of_a_loop_over_characters(bins: Bins):
    labels = labels_for(bins)
    characters = characters_for(labels)
    stratified = score_bins(bins, labels, MEASURES, characters).stratified
    for row in range(4):
        expected = [van_elteren(labels[:, row], unit, characters) for unit in bins.T]
        np.testing.assert_allclose(stratified[row], expected, rtol=0, atol=1e-5)


def test_a_detector_of_the_letter_scores_at_chance_among_the_same_letter():
    """One unit tells the quotation mark, one the state of being inside quotes; the label is the latter."""
    chance = np.random.default_rng(0)
    characters = chance.integers(0, 3, TIME)
    label = (chance.random(TIME) < np.array([0.02, 0.05, 0.95])[characters]).astype(np.float32)
    of_letter = (characters == 2) * 200 + chance.integers(0, 20, TIME)
    of_state = label * 20 + chance.integers(0, 30, TIME)
    scores = score_bins(np.stack([of_letter, of_state], axis=1).astype(np.uint8), label[:, None], ["auroc"], characters)
    assert scores.value[0, 0] > 0.95
    assert scores.stratified[0, 0] == pytest.approx(0.5, abs=0.03)
    assert (scores.value[0, 1], scores.stratified[0, 1]) == (pytest.approx(0.9, abs=0.05),) * 2
    assert scores.strength[0, 1] > scores.strength[0, 0]


def test_scores_of_real_units_and_concepts_are_those_of_scikit_learn(real_corpora: Path, tmp_path: Path):
    """A shipped network, its corpus, its concepts."""
    text = np.asarray(load_corpus("war-and-peace").split("test")[:TIME])
    bins = bins_of(load_run("war-and-peace-gru"), text, tmp_path)
    for name in ("inside-quotes", "attribution", "capitalised-word"):
        labels = concept(name).labels(text)
        scores = score_bins(bins, labels[:, None], ["auroc"], text.astype(np.int64))
        for column, unit in enumerate(bins.T):
            assert scores.value[0, column] == pytest.approx(roc_auc_score(labels, unit), abs=1e-5)
        expected = van_elteren(labels, bins[:, 3], text.astype(np.int64))
        assert scores.stratified[0, 3] == pytest.approx(expected, abs=1e-5)


def test_quantising_moves_auroc_by_no_more_than_the_ties_that_it_makes(tiny_run: Run, story: str):
    """|AUROC of bins - AUROC of values| is at most half the share of (yes, no) pairs that fall into one bin."""
    text = story[:TIME]
    source = NetworkSource(tiny_run.load_network(), tiny_run.vocabulary.encode(text))
    values = source.sample([slice(0, TIME)])
    bins = Quantiser(values[:8192]).to_bins(values)
    for label in (np.array(list(text)) == "e", concept("inside-quotes").labels(text) == 1):
        auroc = score_bins(bins, label.astype(np.float32)[:, None], ["auroc"]).value[0]
        for unit in range(0, bins.shape[1], 5):
            yes, no = (np.bincount(bins[label == value, unit], minlength=256) for value in (True, False))
            ties = (yes * no).sum() / (label.sum() * (~label).sum())
            exact = roc_auc_score(label, values[:, unit])
            assert abs(auroc[unit] - exact) <= min(ties / 2 + EXACT, 1e-3)


def test_permuting_units_permutes_scores(bins: Bins):
    labels, order = labels_for(bins), np.random.default_rng(4).permutation(bins.shape[1])
    scores = score_bins(bins, labels, MEASURES, characters_for(labels))
    permuted = score_bins(np.ascontiguousarray(bins[:, order]), labels, MEASURES, characters_for(labels))
    assert_same(permuted, scores.value[:, order], scores.stratified[:, order])  # sums of float32


def test_the_order_of_time_does_not_matter(bins: Bins):
    labels, order = labels_for(bins), np.random.default_rng(4).permutation(len(bins))
    characters = characters_for(labels)
    scores = score_bins(bins, labels, MEASURES, characters)
    assert_same(
        score_bins(bins[order], labels[order], MEASURES, characters[order]), scores.value, scores.stratified, 1e-5
    )


def test_a_unit_upside_down_and_a_label_turned_over_have_the_opposite_score(bins: Bins):
    labels = labels_for(bins)
    characters = characters_for(labels)
    scores = score_bins(bins, labels, MEASURES, characters)
    over = np.concatenate([1 - scores.value[:4], -scores.value[4:5], scores.value[5:]])
    down = score_bins(255 - bins, labels, MEASURES, characters)
    assert_same(down, over, 1 - scores.stratified, 1e-5)
    np.testing.assert_allclose(down.strength, scores.strength, rtol=0, atol=1e-5)
    signed = scores.signed(np.full(scores.value.shape, -1))
    assert_same(down, *signed, 1e-5)
    np.testing.assert_allclose(scores.at(4, 3, -1), (-scores.value[4, 3], np.nan))
    flipped = np.column_stack([1 - labels[:, :4], -labels[:, 4:]])
    assert_same(score_bins(bins, flipped, MEASURES, characters), over, 1 - scores.stratified, 1e-5)


def test_a_label_of_nan_leaves_its_character_out(bins: Bins):
    labels = labels_for(bins)
    characters = characters_for(labels)
    left_out = np.random.default_rng(6).random(labels.shape) < [0.3, 0.3, 0, 0.6, 0.6, 0.2]
    scores = score_bins(bins, np.where(left_out, np.float32(np.nan), labels), MEASURES, characters)
    for row, measure in enumerate(MEASURES):
        kept = ~left_out[:, row]
        alone = score_bins(bins[kept], labels[kept, row : row + 1], [measure], characters[kept])
        np.testing.assert_allclose(scores.value[row], alone.value[0], rtol=0, atol=1e-5)
        np.testing.assert_allclose(scores.stratified[row], alone.stratified[0], rtol=0, atol=1e-5)


@pytest.mark.parametrize(
    ("value", "measure"),
    [*itertools.product((0, 1, np.nan), ("auroc", "spearman", "eta2")), (7, "spearman"), (7, "eta2")],
)
def test_a_constant_label_has_no_score(value: float, measure: Measure):
    scores = score_bins(random_bins()[:500], np.full((500, 1), value, dtype=np.float32), [measure])
    assert np.isnan(scores.value).all()
    assert np.isnan(scores.stratified).all()


def test_classes_beyond_the_thirty_second_are_one():
    bins, labels = random_bins(), np.random.default_rng(1).integers(0, 50, (TIME, 1)).astype(np.float32)
    merged = np.minimum(labels, MOST_CLASSES - 1)
    first, second = (score_bins(bins, each, ["eta2"]).value for each in (labels, merged))
    np.testing.assert_allclose(first, second, rtol=0, atol=1e-9)


few = st.lists(st.tuples(st.integers(0, 255), st.booleans(), st.integers(0, 2)), min_size=2, max_size=40)


@settings(max_examples=60, deadline=None)
@given(few)
def test_any_few_values_and_labels_score_as_in_scikit_learn(rows: list[tuple[int, bool, int]]):
    values, label, characters = (np.array(column) for column in zip(*rows, strict=True))
    bins, labels = values[:, None].astype(np.uint8), label[:, None].astype(np.float32)
    scores = score_bins(bins, labels, ["auroc"], characters)
    if label.min() == label.max():
        assert np.isnan(scores.value).all()
        return
    assert scores.value[0, 0] == pytest.approx(roc_auc_score(label, values), abs=EXACT)
    mixed = any(0 < label[characters == each].mean() < 1 for each in np.unique(characters))
    if mixed:
        expected = van_elteren(label, values, characters)
        assert scores.stratified[0, 0] == pytest.approx(expected, abs=EXACT)
    else:
        assert np.isnan(scores.stratified[0, 0])


@settings(max_examples=30, deadline=None)
@given(few, st.lists(st.integers(0, 255), min_size=256, max_size=256, unique=True))
def test_a_monotone_change_of_the_values_changes_nothing(rows: list[tuple[int, bool, int]], steps: list[int]):
    values, label, characters = (np.array(column) for column in zip(*rows, strict=True))
    levels = np.unique(values)
    moved = np.array(sorted(steps[: len(levels)]))[np.searchsorted(levels, values)]
    labels = label[:, None].astype(np.float32)
    first, second = (
        score_bins(each[:, None].astype(np.uint8), labels, ["auroc"], characters) for each in (values, moved)
    )
    np.testing.assert_array_equal(first.value, second.value)
    np.testing.assert_array_equal(first.stratified, second.stratified)
