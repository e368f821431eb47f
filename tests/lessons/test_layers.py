"""Lesson 16: a layer that is cut, skipped or made to forget is what torch gives with hooks on its modules."""

from functools import cache
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from analysis.concepts import CONCEPTS as KNOWN
from analysis.findings import load_findings
from dashboard.lessons.layers import CONCEPTS, FOUND, MODEL, STATE, TEXT, data
from models.run import load_run
from tests.browser.engine_in_node import needs_node
from tests.lessons.in_node import call

CUTS = {
    "none": (None, ""), "wire-zero": (0, "zero"), "wire-mean": (0, "mean"), "top-zero": (1, "zero"),
    "top-mean": (1, "mean"), "skip": (1, "below"), "forget-1": (0, "forgets"), "forget-2": (1, "forgets"),
}  # fmt: skip


@cache
def modules() -> tuple[nn.Embedding, list[nn.LSTM], nn.Linear, Tensor]:
    """The network in torch, each layer a module of its own; and the text as ids."""
    run = load_run(MODEL)
    network, layers = run.load_network(), []
    weights = network.rnn.state_dict()
    for layer in range(2):
        own = {name: value for name, value in weights.items() if name.endswith(f"l{layer}")}
        module = nn.LSTM(own[f"weight_ih_l{layer}"].shape[1], network.config.hidden_size)
        module.load_state_dict({name.replace(f"l{layer}", "l0"): value for name, value in own.items()})
        layers.append(module)
    return network.embedding, layers, network.readout, torch.from_numpy(run.vocabulary.encode(TEXT))


@torch.no_grad()
def in_torch(cut: str) -> tuple[Tensor, Tensor]:
    """The nats of each character but the first, and the likeliest after each, with hooks that make the cut."""
    embedding, layers, readout, ids = modules()
    which, how = CUTS[cut]
    hooks = []
    if which is not None and how != "forgets":
        hooks.append(
            layers[which].register_forward_hook(lambda _, given, out: (replaced(how, given[0], out[0]), out[1]))
        )
    x = embedding(ids)
    for k, layer in enumerate(layers):
        # as many texts of one character as there are characters: each begins with the zero state
        x = layer(x[None])[0][0] if (k, "forgets") == (which, how) else layer(x)[0]
    for hook in hooks:
        hook.remove()
    logits = readout(x)
    return cross_entropy(logits[:-1], ids[1:], reduction="none"), logits.argmax(1)


def replaced(how: str, given: Tensor, out: Tensor) -> Tensor:
    return {"zero": torch.zeros_like(out), "mean": out.mean(0).expand_as(out), "below": given}[how]


@pytest.fixture(scope="module")
def readings() -> dict[str, Any]:
    folder = {"run": str(load_run(MODEL).folder)}
    [found] = call(("layers_cuts", "readCuts", folder, TEXT, list(CUTS), [0, 3, 451]))
    return dict(zip(CUTS, found, strict=True))


@needs_node
@pytest.mark.parametrize("cut", CUTS)
def test_each_cut_gives_the_loss_that_torch_gives_with_hooks(cut: str, readings: dict[str, Any]):
    losses, likeliest = in_torch(cut)
    np.testing.assert_allclose(readings[cut]["loss"], losses, atol=1e-3)
    assert readings[cut]["bits"] == pytest.approx(losses.mean().item() / np.log(2), abs=1e-4)
    vocabulary = load_run(MODEL).vocabulary.characters
    said = [top["character"] for top in readings[cut]["top"]]
    agree = np.mean([vocabulary[int(index)] == character for index, character in zip(likeliest, said, strict=True)])
    assert agree > 0.98  # two characters may be equally likely to the last digit


@needs_node
def test_what_lies_below_a_cut_does_not_notice_it(readings: dict[str, Any]):
    whole = readings["none"]["cell"]
    for cut, (which, how) in CUTS.items():
        one, two = readings[cut]["cell"]
        assert (one == whole[0]) == ((which, how) != (0, "forgets")), cut
        assert (two == whole[1]) == (which != 0 and (which, how) != (1, "forgets")), cut


@needs_node
def test_with_nothing_from_layer_1_every_text_gives_the_same(readings: dict[str, Any]):
    folder = {"run": str(load_run(MODEL).folder)}
    [[other]] = call(("layers_cuts", "readCuts", folder, TEXT[::-1], ["wire-zero"], []))
    assert other["top"] == readings["wire-zero"]["top"]
    assert len({top["character"] for top in readings["top-zero"]["top"]}) == 1


@needs_node
def test_the_answer_holds_that_layer_1_s_memory_is_worth_more(readings: dict[str, Any]):
    bits = {cut: reading["bits"] for cut, reading in readings.items()}
    assert bits["none"] < bits["forget-2"] < bits["forget-1"] - 1
    assert bits["skip"] > bits["none"] + 3


@needs_node
def test_a_unit_is_painted_between_its_lowest_and_highest_value():
    whole, cut = [[0.0, 1.0], [0.0, 3.0], [0.0, 2.0]], [[0.0, 2.0], [0.0, 9.0], [0.0, 1.5]]
    up, down = call(
        ("layers_cuts", "paintedBy", whole, cut, {"unit": 1, "sign": 1}),
        ("layers_cuts", "paintedBy", whole, cut, {"unit": 1, "sign": -1}),
    )
    assert up == [0, 1, -0.5]
    assert down == [0, -1, 0.5]


@needs_node
def test_the_scores_are_those_of_the_search_and_the_controls_name_its_concepts():
    [controls] = call(("layers", "CONTROLS"))
    named = {control["name"]: [value for value, _ in control["options"]] for control in controls}
    assert tuple(named["about"]) == CONCEPTS
    assert set(named["cut"]) == set(CUTS)
    findings, found = load_findings(load_run(MODEL)), data()
    assert findings is not None
    scores = findings.scores[findings.scores["state"] == STATE]
    for concept, shown in found["concepts"].items():
        assert shown["measure"] == KNOWN[concept].measure
        for layer, unit in enumerate(shown["layers"], start=1):
            rows = scores[(scores["concept"] == concept) & (scores["layer"] == layer)]
            best = rows[rows["development"] == rows["development"].max()].iloc[0]
            assert (best["unit"], best["sign"], best["score"]) == (unit["unit"], unit["sign"], unit["score"])
    detectors = findings.units[findings.units["verdict"].isin(FOUND) & (findings.units["state"] == STATE)]
    assert found["detectors"] == [len(set(detectors.loc[detectors["layer"] == layer, "unit"])) for layer in (1, 2)]
