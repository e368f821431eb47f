"""A unit and a concept, against planted units, scikit-learn, SciPy and plain loops."""

from typing import TYPE_CHECKING

import numpy as np
import pytest

from analysis.concepts import CONCEPTS
from analysis.profile.excerpt import (
    LabelledExcerpt,
    read_excerpt,
    unseen_text,
)
from analysis.profile.tracking import (
    agreement_by_lag,
    events_of,
    histogram,
    mean_by_amount,
    movers,
    peri_event,
)

if TYPE_CHECKING:
    from models.run import Run

QUOTES = CONCEPTS["inside-quotes"]
CHARACTERS = 3_000


@pytest.fixture
def passage(tiny_run: "Run") -> LabelledExcerpt:
    return read_excerpt(tiny_run, tiny_run.load_network(), unseen_text(tiny_run), CHARACTERS)


def test_both_histograms_add_up_to_one_over_the_same_bins():
    chance = np.random.default_rng(0)
    values, inside = chance.standard_normal(1_000).astype(np.float32), chance.random(1_000) < 0.2
    told = histogram(values, inside, ~inside)
    assert told.inside.sum() == pytest.approx(1)
    assert told.outside.sum() == pytest.approx(1)
    counted = np.array([(values[inside] >= low).sum() for low in told.edges[:-1]])
    np.testing.assert_allclose(told.inside[::-1].cumsum()[::-1], counted / inside.sum())


def test_the_mean_by_amount_is_that_of_each_amount():
    labels = np.repeat(np.arange(20, dtype=np.float32), 30)
    values = (labels**2).astype(np.float32)
    table = mean_by_amount(values, labels)
    np.testing.assert_allclose(table["mean"], np.arange(20.0) ** 2)
    assert (table["count"] == 30).all()
    together = mean_by_amount(values, labels, most=5)
    assert len(together) == 5
    assert together["count"].sum() == 600


def test_events_are_where_labels_turn():
    labels = np.array([0, 0, 1, 1, 0, np.nan, 1, 1], dtype=np.float32)
    events = events_of(QUOTES, labels)
    assert {name: list(at) for name, at in events.items()} == {"begins": [2], "ends": [4]}
    assert {name: list(at) for name, at in events_of(CONCEPTS["sentence-end"], labels).items()} == {
        "happens": [2, 3, 6, 7]
    }
    assert list(events_of(CONCEPTS["column"], labels)) == ["falls"]
    assert list(events_of(CONCEPTS["character-class"], labels)["changes"]) == [2, 4]


def test_a_peak_two_characters_after_an_event_is_seen_there():
    events = np.arange(50, 2_000, 100)
    values = np.zeros(2_000, dtype=np.float32)
    values[events[1:] + 2] = 1
    around = peri_event(values, events)
    assert around is not None
    assert around.events == 20
    assert list(around.lags[around.mean > 0]) == [2]
    at = list(around.lags).index(2)
    assert around.mean[at] == pytest.approx(0.95)
    error = 1.96 * np.std([0] + 19 * [1], ddof=1) / np.sqrt(20)
    assert around.high[at] - around.low[at] == pytest.approx(2 * error)
    assert peri_event(values, events[:9]) is None
    assert peri_event(values, np.full(40, 3)) is None  # too close to the beginning


@pytest.mark.parametrize("shift", [-2, 0, 2])
def test_a_unit_that_leads_or_follows_tells_that_lag_best(shift: int):
    from sklearn.metrics import roc_auc_score

    labels = (np.random.default_rng(1).random(5_000) < 0.3).astype(np.float32)
    noise = np.random.default_rng(2).normal(0, 0.4, 5_000)
    values = (np.roll(labels, -shift) + noise).astype(np.float32)
    found = agreement_by_lag(QUOTES, values, labels)
    assert max(found, key=found.__getitem__) == shift
    here = np.arange(3, len(values) - 3)
    for lag, value in found.items():
        assert value == pytest.approx(roc_auc_score(labels[here + lag], values[here]), abs=1e-9)


def test_amounts_and_classes_have_their_own_measure_by_lag():
    from scipy.stats import spearmanr

    amount = np.tile(np.arange(40, dtype=np.float32), 50)
    values = (-np.roll(amount, -1)).astype(np.float32)
    found = agreement_by_lag(CONCEPTS["column"], values, amount)
    assert found[1] == pytest.approx(-1)
    here = np.arange(3, len(values) - 3)
    assert found[0] == pytest.approx(spearmanr(values[here], amount[here])[0])
    classes = agreement_by_lag(CONCEPTS["character-class"], values, amount % 4)
    assert max(classes.values()) <= 1
    assert np.isnan(list(agreement_by_lag(QUOTES, values, np.zeros_like(values)).values())).all()


def test_what_moves_a_unit_that_follows_quotes_are_quotes(passage: LabelledExcerpt):
    labels = passage.labels["inside-quotes"]
    found = movers(passage, labels)
    row = found[(found["concept"] == "inside-quotes") & (found["event"] == "begins")].iloc[0]
    begins = np.flatnonzero(np.diff(labels) > 0) + 1
    begins = begins[(begins >= 5) & (begins <= len(labels) - 5)]
    expected = np.mean([labels[at : at + 5].mean() - labels[at - 5 : at].mean() for at in begins]) / labels.std()
    assert row["change"] == pytest.approx(expected)
    assert row["low"] <= row["change"] <= row["high"]
    assert found["change"].abs().is_monotonic_decreasing
    assert movers(passage, np.zeros(len(passage), dtype=np.float32))["change"].abs().max() == 0
