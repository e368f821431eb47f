"""Lesson 8: truncated gradients are PyTorch's, whose state is detached at each cut."""

from typing import Any

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy

from tests.browser.engine_in_node import needs_node
from tests.lessons.in_node import call
from tests.lessons.recurrent import Recurrent

TEXT = "the cat sat on the mat and the dog sat on the log"
ALPHABET = list(dict.fromkeys(TEXT))
IDS = [ALPHABET.index(letter) for letter in TEXT]
STEPS = len(IDS) - 1
CASES = [(1, True), (6, True), (6, False), (7, True), (48, True)]
NAMES = {"xh": "weight_ih", "hh": "weight_hh", "hy": "readout_weight"}
pytestmark = needs_node


@pytest.fixture(scope="module")
def weights() -> dict[int, Any]:
    """By the number of training steps."""
    return dict(zip((0, 100), call(*(("truncated_gradient", "weightsAfter", 0, n) for n in (0, 100))), strict=True))


@pytest.fixture(scope="module")
def shown(weights: dict[int, Any]) -> dict[tuple[int, int, bool], Any]:
    keys = [(steps, *case) for steps in weights for case in CASES]
    found = call(*(("truncated_gradient", "inPieces", weights[steps], *case) for steps, *case in keys))
    return dict(zip(keys, found, strict=True))


def in_torch(weights: dict[str, Any], window: int, carries: bool) -> dict[str, np.ndarray]:
    network, state, loss, states = Recurrent("rnn", weights), None, torch.tensor(0.0), []
    for t in range(STEPS):
        if t % window == 0:
            state = state.detach() if state is not None and carries else None
        state, logits, _ = network([IDS[t]], state)
        state.retain_grad()
        states.append(state)
        loss = loss + cross_entropy(logits[0], torch.tensor(IDS[t + 1]))
    loss.backward()
    found = {name: network.named[full].grad for name, full in NAMES.items()}
    found["all"] = torch.cat([network.named[name].grad.ravel() for name in network.named if name != "bias_hh"])  # pyright: ignore[reportOptionalMemberAccess]
    found["atStates"] = torch.stack([each.grad.norm() for each in states])  # pyright: ignore[reportOptionalMemberAccess]
    return {name: np.asarray(values).ravel() for name, values in (found | {"loss": loss.detach()}).items()}


@pytest.mark.parametrize("steps", [0, 100])
@pytest.mark.parametrize(("window", "carries"), CASES)
def test_the_gradient_equals_torch_with_detach(weights: Any, shown: Any, steps: int, window: int, carries: bool):
    found, expected = shown[steps, window, carries], in_torch(weights[steps], window, carries)
    assert found["loss"] == pytest.approx(expected["loss"][0], abs=1e-6)
    np.testing.assert_allclose(found["atStates"], expected["atStates"], atol=1e-9)
    for name in (*NAMES, "all"):
        assert np.abs(expected[name]).max() > 1e-3
        np.testing.assert_allclose(found["gradients"][name], expected[name], atol=1e-9)


def test_a_gradient_flows_within_a_piece_and_over_no_cut(shown: Any):
    for (_, window, _), found in shown.items():
        cut = {t for t in range(STEPS) if (t + 1) % window == 0} | {STEPS - 1}
        assert {t for t, flow in enumerate(found["flows"]) if flow < 1e-12} == cut


def test_the_angle_and_the_length_are_numpy_s(shown: Any):
    pairs = [
        [np.array(each["gradients"]["all"]) for each in (found, shown[steps, 48, True])]
        for (steps, _, _), found in shown.items()
    ]
    told = [tuple({"float32": vector.tolist()} for vector in pair) for pair in pairs]
    compared = call(*(("truncated_gradient", "compared", *pair) for pair in told))
    for (part, full), found in zip(pairs, compared, strict=True):
        cosine = part @ full / np.linalg.norm(part) / np.linalg.norm(full)
        assert found["angle"] == pytest.approx(np.degrees(np.arccos(min(1, cosine))), abs=0.02)
        assert found["length"] == pytest.approx(np.linalg.norm(part) / np.linalg.norm(full), abs=1e-4)


def test_the_text_s_claims_hold(weights: Any, shown: Any):
    """A carried state keeps the loss, at window 1 only W_hy gets the full gradient, and training makes cuts matter."""
    full = shown[100, 48, True]
    assert shown[100, 6, True]["loss"] == pytest.approx(full["loss"], abs=1e-9)
    assert shown[100, 6, False]["loss"] > full["loss"] + 5
    for name in NAMES:
        same = np.allclose(shown[100, 1, True]["gradients"][name], full["gradients"][name], atol=1e-9)
        assert same == (name == "hy"), name
    assert np.abs(shown[100, 1, True]["gradients"]["hh"]).max() > 1e-2
    (reset,) = call(("truncated_gradient", "inPieces", weights[100], 1, False))
    nothing = [{"float32": each["gradients"]["hh"]} for each in (reset, full)]
    assert call(("truncated_gradient", "compared", *nothing)) == [{"angle": None, "length": 0}]
    whole = {"float32": full["gradients"]["all"]}, {"float32": shown[0, 48, True]["gradients"]["all"]}
    curves = call(
        ("truncated_gradient", "anglesOf", weights[100], True, whole[0]),
        ("truncated_gradient", "anglesOf", weights[0], True, whole[1]),
    )
    trained, untrained = np.array(curves)[:, :6]  # windows up to 8
    assert np.all(trained > untrained + 3)
