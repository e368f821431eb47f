"""Lesson 23: each step of each optimizer in the browser is torch.optim's."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, optim
from torch.nn.functional import cross_entropy

from tests.browser.engine_in_node import needs_node
from tests.lessons.in_node import call
from tests.lessons.recurrent import Recurrent

pytestmark = needs_node
SHAPES, STEPS = [(3, 4), (4, 2), (5,)], 12
Values = list[list[float]]
Make = Callable[[list[Tensor]], optim.Optimizer]
CASES: dict[str, tuple[dict[str, Any], Make]] = {
    "sgd": ({"rate": 0.1}, lambda p: optim.SGD(p, 0.1)),
    "momentum": ({"rate": 0.1, "momentum": 0.8}, lambda p: optim.SGD(p, 0.1, momentum=0.8)),
    "nesterov": ({"rate": 0.1, "momentum": 0.8}, lambda p: optim.SGD(p, 0.1, momentum=0.8, nesterov=True)),
    "adagrad": ({"rate": 0.1}, lambda p: optim.Adagrad(p, 0.1)),
    "rmsprop": ({"rate": 0.02, "rho": 0.9}, lambda p: optim.RMSprop(p, 0.02, alpha=0.9)),
    "adadelta": ({"rate": 0.5, "rho": 0.95}, lambda p: optim.Adadelta(p, 0.5, rho=0.95)),
    "adam": ({"rate": 0.02, "beta1": 0.8, "beta2": 0.99}, lambda p: optim.Adam(p, 0.02, betas=(0.8, 0.99))),
    "sgd decay": ({"rate": 0.1, "decay": 0.2}, lambda p: optim.SGD(p, 0.1, weight_decay=0.2)),
    "adagrad decay": ({"decay": 0.2}, lambda p: optim.Adagrad(p, weight_decay=0.2)),
    "rmsprop decay": ({"decay": 0.2}, lambda p: optim.RMSprop(p, weight_decay=0.2)),
    "adadelta decay": ({"decay": 0.2}, lambda p: optim.Adadelta(p, weight_decay=0.2)),
    "adam decay": ({"rate": 0.1, "decay": 0.2}, lambda p: optim.Adam(p, 0.1, weight_decay=0.2)),
    "adam decoupled": (
        {"rate": 0.1, "decay": 0.2, "decoupled": True},
        lambda p: optim.AdamW(p, 0.1, weight_decay=0.2),
    ),
}
"""What the browser is given and what torch is; the name's first word is the optimizer. The rest are defaults."""


def draw(seed: int) -> Values:
    """Numbers for parameters of SHAPES, row by row."""
    drawn = np.random.default_rng(seed)
    return [drawn.normal(size=shape).ravel().tolist() for shape in SHAPES]


START, GRADIENTS = draw(0), [draw(1 + step) for step in range(STEPS)]


def tensors(values: Values) -> list[Tensor]:
    return [
        torch.tensor(list_, dtype=torch.float64).reshape(shape) for list_, shape in zip(values, SHAPES, strict=True)
    ]


def torch_steps(*optimizers: Callable[[list[Tensor]], optim.Optimizer | None]) -> list[list[np.ndarray]]:
    """The parameters after each step."""
    parameters = [tensor.requires_grad_() for tensor in tensors(START)]
    made = [optimizer for make in optimizers if (optimizer := make(parameters))]
    after = []
    for gradients in GRADIENTS:
        for parameter, gradient in zip(parameters, tensors(gradients), strict=True):
            parameter.grad = gradient
        for optimizer in made:
            optimizer.step()
        after.append([parameter.detach().numpy().ravel().copy() for parameter in parameters])
    return after


def browser_steps(*cases: tuple[str, dict[str, Any]]) -> list[list[Values]]:
    return call(
        *(("tests/optimizer_steps", "parametersAfter", name.split()[0], options, START, GRADIENTS, SHAPES)
          for name, options in cases)
    )  # fmt: skip


def test_each_step_equals_torch():
    found = browser_steps(*((name, options) for name, (options, _) in CASES.items()))
    for (name, (_, make)), steps in zip(CASES.items(), found, strict=True):
        for mine, theirs in zip(steps, torch_steps(make), strict=True):
            for one, other in zip(mine, theirs, strict=True):
                np.testing.assert_allclose(one, other, rtol=1e-10, atol=1e-12, err_msg=name)


def newton_schulz(matrix: Tensor) -> Tensor:
    """The documented iteration, through the singular values: an odd polynomial acts on each of them alone."""
    left, values, right = torch.linalg.svd(matrix / matrix.norm(), full_matrices=False)
    for _ in range(5):
        values = 3.4445 * values - 4.7750 * values**3 + 2.0315 * values**5
    return left @ torch.diag(values) @ right


def test_muon_equals_its_formula_and_about_torch_whose_iteration_is_in_bfloat16():
    rate, momentum, decay = 0.02, 0.9, 0.1
    [found] = browser_steps(("muon", {"rate": rate, "momentum": momentum, "decay": decay, "others": {"rate": 0.01}}))
    matrices, buffers = tensors(START)[:2], [torch.zeros(shape, dtype=torch.float64) for shape in SHAPES[:2]]
    theirs = torch_steps(
        lambda p: optim.Muon(p[:2], rate, weight_decay=decay, momentum=momentum), lambda p: optim.Adam(p[2:], 0.01)
    )
    for mine, about, gradients in zip(found, theirs, GRADIENTS, strict=True):
        for k, gradient in enumerate(tensors(gradients)[:2]):
            rows, columns = gradient.shape
            buffers[k] = momentum * buffers[k] + gradient
            step = newton_schulz(gradient + momentum * buffers[k]) * max(1, rows / columns) ** 0.5
            matrices[k] = matrices[k] * (1 - rate * decay) - rate * step
            np.testing.assert_allclose(mine[k], matrices[k].ravel(), atol=1e-9)
            np.testing.assert_allclose(mine[k], about[k], atol=0.006)
        np.testing.assert_allclose(mine[2], about[2], rtol=1e-10)


@pytest.mark.parametrize("limit", [0.5, 100.0])
def test_clipping_equals_torch(limit: float):
    [found] = call(("tests/optimizer_steps", "clipped", START, limit))
    parameters = [torch.zeros(shape, dtype=torch.float64, requires_grad=True) for shape in SHAPES]
    for parameter, gradient in zip(parameters, tensors(START), strict=True):
        parameter.grad = gradient
    assert found["norm"] == pytest.approx(torch.nn.utils.clip_grad_norm_(parameters, limit).item(), rel=1e-12)
    for mine, parameter, before in zip(found["changed"], parameters, START, strict=True):
        assert parameter.grad is not None
        np.testing.assert_allclose(mine, parameter.grad.ravel(), rtol=1e-12)
        assert limit > found["norm"] or np.linalg.norm(mine) < np.linalg.norm(before)


# ---- the race ----------------------------------------------------------------------------------------------

ROTATED = ["sgd", "momentum", "nesterov", "muon"]
NETWORK_RACERS: dict[str, Make] = {
    "sgd": lambda p: optim.SGD(p, 0.02),
    "nesterov": lambda p: optim.SGD(p, 0.02, momentum=0.9, nesterov=True),
    "rmsprop": lambda p: optim.RMSprop(p, 0.02, alpha=0.9),
    "adadelta": optim.Adadelta,
    "adam": lambda p: optim.Adam(p, 0.02, betas=(0.9, 0.999)),
}


def test_the_ravine_s_gradient_is_autograd_s_and_a_turn_turns_the_paths_of_four():
    names = [name for name, _ in call(("race", "RACERS"))[0]]
    assert set(ROTATED) < set(names)
    found = call(*(("race", "pathOn", name, 0.03, 0.9, turn) for name in names for turn in (0, 30)))
    paths = dict(zip(names, zip(found[::2], found[1::2], strict=True), strict=True))
    angle = torch.tensor(30 * torch.pi / 180, dtype=torch.float64)
    rotation = torch.stack([torch.stack([angle.cos(), -angle.sin()]), torch.stack([angle.sin(), angle.cos()])])
    for name, (straight, turned) in paths.items():
        before, after = (np.array(path["points"][:40]) for path in (straight, turned))
        follows = np.allclose(before @ rotation.numpy().T, after, atol=1e-6)
        assert follows == (name in ROTATED), name
    point = torch.tensor(paths["sgd"][1]["points"][0], dtype=torch.float64, requires_grad=True)
    along, across = rotation.T @ point
    loss = (along**2 + 34 * across**2) / 2
    loss.backward()
    assert point.grad is not None
    assert paths["sgd"][1]["losses"][0] == pytest.approx(loss.item(), rel=1e-12)
    np.testing.assert_allclose(paths["sgd"][1]["points"][1], (point - 0.03 * point.grad).detach(), rtol=1e-12)


def test_the_networks_that_race_are_torch_s():
    steps = 8
    [text], [letters] = (call(("race", name)) for name in ("TEXT", "LETTERS"))
    ids = [letters.index(letter) for letter in text]
    races = call(*(("race", "raced", name, 0.02, 0.9, 3, steps) for name in NETWORK_RACERS))
    for (name, make), found in zip(NETWORK_RACERS.items(), races, strict=True):
        network = Recurrent("rnn", found["start"])
        optimizer = make(list(network.parameters()))
        for wanted in found["losses"]:
            optimizer.zero_grad()
            loss = cross_entropy(network(ids[:-1])[1], torch.tensor(ids[1:]))
            assert wanted == pytest.approx(loss.item(), abs=1e-6), name
            loss.backward()
            optimizer.step()
