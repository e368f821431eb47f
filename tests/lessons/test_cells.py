"""Lesson 13: the cells are PyTorch's, the variants those of their papers, the figures those of `models evaluate`."""

import itertools
import json
import math
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from corpora.demo import load_passage
from dashboard.lessons.cells import EQUATIONS, MODELS, PASSAGE, data
from models.run import load_run
from tests.browser.engine_in_node import needs_node
from tests.lessons.in_node import call

SEEDS, X = (1, 5), 0.7
STEP, USUAL = "cells_step", {
    "lstm": {"forget": True, "coupled": False, "peephole": False, "output": True, "squash": True},
    "gru": {"reset": "after", "update": "keep"},
    "rnn": {"feedback": "elman"},
}  # fmt: skip
CHOICES = {
    "lstm": [dict(zip(USUAL["lstm"], values, strict=True)) for values in itertools.product((True, False), repeat=5)],
    "gru": [{"reset": reset, "update": update} for reset in ("after", "before") for update in ("keep", "take")],
    "rnn": [{"feedback": feedback} for feedback in ("elman", "jordan")],
}
VARIANTS = [{"cell": cell, **wires} for cell, choices in CHOICES.items() for wires in choices]
Drawn = dict[str, Any]


@pytest.fixture(scope="module")
def weights() -> list[Drawn]:
    return call(*((STEP, "drawn", seed) for seed in SEEDS))


def rows_of(weights: Drawn, *variants: dict[str, Any]) -> list[list[dict[str, Any]]]:
    return call(*((STEP, "stepOf", wires, weights, X) for wires in variants))


def filled(module: nn.RNNCellBase, weights: Drawn, names: list[str]) -> nn.RNNCellBase:
    """A cell of torch with the weights of these gates, one below the other."""
    gates = [weights["gates"][name] for name in names]

    def stacked(part: str) -> Tensor:
        return torch.cat([torch.tensor(gate[part], dtype=torch.float64) for gate in gates])

    parts = {"weight_ih": "x", "weight_hh": "h", "bias_ih": "b", "bias_hh": "bh"}
    module.load_state_dict({name: stacked(part) for name, part in parts.items()})
    return module


@needs_node
def test_the_usual_cells_are_torch_s(weights: list[Drawn]):
    x = torch.tensor([X], dtype=torch.float64)
    for each in weights:
        h, c = (torch.tensor(each[name], dtype=torch.float64) for name in "hc")
        lstm = filled(nn.LSTMCell(1, 2, dtype=torch.float64), each, ["lstm.i", "lstm.f", "lstm.g", "lstm.o"])
        gru = filled(nn.GRUCell(1, 2, dtype=torch.float64), each, ["gru.r", "gru.z", "gru.n"])
        rnn = filled(nn.RNNCell(1, 2, dtype=torch.float64), each, ["rnn.h"])
        wanted_h, wanted_c = lstm(x, (h, c))
        found = rows_of(each, *({"cell": cell, **wires} for cell, wires in USUAL.items()))
        values = [{row["name"]: row["values"] for row in rows} for rows in found]
        np.testing.assert_allclose(values[0]["h"], wanted_h.detach(), atol=1e-12)
        np.testing.assert_allclose(values[0]["c"], wanted_c.detach(), atol=1e-12)
        np.testing.assert_allclose(values[1]["h"], gru(x, h).detach(), atol=1e-12)
        np.testing.assert_allclose(values[2]["h"], rnn(x, h).detach(), atol=1e-12)


def sigmoid(values: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-values))


def in_numpy(drawn: Drawn, wires: dict[str, Any]) -> dict[str, np.ndarray]:
    """The same step, written down from the papers' equations."""
    h, c, x = np.array(drawn["h"]), np.array(drawn["c"]), np.array([X])
    of = {
        name.partition(".")[2] if wires["cell"] in name else "": {part: np.array(value) for part, value in gate.items()}
        for name, gate in drawn["gates"].items()
    }

    def linear(gate: str, state: np.ndarray = h) -> np.ndarray:
        return of[gate]["x"] @ x + of[gate]["b"] + of[gate]["h"] @ state + of[gate]["bh"]

    if wires["cell"] == "rnn":
        out, bias = np.array(drawn["read"]["h"]), np.array(drawn["read"]["b"])
        new = np.tanh(linear("h", h if wires["feedback"] == "elman" else out @ h + bias))
        return {"h": new, "y": out @ new + bias}
    if wires["cell"] == "gru":
        r, z = sigmoid(linear("r")), sigmoid(linear("z"))
        n = np.tanh(linear("n", r * h))
        if wires["reset"] == "after":
            n = np.tanh(of["n"]["x"] @ x + of["n"]["b"] + r * (of["n"]["h"] @ h + of["n"]["bh"]))
        share = z if wires["update"] == "keep" else 1 - z  # of the old state
        return {"r": r, "z": z, "n": n, "h": share * h + (1 - share) * n}
    peep = {gate: of[gate]["p"] * wires["peephole"] for gate in "ifo"}
    i, g = sigmoid(linear("i") + peep["i"] * c), np.tanh(linear("g"))
    f = 1 - i if wires["coupled"] else sigmoid(linear("f") + peep["f"] * c)
    f = f if wires["forget"] else np.ones(2)
    new = f * c + i * g
    o = sigmoid(linear("o") + peep["o"] * new) if wires["output"] else np.ones(2)
    return {"i": i, "f": f, "g": g, "c": new, "o": o, "h": o * (np.tanh(new) if wires["squash"] else new)}


@needs_node
def test_every_variant_equals_numpy_and_has_its_equations(weights: list[Drawn]):
    seen = set()
    for each in weights:
        for wires, rows in zip(VARIANTS, rows_of(each, *VARIANTS), strict=True):
            wanted = in_numpy(each, wires)
            for row in rows:
                np.testing.assert_allclose(row["values"], wanted[row["name"]], atol=1e-12, err_msg=f"{wires} {row}")
                assert EQUATIONS[row["key"]].startswith(f"{row['name']}_t = ")
            seen |= {row["key"] for row in rows}
    assert seen == set(EQUATIONS)


@needs_node
def test_each_wire_changes_an_equation_and_the_state(weights: list[Drawn]):
    """Two different sets of wires never show the same, but where a gate that is off has wires of its own."""
    shown: dict[str, set[str]] = {}
    for wires, rows in zip(VARIANTS, rows_of(weights[0], *VARIANTS), strict=True):
        shown.setdefault(json.dumps([row["values"] for row in rows]), set()).add(json.dumps(wires))
    for same in shown.values():
        kept = [{k: v for k, v in json.loads(wires).items() if k != "coupled"} for wires in same]
        assert len(same) == 1 or not any(wires["forget"] for wires in kept)
        assert all(wires == kept[0] for wires in kept)


@needs_node
def test_the_answer_holds_coupled_gates_mix_as_a_gru_does(weights: list[Drawn]):
    coupled, gru = rows_of(
        weights[0], {"cell": "lstm", **USUAL["lstm"], "coupled": True}, {"cell": "gru", **USUAL["gru"]}
    )
    found = {row["name"]: np.array(row["values"]) for row in coupled}
    np.testing.assert_allclose(found["c"], (1 - found["i"]) * weights[0]["c"] + found["i"] * found["g"])
    other = {row["name"]: np.array(row["values"]) for row in gru}
    np.testing.assert_allclose(other["h"], other["z"] * weights[0]["h"] + (1 - other["z"]) * other["n"])


def test_the_figures_are_those_of_the_evaluations():
    shown = data()["models"]
    for cell, name in MODELS.items():
        run, found = load_run(name), shown[cell]
        written = json.loads((run.folder / "evaluation.json").read_text())["figures"]["test"]
        assert found["test"]["bits"] == pytest.approx(written["nats"] / math.log(2))
        assert [found["test"]["low"], found["test"]["high"]] == pytest.approx(
            [written["low"] / math.log(2), written["high"] / math.log(2)]
        )
        network = run.load_network()
        assert found["weights"] == sum(parameter.numel() for parameter in network.parameters())
        assert (run.model.num_layers, run.model.hidden_size) == (1, 128)
        ids = torch.tensor(run.vocabulary.encode(load_passage(PASSAGE)))
        with torch.no_grad():
            logits, _ = network(ids[:-1, None], network.initial_state(1))
        nats = nn.functional.cross_entropy(logits[:, 0], ids[1:]).item()
        assert found["passage"] == pytest.approx(nats / math.log(2), rel=1e-4)
    assert shown["lstm"]["test"]["bits"] < shown["gru"]["test"]["bits"] < shown["rnn"]["test"]["bits"]
    gap = shown["gru"]["test"]["bits"] - shown["lstm"]["test"]["bits"]
    assert shown["rnn"]["test"]["bits"] - shown["gru"]["test"]["bits"] > 5 * gap
