"""Lesson 14: training, states and accuracy are PyTorch's."""

from functools import cache
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy
from torch.nn.utils import clip_grad_norm_

from tests.browser.engine_in_node import needs_node
from tests.lessons.in_node import call
from tests.lessons.recurrent import CELLS, NAMES, Recurrent

pytestmark = needs_node
TASK = "counting_task"
SEED, N, STEPS = 1, 13, (0, 12, 150)
every_cell = pytest.mark.parametrize("cell", CELLS)


def string(n: int) -> tuple[list[int], list[int]]:
    """What is read, and what is to follow."""
    return [2, *[0] * n, *[1] * n], [*[0] * n, *[1] * n, 2]


@cache
def reports() -> dict[tuple[str, int], dict[str, Any]]:
    """What the browser shows of each cell after some steps of training; Node.js is started once."""
    runs = [(cell, steps) for cell in CELLS for steps in STEPS]
    return dict(zip(runs, call(*((TASK, "report", cell, SEED, steps, N) for cell, steps in runs)), strict=True))


def network_of(cell: str, steps: int) -> Recurrent:
    return Recurrent(cell, reports()[cell, steps]["weights"])


@every_cell
@pytest.mark.parametrize("steps", [0, 150])
def test_accuracy_and_the_expected_end_at_each_n_equal_torch(cell: str, steps: int):
    network, results = network_of(cell, steps), reports()[cell, steps]["results"]
    for result in results:
        n = result["n"]
        with torch.no_grad():
            said = network([2, *[0] * n, *[1] * 45])[1].argmax(1).tolist()[n + 1 :]
        right = [a == b for a, b in zip(said, string(n)[1][n + 1 :], strict=False)]
        assert result["accuracy"] == pytest.approx(sum(right) / n, abs=1e-12)
        assert result["end"] == (said.index(2) + 1 if 2 in said else 0)
    assert [result["n"] for result in results] == list(range(1, 31))


@every_cell
def test_what_each_unit_does_along_a_string_equals_torch(cell: str):
    report = reports()[cell, 150]
    network, ids, along = network_of(cell, 150), string(N)[0], report["along"]
    states, logits, _ = network(ids)
    if cell == "lstm":  # PyTorch tells only the last c
        states = torch.cat([network(ids[: t + 1])[2][1] for t in range(len(ids))])
    np.testing.assert_allclose(along["memory"], states.detach().T, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(report["probabilities"], logits.softmax(1).detach(), rtol=1e-9, atol=1e-12)
    counts = [0, *range(1, N + 1), *range(N - 1, -1, -1)]
    assert along["counts"] == counts
    expected = [np.corrcoef(row, counts)[0, 1] for row in along["memory"]]
    np.testing.assert_allclose(along["correlations"], expected, atol=1e-9)


@every_cell
def test_training_equals_adam_with_clipping_in_torch(cell: str):
    network, report = network_of(cell, 0), reports()[cell, 12]
    optimizer = torch.optim.Adam(network.parameters(), lr=0.03)
    strings = [string(n) for n in range(1, 11)]
    characters = sum(len(ids) for ids, _ in strings)
    for _ in range(12):
        optimizer.zero_grad()
        losses = [cross_entropy(network(ids)[1], torch.tensor(targets), reduction="sum") for ids, targets in strings]
        (torch.stack(losses).sum() / characters).backward()
        clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
    for name in NAMES:
        expected = network.named[name].detach()
        np.testing.assert_allclose(np.reshape(report["weights"][name], expected.shape), expected, rtol=1e-7, atol=1e-9)
    with torch.no_grad():
        losses = [cross_entropy(network(ids)[1], torch.tensor(targets), reduction="sum") for ids, targets in strings]
    assert report["loss"] == pytest.approx(torch.stack(losses).sum().item() / characters, rel=1e-7)


def test_results_are_read_as_the_lesson_says_them():
    results = [{"n": n, "accuracy": 1.0 if n < 13 else 0.5, "end": 0} for n in range(1, 31)]
    asked = [(TASK, "reach", results), (TASK, "reach", results[:5]), (TASK, "reach", results[20:])]
    flat, counter = (TASK, "correlation", [2, 2, 2], [1, 2, 3]), (TASK, "counterOf", [0.2, -0.9, 0.8])
    assert call(*asked, flat, counter) == [12, 5, 0, 0, 1]
