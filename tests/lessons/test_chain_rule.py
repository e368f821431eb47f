"""Lesson 2: what the graph shows as derivatives is what autograd and finite differences give."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest
import torch

from tests.browser.engine_in_node import needs_node
from tests.lessons.in_node import call

Numbers = dict[str, float]
POINTS = {
    "sum": [{"a": a, "b": b} for a, b in itertools.product((-3, -0.7, 0, 2), (-3, -1, 0.4, 1))],
    "power": [{"x": x} for x in (-1.2, -0.5, 0, 0.35, 1.2)],
}
OUTPUT = {"sum": "e", "power": "y"}
SHARED = {"sum": "b", "power": "x"}
CASES = [(graph, point) for graph, points in POINTS.items() for point in points]
each_case = pytest.mark.parametrize(("graph", "point"), CASES, ids=str)
# The same functions with a variable of its own for each use of the shared one.
APART: dict[str, Callable[..., Any]] = {
    "sum": lambda point, b1, b2: (point["a"] + b1) * (b2 + 1),
    "power": lambda point, x1, x2, x3: x3 * torch.exp(x1 * x2),
}


def nodes_of(graph: str, point: Numbers) -> dict[str, torch.Tensor]:
    """Every node in torch."""
    nodes = {name: torch.tensor(value, dtype=torch.float64, requires_grad=True) for name, value in point.items()}
    if graph == "sum":
        nodes["c"], nodes["d"] = nodes["a"] + nodes["b"], nodes["b"] + 1
        nodes["e"] = nodes["c"] * nodes["d"]
    else:
        nodes["u"] = nodes["x"] * nodes["x"]
        nodes["v"] = nodes["u"].exp()
        nodes["y"] = nodes["x"] * nodes["v"]
    return nodes


def gradient(of: torch.Tensor, by: torch.Tensor) -> float:
    if not of.requires_grad:
        return 0.0
    [found] = torch.autograd.grad(of, by, retain_graph=True, allow_unused=True, materialize_grads=True)
    return found.item()


@needs_node
@each_case
def test_reverse_mode_equals_autograd_at_every_node(graph: str, point: Numbers):
    [found] = call(("graph", "differentiated", graph, "reverse", point, ""))
    nodes = nodes_of(graph, point)
    assert found["values"] == pytest.approx({name: node.item() for name, node in nodes.items()}, abs=1e-12)
    wanted = {name: gradient(nodes[OUTPUT[graph]], node) for name, node in nodes.items()}
    assert found["derivatives"] == pytest.approx(wanted, rel=1e-12, abs=1e-12)


@needs_node
@each_case
def test_forward_mode_equals_autograd_for_each_input(graph: str, point: Numbers):
    for along, found in zip(
        point, call(*(("graph", "differentiated", graph, "forward", point, leaf) for leaf in point)), strict=True
    ):
        nodes = nodes_of(graph, point)
        wanted = {name: gradient(node, nodes[along]) for name, node in nodes.items()}
        assert found["derivatives"] == pytest.approx(wanted, rel=1e-12, abs=1e-12)


@needs_node
@each_case
def test_finite_differences_agree(graph: str, point: Numbers):
    step, output = 1e-5, OUTPUT[graph]
    [found] = call(("graph", "differentiated", graph, "reverse", point, ""))
    for leaf in point:
        above, below = call(
            *(("graph", "valuesOf", graph, {**point, leaf: point[leaf] + sign * step}) for sign in (1, -1))
        )
        slope = (above[output] - below[output]) / (2 * step)
        assert found["derivatives"][leaf] == pytest.approx(slope, rel=1e-6, abs=1e-6)


@needs_node
@each_case
def test_the_gradient_is_the_sum_over_uses_each_of_them_autograd_s(graph: str, point: Numbers):
    uses, found = call(("graph", "usesOf", graph, point), ("graph", "differentiated", graph, "reverse", point, ""))
    shared = SHARED[graph]
    copies = [torch.tensor(point[shared], dtype=torch.float64, requires_grad=True) for _ in uses]
    APART[graph](point, *copies).backward()
    assert len(uses) == {"sum": 2, "power": 3}[graph]
    assert [use["product"] for use in uses] == pytest.approx([copy.grad.item() for copy in copies], abs=1e-12)  # type: ignore[union-attr]
    assert found["derivatives"][shared] == pytest.approx(sum(use["product"] for use in uses), abs=1e-12)


@needs_node
@each_case
@pytest.mark.parametrize("direction", ["forward", "reverse"])
def test_a_step_uses_only_what_the_steps_before_it_gave(graph: str, point: Numbers, direction: str):
    [found] = call(("graph", "differentiated", graph, direction, point, SHARED[graph]))
    valued, derived = set(point), set()
    for step in found["steps"]:
        node, edges = step["node"], [found["edges"][k] for k in step["edges"]]
        if "value" in step["gives"]:
            assert {edge["from"] for edge in edges} <= valued
            valued.add(node)
        if "derivative" in step["gives"]:
            assert {edge["from" if direction == "forward" else "to"] for edge in edges} <= derived
            total = sum(before * slope for before, slope in step["parts"])
            assert found["derivatives"][node] == pytest.approx(
                total if step["parts"] else float(node in SEEDS[direction, graph])
            )
            derived.add(node)
    assert valued == derived == set(found["values"])


SEEDS = {
    (direction, graph): (SHARED if direction == "forward" else OUTPUT)[graph]
    for direction in ("forward", "reverse")
    for graph in POINTS
}


@needs_node
def test_the_answer_and_the_stop_that_cancels_hold():
    at_zero, cancels = call(("graph", "usesOf", "power", {"x": 0}), ("graph", "usesOf", "sum", {"a": -3, "b": 1}))
    assert [use["product"] for use in at_zero] == [0, 0, 1]
    assert sorted(use["product"] for use in cancels) == [-2, 2]


@needs_node
def test_every_pass_fits_the_step_control():
    [controls] = call(("chain_rule", "CONTROLS"))
    most = next(control["most"] for control in controls if control["name"] == "step")
    for graph, points in POINTS.items():
        for direction in ("forward", "reverse"):
            [found] = call(("graph", "differentiated", graph, direction, points[0], SHARED[graph]))
            assert len(found["steps"]) <= most
