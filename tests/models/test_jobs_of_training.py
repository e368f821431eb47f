"""A training is a job: others see how far it is, pause it, end it, and find out how it ended."""

import json
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from corpora import Corpus, InputError
from models import jobs, training, work
from models.checkpoint import CHECKPOINT
from models.jobs import Job, Progress, Wish, ask, find_job
from models.run import Run, load_run
from models.status import reason_of, status_of
from models.train import train, train_as_job
from models.work import at_work
from tests.conftest import Outcome, Unwatched
from tests.models.trainings import assert_same_course

UNEVALUATED, EVALUATED = 12, 30  # steps, of 64


class Asking(Unwatched):
    """Somebody else asks the training for something, does so, or looks at it, after a step."""

    def __init__(self, run: Run, at: int, does: Callable[[Job], object]) -> None:
        super().__init__()
        self.run, self.at, self.does = run, at, does

    def advanced(self, step: int, total: int, row: dict[str, Any] | None) -> None:
        again = step == self.step  # a row is told at the end
        super().advanced(step, total, row)
        if step == self.at and not again:
            job = find_job(self.run.folder, "train")
            assert job
            self.does(job)


def asking(run: Run, at: int, wish: Wish) -> Asking:
    return Asking(run, at, lambda job: ask(job, wish))


def job_of(run: Run) -> Job:
    job = find_job(run.folder, "train")
    assert job
    return job


def test_a_training_that_is_paused_and_resumed_ends_as_an_undisturbed_one(
    new_run: Callable[..., Run], undisturbed: Callable[[str], Run], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(work, "REPORT_EVERY", 0.0)
    run, seen = new_run(), []
    assert status_of(run.folder) == "untrained"

    def look_and_pause(job: Job) -> None:
        seen.append((status_of(run.folder), job.state, job.progress.done, job.progress.total, job.progress.stage))
        ask(job, "pause")

    assert train_as_job(run, Asking(run, UNEVALUATED, look_and_pause)).step == UNEVALUATED
    assert seen == [("training", "running", UNEVALUATED, 64, "training")]
    assert (job_of(run).state, job_of(run).message) == ("stopped", f"Paused at step {UNEVALUATED} of 64.")
    assert status_of(run.folder) == "paused"
    assert (run.folder / CHECKPOINT).exists()
    train_as_job(run, Unwatched())
    assert status_of(run.folder) == "finished"
    assert job_of(run).outcome == "finished"
    assert "Best validation loss" in job_of(run).message
    shutil.rmtree(run.folder / "jobs")
    other = undisturbed("plain")
    assert run.weights_hash == other.weights_hash
    assert not (run.folder / CHECKPOINT.parent).exists()


@pytest.mark.parametrize("wish", ["finish", "stop"])
@pytest.mark.parametrize("at", [UNEVALUATED, EVALUATED])
def test_a_training_ends_now_with_its_best_weights(wish: Wish, at: int, new_run: Callable[..., Run]):
    run = new_run()
    position = train_as_job(run, asking(run, at, wish))
    ended = load_run(run.folder).training
    assert (position.step, ended["steps_done"], ended["best_step"]) == (at, at, at)
    assert ended["validation_loss"] == pytest.approx(position.best_loss, abs=1e-5)
    assert run.load_network()
    assert (status_of(run.folder), job_of(run).outcome) == ("finished", "finished")
    assert not (run.folder / CHECKPOINT.parent).exists()


def test_the_command_finishes_what_was_paused(new_run: Callable[..., Run], command: Callable[..., Outcome]):
    run = new_run()
    assert "has no checkpoint to end at" in command("models", "finish", "mine").error
    train_as_job(run, asking(run, UNEVALUATED, "pause"))
    outcome = command("models", "finish", "mine")
    assert outcome.code == 0
    assert f"at step {UNEVALUATED}" in outcome.out
    assert load_run("mine").training["steps_done"] == UNEVALUATED
    assert "is finished" in command("models", "finish", "mine").out


def test_a_killed_training_has_failed_and_goes_on_to_the_same_course(
    corpus: Corpus, new_run: Callable[..., Run], undisturbed: Callable[[str], Run]
):
    run = new_run()
    child = os.fork()
    if not child:
        train_as_job(run, Asking(run, 38, lambda _: os.kill(os.getpid(), signal.SIGKILL)))
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert status_of(run.folder) == "failed"
    assert reason_of(run.folder) == "The process was killed, or the machine restarted."
    train_as_job(run, Unwatched())
    shutil.rmtree(run.folder / "jobs")
    assert_same_course(run, undisturbed("plain"))


def test_a_second_start_is_refused_and_leaves_the_first_alone(
    new_run: Callable[..., Run], command: Callable[..., Outcome]
):
    run, said = new_run(), []

    def resume(_: Job) -> None:
        with pytest.raises(InputError) as caught:
            train_as_job(run, Unwatched())
        said.append(str(caught.value))
        assert status_of(run.folder) == "training"

    train_as_job(run, Asking(run, 3, resume))
    assert said == [
        "Another process is training the run mine. Wait for it or stop it; or train under another --run name."
    ]
    assert job_of(run).outcome == "finished"


def test_a_run_that_is_deleted_while_it_trains_does_not_come_back(new_run: Callable[..., Run]):
    run = new_run()
    with pytest.raises(InputError, match="The run mine was deleted while it trained"):
        train_as_job(run, Asking(run, 7, lambda _: shutil.rmtree(run.folder)))
    assert not run.folder.exists()


def test_a_text_that_is_gone_is_one_line_and_noted(corpus: Corpus, new_run: Callable[..., Run]):
    """While it trains, nothing happens, for the file is still open; at resuming it is missing."""
    run = new_run()

    def remove_and_pause(job: Job) -> None:
        shutil.rmtree(corpus.folder)
        ask(job, "pause")

    train_as_job(run, Asking(run, UNEVALUATED, remove_and_pause))
    with pytest.raises(InputError, match="The text short is no longer on this machine"):
        train_as_job(run, Unwatched())
    assert status_of(run.folder) == "failed"
    assert "Give the same file again, in Train" in reason_of(run.folder)


def test_a_disk_that_gets_full_is_the_job_s_reason(new_run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch):
    def full(*_: Any) -> None:
        raise InputError("Cannot write log.csv (No space left on device). Free space, then resume the run.")

    run = new_run()
    monkeypatch.setattr(training, "append_row", full)
    with pytest.raises(InputError, match="No space left"):
        train_as_job(run, Unwatched())
    assert status_of(run.folder) == "failed"
    assert "No space left" in reason_of(run.folder)


def test_runs_without_jobs_have_a_status(corpus: Corpus, new_run: Callable[..., Run], tiny_run: Run, tmp_path: Path):
    """They were trained before there were jobs, in a notebook, or elsewhere."""
    run = new_run()
    train(run, corpus, Unwatched(stop_at=3))
    assert status_of(run.folder) == "paused"
    assert status_of(tiny_run.folder) == "finished"
    config = json.loads((tiny_run.folder / "config.json").read_text())
    (tiny_run.folder / "config.json").write_text(json.dumps(config | {"training": {}}))
    (tiny_run.folder / "log.csv").unlink()
    assert status_of(tiny_run.folder) == "finished"  # weights from elsewhere
    assert status_of(tmp_path) == "untrained"


# ---- jobs ----------------------------------------------------------------------------------------------------------


def test_a_wish_and_a_progress_of_an_earlier_job_do_not_reach_the_next(tmp_path: Path):
    with at_work(tmp_path, "train") as work:
        work.report(3, 9)
    ask(work.job, "stop")
    with at_work(tmp_path, "train") as work:
        assert work.wish() is None
        assert work.job.progress == Progress()


def test_the_time_left_counts_what_was_done_here_and_survives_an_evaluation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    now = iter([100.0, 110.0, 112.0, 120.0])
    with at_work(tmp_path, "train") as work:
        monkeypatch.setattr(jobs.time, "time", lambda: next(now))
        left = []
        for done, stage in ((300, "training"), (310, "training"), (310, "evaluating"), (320, "training")):
            work.report(done, 400, stage)
            left.append(work.job.progress.seconds_left)
        monkeypatch.undo()
    assert left == [None, 90.0, 108.0, 80.0]
