"""Lesson 10: the gradients are autograd's, and clipping is torch's."""

import itertools

import numpy as np
import pytest
import torch

from tests.browser.engine_in_node import needs_node
from tests.lessons.in_node import call

pytestmark = needs_node
LIMIT = 0.5


def loss_of(w: torch.Tensor, b: torch.Tensor, time: int) -> torch.Tensor:
    h = torch.tensor(0.5, dtype=torch.float64)
    for _ in range(time):
        h = torch.tanh(w * h + b)
    return (h - 0.5) ** 2


def parameters(w: float, b: float) -> list[torch.Tensor]:
    return [torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in (w, b)]


def test_the_loss_and_its_gradient_equal_autograd():
    cases = [(2.0, 0.3, 50), (1.2, -0.1, 20), (0.3, 0.8, 5), (1.6, -0.2, 50), (-0.5, 0.2, 7), (1.0, 0.0, 1)]
    units = call(*(("cliff", "unit", *case) for case in cases))
    losses = call(*(("cliff", "lossOf", *case) for case in cases))
    for (w, b, time), found, loss_alone in zip(cases, units, losses, strict=True):
        given = parameters(w, b)
        loss = loss_of(given[0], given[1], time)
        gradient = torch.autograd.grad(loss, given)
        assert found["loss"] == loss_alone == pytest.approx(loss.item(), rel=1e-9)
        np.testing.assert_allclose(found["gradient"], [each.item() for each in gradient], rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("limit", [None, LIMIT])
def test_each_step_of_descent_is_torch_s(limit: float | None):
    rate, time = 0.7, 30
    [found] = call(("cliff", "descent", time, rate, limit))
    for now, after in itertools.pairwise(found):
        given = parameters(now["w"], now["b"])
        optimizer = torch.optim.SGD(given, rate)
        loss_of(given[0], given[1], time).backward()
        if limit is not None:
            norm = torch.nn.utils.clip_grad_norm_(given, limit)
            assert now["norm"] == pytest.approx(norm.item(), rel=1e-6)
        optimizer.step()
        np.testing.assert_allclose([after["w"], after["b"]], [each.item() for each in given], rtol=1e-6, atol=1e-9)


def test_a_clipped_gradient_is_no_longer_than_the_limit_and_keeps_its_direction():
    [found] = call(("cliff", "descent", 50, 1, LIMIT))
    assert {place["isClipped"] for place in found} == {True, False}
    for place in found:
        before, after = np.array(place["gradient"]), np.array(place["used"])
        assert np.linalg.norm(after) <= LIMIT
        assert before @ after == pytest.approx(np.linalg.norm(before) * np.linalg.norm(after))
        if not place["isClipped"]:
            np.testing.assert_allclose(after, before, rtol=1e-5)


def test_the_cliff_is_there_and_the_limit_saves_the_descent():
    free, clipped, short = call(
        *(("cliff", "descent", *case) for case in ((50, 1, None), (50, 1, LIMIT), (5, 1, None)))
    )
    assert max(place["norm"] for place in free) > 10 * LIMIT
    assert (free[-1]["loss"] > 0.2, clipped[-1]["loss"] < 0.01, short[-1]["loss"] < 0.01) == (True, True, True)
    assert free[0]["norm"] < LIMIT
