"""What the compiled activations promise on every processor: how near they are, and where they are exact."""

import numpy as np
import pytest

from models.recurrence import STEPS

FAR_AND_NEAR = np.concatenate(
    [np.linspace(-30, 30, 6001), [0, 8.999, 9, 17.999, 18, 1e4, 1e30], -np.geomspace(18, 1e30)]
)


def stepped(
    cell: str, rows: np.ndarray, of_state: np.ndarray | float = 0.0, held: float = 0.0
) -> dict[str, np.ndarray]:
    """One step from a state that holds one value everywhere: the activated rows, and the states."""
    rows = rows.astype(np.float32)[None]
    units = rows.shape[1] // {"lstm": 4, "gru": 3, "rnn": 1}[cell]
    states = {name: np.full((1, units), held, np.float32) for name in ("h", "c")[: 2 if cell == "lstm" else 1]}
    STEPS[cell](rows, np.broadcast_to(np.float32(of_state), rows.shape).copy(), *states.values())
    return {"rows": rows[0]} | {name: state[0] for name, state in states.items()}


@pytest.mark.parametrize("width", [1, 3, 4, 7, 8, 16, 17, 31, 64, len(FAR_AND_NEAR)])
def test_tanh_is_that_of_float64_and_exact_from_nine_on(width: int):
    """Of every width: what fills no vector of the processor is computed apart."""
    for start in range(0, len(FAR_AND_NEAR), max(width, 97)):
        x = FAR_AND_NEAR[start : start + width].astype(np.float32)
        found = stepped("rnn", x)["h"]
        np.testing.assert_allclose(found, np.tanh(x.astype(np.float64)), rtol=0, atol=4e-7)
        far = np.abs(x) >= 9
        np.testing.assert_array_equal(found[far], np.sign(x[far]))


@pytest.mark.parametrize("units", [1, 5, 8, 16, 33])
def test_a_gate_far_open_is_one_and_one_far_shut_is_nothing(units: int):
    one = np.ones(units)
    for far in (18, 30, 1000):
        kept = stepped("lstm", np.concatenate([-far * one, far * one, one, far * one]), held=0.3)
        np.testing.assert_array_equal(
            kept["rows"], np.concatenate([0 * one, one, kept["rows"][2 * units : 3 * units], one])
        )
        np.testing.assert_array_equal(kept["c"], np.float32(0.3))
        taken = stepped("lstm", np.concatenate([far * one, -far * one, -far * one, -far * one]), held=0.3)
        np.testing.assert_array_equal(taken["c"], -1)
        np.testing.assert_array_equal(taken["h"], 0)
        np.testing.assert_array_equal(
            stepped("gru", np.concatenate([one, far * one, one]), held=0.3)["h"], np.float32(0.3)
        )
        np.testing.assert_array_equal(stepped("gru", np.concatenate([one, -far * one, far * one]), held=0.3)["h"], 1)
