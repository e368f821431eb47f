"""Tests of the dropout that draws four elements' fates with one number."""

import numpy as np
import pytest
import torch
from scipy import stats

from models.dropout import LEVELS, Dropout, dropout


@pytest.mark.parametrize("rate", [0.05, 0.3, 0.5, 0.95])
def test_the_share_that_is_left_out_is_the_rate(rate: float):
    torch.manual_seed(3)
    x = torch.ones(400_003)
    left_out = int((dropout(x, rate) == 0).sum())
    assert stats.binomtest(left_out, x.numel(), rate).pvalue > 1e-4


def test_what_is_kept_makes_up_for_the_rest():
    torch.manual_seed(0)
    kept = dropout(torch.full((1000, 7), 2.0), 0.25)
    torch.testing.assert_close(kept.unique(), torch.tensor([0.0, 2 / 0.75]))


def test_neighbours_are_left_out_independently():
    """Also the four that one number decides, and the same places of the numbers that follow."""
    torch.manual_seed(1)
    out = (dropout(torch.ones(800_000), 0.4) == 0).numpy()
    for distance in (1, 2, 3, 4, 8):
        pairs = stats.pearsonr(out[:-distance], out[distance:])
        assert pairs.pvalue > 1e-4, distance
    by_place = out.reshape(-1, 4).mean(axis=0)
    np.testing.assert_allclose(by_place, 0.4, atol=5 * np.sqrt(0.24 / 200_000))


def test_the_generator_decides():
    x = torch.randn(33, 5)
    torch.manual_seed(5)
    state = torch.get_rng_state()
    first, second = dropout(x, 0.5), dropout(x, 0.5)
    assert not torch.equal(first, second)
    torch.set_rng_state(state)
    assert torch.equal(dropout(x, 0.5), first)


def test_gradients_pass_where_values_do():
    x = torch.randn(64, 16, requires_grad=True)
    out = dropout(x, 0.5)
    out.sum().backward()
    assert x.grad is not None
    torch.testing.assert_close(x.grad, (out != 0) * 2.0)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float64])
def test_the_type_stays(dtype: torch.dtype):
    assert dropout(torch.ones(9, 3, dtype=dtype), 0.5).dtype == dtype


def test_rates_are_whole_65536ths():
    assert dropout(torch.ones(10), 0.4 / LEVELS).tolist() == [1.0] * 10
    assert dropout(torch.ones(0, 4), 0.5).shape == (0, 4)


def test_nothing_is_left_out_after_training():
    x = torch.randn(50)
    module = Dropout(0.9)
    assert (module(x) == 0).any()
    assert module.eval()(x) is x
