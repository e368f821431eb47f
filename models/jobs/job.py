"""A job as its files describe it: which process works, how far it is, how it ended."""

import dataclasses
import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import psutil

from models.run import replacing

JOBS = "jobs"
SAME_START = 1.0  # seconds that two readings of a process's start may differ
WORDS = {"train": "training", "ablate": "ablation", "evaluate": "evaluation", "ngram": "n-gram count"}  # kind -> noun
LOGGED = 4000  # bytes at the end of a log that are looked through for the last line

State = Literal["running", "finished", "stopped", "failed"]
Wish = Literal["pause", "finish", "stop"]
WISHES: tuple[Wish, ...] = ("pause", "finish", "stop")


@dataclass(frozen=True)
class Progress:
    """How far a job is: `done` of `total` parts, and what it is at.

    It began with these parts at the time `since`, when `first` of them were done already: a training that goes on.
    """

    done: float = 0
    total: float = 0
    stage: str = ""
    since: float = 0.0
    at: float = 0.0
    first: float = 0

    @property
    def share(self) -> float:
        """Between 0 and 1."""
        return min(1.0, self.done / self.total) if self.total else 0.0

    @property
    def seconds_left(self) -> float | None:
        """At the speed so far; None before anything is done."""
        if self.done <= self.first or not self.total:
            return None
        return max(0.0, (self.at - self.since) * (self.total - self.done) / (self.done - self.first))


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
        try:
            written = path_of(self.folder, self.kind, ".asked").read_text().strip()
        except OSError:
            return None
        return next((wish for wish in WISHES if wish == written), None)

    @property
    def reason(self) -> str:
        """Why it failed, in one line."""
        if self.state != "failed":
            return ""
        return self.message or last_line(self.folder, self.kind) or "The process was killed, or the machine restarted."

    @property
    def progress(self) -> Progress:
        """How far it is, or was when it ended."""
        described = _read_json(path_of(self.folder, self.kind, ".progress.json"))
        known = {field.name for field in dataclasses.fields(Progress)}
        try:
            return Progress(**{name: value for name, value in described.items() if name in known})
        except TypeError:
            return Progress()


def path_of(folder: Path, kind: str, ending: str) -> Path:
    """A file of a job."""
    return folder / JOBS / f"{kind}{ending}"


def _lives(pid: int, started: float) -> bool:
    try:
        process = psutil.Process(pid)
        same = abs(process.create_time() - started) < SAME_START
        return same and process.status() not in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
    except psutil.AccessDenied:
        return True  # another user's process
    except psutil.Error:
        return False


def _read_json(path: Path) -> dict[str, Any]:
    """What a file of ours says; nothing if it is missing or damaged, as after a crash of the machine."""
    try:
        described = json.loads(path.read_text())
        return described if isinstance(described, dict) else {}
    except (OSError, ValueError):
        return {}


def find_job(folder: Path, kind: str) -> Job | None:
    """The latest job of a kind in a folder; None if there was none."""
    found = _read_json(path_of(folder, kind, ".json"))
    try:
        return Job(
            folder,
            kind,
            tuple(map(str, found["command"])),
            int(found["pid"]),
            float(found["started"]),
            str(found.get("outcome", "")),
            str(found.get("message", "")),
            float(found.get("ended", 0)),
        )
    except (KeyError, TypeError, ValueError):
        return None


def find_jobs(folder: Path) -> list[Job]:
    """The latest job of each kind in a folder, those that were started last first."""
    kinds = [path.stem for path in (folder / JOBS).glob("*.json") if not path.stem.endswith(".progress")]
    found = [job for kind in kinds if (job := find_job(folder, kind))]
    return sorted(found, key=lambda job: job.started, reverse=True)


def last_line(folder: Path, kind: str) -> str:
    """The last line that a job printed, without the `error:` before a message."""
    try:
        with path_of(folder, kind, ".log").open("rb") as log:
            log.seek(0, os.SEEK_END)
            log.seek(max(0, log.tell() - LOGGED))
            lines = log.read().decode(errors="replace").split("\n")
    except OSError:
        return ""
    return next((line.strip().removeprefix("error: ") for line in reversed(lines) if line.strip()), "")


def start_of(pid: int) -> float:
    """When a process started; now, if it is gone."""
    try:
        return psutil.Process(pid).create_time()
    except psutil.Error:
        return time.time()


def note(job: Job) -> Job:
    """Write what is known of a job, whole or not at all."""
    described = dataclasses.asdict(job)
    del described["folder"], described["kind"]
    with replacing(path_of(job.folder, job.kind, ".json")) as temporary:
        temporary.write_text(json.dumps(described, indent=1) + "\n")
    return job
