"""Clamped readings against loops over PyTorch's own cells whose units are overwritten by hand; for each cell."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional

from corpora import InputError
from models import clamp as clamp_module
from models.clamp import Clamp, ClampedLayer, clamped_losses
from models.config import Cell
from models.network import CELLS, CharRNN
from models.recording import record_blocks
from models.run import Run
from models.sample import sample
from models.units import Unit
from tests.conftest import Outcome
from tests.models.recording.test_blocks import CELL_MODULES, every_cell, network_of, text_ids

TOLERANCE = 1e-5
BOTH_STATES = [(cell, state) for cell in CELLS for state in CELLS[cell].states]


def step_by_hand(network: CharRNN, clamps: Sequence[Clamp]) -> Callable[[int], Tensor]:
    """Reads a character with PyTorch's cells and overwrites each clamped state before anything else reads it."""
    config, names, cells = network.config, network.kind.states, []
    for layer in range(config.num_layers):
        width = config.hidden_size if layer else config.embedding_size
        cells.append(CELL_MODULES[config.cell](width, config.hidden_size))
        cells[-1].load_state_dict({name: getattr(network.rnn, f"{name}_l{layer}") for name in cells[-1].state_dict()})
    now = [tuple(torch.zeros(config.hidden_size) for _ in names) for _ in cells]

    @torch.no_grad()
    def step(index: int) -> Tensor:
        x = network.embedding.weight[index]
        for layer, cell in enumerate(cells):
            before = now[layer]
            after = cell(x, before) if len(names) > 1 else (cell(x, before[0]),)
            for clamp in clamps:
                if clamp.unit.layer == layer + 1:
                    overwrite(after, clamp, names, lambda cell=cell, x=x, before=before: output_gate(cell, x, before))
            now[layer], x = after, after[0]
        return network.readout(x)

    return step


def overwrite(states: tuple[Tensor, ...], clamp: Clamp, names: Sequence[str], gate: Callable[[], Tensor]) -> None:
    if (clamp.unit.state or names[-1]) == "cell":
        states[1][clamp.unit.index] = clamp.value
        states[0][clamp.unit.index] = gate()[clamp.unit.index] * torch.tanh(torch.tensor(clamp.value))
    else:
        states[0][clamp.unit.index] = clamp.value


def output_gate(cell: torch.nn.RNNCellBase, x: Tensor, before: tuple[Tensor, ...]) -> Tensor:
    of_input = functional.linear(x, cell.weight_ih, cell.bias_ih)
    return torch.sigmoid((of_input + functional.linear(before[0], cell.weight_hh, cell.bias_hh)).chunk(4)[3])


def losses_by_hand(network: CharRNN, ids: np.ndarray, clamps: Sequence[Clamp]) -> np.ndarray:
    step = step_by_hand(network, clamps)
    predicted = [torch.log_softmax(step(int(index)), dim=0) for index in ids[:-1]]
    found = [-float(of_step[int(true)]) for of_step, true in zip(predicted, ids[1:], strict=True)]
    return np.array([*found, np.nan], dtype=np.float32)


@pytest.mark.parametrize(("cell", "state"), BOTH_STATES)
@pytest.mark.parametrize("layers", [1, 2, 3])
def test_clamped_losses_are_those_of_cells_overwritten_by_hand(cell: Cell, state: str, layers: int):
    network, ids = network_of(cell, layers), text_ids(300)
    streams = [[Clamp(Unit(layer, 3 + layer, state), value)] for layer in range(1, layers + 1) for value in (-0.7, 0.4)]
    found = clamped_losses(network, ids, streams)
    assert found.shape == (300, 2 * layers)
    for stream, clamps in enumerate(streams):
        expected = losses_by_hand(network, ids, clamps)
        np.testing.assert_allclose(found[:, stream], expected, rtol=0, atol=TOLERANCE, err_msg=str(clamps))
        assert np.nanmax(np.abs(expected - losses_by_hand(network, ids, []))) > 0.01  # the clamp does something


@every_cell
@pytest.mark.parametrize("lowest", [1, 2, 3])
def test_layers_below_the_lowest_clamp_are_read_once_for_all_streams(
    cell: Cell, lowest: int, monkeypatch: pytest.MonkeyPatch
):
    network, ids, made = network_of(cell, 3), text_ids(400), []
    monkeypatch.setattr(clamp_module, "ClampedLayer", lambda *given: made.append(given[1]) or ClampedLayer(*given))
    streams = [[], [Clamp(Unit(lowest, 1), 0.9)], [Clamp(Unit(3, 5), -0.9)]]
    found = clamped_losses(network, ids, streams)
    assert made == list(range(lowest - 1, 3))
    for stream, clamps in enumerate(streams):
        expected = losses_by_hand(network, ids, clamps)
        np.testing.assert_allclose(found[:, stream], expected, rtol=0, atol=TOLERANCE)


@every_cell
def test_a_stream_may_hold_many_units_of_any_layer_and_leaves_the_others_alone(cell: Cell):
    network, ids = network_of(cell, 2), text_ids(200)
    states = CELLS[cell].states
    many = [Clamp(Unit(1, 2), 0.5), Clamp(Unit(1, 9, states[0]), -0.3), Clamp(Unit(2, 0), 1.0), Clamp(Unit(2, 19), 0.0)]
    found = clamped_losses(network, ids, [[], many, []])
    np.testing.assert_allclose(found[:, 1], losses_by_hand(network, ids, many), rtol=0, atol=TOLERANCE)
    np.testing.assert_allclose(found[:, 0], found[:, 2], rtol=0, atol=1e-6)


@every_cell
@pytest.mark.parametrize("clamp", [(), (Clamp(Unit(1, 0), 0.5),), (Clamp(Unit(2, 0), 0.5),)])
def test_a_stream_without_clamps_is_the_network_as_it_is(cell: Cell, clamp: tuple[Clamp, ...]):
    network, ids = network_of(cell, 2), text_ids(700)
    recorded = np.concatenate([block.loss for block in record_blocks(network, ids)])
    free = clamped_losses(network, ids, [[], clamp])[:, 0]
    np.testing.assert_allclose(free, recorded, rtol=0, atol=TOLERANCE)
    assert np.isnan(free[-1])
    assert not np.isnan(free[:-1]).any()


def test_a_trained_network_too(tiny_run: Run, story: str):
    network, ids = tiny_run.load_network(), tiny_run.vocabulary.encode(story[-1500:])
    clamps = [Clamp(Unit(1, 7), 1.5)]
    found = clamped_losses(network, ids, [[], clamps])
    np.testing.assert_allclose(found[:, 0], losses_by_hand(network, ids, []), rtol=0, atol=TOLERANCE)
    np.testing.assert_allclose(found[:, 1], losses_by_hand(network, ids, clamps), rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize("rows", [1, 50, 4096])
def test_losses_do_not_depend_on_the_length_of_blocks(rows: int, monkeypatch: pytest.MonkeyPatch):
    network, ids, told = network_of("lstm", 2), text_ids(530), []
    streams = [[], [Clamp(Unit(1, 4), 0.2)], [Clamp(Unit(2, 4), 0.2)]]
    whole = clamped_losses(network, ids, streams)
    monkeypatch.setattr(clamp_module, "ROWS", rows)
    parts = clamped_losses(network, ids, streams, told.append)
    np.testing.assert_allclose(parts, whole, rtol=0, atol=TOLERANCE)
    assert sum(told) == len(ids) - 1


@pytest.mark.parametrize("threads", [2, 3, 7])
def test_losses_do_not_depend_on_the_number_of_threads(threads: int, monkeypatch: pytest.MonkeyPatch):
    network, ids, told = network_of("lstm", 2), text_ids(400), []
    streams = [[], *([Clamp(Unit(1, unit), 0.5)] for unit in range(10))]
    alone, before = clamped_losses(network, ids, streams), torch.get_num_threads()
    monkeypatch.setattr(clamp_module, "SHARE", 1)
    monkeypatch.setattr(torch, "get_num_threads", lambda: threads)
    shared = clamped_losses(network, ids, streams, told.append)
    np.testing.assert_allclose(shared, alone, rtol=0, atol=TOLERANCE)
    assert sum(told) == len(ids) - 1
    monkeypatch.undo()
    assert torch.get_num_threads() == before


def test_an_interruption_ends_the_reading_at_once(monkeypatch: pytest.MonkeyPatch):
    network, told = network_of("lstm", 1), []
    monkeypatch.setattr(clamp_module, "SHARE", 1)
    monkeypatch.setattr(torch, "get_num_threads", lambda: 2)

    def interrupt(done: int) -> None:
        told.append(done)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        clamped_losses(network, text_ids(100_000), [[], [Clamp(Unit(1, 0), 0.5)]], interrupt)
    assert len(told) == 1


def test_holding_a_unit_at_what_it_does_anyway_changes_nothing():
    network, ids = network_of("lstm", 1), text_ids(200)
    with torch.no_grad():
        for name in ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"):
            getattr(network.rnn, name).view(4, 20, -1)[:3, 6] = 0.0  # input and forget gates of 1/2, candidate 0: c = 0
    free, held, other = clamped_losses(network, ids, [[], [Clamp(Unit(1, 6), 0.0)], [Clamp(Unit(1, 6), 0.8)]]).T
    np.testing.assert_allclose(held, free, rtol=0, atol=1e-6)
    assert np.nanmax(np.abs(other - free)) > 1e-3


def test_one_character_has_nothing_to_predict():
    assert np.isnan(clamped_losses(network_of("gru", 1), text_ids(1), [[], [Clamp(Unit(1, 0), 1.0)]])).all()


@every_cell
def test_a_clamped_text_is_the_one_that_cells_overwritten_by_hand_write(cell: Cell):
    network, clamps = network_of(cell, 2), [Clamp(Unit(1, 2), 0.9), Clamp(Unit(2, 3), -0.9)]
    step, written = step_by_hand(network, clamps), []
    logits = [step(index) for index in (3, 7, 5)][-1]
    for _ in range(60):
        written.append(int(logits[:-1].argmax()))
        logits = step(written[-1])
    assert list(sample(network, [3, 7, 5], 60, temperature=0, clamps=clamps)) == written
    assert list(sample(network, [3, 7, 5], 60, temperature=0)) != written


@pytest.mark.parametrize("written", ["L2.u217=1", "L2·u217=1.0", "L2.u217=1e0"])
def test_a_clamp_is_written_as_unit_and_value(written: str):
    assert Clamp.parse(written) == Clamp(Unit(2, 217), 1.0)
    assert Clamp.parse("L1.u0=-0.25") == Clamp(Unit(1, 0), -0.25)


@pytest.mark.parametrize("written", ["", "L1.u3", "L1.u3=", "L1.u3=high", "u3=1", "L1.u3=1=2", "L1.u-3=1", "l1.u3=1"])
def test_anything_else_is_refused_in_one_line(written: str):
    with pytest.raises(InputError, match=r"Wanted a clamp such as L1.u37=1 .*, got .*Name a unit"):
        Clamp.parse(written)


@pytest.mark.parametrize(
    ("clamp", "message"),
    [
        (Clamp(Unit(0, 0), 1.0), r"Wanted a unit of a 2x20 GRU, L1.u0 to L2.u19, got L0.u0"),
        (Clamp(Unit(3, 0), 1.0), r"got L3.u0"),
        (Clamp(Unit(1, 20), 1.0), r"got L1.u20"),
        (Clamp(Unit(1, -1), 1.0), r"got L1.u-1"),
        (Clamp(Unit(1, 0, "cell"), 1.0), r"Wanted hidden as the state of a 2x20 GRU, got 'cell'"),
        (Clamp(Unit(1, 0), float("nan")), r"Wanted a number to hold L1.u0 at, got nan"),
    ],
)
def test_clamps_that_the_network_cannot_have_are_refused(clamp: Clamp, message: str):
    network = network_of("gru", 2)
    with pytest.raises(InputError, match=message):
        clamped_losses(network, text_ids(10), [[], [clamp]])
    with pytest.raises(InputError, match=message):
        next(sample(network, [], 1, clamps=[clamp]))


@pytest.mark.parametrize(("length", "streams"), [(0, [[]]), (5, [])])
def test_nothing_to_read_is_refused(length: int, streams: list[list[Clamp]]):
    with pytest.raises(InputError, match="Wanted a text and readings of it"):
        clamped_losses(network_of("rnn", 1), text_ids(length), streams)


def test_the_command_samples_with_clamps(tiny_run: Run, command: Callable[..., Outcome]):
    """Two units are wired to what is written: where one is high an e follows, where the other is, an a."""
    network, prompt = tiny_run.load_network(), [int(index) for index in tiny_run.vocabulary.encode("the ")]
    with torch.no_grad():
        for character, unit, weight in (("e", 4, 1e5), ("a", 5, 1e6)):
            network.readout.weight[int(tiny_run.vocabulary.encode(character)[0]), unit] = weight
    tiny_run.save_weights(network.state_dict())
    ways = {(): None, ("L2.u4=2", "L2.u5=-2"): "e" * 60, ("L2.u4=-2", "L2.u5=2"): "a" * 60}
    for clamps, written in ways.items():
        words = [f"--clamp={clamp}" for clamp in clamps]
        text = command("models", "sample", "tiny", "--prompt=the ", "--length=60", *words).out
        ids = sample(network, prompt, 60, 0.8, clamps=[Clamp.parse(clamp) for clamp in clamps])
        assert text == f"the {tiny_run.vocabulary.decode(np.array(list(ids)))}\n"
        assert written in (None, text[4:-1])
    assert "got L3.u0" in command("models", "sample", "tiny", "--clamp=L3.u0=1").error
    assert "Wanted a clamp such as" in command("models", "sample", "tiny", "--clamp=u37").error
