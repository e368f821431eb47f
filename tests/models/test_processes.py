"""Several processes train as one does with all streams; what they cannot share is said in one line."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from lightning_fabric import Fabric

from corpora import Corpus, InputError
from models.outcome import outcome_of
from models.run import Run, load_run
from models.train import train
from models.training import Training
from tests.conftest import ROOT, Outcome, Unwatched
from tests.models.trainings import EVERYTHING, MODEL, TRAINING, assert_same_course, rows_of, samples_of

STILL = replace(MODEL, dropout=0.0)  # each process drops other outputs
SHARED = replace(EVERYTHING, epochs=0.7)


def on_loopback(*command: str) -> subprocess.CompletedProcess[str]:
    """Run a command where there is no other network than this machine's own.

    PyTorch's rendezvous listens on all interfaces whatever address it is given; where the system cannot give a process
    a network of its own, it at least is told to meet on 127.0.0.1.
    """
    alone = ["unshare", "--map-root-user", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
    try:
        able = subprocess.run([*alone, "true"], capture_output=True).returncode == 0
    except OSError:
        able = False
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [*(alone if able else []), *command], cwd=ROOT, env=environment, text=True, capture_output=True
    )


def assert_same_losses(run: Run, other: Run) -> None:
    """Losses, gradients and samples of one training in one process and in several."""
    for row, expected in zip(rows_of(run), rows_of(other), strict=True):
        assert {name for name in row if row[name]} == {name for name in expected if expected[name]}
        for name in row:
            if row[name]:
                assert float(row[name]) == pytest.approx(float(expected[name]), abs=1e-4), (name, row["step"])
    assert [sample["step"] for sample in samples_of(run)] == [sample["step"] for sample in samples_of(other)]
    weights = [each.load_network().state_dict() for each in (run, other)]
    torch.testing.assert_close(weights[0], weights[1], atol=1e-4, rtol=0)


@pytest.mark.slow
def test_two_processes_train_as_one_and_go_on_to_the_same_course_after_a_kill(
    corpus: Corpus, new_run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
):
    """With Muon, averaged weights and streams that forget; then with all that is dropped, which differs by process."""
    monkeypatch.setattr(torch.cpu, "get_capabilities", dict)  # as the others do
    one, two, killed = (new_run(name, STILL, SHARED) for name in ("one", "two", "killed"))
    dropping = replace(MODEL, embedding_dropout=0.1, readout_dropout=0.1, weight_drop=0.2)
    dropped, dropped_killed = (new_run(name, dropping, SHARED) for name in ("dropped", "dropped-killed"))
    train(one, corpus, Unwatched())
    done = on_loopback(
        sys.executable, "tests/models/shared_training.py", "two", "killed:20", "dropped", "dropped-killed:22"
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert "Warning" not in done.stderr, done.stderr
    assert_same_losses(two, one)
    assert_same_course(killed, two)
    assert_same_course(dropped_killed, dropped)
    assert "2 processes" in load_run("two").training["hardware"]


@pytest.mark.slow
def test_torchrun_trains_with_the_command_unchanged_and_one_process_speaks(
    story: str, tmp_path: Path, command: Callable[..., Outcome]
):
    (tmp_path / "short.txt").write_text(story[:4000])
    options = ["--layers=1", "--hidden=12", "--embedding=6", "--epochs=0.7", "--streams=8", "--steps=16"]
    options += [
        "--log-every=5",
        "--validation-chars=1000",
        "--precision=32",
        "--device=cpu",
        "--optimizer=adamw",
        "--no-ngram",
    ]
    arguments = ["models", "train", "--corpus", str(tmp_path / "short.txt"), *options]
    launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node=2"]
    done = on_loopback(*launcher, "-m", "--", *arguments, "--run=two")
    assert done.returncode == 0, done.stderr
    torch.set_num_threads(1)
    one = command(*arguments, "--run=one")
    assert one.code == 0
    assert_same_losses(load_run("two"), load_run("one"))
    lines = [[line.split(",")[0] for line in out.splitlines()[:-2]] for out in (done.stdout, one.out)]
    assert lines[0] == lines[1] == ["step 5/17", "step 10/17", "step 15/17", "step 17/17"]
    assert done.stdout.count("best validation") == done.stdout.count(outcome_of(load_run("two"))) == 1


def test_processes_start_with_the_same_weights_and_other_random_numbers(
    corpus: Corpus, new_run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
):
    """Else all of them would drop the same outputs."""
    run, weights, numbers = new_run(), [], []
    for rank in (0, 1):
        monkeypatch.setattr(Fabric, "global_rank", rank)
        training = Training(run, corpus, TRAINING)
        weights.append(training.network.state_dict())
        numbers.append(torch.rand(5))
    torch.testing.assert_close(weights[0], weights[1], rtol=0, atol=0)
    assert not torch.equal(numbers[0], numbers[1])


def test_streams_that_cannot_be_shared_evenly_are_refused(new_run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("WORLD_SIZE", "3")
    with pytest.raises(InputError, match=r"--streams that 3 processes can share evenly, got 8\. Use a multiple of 3"):
        new_run()
    monkeypatch.undo()


def test_a_run_that_exists_is_refused_before_the_processes_meet(
    new_run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
):
    """Else the others would wait for one that is gone."""
    new_run()
    monkeypatch.setattr("models.train.new_fabric", lambda *_: pytest.fail("they met"))
    with pytest.raises(InputError, match="A run named mine exists"):
        new_run()


def test_a_run_goes_on_with_as_many_processes_as_it_had(
    corpus: Corpus, new_run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
):
    def of_two(_: Fabric, tensor: torch.Tensor) -> torch.Tensor:
        return torch.stack([tensor, tensor]) if tensor.dtype == torch.uint8 else tensor[None]  # the random states

    run = new_run()
    with monkeypatch.context() as patch:
        patch.setattr("models.training.of_all_processes", of_two)
        train(run, corpus, Unwatched(stop_at=2))
    wanted = r"the 2 processes .* got 1\. Resume with torchrun --nproc_per_node 2 -m -- models resume mine"
    with pytest.raises(InputError, match=wanted) as caught:
        train(run, corpus, Unwatched())
    assert "\n" not in str(caught.value)


def test_what_one_process_finds_wrong_all_of_them_raise(
    corpus: Corpus, new_run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
):
    """The second process of two hears from the first that somebody else has the run."""
    run = new_run()
    monkeypatch.setattr(Fabric, "is_global_zero", False)
    monkeypatch.setattr(Fabric, "broadcast", lambda *_: "Somebody has it.")
    with pytest.raises(InputError, match=r"^Somebody has it\.$"):
        train(run, corpus, Unwatched())


@pytest.mark.parametrize(("rank", "spoken"), [("0", "error: Wanted --streams"), ("1", "")])
def test_one_process_says_what_is_wrong(
    rank: str, spoken: str, corpus: Corpus, command: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("WORLD_SIZE", "3")
    monkeypatch.setenv("RANK", rank)
    outcome = command("models", "train", "--corpus", corpus.name)
    assert outcome.code == 2
    assert outcome.err.startswith(spoken)
    assert len(outcome.err.splitlines()) == (1 if spoken else 0)
