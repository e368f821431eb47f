"""Lesson 3: the network in the browser is PyTorch's."""

from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from models.sample import uniform_at
from tests.browser.engine_in_node import needs_node
from tests.lessons.in_node import call

INPUTS, TARGETS = [0, 1, 2, 2], [1, 2, 2, 3]
pytestmark = needs_node


def torch_network(weights: dict[str, Any]) -> tuple[nn.RNN, nn.Linear]:
    """The same weights in PyTorch, whose second bias is zero."""
    rnn, readout = nn.RNN(4, 3, dtype=torch.float64), nn.Linear(3, 4, dtype=torch.float64)
    given = {name: torch.tensor(rows, dtype=torch.float64) for name, rows in weights.items()}
    rnn.load_state_dict(
        {"weight_ih_l0": given["xh"], "weight_hh_l0": given["hh"], "bias_ih_l0": given["bh"][:, 0],
         "bias_hh_l0": torch.zeros(3)}
    )  # fmt: skip
    readout.load_state_dict({"weight": given["hy"], "bias": given["by"][:, 0]})
    return rnn, readout


def run(rnn: nn.RNN, readout: nn.Linear) -> tuple[Tensor, Tensor, Tensor]:
    """States, logits and the loss of each step."""
    states, _ = rnn(torch.eye(4, dtype=torch.float64)[INPUTS])
    logits = readout(states)
    return states, logits, cross_entropy(logits, torch.tensor(TARGETS), reduction="none")


@pytest.mark.parametrize("trained", [0, 10, 100])
def test_every_step_equals_torch(trained: int):
    [weights] = call(("hello_network", "trainedWeights", 4, trained))
    [steps] = call(("hello_network", "read", weights))
    states, logits, losses = run(*torch_network(weights))
    for t, step in enumerate(steps):
        assert (step["input"], step["target"]) == (INPUTS[t], TARGETS[t])
        np.testing.assert_allclose(step["h"], states[t].detach(), atol=1e-6)
        np.testing.assert_allclose(step["logits"], logits[t].detach(), atol=1e-6)
        np.testing.assert_allclose(step["probabilities"], logits[t].softmax(0).detach(), atol=1e-6)
        assert step["loss"] == pytest.approx(losses[t].item(), abs=1e-6)


def test_without_a_carried_state_each_step_is_a_sequence_of_its_own():
    [weights] = call(("hello_network", "trainedWeights", 4, 50))
    [steps] = call(("hello_network", "read", weights, False))
    rnn, readout = torch_network(weights)
    for step in steps:
        states, _ = rnn(torch.eye(4, dtype=torch.float64)[[step["input"]]])
        np.testing.assert_allclose(step["logits"], readout(states)[0].detach(), atol=1e-6)


@pytest.mark.parametrize("trained", [0, 30])
def test_the_gradient_equals_autograd(trained: int):
    [weights] = call(("hello_network", "trainedWeights", 2, trained))
    [steps] = call(("hello_network", "read", weights))
    [gradient] = call(("hello_network", "gradientOf", weights, steps))
    rnn, readout = torch_network(weights)
    run(rnn, readout)[2].sum().backward()
    expected = {"xh": rnn.weight_ih_l0, "hh": rnn.weight_hh_l0, "bh": rnn.bias_ih_l0, "hy": readout.weight,
                "by": readout.bias}  # fmt: skip
    for name, parameter in expected.items():
        assert parameter.grad is not None
        assert parameter.grad.abs().max() > 1e-3
        np.testing.assert_allclose(np.array(gradient[name]).reshape(parameter.shape), parameter.grad, atol=1e-9)


def test_training_equals_gradient_descent_in_torch():
    [before], [after] = (call(("hello_network", "trainedWeights", 7, steps)) for steps in (0, 60))
    rnn, readout = torch_network(before)
    rnn.bias_hh_l0.requires_grad_(False)
    optimizer = torch.optim.SGD([*rnn.parameters(), *readout.parameters()], lr=0.1)
    for _ in range(60):
        optimizer.zero_grad()
        run(rnn, readout)[2].sum().backward()
        optimizer.step()
    np.testing.assert_allclose(rnn.weight_hh_l0.detach(), after["hh"], atol=1e-6)
    np.testing.assert_allclose(readout.weight.detach(), after["hy"], atol=1e-6)


def test_a_random_start_is_drawn_with_the_sampler_s_numbers():
    [weights] = call(("hello_network", "randomWeights", 11))
    drawn = [value for name in ("xh", "hh", "bh", "hy", "by") for row in weights[name] for value in row]
    expected = [(2 * uniform_at(11, k) - 1) / 3**0.5 for k in range(40)]
    np.testing.assert_allclose(drawn, expected, rtol=1e-12)
