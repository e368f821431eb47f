"""The small network that lessons train in the page is PyTorch's: forward, backward, steps of training."""

from typing import Any

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy
from torch.nn.utils import clip_grad_norm_

from models.sample import uniform_at
from tests.browser.engine_in_node import needs_node
from tests.lessons.in_node import call
from tests.lessons.recurrent import CELLS, NAMES, Recurrent

pytestmark = needs_node
every_cell = pytest.mark.parametrize("cell", CELLS)
UNITS = 6
PIECES, TARGETS = [[0, 4, 2, 2, 1, 3, 0], [3, 3, 1, 0, 2]], [[1, 0, -1, 3, 2, 0, 3], [-1, -1, 2, 3, 0]]
START = {"h": np.linspace(-0.8, 0.7, UNITS).tolist(), "c": np.linspace(0.9, -1.2, UNITS).tolist()}


def start_of(cell: str) -> Any:
    h, c = (torch.tensor([START[name]], dtype=torch.float64) for name in ("h", "c"))
    return (h, c) if cell == "lstm" else h


def detached(state: Any) -> Any:
    return tuple(part.detach() for part in state) if isinstance(state, tuple) else state.detach()


@every_cell
def test_states_loss_and_gradients_equal_autograd_with_the_state_cut_between_two_pieces(cell: str):
    [made] = call(("tests/recurrent_runs", "gradients", cell, PIECES, TARGETS, START))
    network, state = Recurrent(cell, made["weights"]), start_of(cell)
    for ids, targets, read in zip(PIECES, TARGETS, made["read"], strict=True):
        states, logits, state = network(ids, detached(state))
        states.retain_grad()
        loss = 0.5 * cross_entropy(logits, torch.tensor(targets), ignore_index=-1, reduction="sum")
        loss.backward()
        assert read["loss"] == pytest.approx(loss.item(), rel=1e-9)
        np.testing.assert_allclose(read["h"], states.detach(), rtol=1e-9)
        np.testing.assert_allclose(read["logits"], logits.detach(), rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(read["probabilities"], logits.softmax(1).detach(), rtol=1e-9)
    last = state if cell == "lstm" else (state, torch.zeros(1, UNITS))
    for name, part in zip(("h", "c"), last, strict=True):
        np.testing.assert_allclose(made["state"][name], part[0].detach(), rtol=1e-9)
    for name in NAMES:
        expected = network.named[name].grad
        assert expected.abs().max() > 1e-3
        np.testing.assert_allclose(np.reshape(made["gradients"][name], expected.shape), expected, rtol=1e-9, atol=1e-12)


@every_cell
def test_the_gradient_at_a_state_is_that_of_all_later_losses(cell: str):
    [made] = call(("tests/recurrent_runs", "gradients", cell, PIECES[:1], TARGETS[:1], START))
    network, ids, targets = Recurrent(cell, made["weights"]), PIECES[0], torch.tensor(TARGETS[0])
    dh = made["read"][0]["dh"]
    for t in range(len(ids)):
        _, _, state = network(ids[: t + 1], start_of(cell))
        h = (state[0] if cell == "lstm" else state).detach().requires_grad_()
        loss = cross_entropy(network.readout(h[0]), targets[t], ignore_index=-1, reduction="sum")
        if t + 1 < len(ids):
            later = network(ids[t + 1 :], (h[None][0], state[1].detach()) if cell == "lstm" else h)[1]
            loss = loss + cross_entropy(later, targets[t + 1 :], ignore_index=-1, reduction="sum")
        (0.5 * loss).backward()
        assert h.grad is not None
        np.testing.assert_allclose(dh[t], h.grad[0], rtol=1e-9, atol=1e-12)


def test_dropout_on_the_way_to_the_readout_equals_torch():
    ids, targets = PIECES[0], TARGETS[0]
    keep = [2.0 * (k % 3 != 0) for k in range(len(ids) * UNITS)]
    [made] = call(("tests/recurrent_runs", "gradients", "gru", [ids], [targets], START, keep))
    network = Recurrent("gru", made["weights"])
    states, _, _ = network(ids, start_of("gru"))
    logits = network.readout(states * torch.tensor(keep, dtype=torch.float64).reshape(-1, UNITS))
    (0.5 * cross_entropy(logits, torch.tensor(targets), ignore_index=-1, reduction="sum")).backward()
    for name in NAMES:
        expected = network.named[name].grad
        np.testing.assert_allclose(np.reshape(made["gradients"][name], expected.shape), expected, rtol=1e-9, atol=1e-12)


@every_cell
def test_steps_of_training_with_clipping_and_carried_state_equal_torch(cell: str):
    text = [(7 * k * k + k) % 5 for k in range(101)]
    [made] = call(("tests/recurrent_runs", "descend", cell, text, 10, 10))
    network, state = Recurrent(cell, made["before"]), None
    optimizer = torch.optim.SGD(network.parameters(), lr=0.3)
    for k, found in enumerate(made["losses"]):
        _, logits, state = network(text[10 * k : 10 * k + 10], state if state is None else detached(state))
        optimizer.zero_grad()
        loss = cross_entropy(logits, torch.tensor(text[10 * k + 1 : 10 * k + 11]))
        loss.backward()
        clip_grad_norm_(network.parameters(), 0.5)
        optimizer.step()
        assert found == pytest.approx(loss.item(), rel=1e-9)
    for name in NAMES:
        expected = network.named[name].detach()
        np.testing.assert_allclose(np.reshape(made["after"][name], expected.shape), expected, rtol=1e-9, atol=1e-12)


def test_random_weights_are_pytorch_s_distribution_drawn_with_the_sampler_s_numbers():
    [made] = call(("tests/recurrent_runs", "descend", "gru", [0, 1, 2], 1, 2))
    drawn = [value for name in NAMES for value in made["before"][name]]
    np.testing.assert_allclose(drawn, [(2 * uniform_at(3, k) - 1) / UNITS**0.5 for k in range(len(drawn))], rtol=1e-12)
