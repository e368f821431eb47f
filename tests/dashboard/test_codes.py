"""Codes of cell states: what is promised of their precision, over the whole range that cells have."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.codes import CellCoder, bounded_codes
from tests.dashboard.formulas import cells_of_codes, compressed

LARGEST = st.floats(2**-19, 2**20, width=32)


def cell_codes(c: np.ndarray, largest: np.ndarray, block: int = 64) -> np.ndarray:
    """The codes of c [time, unit] taken block by block, if each unit's largest |c| is this: it comes last of all."""
    coder, whole = CellCoder(c.shape[1], len(c) + 1), np.concatenate([c, largest[None]]).astype(np.float32)
    for start in range(0, len(whole), block):
        coder.add(start, whole[start : start + block])
    return coder.codes()[:, :-1]


def coded(values: np.ndarray, largest: float) -> np.ndarray:
    """What is left of the values of one unit."""
    column = values.astype(np.float32)[:, None]
    return cells_of_codes(cell_codes(column, np.array([largest], np.float32))[0], largest)


@given(LARGEST, st.integers(0, 2**32 - 1))
def test_half_a_step_is_the_largest_error(largest: float, seed: int):
    values = np.random.default_rng(seed).uniform(-1, 1, 200) * min(largest, 3)
    values = np.concatenate([values, np.geomspace(1e-6, 1, 100) * largest, -np.geomspace(1e-6, 1, 100) * largest])
    error, half = np.abs(coded(values, largest) - values), compressed(np.array(largest)) / 254 * 1.005
    small = np.abs(values) <= 3
    assert (error[small] <= 3 * np.expm1(half)).all()  # at 3 the upper step begins
    assert (error[~small] <= np.expm1(half) * np.abs(values[~small])).all()


@pytest.mark.parametrize("largest", [0.01, 0.5, 1, 2, 3])
def test_a_unit_that_stays_below_3_loses_nothing_to_the_compression(largest: float):
    values = np.linspace(-largest, largest, 1001)
    steps = cell_codes(values.astype(np.float32)[:, None], np.array([largest], np.float32))[0]
    np.testing.assert_allclose(steps, 127 * values / largest, atol=0.5025)
    assert np.abs(coded(values, largest) - values).max() <= largest / 254 * 1.005


@pytest.mark.parametrize(
    ("largest", "small_error", "share"), [(50, 0.024, 0.024), (1000, 0.035, 0.036), (5000, 0.042, 0.042)]
)
def test_small_values_of_a_unit_that_reaches_thousands_are_kept(largest: float, small_error: float, share: float):
    small = np.linspace(-2.9, 2.9, 1001)
    assert np.abs(coded(small, largest) - small).max() < small_error < 0.05
    large = np.geomspace(3.5, largest, 1001)
    assert np.abs(coded(large, largest) / large - 1).max() < share


@given(LARGEST, st.lists(st.floats(-1, 1, width=32), min_size=2, max_size=20))
def test_order_and_sign_are_kept(largest: float, shares: list[float]):
    values = np.sort(np.array(shares, dtype=np.float32)) * np.float32(largest)
    codes = cell_codes(values[:, None], np.array([largest], np.float32))[0].astype(int)
    assert (np.diff(codes) >= 0).all()
    assert (codes * np.sign(values) >= 0).all()
    mirrored = cell_codes(-values[:, None], np.array([largest], np.float32))[0].astype(int)
    np.testing.assert_array_equal(mirrored, -codes)


@pytest.mark.parametrize("block", [1, 7, 200])
def test_codes_are_the_same_whatever_the_blocks(block: int):
    c = np.random.default_rng(0).standard_normal((207, 3)).astype(np.float32) * 20
    largest = np.abs(c).max(axis=0)
    apart = cell_codes(c, largest, block).astype(int) - cell_codes(c, largest, 1000)
    assert np.abs(apart).max() <= 1  # what lies between two codes may fall to either


def test_hidden_states_are_rounded():
    h = np.tanh(np.random.default_rng(0).standard_normal((50, 3))).astype(np.float32)
    np.testing.assert_allclose(bounded_codes(h), 127 * h.T, atol=0.5001)
