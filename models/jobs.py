"""Long work in a process of its own: a command or the app starts it, and whoever opens its folder finds it again.

A job belongs to a folder, mostly that of a run, and to a kind of work: `train`, `search`, `ablate`. In `jobs/` it
leaves what others need to know of it: `KIND.json` says which process works, or how it ended; `KIND.progress.json` how
far it is; `KIND.log` what it printed; `KIND.asked` what somebody asks of it.

The command itself writes all this (`models.work`), so that work started in a terminal is found as well. Times are
seconds since the epoch.
"""

import contextlib
import dataclasses
import errno
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psutil
from filelock import FileLock, Timeout

from corpora import InputError
from corpora.places import ROOT, is_read_only
from models.job_notes import (
    JOBS,
    JobNote,
    Progress,
    forget,
    last_error,
    path_of,
    read_note,
    read_progress,
    read_wish,
    write_note,
)
from models.writing import replacing

SAME_START = 1.0  # seconds that two readings of a process's start may differ
STARTING = 10.0  # seconds that another start may take
ENDING = 5.0  # seconds that a process may take to be gone
WORDS = {  # kind -> noun
    "train": "training", "ablate": "ablation", "evaluate": "evaluation", "ngram": "n-gram count",
    "errors": "error analysis",
}  # fmt: skip
STARTED: list[subprocess.Popen[bytes]] = []  # by this process, and not known to have ended

State = Literal["running", "finished", "stopped", "failed"]
Wish = Literal["pause", "finish", "stop"]
WISHES: tuple[Wish, ...] = ("pause", "finish", "stop")


@dataclass(frozen=True)
class Job:
    """A piece of work, running or ended."""

    folder: Path
    kind: str
    command: tuple[str, ...]
    pid: int
    started: float
    """When its process started: a process id alone may be another's by now."""
    outcome: str = ""
    """`finished`, `stopped` or `failed`; empty until the process says so itself."""
    message: str = ""
    """What it said when it ended."""
    ended: float = 0.0

    @property
    def state(self) -> State:
        """A process that is gone without a word was killed: because somebody asked it to stop, or it has failed."""
        if self.outcome in ("finished", "stopped", "failed"):
            return self.outcome
        if _lives(self.pid, self.started):
            return "running"
        return "stopped" if self.wish == "stop" else "failed"

    @property
    def wish(self) -> Wish | None:
        """What somebody asked of it since it started."""
        written = read_wish(self.folder, self.kind)
        return next((wish for wish in WISHES if wish == written), None)

    @property
    def reason(self) -> str:
        """Why it failed, in one line."""
        if self.state != "failed":
            return ""
        return self.message or last_error(self.folder, self.kind) or "The process was killed, or the machine restarted."

    @property
    def progress(self) -> Progress:
        """How far it is, or was when it ended."""
        return read_progress(self.folder, self.kind)


def _lives(pid: int, started: float) -> bool:
    try:
        process = psutil.Process(pid)
        same = abs(process.create_time() - started) < SAME_START
        return same and process.status() not in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
    except psutil.AccessDenied:
        return True  # another user's process
    except (psutil.Error, ValueError):  # no process, or a number that none can have
        return False


def find_job(folder: Path, kind: str) -> Job | None:
    """The latest job of a kind in a folder; None if there was none."""
    found = read_note(path_of(folder, kind, ".json"), JobNote)
    return found and Job(
        folder, kind, tuple(found.command), found.pid, found.started, found.outcome, found.message, found.ended
    )


def find_jobs(folder: Path) -> list[Job]:
    """The latest job of each kind in a folder, those that were started last first."""
    kinds = [path.stem for path in (folder / JOBS).glob("*.json") if not path.stem.endswith(".progress")]
    found = [job for kind in kinds if (job := find_job(folder, kind))]
    return sorted(found, key=lambda job: job.started, reverse=True)


# ---- starting and asking --------------------------------------------------------------------------------------------


def start_job(folder: Path, kind: str, arguments: Sequence[str]) -> Job:
    """Start a command in a process of its own, which outlives this one.

    Args:
        folder: where the job is noted.
        kind: of work; a second job of this kind in this folder is refused while one runs.
        arguments: of Python, such as `("-m", "analysis", "search", "my-run")`.

    Raises:
        InputError: one runs already, this server's users are visitors, or nothing can be written or started.
    """
    if is_read_only():
        what = WORDS.get(kind, kind)
        raise InputError(f"Visitors of a shared server cannot start a {what}. The person who shares it can.")
    was_there = folder.is_dir()
    try:
        (folder / JOBS).mkdir(parents=True, exist_ok=True)
        with FileLock(path_of(folder, kind, ".starting"), timeout=STARTING):
            require_idle(folder, kind)
            forget(folder, kind, ".asked", ".progress.json")
            return _launch(folder, kind, [sys.executable, *arguments])
    except Timeout:
        raise InputError(
            f"Somebody else is starting the {WORDS.get(kind, kind)} of {folder.name}. Reload the page."
        ) from None
    except OSError as error:
        if not was_there and find_job(folder, kind) is None:
            shutil.rmtree(folder, ignore_errors=True)
        raise InputError(
            f"Cannot start the {kind} in {folder} ({error.strerror}). Free space, or make it writable."
        ) from None


def _launch(folder: Path, kind: str, command: list[str]) -> Job:
    """Start the process and note it; a process that nobody could find again is ended.

    Raises:
        OSError: it cannot be started, or not noted.
    """
    with path_of(folder, kind, ".log").open("wb") as log:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=ROOT, start_new_session=True
        )
    STARTED[:] = [each for each in (*STARTED, process) if each.poll() is None]
    begun = find_job(folder, kind)  # the process may have noted itself by now
    if begun and begun.pid == process.pid:
        return begun
    try:
        return note_job(Job(folder, kind, tuple(command), process.pid, start_of(process.pid)))
    except InputError:
        process.kill()
        raise OSError(errno.ENOSPC, "its note cannot be written") from None


def require_idle(folder: Path, kind: str) -> None:
    """Refuse a second job of a kind while another process works at one.

    Raises:
        InputError: it does.
    """
    job = find_job(folder, kind)
    if job and job.pid != os.getpid() and job.state == "running":
        raise InputError(
            f"The {WORDS.get(kind, kind)} of {folder.name} is running already (process {job.pid}). "
            "Wait for it, or stop it."
        )


def start_of(pid: int) -> float:
    """When a process started; now, if it is gone already."""
    try:
        return psutil.Process(pid).create_time()
    except psutil.Error:
        return time.time()


def note_job(job: Job) -> Job:
    """Write down which process works at a job, or how it ended.

    Raises:
        InputError: it cannot be written.
    """
    described = dataclasses.asdict(job)
    del described["folder"], described["kind"]
    write_note(path_of(job.folder, job.kind, ".json"), described)
    return job


def ask(job: Job, wish: Wish) -> None:
    """Ask a running job for something: it answers when it next reports.

    `pause` stops where one can go on; `finish` ends with what there is; `stop` gives up.

    Raises:
        InputError: it cannot be written, or was deleted with its folder.
    """
    if is_read_only():
        raise InputError("Visitors of a shared server cannot pause or stop its work. The person who shares it can.")
    if not path_of(job.folder, job.kind, ".json").exists():
        raise InputError(f"{job.folder.name} was deleted. Reload the page.")
    with replacing(path_of(job.folder, job.kind, ".asked")) as temporary:
        temporary.write_text(wish)


def kill(job: Job) -> None:
    """End a job at once, if its process still runs: for one that does not answer. It counts as stopped, not as failed.

    Raises:
        InputError: this server's users are visitors.
    """
    if is_read_only():
        raise InputError("Visitors of a shared server cannot end its work. The person who shares it can.")
    if job.state != "running":
        return
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(job.pid)
        process.kill()
        process.wait(ENDING)
    now = find_job(job.folder, job.kind)
    if now and now.pid == job.pid and not now.outcome:
        with contextlib.suppress(InputError):
            note_job(dataclasses.replace(now, outcome="stopped", message="It was ended at once.", ended=time.time()))
