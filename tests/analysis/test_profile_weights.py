"""What a unit listens to, its gates and what it says, against recordings and PyTorch."""

from typing import TYPE_CHECKING

import numpy as np
import pytest

from analysis.profile.excerpt import (
    LabelledExcerpt,
    read_excerpt,
    unseen_text,
)
from analysis.profile.weights import gate_means, gates_over_text, inputs_of, next_characters, strongest
from analysis.texts import HeldOut
from models.config import Cell
from models.recording import record
from models.units import Unit
from tests.other_cells import with_cell

if TYPE_CHECKING:
    from models.run import Run

CHARACTERS = 3_000


@pytest.fixture
def passage(tiny_run: "Run") -> LabelledExcerpt:
    return read_excerpt(tiny_run, tiny_run.load_network(), unseen_text(tiny_run), CHARACTERS)


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
@pytest.mark.parametrize("layer", [1, 2])
def test_gates_are_those_of_a_recording(tiny_run: "Run", cell: Cell, layer: int):
    run = with_cell(tiny_run, cell)
    network = run.load_network()
    text = HeldOut(unseen_text(run).codes[:600], 0, "here")
    passage = read_excerpt(run, network, text)
    recording = record(run, "".join(map(chr, text.codes)), gates=True)
    gates = gates_over_text(network, passage, Unit(layer, 7))
    assert set(gates) == set(network.kind.gates)
    for gate, values in gates.items():
        expected = recording.states[f"{gate}_gate"][1:, layer - 1, 7]
        np.testing.assert_allclose(values, expected, atol=1e-5)
    inside = np.arange(len(passage)) % 3 == 0
    means = gate_means(gates, inside, ~inside)
    for gate, of_inside, _ in means.itertuples(index=False):
        assert of_inside == pytest.approx(gates[gate][inside[1:]].mean(), abs=1e-6)


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_pushes_of_characters_are_what_they_add_to_a_gates_sum(tiny_run: "Run", cell: Cell):
    import torch

    run = with_cell(tiny_run, cell)
    network = run.load_network()
    passage = read_excerpt(run, network, unseen_text(run), CHARACTERS)
    inputs = inputs_of(network, passage, Unit(1, 4))
    with torch.inference_mode():
        sums = network.rnn.weight_ih_l0 @ network.embedding(torch.from_numpy(passage.ids)).T  # pyright: ignore[reportOperatorIssue, reportCallIssue]
        sums = sums.view(-1, 24, len(passage))[:, 4].numpy()
    characters = inputs[inputs["source"] == "character"]
    for gate, of_sum in zip(network.kind.gates or ("state",), sums, strict=True):
        of_gate = characters[characters["gate"] == gate].set_index("number")["push"]
        for number, push in of_gate.items():
            expected = of_sum[passage.ids == number].mean() - of_sum.mean()
            assert push == pytest.approx(expected, abs=1e-5)


def test_pushes_of_units_are_weights_times_how_much_they_move(tiny_run: "Run", passage: LabelledExcerpt):
    network = tiny_run.load_network()
    inputs = inputs_of(network, passage, Unit(2, 4))
    assert set(inputs["source"]) == {"below", "own"}
    weights = {"below": network.rnn.weight_ih_l1, "own": network.rnn.weight_hh_l1}
    for source, weight in weights.items():
        layer = 0 if source == "below" else 1
        for index, gate in enumerate(network.kind.gates):
            found = inputs[(inputs["source"] == source) & (inputs["gate"] == gate)].sort_values("number")["push"]
            row = weight[index * 24 + 4].detach().numpy()  # pyright: ignore[reportIndexIssue, reportCallIssue]
            np.testing.assert_allclose(found, row * passage.states["hidden"][layer].std(axis=1), rtol=1e-4, atol=1e-7)
    top = strongest(inputs, 3)
    for (source, gate), of_gate in top.groupby(["source", "gate"]):
        everything = inputs[(inputs["source"] == source) & (inputs["gate"] == gate)]["push"]
        assert of_gate["push"].max() == everything.max()
        assert of_gate["push"].min() == everything.min()
        assert len(of_gate) <= 6


def test_next_characters_begin_with_the_most_changed_each_way():
    effect = np.array([0.5, -0.1, 0.0, -0.9, 0.2, 3.0], dtype=np.float32)
    table = next_characters(effect, np.arange(5), 2)  # 5 does not occur in the text
    assert list(table["number"]) == [0, 4, 3, 1]
    assert next_characters(np.zeros(4, dtype=np.float32), np.arange(4), 2).empty
