"""The statistics of ablation against oracles: controls, AUROC, the interval, the direct effect."""

import numpy as np
import pytest
import torch
from sklearn.metrics import roc_auc_score

from analysis.ablation.ablation import (
    BLOCKS,
    CONTROLS,
    FEWEST_EVENTS,
    bootstrap_interval,
    matched_units,
)
from analysis.ablation.attribution import direct_logit_attribution
from analysis.statistics import auroc_between
from corpora import InputError
from models.run import Run
from models.units import Unit


def test_controls_are_the_units_of_most_similar_variance():
    scale = np.exp(np.random.default_rng(0).normal(size=60))
    states = (np.random.default_rng(1).normal(size=(500, 60)) * scale).astype(np.float32)
    chosen = matched_units(states, 5, relatives={1, 2})
    assert len(chosen) == len(set(chosen)) == CONTROLS
    assert not {1, 2, 5} & set(chosen)
    ratio = np.abs(np.log(states.var(axis=0) / states[:, 5].var()))
    assert max(ratio[chosen]) <= min(ratio[list(set(range(60)) - {1, 2, 5} - set(chosen))])
    still = np.zeros((10, 3), dtype=np.float32)
    assert matched_units(still, 1) == [0, 2]


def test_auroc_is_that_of_scikit_learn():
    chance = np.random.default_rng(0)
    inside, outside = chance.integers(9, size=70).astype("f4"), chance.integers(2, 12, size=110).astype("f4")
    labels = np.repeat([1, 0], [70, 110])
    assert auroc_between(inside, outside) == pytest.approx(roc_auc_score(labels, np.concatenate([inside, outside])))


def test_the_interval_is_that_of_means_of_blocks():
    changes = np.random.default_rng(0).normal(0.3, 1, size=4000)
    low, high = bootstrap_interval(changes)
    assert (low, high) == bootstrap_interval(changes)
    assert (high - low) == pytest.approx(2 * 1.96 / np.sqrt(4000), rel=0.25)
    assert low < changes.mean() < high
    blocks = np.repeat(np.random.default_rng(1).normal(size=BLOCKS), 50)  # neighbours are alike: only blocks count
    low, high = bootstrap_interval(blocks)
    assert (high - low) == pytest.approx(2 * 1.96 * blocks.std() / np.sqrt(BLOCKS), rel=0.1)
    assert bootstrap_interval(np.full(FEWEST_EVENTS, 0.5)) == (0.5, 0.5)


def test_the_direct_effect_is_what_a_change_of_h_does_to_the_logits(tiny_run: Run):
    network = tiny_run.load_network()
    hidden = torch.randn(24)
    moved = hidden.clone()
    moved[9] += 0.7
    effect = direct_logit_attribution(network, Unit(2, 9), 0.7)
    with torch.no_grad():
        expected = (network.readout(moved) - network.readout(hidden)).numpy()
    assert effect is not None
    np.testing.assert_allclose(effect, expected, atol=1e-6)
    assert direct_logit_attribution(network, Unit(1, 9), 0.7) is None
    with pytest.raises(InputError, match=r"got L3.u9"):
        direct_logit_attribution(network, Unit(3, 9), 0.7)
