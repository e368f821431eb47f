"""Lesson 7: the gradients and their parts are autograd's."""

from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from tests.browser.engine_in_node import needs_node
from tests.lessons.in_node import call
from tests.lessons.recurrent import Recurrent

TEXT = "to see the sea"
ALPHABET = list(dict.fromkeys(TEXT))
IDS = [ALPHABET.index(letter) for letter in TEXT]
STEPS = len(IDS) - 1
MIDDLE = 9
NAMES = {"xh": "weight_ih", "hh": "weight_hh", "hy": "readout_weight"}
pytestmark = needs_node


@pytest.fixture(scope="module")
def shown() -> dict[int, dict[Any, Any]]:
    """By the number of training steps: the weights, and what is shown for all losses (0), the ninth and the last."""
    after = dict(zip((0, 100), call(*(("unrolled_gradients", "weightsAfter", 1, n) for n in (0, 100))), strict=True))
    return {
        steps: {"weights": weights}
        | {
            chosen: call(("unrolled_gradients", "wentBack", weights, chosen))[0]
            for chosen in ((0, MIDDLE, STEPS) if steps else (0, STEPS))
        }
        for steps, weights in after.items()
    }


def unshared(weights: dict[str, Any]) -> tuple[list[dict[str, Tensor]], list[Tensor], Tensor]:
    """The text read with a copy of every matrix for each step: the copies, the states, the losses."""
    network = Recurrent("rnn", weights)
    copies = [
        {name: network.named[name].detach().clone().requires_grad_() for name in NAMES.values()} for _ in range(STEPS)
    ]
    bias, readout_bias = network.named["bias_ih"] + network.named["bias_hh"], network.named["readout_bias"]
    states, losses = [torch.zeros(6, dtype=torch.float64)], []
    for t, own in enumerate(copies):
        letter = torch.eye(len(ALPHABET), dtype=torch.float64)[IDS[t]]
        states.append((own["weight_ih"] @ letter + own["weight_hh"] @ states[-1] + bias).tanh())
        states[-1].retain_grad()
        losses.append(cross_entropy(own["readout_weight"] @ states[-1] + readout_bias, torch.tensor(IDS[t + 1])))
    return copies, states[1:], torch.stack(losses)


@pytest.mark.parametrize(("steps", "chosen"), [(0, 0), (0, STEPS), (100, 0), (100, MIDDLE), (100, STEPS)])
def test_states_and_the_part_of_each_step_equal_autograd(shown: dict[int, Any], steps: int, chosen: int):
    found, weights = shown[steps][chosen], shown[steps]["weights"]
    copies, states, losses = unshared(weights)
    loss = losses[chosen - 1] if chosen else losses.sum()
    loss.backward()
    np.testing.assert_allclose(found["losses"], losses.detach(), atol=1e-9)
    assert found["loss"] == pytest.approx(loss.item(), abs=1e-9)
    zero = torch.zeros(6, dtype=torch.float64)
    gradients = [zero if state.grad is None else state.grad for state in states]
    np.testing.assert_allclose(found["atStates"], [gradient.norm() for gradient in gradients], atol=1e-9)
    for name, full in NAMES.items():
        parts = [zero.new_zeros(own[full].shape) if own[full].grad is None else own[full].grad for own in copies]
        np.testing.assert_allclose(found["matrices"][name]["parts"], [part.ravel() for part in parts], atol=1e-9)  # pyright: ignore[reportOptionalMemberAccess]


@pytest.mark.parametrize(("steps", "chosen"), [(0, 0), (100, 0), (100, MIDDLE), (100, STEPS)])
def test_the_parts_add_up_to_the_gradient_of_the_shared_matrix(shown: dict[int, Any], steps: int, chosen: int):
    found, network = shown[steps][chosen], Recurrent("rnn", shown[steps]["weights"])
    losses = cross_entropy(network(IDS[:-1])[1], torch.tensor(IDS[1:]), reduction="none")
    (losses[chosen - 1] if chosen else losses.sum()).backward()
    for name, full in NAMES.items():
        gradient = network.named[full].grad
        assert gradient is not None
        assert gradient.abs().max() > 1e-4
        np.testing.assert_allclose(found["matrices"][name]["sum"], gradient.ravel(), atol=1e-9)
        np.testing.assert_allclose(np.sum(found["matrices"][name]["parts"], 0), gradient.ravel(), atol=1e-9)


def test_what_comes_back_from_the_next_state_is_drawn(shown: dict[int, Any]):
    """With one loss, all that a state gets comes from the next; with all losses, its own loss adds to that."""
    single, all_losses = shown[100][MIDDLE], shown[100][0]
    np.testing.assert_allclose(single["flows"][: MIDDLE - 1], single["atStates"][: MIDDLE - 1], atol=1e-12)
    assert max(single["flows"][MIDDLE - 1 :]) < 1e-12
    assert all_losses["flows"][-1] < 1e-12
    assert max(all_losses["flows"]) > 1e-3


def test_what_the_network_says_is_its_likeliest_letter(shown: dict[int, Any]):
    for steps in (0, 100):
        logits = Recurrent("rnn", shown[steps]["weights"])(IDS[:-1])[1].detach()
        probabilities = logits.softmax(-1)
        for t, prediction in enumerate(shown[steps][0]["predictions"]):
            assert prediction["said"] == ALPHABET[int(probabilities[t].argmax())]
            assert prediction["p"] == pytest.approx(probabilities[t].max().item(), abs=1e-9)
            assert prediction["wanted"] == pytest.approx(probabilities[t, IDS[t + 1]].item(), abs=1e-9)
    assert shown[0][0]["predictions"][-1]["said"] != TEXT[-1]
    assert shown[100][0]["predictions"][-1]["said"] == TEXT[-1]


def test_the_text_s_claims_hold(shown: dict[int, Any]):
    last = shown[0][STEPS]["atStates"]
    assert sorted(last) == last
    trained = shown[100][STEPS]
    assert TEXT[int(np.argmax(trained["atStates"]))] == "h"
    assert shown[100][MIDDLE]["atStates"][MIDDLE:] == [0] * (STEPS - MIDDLE)
    assert not np.any(trained["matrices"]["hh"]["parts"][0])
    assert not np.any(trained["matrices"]["hy"]["parts"][:-1])
    for t, part in enumerate(shown[0][0]["matrices"]["xh"]["parts"]):
        assert set(np.nonzero(np.reshape(part, (6, -1)))[1]) == {IDS[t]}
