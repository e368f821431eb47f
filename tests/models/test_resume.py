"""A training that was stopped or killed goes on as if nothing had happened; two do not train the same run."""

import dataclasses
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from corpora import Corpus, InputError, load_corpus, prepare_file
from models.checkpoint import CHECKPOINT
from models.run import Run, load_run
from models.train import LOCK, alone_with, start_run, train
from tests.conftest import ROOT, Outcome, Unwatched
from tests.models.killed_training import INSTANTS, KILLS
from tests.models.trainings import (
    DROPPING,
    EVERYTHING,
    STORY,
    TRAINING,
    assert_same_course,
    rows_of,
    samples_of,
)

OPTIONS = ["--layers=2", "--hidden=12", "--embedding=6", "--dropout=0.2", "--streams=8", "--steps=16"]
OPTIONS += ["--learning-rate=1e-2", "--warm-up=10", "--evaluate-every=15", "--log-every=5", "--validation-chars=1000"]
OPTIONS += ["--precision=32", "--device=cpu", "--optimizer=adamw", "--no-ngram"]


# ---- killed ------------------------------------------------------------------------------------------------


def killed_training(*names: str) -> None:
    """Runs tests/models/killed_training.py; it says nothing."""
    script = [sys.executable, "tests/models/killed_training.py", *names]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(script, cwd=ROOT, env=environment, text=True, capture_output=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory, story: str) -> Path:
    """A folder with data/ and runs/: one run per instant, with everything on, killed there."""
    folder = tmp_path_factory.mktemp("killed")
    (folder / "short.txt").write_text(story[:STORY])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHARSCOPE_DATA", str(folder / "data"))
        patch.setenv("CHARSCOPE_RUNS", str(folder / "runs"))
        corpus = prepare_file(folder / "short.txt")
        for name in INSTANTS:
            start_run(name, corpus, DROPPING, EVERYTHING)
        killed_training(*INSTANTS)
    return folder


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("instant", INSTANTS)
def test_a_run_killed_at_any_instant_goes_on_to_the_same_course(
    instant: str, killed: Path, undisturbed: Callable[[str], Run]
):
    """With averaged weights, streams that forget, and everything dropped that can be."""
    shutil.copytree(killed / "data", os.environ["CHARSCOPE_DATA"], dirs_exist_ok=True)
    shutil.copytree(killed / "runs" / instant, Path(os.environ["CHARSCOPE_RUNS"]) / instant)
    run = load_run(instant)
    assert "steps_done" not in run.training
    train(run, load_corpus(run.corpus["name"]), Unwatched())
    assert {path.name for path in run.folder.rglob(".*")} <= {LOCK}  # what the kill left half-written is gone
    assert_same_course(run, undisturbed("everything"))


@pytest.mark.slow
def test_a_run_killed_twenty_times_goes_on_to_the_same_course(corpus: Corpus, new_run: Callable[..., Run]):
    training = dataclasses.replace(EVERYTHING, epochs=4, evaluate_every=3, log_every=2)
    run, straight = (new_run(name, DROPPING, training) for name in ("random", "straight"))
    killed_training(run.name)
    assert "steps_done" not in load_run(run.name).training, f"it ended before {KILLS} kills"
    assert int(rows_of(run)[-1]["step"]) > 20
    for each in (run, straight):
        train(each, corpus, Unwatched())
    assert_same_course(run, straight)


# ---- stopped -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stop_at", [1, 12, 20, 30])
def test_a_run_that_was_stopped_goes_on_to_the_same_weights(
    stop_at: int, corpus: Corpus, new_run: Callable[..., Run], undisturbed: Callable[[str], Run]
):
    """Stopped at its first step, between two rows of the log, at a row, and at an evaluation."""
    run, other = new_run("stopped"), undisturbed("plain")
    watcher = Unwatched(stop_at)
    assert train(run, corpus, watcher).step == stop_at
    assert (run.folder / CHECKPOINT).exists()
    rows = rows_of(run)
    assert len({row["step"] for row in rows}) == len(rows)
    assert [str(row["step"]) for row in watcher.rows] == [row["step"] for row in rows]  # the last one is told as well
    assert rows[-1]["step"] == str(stop_at)
    assert all(float(row["train_loss"]) > 0 for row in rows)
    assert run.load_network()  # also before the first evaluation there are weights
    train(run, corpus, Unwatched())
    assert run.weights_hash == other.weights_hash
    assert samples_of(run) == samples_of(other)
    evaluations = [{row["step"]: row["validation_loss"] for row in rows_of(each)} for each in (run, other)]
    assert evaluations[0] | evaluations[1] == evaluations[0]


WAITS_ONCE_CHECKPOINTED = """
import signal, sys
from corpora.errors import run_command_line
from models import training
from models.__main__ import app

checkpoint, known = training.Training.checkpoint, signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})

def checkpoint_and_wait(self):
    checkpoint(self)
    training.Training.checkpoint = checkpoint
    print("waiting", flush=True)
    signal.sigwait({signal.SIGINT})
    signal.pthread_sigmask(signal.SIG_SETMASK, known)
    signal.raise_signal(signal.SIGINT)

training.Training.checkpoint = checkpoint_and_wait
run_command_line(app)
"""


def training_process(*arguments: str) -> subprocess.Popen[str]:
    """The command in a process of its own, which after its first checkpoint waits for a signal."""
    command = [sys.executable, "-c", WAITS_ONCE_CHECKPOINTED, *arguments]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    return subprocess.Popen(command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE)


@pytest.mark.slow
def test_the_command_survives_a_kill_and_stops_cleanly_when_asked_to(
    story: str, tmp_path: Path, command: Callable[..., Outcome]
):
    """Each as it is for a person: samples and snapshots in full length."""
    (tmp_path / "short.txt").write_text(story[:STORY])
    options = ["--corpus", str(tmp_path / "short.txt"), *OPTIONS, "--epochs=1"]
    torch.set_num_threads(1)
    killed, stopped = (training_process("train", *options, f"--run={name}") for name in ("killed", "stopped"))
    for process, number in ((killed, signal.SIGKILL), (stopped, signal.SIGINT)):
        assert process.stdout is not None
        assert "waiting\n" in iter(process.stdout.readline, "")
        process.send_signal(number)
    killed.communicate()
    assert killed.returncode == -signal.SIGKILL
    out, _ = stopped.communicate()
    assert stopped.returncode == 0
    step = int(re.search(r"Stopped at step (\d+)\. To continue: \S+ -m models resume stopped", out).group(1))
    assert rows_of(load_run("stopped"))[-1]["step"] == str(step)
    for name in ("killed", "stopped"):
        outcome = command("models", "resume", name, "--no-ngram")
        assert outcome.code == 0
        assert "best validation" in outcome.out
    model, training = load_run("killed").model, dataclasses.replace(TRAINING, epochs=1)
    corpus = load_corpus(str(tmp_path / "short.txt"))
    undisturbed = start_run("undisturbed", corpus, model, training)
    train(undisturbed, corpus, Unwatched())
    assert_same_course(load_run("killed"), undisturbed)
    assert load_run("stopped").weights_hash == undisturbed.weights_hash


def test_a_finished_run_has_nothing_to_resume(tiny_run: Run, command: Callable[..., Outcome]):
    before = tiny_run.weights_hash
    outcome = command("models", "resume", "tiny")
    assert outcome.code == 0
    assert "is finished" in outcome.out
    assert load_run("tiny").weights_hash == before


# ---- checkpoints that are of no use ------------------------------------------------------------------------


@pytest.mark.parametrize("damage", ["cut", "without metadata", "of another optimizer", "of another network"])
def test_a_checkpoint_that_cannot_be_read_is_one_clear_error(damage: str, corpus: Corpus, new_run: Callable[..., Run]):
    run = new_run()
    train(run, corpus, Unwatched(stop_at=2))
    path = run.folder / CHECKPOINT
    tensors = load_file(path)
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:-10])
    elif damage == "without metadata":
        save_file(tensors, path)
    else:
        name = {"of another network": "network.readout.bias", "of another optimizer": "optimizer.1.0.momentum"}[damage]
        save_file(tensors | {name: torch.zeros(3)}, path, {"position": '{"step": 2}'})
    wanted = r"checkpoint .* is damaged or of another version.*Delete it, and resume the run"
    with pytest.raises(InputError, match=wanted) as caught:
        train(run, corpus, Unwatched())
    assert "\n" not in str(caught.value)


# ---- two at once -------------------------------------------------------------------------------------------


HOLDS_THE_LOCK = """
import sys, time
from pathlib import Path
from filelock import FileLock
with FileLock(Path(sys.argv[1]) / ".lock"):
    print("held", flush=True)
    time.sleep(600)
"""


def test_a_run_is_trained_by_one_process_at_a_time_and_a_kill_frees_it(
    corpus: Corpus, new_run: Callable[..., Run], command: Callable[..., Outcome]
):
    run = new_run()
    assert LOCK == ".lock"
    other = subprocess.Popen([sys.executable, "-c", HOLDS_THE_LOCK, run.folder], stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"
    refused = "Another process is training the run mine. Wait for it or stop it"
    with pytest.raises(InputError, match=refused):
        train(run, corpus, Unwatched())
    assert refused in command("models", "resume", "mine").error
    assert not (run.folder / "log.csv").exists()
    other.kill()
    other.communicate()
    train(run, corpus, Unwatched(stop_at=1))


def test_a_run_is_trained_once_at_a_time_within_a_process(corpus: Corpus, new_run: Callable[..., Run]):
    run = new_run()
    with alone_with(run.folder), pytest.raises(InputError, match="Another process is training the run mine"):
        train(run, corpus, Unwatched())
    with pytest.raises(ZeroDivisionError), alone_with(run.folder):
        raise ZeroDivisionError
    train(run, corpus, Unwatched(stop_at=1))


def test_a_run_that_was_finished_meanwhile_is_left_alone(corpus: Corpus, new_run: Callable[..., Run]):
    """Somebody resumes a run while another process trains its last steps."""
    run = new_run(training=dataclasses.replace(TRAINING, epochs=0.1))
    train(load_run("mine"), corpus, Unwatched())
    before, log = load_run("mine").weights_hash, rows_of(run)
    with pytest.raises(InputError, match=r"The run mine is finished"):
        train(run, corpus, Unwatched())  # as it was when it was loaded
    assert load_run("mine").weights_hash == before
    assert rows_of(run) == log
