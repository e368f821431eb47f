"""The weights that a training keeps on its way: those of the steps of its samples, and no others."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors import safe_open

from corpora import Corpus, InputError
from models.checkpoints import FOLDER, PRECISIONS, keep_checkpoint, kept_checkpoints, load_checkpoint_network
from models.pack import pack_run
from models.run import Run, load_run
from models.train import train
from tests.conftest import Unwatched
from tests.models.trainings import TRAINING, samples_of


@pytest.mark.parametrize("precision", PRECISIONS)
def test_the_weights_of_every_sample_are_kept(precision: str, corpus: Corpus, new_run: Callable[..., Run]):
    training = dataclasses.replace(TRAINING, epochs=0.6, keep_checkpoints=precision)
    run = new_run(training=training)
    train(run, corpus, Unwatched())
    steps = kept_checkpoints(run)
    assert steps == sorted({sample["step"] for sample in samples_of(run)})
    assert steps[0] == 0
    for step in (steps[0], steps[-1]):
        with safe_open(run.folder / FOLDER / f"{step:08}.safetensors", framework="pt") as kept:
            assert {kept.get_slice(name).get_dtype() for name in kept.keys()} == {f"F{precision[5:]}"}  # noqa: SIM118
    first, last = (load_checkpoint_network(run, step).state_dict() for step in (steps[0], steps[-1]))
    assert any(not torch.equal(first[name], last[name]) for name in first)


def test_a_stopped_training_keeps_the_same_as_one_that_was_not(corpus: Corpus, new_run: Callable[..., Run]):
    training = dataclasses.replace(TRAINING, epochs=0.6, keep_checkpoints="float32")
    kept = []
    for name, stops in (("whole", ()), ("stopped", (3, 7))):
        run = new_run(name=name, training=training)
        for stop_at in (*stops, None):
            train(load_run(run.folder), corpus, Unwatched(stop_at))
        kept.append({step: load_checkpoint_network(run, step).state_dict() for step in kept_checkpoints(run)})
    assert kept[0].keys() == kept[1].keys()
    for step, weights in kept[0].items():
        assert all(torch.equal(weights[name], kept[1][step][name]) for name in weights), step


def test_nothing_is_kept_unless_it_is_asked_for(tiny_run: Run):
    assert kept_checkpoints(tiny_run) == []
    with pytest.raises(InputError, match="Wanted the weights of tiny at step 5, which were not kept"):
        load_checkpoint_network(tiny_run, 5)


def test_a_damaged_one_is_one_line_and_a_packed_run_has_none(tiny_run: Run, tmp_path: Path):
    keep_checkpoint(tiny_run.folder, 5, tiny_run.load_network(), "float16")
    (tiny_run.folder / FOLDER / "notes.safetensors").write_bytes(b"")
    assert kept_checkpoints(tiny_run) == [5]
    pack_run(tiny_run, tmp_path / "packed")
    assert not (tmp_path / "packed" / FOLDER).exists()
    path = tiny_run.folder / FOLDER / "00000005.safetensors"
    path.write_bytes(path.read_bytes()[:500])
    with pytest.raises(InputError, match="is not the weights of a 2x24 LSTM"):
        load_checkpoint_network(tiny_run, 5)


def test_a_weight_that_float16_cannot_hold_becomes_the_largest_that_it_can(tiny_run: Run):
    network = tiny_run.load_network()
    with torch.no_grad():
        network.readout.bias[:2] = torch.tensor([1e6, -1e6])
    keep_checkpoint(tiny_run.folder, 1, network, "float16")
    assert load_checkpoint_network(tiny_run, 1).readout.bias[:2].tolist() == [65504.0, -65504.0]
