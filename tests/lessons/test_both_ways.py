"""Lesson 25: networks that read both ways are PyTorch's, and solvers approach the closed form by their orders."""

from typing import Any

import numpy as np
import pytest
import torch
from scipy.integrate import solve_ivp
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, one_hot

from dashboard.lessons.both_ways import data
from tests.browser.engine_in_node import needs_node
from tests.lessons.in_node import call

pytestmark = needs_node
RUNS, UNITS, CHARACTERS = "tests/both_ways_runs", 4, 5
IDS = [0, 3, 1, 1, 4, 2, 0, 3, 2]
PIECES = [IDS, IDS[::-1], [2, 4, 4, 0, 1], IDS[2:]]
TASKS = ("right", "next", "blank")
every_task = pytest.mark.parametrize("task", TASKS)


@pytest.fixture(scope="module")
def runs() -> dict[str, dict[str, Any]]:
    """What the page computes for each task: over one text, and by training on some."""
    asked = [(RUNS, name, task, given, UNITS, CHARACTERS)
             for name, given in (("gradients", IDS), ("trained", PIECES)) for task in TASKS]  # fmt: skip
    found = call(*asked)
    return {task: {"read": found[k], "trained": found[k + len(TASKS)]} for k, task in enumerate(TASKS)}


class BothWays(nn.Module):
    """torch.nn.RNN with the same weights; the readout is one for each direction, their logits added."""

    def __init__(self, parts: list[dict[str, Any]]) -> None:
        super().__init__()
        self.rnn = nn.RNN(CHARACTERS, UNITS, bidirectional=len(parts) == 2, dtype=torch.float64)
        self.readouts = [nn.Linear(UNITS, CHARACTERS, dtype=torch.float64) for _ in parts]
        self.held = nn.ModuleList(self.readouts)
        with torch.no_grad():
            for k in range(len(parts)):
                for name, parameter in self.named(k).items():
                    parameter.copy_(torch.tensor(parts[k][name], dtype=torch.float64).view_as(parameter))

    def named(self, part: int) -> dict[str, Any]:
        """The parameters of one direction, by the names in the page."""
        names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        of_rnn = {name: getattr(self.rnn, f"{name}_l0{'_reverse' * part}") for name in names}
        readout = self.readouts[part]
        return of_rnn | {"readout_weight": readout.weight, "readout_bias": readout.bias}

    def forward(self, ids: list[int], task: str) -> tuple[Tensor, Tensor]:
        """Logits and targets; around a blank the state that reads right stands before it, the other one after it."""
        states = self.rnn(one_hot(torch.tensor(ids), CHARACTERS).double())[0]
        right, left = states[:, :UNITS], states[:, UNITS:]
        if task == "blank":
            return self.readouts[0](right[:-2]) + self.readouts[1](left[2:]), torch.tensor(ids[1:-1])
        logits = self.readouts[0](right[:-1])
        return logits + (self.readouts[1](left[:-1]) if task == "next" else 0), torch.tensor(ids[1:])


@every_task
def test_logits_loss_and_gradients_equal_a_bidirectional_rnn_in_torch(runs: dict[str, Any], task: str):
    found = runs[task]["read"]
    network = BothWays(found["weights"])
    logits, targets = network(IDS, task)
    loss = cross_entropy(logits, targets)
    loss.backward()
    np.testing.assert_allclose(found["logits"], logits.detach(), rtol=1e-9, atol=1e-12)
    assert found["loss"] == pytest.approx(loss.item(), rel=1e-9)
    assert found["bits"] == pytest.approx(loss.item() / np.log(2), rel=1e-9)
    for k, gradients in enumerate(found["gradients"]):
        for name, parameter in network.named(k).items():
            assert parameter.grad is not None
            assert parameter.grad.abs().max() > 1e-4
            np.testing.assert_allclose(np.reshape(gradients[name], parameter.shape), parameter.grad, atol=1e-12)


def test_while_it_writes_the_other_direction_has_read_the_last_character_alone(runs: dict[str, Any]):
    found, alone = runs["next"]["read"], runs["right"]["read"]
    network = BothWays(found["weights"])
    with torch.no_grad():
        ends = [
            network.rnn(one_hot(torch.tensor(IDS[: t + 1]), CHARACTERS).double())[0][-1] for t in range(len(IDS) - 1)
        ]
        logits = torch.stack([network.readouts[0](end[:UNITS]) + network.readouts[1](end[UNITS:]) for end in ends])
    expected = cross_entropy(logits, torch.tensor(IDS[1:])).item() / np.log(2)
    assert found["writing"] == pytest.approx(expected, rel=1e-9)
    assert abs(found["writing"] - found["bits"]) > 1e-4
    assert alone["writing"] == pytest.approx(alone["bits"], rel=1e-12)


@every_task
def test_training_equals_adam_in_torch(runs: dict[str, Any], task: str):
    found = runs[task]["trained"]
    network = BothWays(found["before"])
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
    for piece in PIECES:
        optimizer.zero_grad()
        cross_entropy(*network(piece, task)).backward()
        optimizer.step()
    for k, after in enumerate(found["after"]):
        for name, parameter in network.named(k).items():
            np.testing.assert_allclose(np.reshape(after[name], parameter.shape), parameter.detach(), atol=1e-8)


def test_the_answer_holds_both_ways_is_almost_free_and_writes_worse():
    shown = data()
    [ids] = call(("both_ways_network", "idsOf", shown["text"]))
    assert max(ids) == 26
    asked = [(task, 200) for task in TASKS] + [("next", 100)]
    right, both, blank, early = call(*((RUNS, "learned", task, ids, shown["held"], steps, 0) for task, steps in asked))
    assert both["bits"] < 0.5
    assert early["bits"] < 1.2
    assert blank["bits"] < right["bits"] - 0.3
    assert both["writing"] > right["writing"] + 0.1


def errors(solver: str, steps: list[float], tau: float) -> list[float]:
    """Largest errors against the closed form, w = 0, in steps that meet the input's edges."""
    [truth] = call(("both_ways_time", "exact", tau, 0))
    found = call(*(("both_ways_time", "solve", {"solver": solver, "tau": tau, "w": 0, "step": step}) for step in steps))
    return call(
        *(("both_ways_time", "largestError", each, step, truth) for each, step in zip(found, steps, strict=True))
    )


@pytest.mark.parametrize(("solver", "order"), [("euler", 1), ("rk4", 4)])
def test_half_the_step_divides_the_error_by_two_to_the_order(solver: str, order: int):
    large, half, quarter = errors(solver, [1, 0.5, 0.25], 1.7)
    assert np.log2(large / half) == pytest.approx(order, abs=0.35)
    assert np.log2(half / quarter) == pytest.approx(order, abs=0.35)


def test_the_closed_form_solves_the_equation():
    tau, times = 0.8, np.linspace(0, 10, 101)
    found = call(*(("both_ways_time", "closedForm", tau, float(t)) for t in times))
    np.testing.assert_allclose(found, integrated(tau, 0, times), atol=1e-7)
    [exact] = call(("both_ways_time", "exact", tau, 0))
    np.testing.assert_allclose(exact[::10], found, atol=1e-12)


def integrated(tau: float, w: float, times: np.ndarray) -> np.ndarray:
    """By scipy, each of the three stretches of constant input by itself."""
    found, h = np.zeros(len(times)), 0.0
    for begin, end, x in ((0, 1, 0), (1, 4, 1), (4, 10, 0)):

        def slope(_: float, h: np.ndarray, x: int = x) -> np.ndarray:
            return (-h + np.tanh(w * h + 1.5 * x)) / tau

        inside = (times >= begin) & (times <= end)
        solved = solve_ivp(slope, (begin, end), [h], rtol=1e-10, atol=1e-12, dense_output=True)
        found[inside], h = solved.sol(times[inside])[0], solved.y[0, -1]
    return found


@pytest.mark.parametrize("w", [-1.5, 0.8, 2])
def test_with_feedback_the_fine_steps_equal_scipy(w: float):
    [exact] = call(("both_ways_time", "exact", 0.6, w))
    np.testing.assert_allclose(exact[::50], integrated(0.6, w, np.linspace(0, 10, 21)), atol=1e-6)
    assert (abs(exact[-1]) > 0.9) == (w > 1), "what the stop Memory shows"


def test_euler_with_a_step_of_tau_is_a_plain_recurrent_network():
    [found] = call(("both_ways_time", "solve", {"solver": "euler", "tau": 0.5, "w": 1.3, "step": 0.5}))
    rnn = nn.RNN(1, 1, bias=False, dtype=torch.float64)
    with torch.no_grad():
        rnn.get_parameter("weight_hh_l0").fill_(1.3)
        rnn.get_parameter("weight_ih_l0").fill_(1.5)
        x = torch.tensor([float(1 <= k * 0.5 < 4) for k in range(20)], dtype=torch.float64)
        states = rnn(x[:, None])[0][:, 0]
    np.testing.assert_allclose(found[1:], states, atol=1e-12)
