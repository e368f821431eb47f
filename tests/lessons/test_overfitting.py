"""Lesson 22: the weights give the same losses in PyTorch, and early stopping keeps the best of them."""

import math

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy

from corpora.demo import load_passage
from dashboard.lessons.overfitting import data
from tests.browser.engine_in_node import needs_node
from tests.lessons.in_node import call
from tests.lessons.recurrent import Recurrent

pytestmark = needs_node
TEXT, WINDOW = load_passage("war-and-peace")[:500], 40
PLAIN = {"units": 8, "dropout": 0, "decay": 0.1, "seed": 5}


def bits(network: Recurrent, ids: list[int]) -> float:
    return cross_entropy(network(ids[:-1])[1], torch.tensor(ids[1:])).item() / math.log(2)


def one_epoch(network: Recurrent, ids: list[int], decay: float) -> None:
    """AdamW, clipping to 1, the state carried from window to window without its gradient."""
    optimizer, state = torch.optim.AdamW(network.parameters(), 0.01, weight_decay=decay), None
    for start in range(0, len(ids) - 1, WINDOW):
        read = ids[start : min(start + WINDOW, len(ids) - 1)]
        optimizer.zero_grad()
        _, logits, state = network(read, state)
        state = state.detach()
        cross_entropy(logits, torch.tensor(ids[start + 1 : start + 1 + len(read)])).backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1)
        optimizer.step()


def test_the_losses_and_an_epoch_of_training_equal_torch():
    plain, dropped = call(
        *(("tests/overfit_runs", "trained", TEXT, settings, 2) for settings in (PLAIN, PLAIN | {"dropout": 0.5}))
    )
    assert plain["characters"] == sorted(set(TEXT))
    assert plain["training"] + plain["validation"] == [plain["characters"].index(character) for character in TEXT]
    assert len(plain["training"]) == 400
    for found in (plain, dropped):
        for epoch in found["epochs"]:
            network = Recurrent("gru", epoch["weights"])
            assert epoch["training"] == pytest.approx(bits(network, found["training"]), abs=1e-6)
            assert epoch["validation"] == pytest.approx(bits(network, found["validation"]), abs=1e-6)
    assert plain["epochs"][2]["training"] < plain["epochs"][0]["training"] - 0.5
    assert dropped["epochs"][1]["weights"] != plain["epochs"][1]["weights"]
    network = Recurrent("gru", plain["epochs"][0]["weights"])
    one_epoch(network, plain["training"], 0.1)
    for name, values in plain["epochs"][1]["weights"].items():
        np.testing.assert_allclose(network.named[name].detach().ravel(), values, atol=1e-6)


def test_dropout_leaves_out_its_share_and_keeps_the_expectation():
    size, p = 20_000, 0.3
    first, again, other = call(*(("tests/overfit_runs", "factors", seed, size, p) for seed in (1, 1, 2)))
    assert first == again != other
    assert set(first) == {0, 1 / (1 - p)}
    left_out = np.mean(np.array(first) == 0)
    assert abs(left_out - p) < 5 * math.sqrt(p * (1 - p) / size)


def test_early_stopping_keeps_the_least_validation_loss():
    drawn = np.random.default_rng(0)
    curves = [drawn.normal(size=length).tolist() for length in (1, 4, 12, 60)] + [[5 - 0.1 * k for k in range(30)]]
    patience, *stops = call(("overfit", "PATIENCE"), *(("overfit", "earlyStop", curve) for curve in curves))
    for curve, stop in zip(curves, stops, strict=True):
        seen = curve if stop["end"] is None else curve[: stop["end"] + 1]
        assert curve[stop["kept"]] == min(seen)
        if stop["end"] is not None:
            assert stop["end"] - stop["kept"] == patience
        else:
            assert len(curve) - 1 - stop["kept"] < patience
    assert stops[-1] == {"kept": 29, "end": None}


def is_copied(text: str, source: str, least: int, at: int) -> bool:
    starts = range(max(0, at - least + 1), min(at, len(text) - least) + 1)
    return any(text[start : start + least] in source for start in starts)


def test_what_is_copied_stands_in_the_training_text():
    source = data()["text"]
    assert len(source) == 2000
    text = f"xx{source[100:130]}yy{source[300:308]}zz{source[700:711]}"
    copied, written = call(
        ("overfit", "copiedIn", text, source, 10), ("tests/overfit_runs", "paused", list("ab\n"), 3, 25)
    )
    assert copied == [is_copied(text, source, 10, at) for at in range(len(text))]
    assert sum(copied) >= 41
    assert written["lengths"] == [10, 20, 25]
    assert set(written["text"]) <= set("ab\n")
