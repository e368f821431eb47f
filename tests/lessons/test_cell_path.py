"""Lesson 12: the direct path is the product of forget gates, the whole gradient is autograd's."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from dashboard.lessons.cell_path import MODEL, data
from dashboard.lessons.cell_path import UNITS as CONCEPTS
from models.network import CharRNN
from models.run import load_run
from tests.browser.engine_in_node import needs_node
from tests.lessons.in_node import call
from tests.shipped import unit_for

STEPS = 66
CHECKED = (1, 10, STEPS)
STARTS = {"quotes": 257, "line": 262, "space": 264}
MODULE = "cell_path_gradient"
UNITS = {name: (unit.layer, unit.index) for name in CONCEPTS for unit in [unit_for(CONCEPTS[name], MODEL)]}


@pytest.fixture(scope="module")
def shown() -> dict[str, Any]:
    return data()


@pytest.fixture(scope="module")
def network() -> CharRNN:
    return load_run(MODEL).load_network().double()


@pytest.fixture(scope="module")
def ids(shown: dict[str, Any]) -> Tensor:
    return torch.tensor(load_run(MODEL).vocabulary.encode(shown["text"]))


@torch.no_grad()
def gates_at(network: CharRNN, ids: Tensor, at: int) -> tuple[Tensor, tuple[Tensor, Tensor]]:
    """The forget and output gates after a character, [layer, 2, unit], and the state, from PyTorch's own LSTM."""
    zero = tuple(part.double() for part in network.initial_state(1))
    _, before = network(ids[:at, None], zero)
    _, after = network(ids[at : at + 1, None], before)
    x, gates = network.embedding(ids[at]), []
    for layer, weights in enumerate(network.layer_weights()):
        sums = weights.weight_ih @ x + weights.weight_hh @ before[0][layer, 0] + weights.bias
        _, f, _, o = torch.sigmoid(sums).chunk(4)
        gates.append(torch.stack([f, o]))
        x = after[0][layer, 0]
    return torch.stack(gates), (after[0], after[1])


def whole_gradients(
    network: CharRNN, ids: Tensor, layer: int, unit: int, start: int, wanted: tuple[int, ...]
) -> list[float]:
    """d c_T / d c_t of one unit after each of some steps; h_t follows from c_t, all else at t stays."""
    gates, (h, c) = gates_at(network, ids, start)
    moved = torch.zeros((), dtype=torch.float64, requires_grad=True)
    mask = torch.zeros_like(c)
    mask[layer - 1, 0, unit] = 1
    cell = c + moved * mask
    state = (gates[:, 1, None] * torch.tanh(cell), cell)
    torch.testing.assert_close(state[0], h)
    found = []
    for before, after in pairwise((0, *wanted)):
        _, state = network(ids[start + 1 + before : start + 1 + after, None], state)
        found.append(torch.autograd.grad(state[1][layer - 1, 0, unit], moved, retain_graph=True)[0].item())
    return found


def test_the_forget_gates_are_the_network_s(shown: dict[str, Any], network: CharRNN, ids: Tensor):
    for at in (1, 124, 321, 459):
        gates, _ = gates_at(network, ids, at)
        for name, (layer, unit) in UNITS.items():
            assert shown["units"][name]["forget"][at] == pytest.approx(gates[layer - 1, 0, unit].item(), abs=1e-5)


@needs_node
def test_the_direct_path_is_the_product_of_the_gates_after_the_start(shown: dict[str, Any]):
    forget = shown["units"]["line"]["forget"]
    [values] = call((MODULE, "directPath", forget, 262, STEPS))
    assert values[0] == 1
    np.testing.assert_allclose(values[1:], np.cumprod(forget[263 : 263 + STEPS]), rtol=1e-12)


@needs_node
def test_the_whole_gradient_equals_autograd(shown: dict[str, Any], network: CharRNN, ids: Tensor):
    folder = {"run": str(load_run(MODEL).folder)}
    asked = [(MODULE, "wholeGradient", folder, shown["text"], *UNITS[name], STARTS[name], STEPS) for name in UNITS]
    for name, values in zip(UNITS, call(*asked), strict=True):
        assert values[0] == 1
        wanted = whole_gradients(network, ids, *UNITS[name], STARTS[name], CHECKED)
        assert [values[steps] for steps in CHECKED] == pytest.approx(wanted, rel=2e-3, abs=2e-6), name


def test_the_stops_show_what_their_names_say(shown: dict[str, Any], network: CharRNN, ids: Tensor):
    def direct(name: str, start: int, steps: int) -> float:
        return float(np.prod(shown["units"][name]["forget"][start + 1 : start + steps + 1]))

    assert direct("quotes", 257, 61) > 0.5
    assert shown["text"][216:241].count('"') == 1
    assert direct("quotes", 215, 25) < 1e-3
    assert "\n" not in shown["text"][263:321]
    assert direct("line", 262, 58) > 0.9
    assert shown["text"][263:329].count("\n") == 1
    assert direct("line", 262, 66) < 1e-4
    [whole] = whole_gradients(network, ids, *UNITS["line"], 262, (66,))
    assert abs(whole) > 10 * direct("line", 262, 66)
    assert direct("space", 264, 10) < 1e-6


@needs_node
def test_every_start_has_as_many_steps_as_can_be_chosen(shown: dict[str, Any]):
    [controls] = call(("cell_path", "CONTROLS"))
    most = {control["name"]: control.get("most") for control in controls}
    assert most["from"] + most["steps"] == len(shown["text"]) - 1
    assert set(UNITS) == {value for value, _ in controls[0]["options"]}
