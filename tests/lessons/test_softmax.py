"""Lesson 5: softmax and cross-entropy are PyTorch's, and bits are -log2 p."""

import math
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy

from dashboard.lessons import find_lesson
from tests.browser.engine_in_node import needs_node
from tests.lessons.in_node import call

pytestmark = needs_node
LETTERS = ("t", "r", "n", "l", "z")
EDGES = [[4, 4, 4, 4, -4], [0, 0, 0, 0, 0], [-4, -4, -4, -4, -4], [4, -4, -4, -4, -4]]
LOGITS = [*EDGES, *np.random.default_rng(0).uniform(-4, 4, (6, 5)).round(1).tolist()]
CASES = [(logits, shift, next_) for logits in LOGITS for shift in (-8, 0, 5.5) for next_ in (0, 4)]


@pytest.fixture(scope="module")
def found() -> list[dict[str, Any]]:
    return call(*(("surprise", "surpriseOf", *case) for case in CASES))


def torch_logits(logits: list[float], shift: float) -> torch.Tensor:
    return torch.tensor(logits, dtype=torch.float64) + shift


def test_the_probabilities_are_torch_s_softmax_and_sum_to_1(found: list[dict[str, Any]]):
    for (logits, shift, _), each in zip(CASES, found, strict=True):
        wanted = torch_logits(logits, shift)
        np.testing.assert_allclose(each["logits"], wanted)
        np.testing.assert_allclose(each["probabilities"], torch.softmax(wanted, 0), rtol=1e-9)
        assert sum(each["probabilities"]) == pytest.approx(1, abs=1e-12)
        np.testing.assert_allclose(np.array(each["weights"]) / each["total"], each["probabilities"], rtol=1e-9)


def test_the_loss_is_torch_s_cross_entropy(found: list[dict[str, Any]]):
    for (logits, shift, next_), each in zip(CASES, found, strict=True):
        wanted = cross_entropy(torch_logits(logits, shift), torch.tensor(next_)).item()
        assert each["loss"] == pytest.approx(wanted, abs=1e-9)


def test_the_bits_are_minus_log2_p_and_the_loss_in_another_unit(found: list[dict[str, Any]]):
    for (_, _, next_), each in zip(CASES, found, strict=True):
        p = np.array(each["probabilities"])
        np.testing.assert_allclose(each["bits"], -np.log2(p), atol=1e-9)
        assert each["bits"][next_] * math.log(2) == pytest.approx(each["loss"], abs=1e-9)
        assert each["entropy"] == pytest.approx(-(p * np.log2(p)).sum())
        assert max(each["bits"]) < 14  # the widget's scale


@pytest.mark.parametrize("logits", LOGITS)
def test_a_constant_added_to_all_logits_changes_no_probability_and_no_bit(logits: list[float]):
    plain, *shifted = call(*(("surprise", "surpriseOf", logits, shift, 2) for shift in (0, -8, 8, 700)))
    for each in shifted:
        for name in ("probabilities", "bits", "loss", "entropy"):
            np.testing.assert_allclose(each[name], plain[name], rtol=1e-9, atol=1e-12)
    assert shifted[1]["total"] == pytest.approx(plain["total"] * math.exp(8))


def test_the_stops_show_what_they_are_called():
    [controls] = call(("softmax", "CONTROLS"))
    first = {control["name"]: control["first"] for control in controls}

    def at(name: str) -> tuple[dict[str, Any], int]:
        [stop] = [stop for stop in find_lesson("softmax").facts.stops if stop.name == name]
        values = first | stop.set
        next_ = LETTERS.index(values["next"])
        logits = [float(values[letter]) for letter in LETTERS]
        return call(("surprise", "surpriseOf", logits, float(values["shift"]), next_))[0], next_

    bits = {name: (found := at(name))[0]["bits"][found[1]] for name in ("Sure and right", "Sure and wrong", "One bit")}
    assert bits["Sure and right"] < 0.1
    assert bits["Sure and wrong"] > 8
    assert bits["One bit"] == pytest.approx(1, abs=0.005)
    assert at("No idea")[0]["bits"] == pytest.approx([math.log2(5)] * 5)
    assert round(math.log2(5), 2) == 2.32
    start, moved = at("A guess")[0], at("Add 8 to all logits")[0]
    np.testing.assert_allclose(moved["logits"], np.array(start["logits"]) + 8)
    np.testing.assert_allclose(moved["bits"], start["bits"])


def test_the_answer_holds_from_a_half_to_an_eighth_are_two_bits():
    half, eighth = call(
        ("surprise", "surpriseOf", [0, 0], 0, 0),
        ("surprise", "surpriseOf", [0, math.log(7)], 0, 0),
    )
    assert [each["probabilities"][0] for each in (half, eighth)] == pytest.approx([1 / 2, 1 / 8])
    assert [each["bits"][0] for each in (half, eighth)] == pytest.approx([1, 3])
