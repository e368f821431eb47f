"""Products with panels: what NumPy gives, and of each vector the same bits whatever is beside it."""

import numpy as np
import pytest

from models.products import WIDTH, multiply, pack, padded


@pytest.mark.parametrize("columns", [1, 9, 127, 128, 129, 300])
@pytest.mark.parametrize("rows", [1, WIDTH, WIDTH + 1, 3 * WIDTH - 1])
def test_a_product_is_added_and_rows_that_fill_up_stay_as_they_are(rows: int, columns: int):
    chance = np.random.default_rng(rows * columns)
    matrix, x = (chance.normal(size=(n, columns)).astype(np.float32) for n in (rows, 7))
    out = chance.normal(size=(7, padded(rows))).astype(np.float32)
    expected = out.astype(np.float64)
    expected[:, :rows] += x.astype(np.float64) @ matrix.T
    multiply(pack(matrix), x, out)
    np.testing.assert_allclose(out, expected, rtol=0, atol=1e-6 * columns**0.5 * 4)
    np.testing.assert_array_equal(out[:, rows:], expected[:, rows:].astype(np.float32))


@pytest.mark.parametrize("vectors", range(1, 15))
def test_a_vector_has_the_same_bits_alone_and_beside_others(vectors: int):
    chance = np.random.default_rng(vectors)
    panels = pack(chance.normal(size=(100, 200)).astype(np.float32))
    x = chance.normal(size=(vectors, 200)).astype(np.float32)
    together = np.zeros((vectors, padded(100)), np.float32)
    multiply(panels, x, together)
    for one, found in zip(x, together, strict=True):
        alone = np.zeros((1, padded(100)), np.float32)
        multiply(panels, one[None].copy(), alone)
        np.testing.assert_array_equal(found, alone[0])
