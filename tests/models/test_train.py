"""Training: it learns, keeps the best, writes down how, and goes on after a kill as if nothing had happened."""

import csv
import dataclasses
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from corpora import Corpus, InputError, load_corpus, prepare_file
from models import training as training_module
from models.checkpoint import CHECKPOINT, load_checkpoint
from models.config import ModelConfig, TrainingConfig
from models.evaluate import Evaluation, evaluate
from models.network import CharRNN
from models.optimizer import share_of_peak
from models.run import Run, load_run
from models.streams import Streams, spread_excerpt
from models.train import LOCK, start_run, train
from models.watch import TerminalWatcher
from tests.conftest import ROOT, Outcome, Unwatched
from tests.models.killed_training import INSTANTS

MODEL = ModelConfig(num_layers=2, hidden_size=12, embedding_size=6, dropout=0.2)
TRAINING = TrainingConfig(
    epochs=1.3, streams=8, steps=16, learning_rate=1e-2, warm_up=10, evaluate_every=30, log_every=10,
    optimizer="adamw", validation_chars=1000, precision="32", device="cpu",
)  # fmt: skip
OPTIONS = ["--layers=2", "--hidden=12", "--embedding=6", "--dropout=0.2", "--epochs=1.3", "--streams=8", "--steps=16"]
OPTIONS += ["--learning-rate=1e-2", "--warm-up=10", "--evaluate-every=30", "--log-every=10", "--validation-chars=1000"]
OPTIONS += ["--precision=32", "--device=cpu", "--optimizer=adamw"]


@pytest.fixture
def corpus(tmp_path: Path, story: str) -> Corpus:
    (tmp_path / "short.txt").write_text(story[:16_000])
    return prepare_file(tmp_path / "short.txt")


def rows_of(run: Run) -> list[dict[str, str]]:
    """The log, without how fast it went."""
    with (run.folder / "log.csv").open() as log:
        return [{key: value for key, value in row.items() if key != "chars_per_second"} for row in csv.DictReader(log)]


def samples_of(run: Run) -> list[dict]:
    return [json.loads(line) for line in (run.folder / "samples.jsonl").read_text().splitlines()]


def assert_same_course(run: Run, other: Run) -> None:
    """Weights to the bit, log rows, samples and end of two runs."""
    assert run.weights_hash == other.weights_hash
    assert rows_of(run) == rows_of(other)
    assert samples_of(run) == samples_of(other)
    ends = [load_run(each.folder).training for each in (run, other)]
    for key in ("steps_done", "best_step", "validation_loss"):
        assert ends[0][key] == ends[1][key]
    names = [sorted(path.name for path in each.folder.glob("[!.]*")) for each in (run, other)]
    assert names[0] == names[1] == ["config.json", "log.csv", "model.safetensors", "samples.jsonl", "snapshots"]


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


def test_a_seed_is_a_run(corpus: Corpus):
    short = dataclasses.replace(TRAINING, epochs=0.3)
    runs = [
        start_run(name, corpus, MODEL, dataclasses.replace(short, seed=seed))
        for name, seed in (("first", 0), ("again", 0), ("other", 1))
    ]
    for run in runs:
        train(run, corpus, Unwatched())
    assert_same_course(runs[0], runs[1])
    assert runs[0].weights_hash != runs[2].weights_hash


@pytest.mark.parametrize(("epoch", "chunks"), [(0, 5), (1, 1)])
def test_each_stream_carries_its_state_from_the_start_of_the_epoch(epoch: int, chunks: int, corpus: Corpus):
    """With a learning rate of nothing the state is that of reading the stream with the network as it was."""
    model = dataclasses.replace(MODEL, dropout=0.0)
    run = start_run("still", corpus, model, dataclasses.replace(TRAINING, learning_rate=0.0, epochs=3))
    streams = Streams(corpus.split("training"), run.vocabulary, TRAINING.streams, TRAINING.steps, TRAINING.seed)
    train(run, corpus, Unwatched(stop_at=epoch * streams.chunks + chunks))
    network = CharRNN(model, len(run.vocabulary))
    carried, _, _ = load_checkpoint(run.folder, {"network": network}, [torch.optim.AdamW(network.parameters())])
    ids = torch.cat([streams.chunk(epoch, index)[0] for index in range(chunks)])
    _, expected = network(ids, network.initial_state(TRAINING.streams))
    torch.testing.assert_close(carried, tuple(part.detach() for part in expected))


def test_the_learning_rate_warms_up_and_falls_to_a_fiftieth():
    config = dataclasses.replace(TRAINING, warm_up=20, learning_rate=1.0)
    rates = [share_of_peak(step, 400, 50, config) for step in range(401)]
    assert rates[0] == pytest.approx(1 / 20)
    assert rates[19] == max(rates) == pytest.approx(1, abs=0.01)
    assert all(np.diff(rates[19:]) < 0)
    assert rates[-1] == pytest.approx(0.02)


def test_training_ends_early_when_nothing_gets_better(corpus: Corpus, monkeypatch: pytest.MonkeyPatch):
    evaluations = (Evaluation(nats, 0.0, 1000) for nats in (3.0, 2.5, 2.6, 2.5, 2.7, 9.0, 9.0))
    monkeypatch.setattr(training_module, "evaluate", lambda *_: next(evaluations))
    run = start_run("patient", corpus, MODEL, dataclasses.replace(TRAINING, patience=3, epochs=5))
    position = train(run, corpus, Unwatched())
    assert (position.step, position.best_step, position.best_loss) == (150, 60, 2.5)
    assert load_run("patient").training["steps_done"] == 150


def test_a_loss_that_is_no_number_is_one_clear_error(corpus: Corpus):
    run = start_run("wild", corpus, MODEL, dataclasses.replace(TRAINING, learning_rate=1e30, clip=0, warm_up=0))
    with pytest.raises(InputError, match=r"not numbers.* Lower --learning-rate"):
        train(run, corpus, Unwatched())


def test_a_loss_that_is_no_number_is_not_logged(corpus: Corpus, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(training_module, "sample_steps", lambda total: {total})
    run = start_run("wild", corpus, MODEL, dataclasses.replace(TRAINING, learning_rate=1e30, clip=0, warm_up=0))
    with pytest.raises(InputError, match=r"loss became (nan|inf) before step 10: .* Lower --learning-rate"):
        train(run, corpus, Unwatched())
    assert not (run.folder / "log.csv").exists()


def test_another_text_than_the_runs_own_is_refused(corpus: Corpus):
    run = start_run("mine", corpus, MODEL, TRAINING)
    with pytest.raises(InputError, match="Fetch the same text again"):
        train(run, dataclasses.replace(corpus, sha256="0" * 64), Unwatched())


def test_what_cannot_be_trained_leaves_no_run_behind(corpus: Corpus, tmp_path: Path):
    for changed, message in {
        dataclasses.replace(TRAINING, device="abacus"): "Wanted to train on 'abacus'",
        dataclasses.replace(TRAINING, streams=10_000): "characters to train on",
    }.items():
        with pytest.raises(InputError, match=message):
            start_run("mine", corpus, MODEL, changed)
    start_run("mine", corpus, MODEL, TRAINING)
    with pytest.raises(InputError, match=r"The run mine exists.*python -m models resume mine"):
        start_run("mine", corpus, MODEL, TRAINING)


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory, story: str) -> Path:
    """A folder with data/ and runs/: one run per instant, killed there, and one that was left in peace."""
    folder = tmp_path_factory.mktemp("killed")
    (folder / "short.txt").write_text(story[:16_000])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHARSCOPE_DATA", str(folder / "data"))
        patch.setenv("CHARSCOPE_RUNS", str(folder / "runs"))
        corpus = prepare_file(folder / "short.txt")
        torch.set_num_threads(1)
        undisturbed, *_ = (start_run(name, corpus, MODEL, TRAINING) for name in ("undisturbed", *INSTANTS))
        train(undisturbed, corpus, Unwatched())
        script = [sys.executable, "tests/models/killed_training.py", *INSTANTS]
        environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
        subprocess.run(script, check=True, cwd=ROOT, env=environment)
    return folder


@pytest.fixture
def after_the_kills(killed: Path) -> None:
    """Each test has its own copy of what the kills left, and of the undisturbed run."""
    shutil.copytree(killed / "data", os.environ["CHARSCOPE_DATA"], dirs_exist_ok=True)
    shutil.copytree(killed / "runs", os.environ["CHARSCOPE_RUNS"], dirs_exist_ok=True)
    torch.set_num_threads(1)


@pytest.mark.usefixtures("after_the_kills")
@pytest.mark.parametrize("instant", INSTANTS)
def test_a_run_killed_at_any_instant_goes_on_to_the_same_course(instant: str):
    run, undisturbed = load_run(instant), load_run("undisturbed")
    assert "steps_done" not in run.training
    train(run, load_corpus(run.corpus["name"]), Unwatched())
    assert {path.name for path in run.folder.rglob(".*")} <= {LOCK}  # what the kill left half-written is gone
    assert_same_course(run, undisturbed)


@pytest.mark.usefixtures("after_the_kills")
@pytest.mark.parametrize("stop_at", [1, 25, 40, 60])
def test_a_run_that_was_stopped_goes_on_to_the_same_weights(stop_at: int, corpus: Corpus):
    """Stopped at its first step, between two rows of the log, at a row, and at an evaluation."""
    run, undisturbed = start_run("stopped", corpus, MODEL, TRAINING), load_run("undisturbed")
    position = train(run, corpus, Unwatched(stop_at))
    assert position.step == stop_at
    assert (run.folder / CHECKPOINT).exists()
    assert len({row["step"] for row in rows_of(run)}) == len(rows_of(run))
    assert all(float(row["train_loss"]) > 0 for row in rows_of(run))
    train(run, corpus, Unwatched())
    assert run.weights_hash == undisturbed.weights_hash
    assert samples_of(run) == samples_of(undisturbed)
    evaluations = [{row["step"]: row["validation_loss"] for row in rows_of(each)} for each in (run, undisturbed)]
    assert evaluations[0] | evaluations[1] == evaluations[0]


def training_process(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "models", *arguments]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    return subprocess.Popen(command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE)


def wait_for(path: Path, process: subprocess.Popen[str]) -> None:
    while not path.exists():
        assert process.poll() is None, process.communicate()
        time.sleep(0.002)


@pytest.mark.slow
def test_the_command_survives_a_kill_and_stops_cleanly_when_asked_to(
    corpus: Corpus, tmp_path: Path, command: Callable[..., Outcome]
):
    options = ["--corpus", str(tmp_path / "short.txt"), *OPTIONS, "--epochs=5"]
    torch.set_num_threads(1)
    killed, stopped = (training_process("train", *options, f"--run={name}") for name in ("killed", "stopped"))
    runs = Path(os.environ["CHARSCOPE_RUNS"])
    for name, process, number in (("killed", killed, signal.SIGKILL), ("stopped", stopped, signal.SIGINT)):
        wait_for(runs / name / CHECKPOINT, process)
        process.send_signal(number)
    killed.communicate()
    assert killed.returncode == -signal.SIGKILL
    out, _ = stopped.communicate()
    assert stopped.returncode == 0
    step = int(re.search(r"Stopped at step (\d+)\. Go on: python -m models resume stopped", out).group(1))
    assert rows_of(load_run("stopped"))[-1]["step"] == str(step)
    for name in ("killed", "stopped"):
        outcome = command("models", "resume", name)
        assert outcome.code == 0
        assert "best validation" in outcome.out
    undisturbed = start_run("undisturbed", corpus, MODEL, dataclasses.replace(TRAINING, epochs=5))
    train(undisturbed, corpus, Unwatched())
    assert_same_course(load_run("killed"), undisturbed)
    assert load_run("stopped").weights_hash == undisturbed.weights_hash


def test_a_finished_run_has_nothing_to_resume(tiny_run: Run, command: Callable[..., Outcome]):
    before = tiny_run.weights_hash
    outcome = command("models", "resume", "tiny")
    assert outcome.code == 0
    assert "is finished" in outcome.out
    assert load_run("tiny").weights_hash == before


def test_the_first_interrupt_asks_and_the_second_ends_at_once():
    with TerminalWatcher() as watcher:
        assert not watcher.stop_requested()
        signal.raise_signal(signal.SIGINT)
        assert watcher.stop_requested()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_a_damaged_checkpoint_is_one_clear_error(corpus: Corpus):
    run = start_run("stopped", corpus, MODEL, TRAINING)
    train(run, corpus, Unwatched(40))
    path = run.folder / CHECKPOINT
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(InputError, match=r"checkpoint .* is damaged"):
        train(run, corpus, Unwatched())


def test_validation_is_spread_over_the_split():
    ids = np.arange(100_000)
    excerpt = spread_excerpt(ids, 1000)
    assert len(excerpt) == 1000
    assert (excerpt[0], excerpt[-1]) == (0, 99_999)
    assert (np.diff(excerpt) != 1).sum() == 9
    assert spread_excerpt(ids, 100_000) is ids
