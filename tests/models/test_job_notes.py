"""What becomes of a job whose files are damaged, whose disk is full, or whose folder is gone."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from corpora import InputError
from models import job_notes, jobs
from models.job_notes import Progress
from models.jobs import Job, ask, find_job, kill, start_job
from models.work import at_work

SLEEPS = ("-c", "import time; time.sleep(600)")


def job_of(folder: Path) -> Job:
    job = find_job(folder, "train")
    assert job
    return job


def note(folder: Path, **changed: object) -> None:
    """A job that this process works at, but for what is changed."""
    described = {"command": ["train"], "pid": os.getpid(), "started": psutil.Process().create_time()}
    (folder / "jobs").mkdir(exist_ok=True)
    (folder / "jobs" / "train.json").write_text(json.dumps(described | changed))


@pytest.mark.parametrize("written", ["", '{"command": [', "[1]", "[" * 100_000, b"\xff\xfe".decode("latin-1")])
def test_a_damaged_note_is_no_job(written: str, tmp_path: Path):
    note(tmp_path)
    (tmp_path / "jobs" / "train.json").write_text(written)
    assert find_job(tmp_path, "train") is None


@pytest.mark.parametrize("changed", [{"pid": -4}, {"pid": 0}, {"pid": 10**14}, {"started": 1.0}])
def test_a_process_that_none_is_or_that_is_another_has_failed(changed: dict[str, object], tmp_path: Path):
    """The machine was restarted: another process may have its number."""
    note(tmp_path)
    assert job_of(tmp_path).state == "running"
    note(tmp_path, **changed)
    assert job_of(tmp_path).state == "failed"
    assert job_of(tmp_path).reason == "The process was killed, or the machine restarted."


@pytest.mark.parametrize(
    "changed",
    [
        {"pid": None}, {"pid": 10**40}, {"pid": True}, {"pid": float("inf")}, {"started": "yesterday"}, {"command": 3},
    ],
)  # fmt: skip
def test_a_note_with_odd_values_is_no_job(changed: dict[str, object], tmp_path: Path):
    note(tmp_path, **changed)
    assert find_job(tmp_path, "train") is None


@pytest.mark.parametrize("written", ['{"done": "a", "total": "b"}', '{"total": NaN}', '{"stage": 3}', "[]", "{"])
def test_a_damaged_progress_is_none_and_so_is_a_damaged_wish(written: str, tmp_path: Path):
    note(tmp_path)
    (tmp_path / "jobs" / "train.progress.json").write_text(written)
    (tmp_path / "jobs" / "train.asked").write_bytes(b"\xff\xfe\x00")
    assert job_of(tmp_path).progress == Progress()
    assert job_of(tmp_path).wish is None


@pytest.mark.parametrize(
    ("printed", "reason"),
    [
        ("step 172/468, epoch 1.47: train 2.1\n", "The process was killed, or the machine restarted."),
        ("step 1\nerror: No run is called 'x'.\n", "No run is called 'x'."),
        (
            "Traceback:\n  File\nModuleNotFoundError: No module named 'torch'\n",
            "ModuleNotFoundError: No module named 'torch'",
        ),
    ],
)
def test_a_killed_job_does_not_take_what_it_printed_last_for_the_reason(printed: str, reason: str, tmp_path: Path):
    note(tmp_path, started=1.0)
    (tmp_path / "jobs" / "train.log").write_text(printed)
    assert job_of(tmp_path).reason == reason


def test_a_full_disk_does_not_hide_why_the_work_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """There is no room for another file, but the note's own block is there."""

    def full(path: Path) -> None:
        raise InputError(f"Cannot write {path} (No space left on device).")

    def write_log() -> None:
        monkeypatch.setattr(job_notes, "replacing", full)
        raise InputError("Cannot write the log (No space left on device). Free space, then resume the run.")

    with pytest.raises(InputError, match="the log"), at_work(tmp_path, "train"):
        write_log()
    assert job_of(tmp_path).state == "failed"
    assert "No space left on device" in job_of(tmp_path).reason


def test_a_start_that_cannot_be_noted_starts_nothing_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    started: list[subprocess.Popen[bytes]] = []

    def full(*_: object) -> None:
        started.extend(jobs.STARTED)
        raise InputError("No space left on device.")

    monkeypatch.setattr(jobs, "STARTED", [])
    monkeypatch.setattr(jobs, "write_note", full)
    with pytest.raises(InputError, match="Cannot start the train"):
        start_job(tmp_path / "new", "train", SLEEPS)
    (process,) = started
    assert process.wait(60) < 0
    assert not (tmp_path / "new").exists()


def test_work_that_somebody_ends_at_once_was_stopped_and_has_not_failed(tmp_path: Path):
    process = subprocess.Popen([sys.executable, *SLEEPS])
    note(tmp_path, pid=process.pid, started=psutil.Process(process.pid).create_time())
    ask(job_of(tmp_path), "pause")
    kill(job_of(tmp_path))
    process.wait(60)
    assert (job_of(tmp_path).state, job_of(tmp_path).message) == ("stopped", "It was ended at once.")


def test_who_asks_something_of_deleted_work_does_not_bring_its_folder_back(tmp_path: Path):
    note(tmp_path)
    job = job_of(tmp_path)
    shutil.rmtree(tmp_path)
    with pytest.raises(InputError, match="was deleted"):
        ask(job, "pause")
    assert not tmp_path.exists()


def test_visitors_ask_and_end_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    note(tmp_path, pid=os.getppid(), started=psutil.Process(os.getppid()).create_time())
    monkeypatch.setenv("CHARSCOPE_READ_ONLY", "1")
    for act in (lambda job: ask(job, "stop"), kill):
        with pytest.raises(InputError, match="shared server"):
            act(job_of(tmp_path))
    assert job_of(tmp_path).state == "running"
    assert job_of(tmp_path).wish is None
