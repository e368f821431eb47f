"""The files in which a job says what others need to know of it, written and read so that a damaged one breaks nothing.

They lie in `jobs/` of the job's folder; `models/jobs.py` says what they hold.
"""

import contextlib
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, TypeVar

import msgspec

from corpora import InputError
from corpora.stored import UNREADABLE, as_declared, parse_json, read_file, require_regular
from models.writing import replacing

JOBS = "jobs"
ERROR = re.compile(r"error: |[\w.]*(Error|Exception)\b")  # of a command, or at the end of a traceback
LARGEST_NOTE = 1 << 20  # bytes
Seconds = Annotated[float, msgspec.Meta(ge=0, le=1e12)]
Amount = Annotated[float, msgspec.Meta(ge=0, le=1e15)]
Declared = TypeVar("Declared")
LOGGED = 4000  # bytes at the end of a log that are looked through for the last line


@dataclass(frozen=True)
class Progress:
    """How far a job is: `done` of `total` parts, and what it is at.

    It began with these parts at the time `since`, when `first` of them were done already: a training that goes on.
    """

    done: Amount = 0
    total: Amount = 0
    stage: str = ""
    since: Seconds = 0.0
    at: Seconds = 0.0
    first: Amount = 0

    @property
    def share(self) -> float:
        """Between 0 and 1."""
        return min(1.0, max(0.0, self.done / self.total)) if self.total else 0.0

    @property
    def seconds_left(self) -> float | None:
        """At the speed so far; None before anything is done."""
        if self.done <= self.first or not self.total:
            return None
        return max(0.0, (self.at - self.since) * (self.total - self.done) / (self.done - self.first))


class JobNote(msgspec.Struct):
    """`KIND.json`: which process works at a job, or how it ended (`models.jobs.Job`)."""

    command: list[str]
    pid: int
    started: Seconds
    outcome: str = ""
    message: str = ""
    ended: Seconds = 0.0


def path_of(folder: Path, kind: str, ending: str) -> Path:
    """A file of a job of some kind."""
    return folder / JOBS / f"{kind}{ending}"


def read_note(path: Path, declared: type[Declared]) -> Declared | None:
    """What a file of ours says; None if it is missing or damaged, as after a crash of the machine."""
    try:
        return as_declared(parse_json(read_file(path, LARGEST_NOTE)), declared)
    except UNREADABLE:
        return None


def write_note(path: Path, described: dict[str, Any]) -> None:
    """Write a file of ours, whole or not at all; on a full disk in the place that it has already.

    Raises:
        InputError: it cannot be written.
    """
    written = json.dumps(described, indent=1) + "\n"
    try:
        with replacing(path) as temporary:
            temporary.write_text(written)
    except InputError:
        try:
            with path.open("r+") as out:  # its block is large enough, and is there
                out.write(written)
                out.truncate()
        except OSError:
            raise InputError(f"Cannot write {path}. Free space, or make it writable.") from None


def read_progress(folder: Path, kind: str) -> Progress:
    """How far a job is, or was when it ended."""
    return read_note(path_of(folder, kind, ".progress.json"), Progress) or Progress()


def read_wish(folder: Path, kind: str) -> str:
    """What somebody asks of a job; empty if nobody does."""
    try:
        return read_file(path_of(folder, kind, ".asked"), LARGEST_NOTE).decode(errors="replace").strip()
    except OSError:
        return ""


def last_error(folder: Path, kind: str) -> str:
    """What a job's last line says if it is an error's, without the `error:` before it; a killed job has none."""
    try:
        require_regular(path_of(folder, kind, ".log"))
        with path_of(folder, kind, ".log").open("rb") as log:
            log.seek(0, os.SEEK_END)
            log.seek(max(0, log.tell() - LOGGED))
            lines = log.read().decode(errors="replace").split("\n")
    except OSError:
        return ""
    last = next((line.strip() for line in reversed(lines) if line.strip()), "")
    return last.removeprefix("error: ") if ERROR.match(last) else ""


def forget(folder: Path, kind: str, *endings: str) -> None:
    """Remove files of an earlier job; where nothing may be removed, they stay."""
    for ending in endings:
        with contextlib.suppress(OSError):
            path_of(folder, kind, ending).unlink(missing_ok=True)
