"""Training: it learns, keeps the best, writes down how, and says in one line why it cannot."""

import dataclasses
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from corpora import Corpus, InputError, load_corpus
from models import training as training_module
from models.checkpoint import load_checkpoint
from models.config import Cell, TrainingConfig
from models.evaluate import Evaluation, evaluate
from models.network import CELLS, CharRNN
from models.optimizer import new_optimizers
from models.pack import pack_run
from models.run import Run, load_run
from models.sample import sample
from models.snapshots import load_snapshots
from models.streams import Streams, spread_excerpt
from models.train import start_run, train
from models.training import Training
from tests.conftest import Unwatched
from tests.models.trainings import MODEL, TRAINING, assert_same_course, rows_of, samples_of


def test_training_lowers_the_loss_and_keeps_the_best_weights(tiny_run: Run):
    rows = rows_of(tiny_run)
    training = [float(row["train_loss"]) for row in rows]
    validation = [float(row["validation_loss"]) for row in rows if row["validation_loss"]]
    vocabulary_size = len(tiny_run.vocabulary)
    assert training[0] > 0.7 * np.log(vocabulary_size)
    assert training[-1] < 0.6 * training[0]
    assert training[-1] < 1.7
    assert tiny_run.training["validation_loss"] == min(validation)
    ids = tiny_run.vocabulary.encode(load_corpus(tiny_run.corpus["name"]).split("validation"))
    ids = spread_excerpt(ids, 3000)
    assert evaluate(tiny_run.load_network(), ids).nats == pytest.approx(min(validation), abs=1e-5)


def test_the_log_tells_every_interval_and_the_samples_how_the_writing_came_on(tiny_run: Run):
    rows, samples = rows_of(tiny_run), samples_of(tiny_run)
    total, per_step = tiny_run.training["steps_done"], 16 * 32
    expected = sorted({*range(20, total, 20), *range(60, total, 60), total})
    assert [int(row["step"]) for row in rows] == expected
    assert all(int(row["chars"]) == int(row["step"]) * per_step for row in rows)
    assert [bool(row["validation_loss"]) for row in rows] == [step % 60 == 0 or step == total for step in expected]
    assert all(0 < float(row["grad_norm"]) < 100 for row in rows)
    assert [samples[0]["step"], samples[-1]["step"]] == [0, total]
    assert len(samples) >= 10
    words = [set(re.findall(r"\w+", sample["text"])) for sample in (samples[0], samples[-1])]
    known = {"the", "of", "and", "to", "in", "he", "that", "was", "his", "her", "with", "had", "at", "not", "as", "on"}
    assert len(words[0] & known) < len(words[1] & known)


def test_a_seed_is_a_run(corpus: Corpus, new_run: Callable[..., Run]):
    short = dataclasses.replace(TRAINING, epochs=0.3)
    runs = [
        new_run(name, training=dataclasses.replace(short, seed=seed))
        for name, seed in (("first", 0), ("again", 0), ("other", 1))
    ]
    for run in runs:
        train(run, corpus, Unwatched())
    assert_same_course(runs[0], runs[1])
    assert runs[0].weights_hash != runs[2].weights_hash


@pytest.mark.parametrize(("epoch", "chunks"), [(0, 5), (1, 1)])
def test_each_stream_carries_its_state_from_the_start_of_the_epoch(
    epoch: int, chunks: int, corpus: Corpus, new_run: Callable[..., Run]
):
    """With a learning rate of as good as nothing the state is that of reading the stream with the network as it was."""
    model = dataclasses.replace(MODEL, dropout=0.0)
    run = new_run("still", model, dataclasses.replace(TRAINING, learning_rate=1e-9, epochs=3))
    streams = Streams(corpus.split("training"), run.vocabulary, TRAINING.streams, TRAINING.steps, TRAINING.seed)
    train(run, corpus, Unwatched(stop_at=epoch * streams.chunks + chunks))
    network = CharRNN(model, len(run.vocabulary))
    carried, _, _ = load_checkpoint(run.folder, {"network": network}, new_optimizers(network, run.options))
    ids = torch.cat([streams.chunk(epoch, index)[0] for index in range(chunks)])
    _, expected = network(ids, network.initial_state(TRAINING.streams))
    torch.testing.assert_close(carried, tuple(part.detach() for part in expected))


@pytest.mark.parametrize("cell", ["gru", "rnn"])
def test_a_gru_and_a_plain_rnn_train_stop_go_on_write_and_are_packed(
    cell: Cell, corpus: Corpus, new_run: Callable[..., Run], tmp_path: Path
):
    model, training = dataclasses.replace(MODEL, cell=cell), dataclasses.replace(TRAINING, optimizer="muon", epochs=1.2)
    run, straight = new_run("stopped", model, training), new_run("straight", model, training)
    train(straight, corpus, Unwatched())
    train(run, corpus, Unwatched(stop_at=20))
    train(run, corpus, Unwatched())
    assert run.weights_hash == straight.weights_hash
    losses = [float(row["train_loss"]) for row in rows_of(straight)]
    assert losses[-1] < 0.85 * losses[0]
    pack_run(straight, tmp_path / "packed")
    network = load_run(tmp_path / "packed").load_network()
    assert type(network.rnn) is CELLS[cell].module
    assert len(run.vocabulary.decode(np.fromiter(sample(network, [1, 2], 30), dtype=np.int64))) == 30
    snapshots = load_snapshots(straight)
    assert snapshots is not None
    assert set(snapshots.data_vars) == {"char", "hidden"}


def test_training_ends_early_when_nothing_gets_better(
    corpus: Corpus, new_run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
):
    evaluations = (Evaluation(nats, 0.0, 1000) for nats in (3.0, 2.5, 2.6, 2.5, 2.7, 9.0, 9.0))
    monkeypatch.setattr(training_module, "evaluate", lambda *_: next(evaluations))
    run = new_run("patient", training=dataclasses.replace(TRAINING, patience=3, epochs=5))
    position = train(run, corpus, Unwatched())
    assert (position.step, position.best_step, position.best_loss) == (75, 30, 2.5)
    assert load_run("patient").training["steps_done"] == 75


# ---- gone astray -------------------------------------------------------------------------------------------


@pytest.fixture
def diverging(monkeypatch: pytest.MonkeyPatch) -> Iterator[TrainingConfig]:
    """A training that goes well for 20 steps and then takes far too long ones."""
    monkeypatch.setattr(training_module, "share_of_peak", lambda step, *_: 1.0 if step < 20 else 300.0)
    return dataclasses.replace(TRAINING, clip=0.0)


def test_an_exploding_loss_ends_the_training_with_advice_and_the_best_weights_stay(
    diverging: TrainingConfig, corpus: Corpus, new_run: Callable[..., Run]
):
    run, watcher = new_run(training=diverging), Unwatched()
    with pytest.raises(InputError, match=r"loss became \d+\.?\d* before step \d+: .* lower learning rates") as caught:
        train(run, corpus, watcher)
    assert "\n" not in str(caught.value)
    evaluated = [row for row in watcher.rows if row["validation_loss"] != ""]
    assert [row["step"] for row in evaluated] == [15]
    ids = run.vocabulary.encode(corpus.split("validation"))
    assert evaluate(run.load_network(), ids).nats == pytest.approx(evaluated[0]["validation_loss"], abs=1e-5)


def test_a_loss_that_is_no_number_is_one_clear_error(corpus: Corpus, new_run: Callable[..., Run]):
    run = new_run("wild", training=dataclasses.replace(TRAINING, learning_rate=1e30, clip=0, warm_up=0))
    with pytest.raises(InputError, match=r"not numbers.* lower learning rates"):
        train(run, corpus, Unwatched())


def test_a_loss_that_is_no_number_is_not_logged(
    corpus: Corpus, new_run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(training_module, "sample_steps", lambda total: {total})
    run = new_run("wild", training=dataclasses.replace(TRAINING, learning_rate=1e30, clip=0, warm_up=0))
    with pytest.raises(InputError, match=r"loss became (nan|inf) before step 5: .* lower learning rates"):
        train(run, corpus, Unwatched())
    assert not (run.folder / "log.csv").exists()


@pytest.mark.parametrize("optimizer", ["muon", "adamw", "rmsprop"])
def test_the_gradient_of_all_parameters_is_clipped_together(
    optimizer: str, corpus: Corpus, new_run: Callable[..., Run]
):
    clip = 1e-3
    config = dataclasses.replace(TRAINING, optimizer=optimizer, clip=clip)
    training, norms = Training(new_run(training=config), corpus, config), []
    for each in training.optimizers:  # the gradients as the first optimizer finds them
        each.step = lambda: norms.append([p.grad.norm() for p in training.network.parameters() if p.grad is not None])
    training.step()
    assert torch.tensor(norms[0]).norm() == pytest.approx(clip, rel=1e-3)
    assert float(training.grad_norm) > 10 * clip


# ---- refused -----------------------------------------------------------------------------------------------


def test_another_text_than_the_runs_own_is_refused(corpus: Corpus, new_run: Callable[..., Run]):
    with pytest.raises(InputError, match="the text of that name here has 000000000000…, so its splits differ"):
        train(new_run(), dataclasses.replace(corpus, sha256="0" * 64), Unwatched())


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"device": "abacus"}, "Wanted to train on 'abacus'"),
        ({"streams": 10_000}, "characters to train on"),
    ],
)
def test_what_cannot_be_trained_leaves_no_run_behind(changed: dict, message: str, new_run: Callable[..., Run]):
    with pytest.raises(InputError, match=message):
        new_run(training=dataclasses.replace(TRAINING, **changed))
    new_run()
    with pytest.raises(InputError, match=r"A run named mine exists.*python -m models resume mine"):
        new_run()


@pytest.mark.parametrize("name", ["", "..", ".hidden", "a/b", "war-and-peace"])
def test_a_run_needs_a_name_of_its_own(name: str, corpus: Corpus):
    with pytest.raises(InputError, match=r"plain name|shipped model"):
        start_run(name, corpus, MODEL, TRAINING)


@pytest.mark.parametrize(("able", "precision"), [(True, "bf16"), (False, "32")])
def test_the_measured_precision_is_the_runs_from_then_on(
    able: bool, precision: str, new_run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("models.device.multiplies_bf16", lambda device: able)
    run = new_run(training=dataclasses.replace(TRAINING, precision="auto"))
    monkeypatch.setattr(
        "models.device.multiplies_bf16", lambda device: not able
    )  # on another machine, or on a busy one
    assert load_run(run.folder).options.precision == run.options.precision == precision
