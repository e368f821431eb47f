"""Controls made of labels: other delimiters, null labels, and what chance reaches with them.

Axes: `time`, `draw`, `column`.
"""

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import gumbel_r, rankdata, spearmanr
from sklearn.metrics import roc_auc_score

from analysis.concepts import concept
from analysis.evidence import controls
from analysis.evidence.controls import (
    APART,
    null_maxima,
    null_task,
    swap_delimiters,
    swapped_labels,
)
from analysis.scoring.activations import ActivationStore
from analysis.scoring.quantiser import Quantiser
from analysis.scoring.workers import Threads
from analysis.statistics import Measure, false_discovery_rates, p_value
from corpora import to_code_points
from tests.conftest import write_story

STORY = to_code_points(write_story(60_000, seed=5))
LENGTH, UNITS, DRAWS = 6000, 9, 60


@pytest.fixture
def store(tmp_path: Path) -> ActivationStore:
    """Units that drift, so that neighbouring characters are alike; one is constant."""
    steps = np.random.default_rng(0).standard_normal((LENGTH, UNITS)).astype(np.float32)
    values = np.cumsum(steps, axis=0) % 40
    values[:, 4] = 1
    store = ActivationStore(tmp_path / "store", LENGTH, ("hidden",), 1, UNITS, Quantiser(values))
    assert sum(store.write([(0, values)])) == LENGTH
    return store


def labels_of(measure: Measure, length: int, seed: int) -> np.ndarray:
    """Labels in stretches, NaN at a tenth of the characters."""
    chance = np.random.default_rng(seed)
    labels = np.repeat(chance.integers(0, 2 if measure == "auroc" else 5, length // 30 + 1), 30)[:length]
    return np.where(chance.random(length) < 0.1, np.nan, labels).astype(np.float32)


def strength(measure: Measure, window: np.ndarray, values: np.ndarray) -> float:
    if np.ptp(values) == 0:
        return 0.0
    if measure == "auroc":
        return abs(2 * roc_auc_score(window, values) - 1)
    if measure == "spearman":
        return abs(spearmanr(window, values).statistic)
    ranks = rankdata(values)
    within = sum((window == each).sum() * ranks[window == each].var() for each in np.unique(window))
    return 1 - within / (len(ranks) * ranks.var())


@pytest.mark.parametrize("measure", ["auroc", "spearman", "eta2"])
@pytest.mark.parametrize("elsewhere", [True, False])
def test_each_draw_is_the_best_unit_for_a_window_of_null_labels(
    measure: Measure, elsewhere: bool, store: ActivationStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    windows, weigh = [], controls._strength_weights
    monkeypatch.setattr(
        controls, "_strength_weights", lambda window, of: (windows.append(window), weigh(window, of))[1]
    )
    part = slice(500, LENGTH)
    labels = labels_of(measure, LENGTH, 1)[part]
    others = labels_of(measure, 3 * LENGTH, 2) if elsewhere else None
    task = null_task(measure, labels, part, others, tmp_path / "null.f32", DRAWS)
    assert task is not None
    applies = ~np.isnan(labels)
    np.testing.assert_array_equal(task.rows, np.flatnonzero(applies) + 500)
    found = null_maxima(store, task, Threads(2))
    assert found.shape == (DRAWS,)
    bins = store.read_rows(slice(0, UNITS), task.rows)
    for draw in range(0, DRAWS, 7):
        expected = max(strength(measure, windows[draw], unit) for unit in bins.T)
        assert found[draw] == pytest.approx(expected, abs=1e-5)
    sequence = others[~np.isnan(others)] if others is not None else labels[applies]
    for window in windows[:5]:
        rolled = [np.array_equal(np.take(sequence, np.arange(at, at + len(window)), mode="wrap"), window)
                  for at in range(len(sequence))]  # fmt: skip
        assert any(rolled)
        if not elsewhere:
            assert APART <= rolled.index(True) <= len(sequence) - APART


def test_too_little_text_elsewhere_is_made_up_for_by_the_labels_themselves(tmp_path: Path):
    labels = np.arange(LENGTH, dtype=np.float32)
    part, path = slice(0, LENGTH), tmp_path / "null.f32"
    for others in (None, np.ones(LENGTH // 2, dtype=np.float32), np.full(9 * LENGTH, np.nan, dtype=np.float32)):
        task = null_task("spearman", labels, part, others, path, 1)
        assert task is not None
        weights = np.fromfile(path, dtype=np.float32)
        assert len(np.unique(weights)) == LENGTH
        assert (np.diff(weights) > 0).sum() == LENGTH - 2  # in order, but for where it goes on from the beginning


def test_what_chance_reaches_does_not_fall_because_a_concept_is_rare(store: ActivationStore, tmp_path: Path):
    """Labels elsewhere that are 1 at one place only: most windows of them are constant and are not drawn."""
    others = np.zeros(20 * LENGTH, dtype=np.float32)
    others[7 * LENGTH : 7 * LENGTH + 40] = 1
    labels = others[7 * LENGTH - 900 : 8 * LENGTH - 900]
    task = null_task("auroc", labels, slice(0, LENGTH), others, tmp_path / "null.f32", DRAWS)
    assert task is not None
    assert (null_maxima(store, task, Threads(1)) > 0.2).all()


def test_where_a_concept_does_not_apply_there_is_no_null_distribution(tmp_path: Path):
    never = np.full(LENGTH, np.nan, dtype=np.float32)
    assert null_task("auroc", never, slice(0, LENGTH), None, tmp_path / "null.f32") is None


def test_p_values_of_chance_are_spread_evenly_and_its_tail_is_told():
    chance = np.random.default_rng(0)
    p = []
    for _ in range(1500):
        drawn = chance.gumbel(0.3, 0.02, 201)
        p.append(p_value(float(drawn[0]), drawn[1:]))
    for level in (0.5, 0.2, 0.05, 0.01):
        assert np.mean(np.array(p) <= level) == pytest.approx(level, abs=4 * np.sqrt(level / 1500))
    null = chance.gumbel(0.3, 0.02, 400)
    far = float(gumbel_r.isf(1e-5, 0.3, 0.02))
    assert 1e-6 < p_value(far, null) < 1e-4


def test_p_values_fall_as_scores_rise_and_are_never_zero_for_what_chance_reaches():
    null = np.random.default_rng(1).gumbel(0.3, 0.02, 200)
    p = [p_value(score, null) for score in np.linspace(0, 1, 200)]
    assert (np.diff(p) <= 1e-12).all()
    assert p[0] == 1
    assert p_value(float(null.max()), null) > 1e-4
    assert np.isnan(p_value(np.nan, null))
    assert p_value(0.0, np.zeros(200)) == 1
    assert p_value(0.1, np.zeros(200)) == pytest.approx(1 / 201)


def test_adjusted_p_values_are_those_of_benjamini_and_hochberg():
    p = np.random.default_rng(2).random(30) ** 3
    p[[3, 17]] = np.nan
    adjusted = false_discovery_rates(p)
    known = np.sort(p[~np.isnan(p)])
    for value, found in zip(p, adjusted, strict=True):
        if np.isnan(value):
            assert np.isnan(found)
        else:
            rank = int(np.searchsorted(known, value))
            expected = min(1, min(known[k] * len(known) / (k + 1) for k in range(rank, len(known))))
            assert found == pytest.approx(expected)
    assert np.isnan(false_discovery_rates(np.array([np.nan, np.nan]))).all()


def test_delimiters_trade_places_with_characters_about_as_frequent():
    texts = swap_delimiters(STORY, '"')
    assert len(texts) == 3
    counts = np.bincount(STORY, minlength=128)
    partners = set()
    for text in texts:
        assert sorted(np.bincount(text, minlength=128)) == sorted(counts)
        (partner,) = set(text[ord('"') == STORY].tolist())
        assert 0.2 < counts[partner] / counts[ord('"')] < 5
        assert not chr(partner).isspace()
        partners.add(partner)
        back = text.copy()
        back[text == partner], back[text == ord('"')] = ord('"'), partner
        np.testing.assert_array_equal(back, STORY)
    assert len(partners) == 3
    assert swap_delimiters(to_code_points('""""'), '"') == []


def test_swapped_labels_are_those_of_the_same_rule():
    quotes = concept("inside-quotes")
    found = swapped_labels(quotes, STORY)
    expected = [quotes.labels(text) for text in swap_delimiters(STORY, '"')]
    assert all(any(np.array_equal(each, other) for other in expected) for each in found)
    assert found
    assert not any(np.array_equal(each, quotes.labels(STORY)) for each in found)
    assert swapped_labels(concept("vowel"), STORY) == []
    assert swapped_labels(concept("inside-link"), to_code_points("abc " * 900)) == []  # constant
    assert swapped_labels(quotes, STORY[:1000]) == []  # they change too seldom
