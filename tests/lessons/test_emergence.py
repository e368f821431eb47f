"""Lesson 15: AUROC is scikit-learn's; cells, losses and training are PyTorch's; the unit is chosen and judged apart."""

import re
from functools import cache
from typing import Any

import numpy as np
import pytest
import torch
from sklearn.metrics import roc_auc_score
from torch.nn.functional import cross_entropy
from torch.nn.utils import clip_grad_norm_

from tests.browser.engine_in_node import needs_node
from tests.lessons.in_node import call
from tests.lessons.recurrent import NAMES, Recurrent

pytestmark = needs_node
TASK, RUNS = "emergence_task", "tests/emergence_runs"
SEED, STEPS, UNITS, HALF, PIECE = 3, 20, 16, 1000, 64


@cache
def shown() -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """What the lesson shows after 20 steps, the held-out text, and the text it trained on; Node.js is started once."""
    report, held_out, training = call(
        (TASK, "report", SEED, STEPS), (RUNS, "quoted", 2, 2 * HALF, 2 * HALF), (RUNS, "quoted", 1, 1281, 1281)
    )
    return report, held_out, training


def cells_of(network: Recurrent, ids: list[int]) -> np.ndarray:
    """c after each character: one at a time, as PyTorch tells only the last."""
    rows, state = [], None
    with torch.no_grad():
        for token in ids:
            _, _, state = network([token], state)
            rows.append(state[1][0].numpy())
    return np.array(rows)


@pytest.mark.parametrize("moment", ["before training", "after"])
def test_cells_losses_and_auroc_equal_torch_and_scikit_learn(moment: str):
    report, held_out, _ = shown()
    snapshot = report["first"] if moment == "before training" else report
    network, inside = Recurrent("lstm", snapshot["weights"]), np.array(held_out["inside"])
    ids = held_out["ids"]
    cells = np.reshape(snapshot["cells"], (2 * HALF, UNITS))
    np.testing.assert_allclose(cells, cells_of(network, ids), rtol=1e-6, atol=1e-7)
    with torch.no_grad():
        losses = cross_entropy(network(ids)[1][:-1], torch.tensor(ids[1:]), reduction="none").numpy() / np.log(2)
    assert snapshot["bits"] == pytest.approx(losses.mean(), rel=1e-9)
    assert snapshot["ending"] == pytest.approx(losses[np.array(held_out["ends"][:-1]) == 1].mean(), rel=1e-9)
    chosen = [roc_auc_score(inside[:HALF], cells[:HALF, unit]) for unit in range(UNITS)]
    np.testing.assert_allclose(snapshot["aurocs"], chosen, atol=1e-12)
    best = int(np.argmax(np.abs(np.array(chosen) - 0.5)))  # the other half has no part in it
    assert snapshot["best"] == best
    judged = roc_auc_score(inside[HALF:], cells[HALF:, best])
    assert snapshot["judged"] == pytest.approx(1 - judged if chosen[best] < 0.5 else judged, abs=1e-12)


def test_training_equals_adam_with_clipping_and_carried_state_in_torch():
    report, _, training = shown()
    network, ids, state = Recurrent("lstm", report["first"]["weights"]), training["ids"], None
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
    for start in range(0, STEPS * PIECE, PIECE):
        _, logits, state = network(ids[start : start + PIECE], state and tuple(part.detach() for part in state))
        optimizer.zero_grad()
        cross_entropy(logits, torch.tensor(ids[start + 1 : start + PIECE + 1])).backward()
        clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
    for name in NAMES:
        expected = network.named[name].detach()
        np.testing.assert_allclose(np.reshape(report["weights"][name], expected.shape), expected, rtol=1e-5, atol=1e-7)


def test_equal_values_share_their_rank():
    values, labels = [1, 1, 2, 2, 2, 0, 3], [0, 1, 1, 0, 0, 0, 1]
    assert call((TASK, "auroc", values, labels)) == [pytest.approx(roc_auc_score(labels, values), abs=1e-12)]


def test_the_histogram_and_the_middle_of_the_colors_equal_numpy():
    report, held_out, _ = shown()
    inside, values = np.array(held_out["inside"]), np.reshape(report["cells"], (2 * HALF, UNITS))[:, report["best"]]
    middle = (values[inside == 1].mean() + values[inside == 0].mean()) / 2
    assert report["centre"]["middle"] == pytest.approx(middle, rel=1e-6)
    assert report["centre"]["deviation"] == pytest.approx(values.std(), rel=1e-6)
    judged, labels = values[HALF:], inside[HALF:]
    for label, name in enumerate(("outside", "inside")):
        counts, _ = np.histogram(judged[labels == label], 5, (judged.min(), judged.max()))
        np.testing.assert_allclose(report["histogram"][name], counts / (labels == label).sum(), atol=1e-9)


def test_the_text_has_quotations_that_only_verbs_tell_apart():
    whole, pieces = call((RUNS, "quoted", 7, 4000, 4000), (RUNS, "quoted", 7, 4000, 25))
    text, inside = whole["text"], np.array(whole["inside"])
    assert pieces["text"] == text
    assert [whole["characters"][k] for k in whole["ids"]] == list(text)
    np.testing.assert_array_equal(inside, np.cumsum([character == '"' for character in text]) % 2)
    parts = text.split('"')[:-1]
    outside, quoted = (" ".join(re.findall(r"[a-z]+", " ".join(parts[k::2]))).split() for k in (0, 1))
    assert all(word.endswith("ed") for word in outside[1::2])
    assert all(word.endswith("s") for word in quoted[1::2])
    assert set(outside[::2]) == set(quoted[::2])
    assert {word[:-2] for word in outside[1::2]} == {word[:-1] for word in quoted[1::2]}
    for at in np.flatnonzero(whole["ends"]):
        assert text[at + 1 :].startswith("s" if inside[at] else "ed")
    assert sum(whole["ends"]) == len(re.findall(r"[a-z]+(?:s|ed)\b(?=[,.])", text))


@pytest.mark.slow
def test_a_unit_emerges_from_some_random_starts_and_then_the_ends_of_verbs_are_known():
    ends = call(*((TASK, "report", seed, 2500) for seed in (0, 3, 5, 12)))
    assert max(end["first"]["judged"] for end in ends) < 0.8
    assert max(end["judged"] for end in ends) > 0.9
    assert all(end["ending"] < 0.5 for end in ends if end["judged"] > 0.97)
