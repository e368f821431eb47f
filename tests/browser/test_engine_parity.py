"""The browser's engine against torch: states, gates, logits, loss, and what it writes from a seed."""

import copy
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from corpora import Vocabulary
from corpora.demo import load_passage
from models.clamp import Clamp, ClampedStepper
from models.config import Cell, ModelConfig
from models.network import CELLS, CharRNN
from models.recording import record
from models.run import Run, load_run, shipped_runs
from models.sample import Stepper, sample, uniform_at
from models.units import Unit
from tests.browser.engine_in_node import ask, needs_node, read
from tests.held_gates import read_with_held_gates

pytestmark = needs_node
TOLERANCE = 1e-5
WRITTEN = 60  # characters
KERNELS = ("wasm", "javascript")
CELL_NAMES: tuple[Cell, ...] = ("lstm", "gru", "rnn")


@torch.no_grad()
def in_float64(network: CharRNN, ids: list[int]) -> dict[str, np.ndarray]:
    """States, logits and losses by the textbook step in float64."""
    double, kind = copy.deepcopy(network).double(), network.kind
    zero = torch.zeros(1, network.config.hidden_size, dtype=torch.float64)
    layers = [tuple(zero for _ in kind.states) for _ in range(network.config.num_layers)]
    rows: dict[str, list[torch.Tensor]] = {name: [] for name in (*kind.states, "logits")}
    for index in ids:
        x = double.embedding.weight[index][None]
        for layer, weights in enumerate(double.layer_weights()):
            layers[layer] = kind.step(weights, x, layers[layer])
            x = layers[layer][0]
        for k, name in enumerate(kind.states):
            rows[name].append(torch.cat([state[k][0] for state in layers]))
        rows["logits"].append(double.readout(x)[0])
    found = {name: torch.stack(values) for name, values in rows.items()}
    loss = torch.nn.functional.cross_entropy(found["logits"][:-1], torch.tensor(ids[1:]), reduction="none")
    return {name: values.numpy() for name, values in (found | {"loss": loss}).items()}


def as_recorded(run: Run, text: str) -> dict[str, np.ndarray]:
    """States, gates and losses of a recording, which is float32."""
    recording = record(run, text, gates=True)
    states = {name: values.reshape(len(values), -1) for name, values in recording.states.items()}
    return states | {"loss": recording.loss[:-1]}


def differences(found: dict[str, np.ndarray], expected: dict[str, np.ndarray]) -> dict[str, float]:
    """The largest difference of each; of c relative to its size where that is above 1."""
    return {
        name: float((np.abs(found[name] - values) / (np.maximum(1, np.abs(values)) if name == "cell" else 1)).max())
        for name, values in expected.items()
    }


def assert_equal_to_torch(run: Run, text: str, folder: Path) -> None:
    """Against float64 and against a recording; both kernels give the same bits."""
    ids = [int(index) for index in run.vocabulary.encode(text)]
    wasm, javascript = (read(run.folder, ids, folder / kernel, kernel, []) for kernel in KERNELS)
    for name, values in wasm.items():
        assert np.array_equal(values, javascript[name]), name
    reference, recorded = in_float64(run.load_network(), ids), as_recorded(run, text)
    assert wasm.keys() == reference.keys() | recorded.keys()
    of_reference, of_recorded = differences(wasm, reference), differences(wasm, recorded)
    assert max(of_reference.values()) < TOLERANCE, of_reference
    assert max(of_recorded.values()) < 2 * TOLERANCE, of_recorded  # which may be off by as much itself


def random_run(cell: Cell, layers: int, folder: Path, wide: int, half: bool = False) -> Run:
    """A run of random weights, large enough that gates open and close, on a vocabulary of letters."""
    model = ModelConfig(cell=cell, num_layers=layers, hidden_size=wide, embedding_size=max(1, wide // 2 + 1))
    run = Run(folder, model, Vocabulary((*"abcdefghijk \n", "\ufffd")), {}, {})
    folder.mkdir()
    run.save_config()
    weights = run.untrained_network(layers).state_dict()
    run.save_weights({name: (2 * tensor).half() if half else 2 * tensor for name, tensor in weights.items()})
    return run


@pytest.mark.parametrize("name", shipped_runs())
def test_a_shipped_model_reads_as_torch_does(name: str, tmp_path: Path):
    run = load_run(name)
    assert_equal_to_torch(run, load_passage(run.corpus["name"])[:300], tmp_path)


@pytest.mark.parametrize("wide", [1, 5, 19, 33])
@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize("cell", CELL_NAMES)
def test_a_network_of_any_depth_and_width_reads_as_torch_does(cell: Cell, layers: int, wide: int, tmp_path: Path):
    run = random_run(cell, layers, tmp_path / "run", wide, half=layers == 2)
    letters = np.random.default_rng(wide).integers(0, len(run.vocabulary), 120)
    assert_equal_to_torch(run, run.vocabulary.decode(letters), tmp_path)


@pytest.mark.parametrize("cell", CELL_NAMES)
def test_held_units_are_held_as_clamp_does(cell: Cell, tmp_path: Path):
    run = random_run(cell, 3, tmp_path / "run", 19)
    network, states = run.load_network(), CELLS[cell].states
    clamps = [Clamp(Unit(1, 3), 0.7), Clamp(Unit(2, 18, states[0]), -0.4), Clamp(Unit(3, 0, states[-1]), 0.1)]
    clamps += [Clamp(Unit(2, 18, states[-1]), 1.3), Clamp(Unit(1, 3), 0.9)]  # both states of one; one held twice
    ids = np.random.default_rng(1).integers(0, len(run.vocabulary), 150).tolist()
    found = read(run.folder, ids, tmp_path / "out", "wasm", [for_browser(clamp) for clamp in clamps])
    stepper, logits, layers = ClampedStepper(network, clamps), [], []
    for index in ids:
        logits.append(stepper.step(index).numpy())
        layers.append(np.stack([[part.numpy()[0].copy() for part in layer.state] for layer in stepper.layers]))
    by_state = {name: np.stack(layers)[:, :, k].reshape(len(ids), -1) for k, name in enumerate(states)}
    expected = by_state | {"logits": np.stack(logits)}
    assert max(differences(found, expected).values()) < TOLERANCE
    assert np.all(found[states[-1]][:, 3] == np.float32(0.9))
    free = in_float64(network, ids)
    assert np.abs(free["logits"] - found["logits"]).max() > 0.01


def test_held_gates_are_held_as_in_a_torch_loop(tmp_path: Path):
    run = random_run("lstm", 2, tmp_path / "run", 19)
    network, ids = run.load_network(), np.random.default_rng(2).integers(0, len(run.vocabulary), 150).tolist()
    held = [(1, 3, "forget_gate", 1.0), (1, 3, "input_gate", 0.25), (2, 18, "output_gate", 0.0)]
    held += [(2, 0, "candidate_gate", -1.0), (2, 7, "forget_gate", 0.0)]
    clamps: list[dict[str, Any]] = [dict(zip(("layer", "unit", "state", "value"), each, strict=True)) for each in held]
    expected = read_with_held_gates(network, ids, held)
    for kernel in KERNELS:
        found = read(run.folder, ids, tmp_path / kernel, kernel, clamps)
        assert max(differences(found, expected).values()) < TOLERANCE
    free = in_float64(network, ids)
    assert np.abs(free["logits"] - expected["logits"]).max() > 0.01
    unheld = read_with_held_gates(network, ids, [])
    assert max(np.abs(unheld[name] - values).max() for name, values in free.items()) < 1e-12


def for_browser(clamp: Clamp) -> dict[str, Any]:
    described = {"layer": clamp.unit.layer, "unit": clamp.unit.index, "value": clamp.value}
    return described | ({"state": clamp.unit.state} if clamp.unit.state else {})


def margin(
    network: CharRNN, prompt: list[int], ids: Sequence[int], temperature: float, seed: int, clamps: list[Clamp]
) -> float:
    """How close a random number came to the edge between two characters; at 0, how close the two likeliest were."""
    stepper, least = ClampedStepper(network, clamps) if clamps else Stepper(network), np.inf
    logits = [stepper.step(index) for index in prompt][-1]
    for position, index in enumerate(ids):
        written = logits[:-1].double().numpy()
        if temperature == 0:
            second, first = np.sort(written)[-2:]
            least = min(least, first - second)
        else:
            cumulative = np.exp((written - written.max()) / temperature).cumsum()
            edges = np.append(0, cumulative / cumulative[-1])
            u = uniform_at(seed, position)
            around = edges[index : index + 2]  # of the character that was written
            least = min(least, *np.abs(around[(around > 0) & (around < 1)] - u), 1.0)
        logits = stepper.step(index)
    return float(least)


PROMPTS = ("In the ", "It was not ", "static ", "See also ", "What is ", "They were ")


@pytest.mark.parametrize("temperature", [0, 0.5, 1.0])
@pytest.mark.parametrize("name", shipped_runs())
def test_a_seed_is_the_same_text_in_python_and_in_the_browser(name: str, temperature: float):
    """Only texts whose random numbers keep their distance from the edges: rounding moves an edge by 1e-5 at most."""
    run = load_run(name)
    network, prompts = run.load_network(), [[int(index) for index in run.vocabulary.encode(text)] for text in PROMPTS]
    tries = [(seed, prompts[0]) for seed in range(6)] if temperature else [(0, prompt) for prompt in prompts]
    held_units = [Clamp(Unit(run.model.num_layers, unit), 1.5) for unit in range(0, 120, 5)]
    requests, texts = [], []
    for clamps in ([], [*held_units, Clamp(Unit(1, 100, "hidden"), -0.9)]):
        clear = 0
        for seed, prompt in tries:
            ids = list(sample(network, prompt, WRITTEN, temperature, seed, clamps))
            if margin(network, prompt, ids, temperature, seed, clamps) < (3e-5 if temperature else 1e-4):
                continue
            clear += 1
            texts.append(ids)
            held = [for_browser(clamp) for clamp in clamps]
            requests.append(
                {"prompt": prompt, "length": WRITTEN, "temperature": temperature, "seed": seed, "clamps": held}
            )
            if clear == 2:
                break
        assert clear, "every text came too close to an edge"
    for kernel in KERNELS:
        answer = ask({"folder": str(run.folder), "kernel": kernel, "write": requests})
        assert [written["ids"] for written in answer["written"]] == texts
    assert len({tuple(text) for text in texts}) > 1


def test_the_random_numbers_are_numpys():
    pairs = [(0, 0), (1, 0), (7, 499), (2**53, 10**6), (2**64 - 1, 2**40)]
    assert ask({"uniform": [[str(seed), str(n)] for seed, n in pairs]})["uniform"] == [
        uniform_at(*pair) for pair in pairs
    ]
