"""The files in which a job says what others need to know of it, written and read so that a damaged one breaks nothing.

They lie in `jobs/` of the job's folder; `models/jobs.py` says what they hold.
"""

import contextlib
import dataclasses
import json
import math
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpora import InputError
from models.writing import replacing

JOBS = "jobs"
ERROR = re.compile(r"error: |[\w.]*(Error|Exception)\b")  # of a command, or at the end of a traceback
LOGGED = 4000  # bytes at the end of a log that are looked through for the last line


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
        return min(1.0, max(0.0, self.done / self.total)) if self.total else 0.0

    @property
    def seconds_left(self) -> float | None:
        """At the speed so far; None before anything is done."""
        if self.done <= self.first or not self.total:
            return None
        return max(0.0, (self.at - self.since) * (self.total - self.done) / (self.done - self.first))


def path_of(folder: Path, kind: str, ending: str) -> Path:
    """A file of a job of some kind."""
    return folder / JOBS / f"{kind}{ending}"


def read_note(path: Path) -> dict[str, Any]:
    """What a file of ours says; nothing if it is missing or damaged, as after a crash of the machine."""
    try:
        described = json.loads(path.read_text())
        return described if isinstance(described, dict) else {}
    except (OSError, ValueError, RecursionError):
        return {}


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
    described = read_note(path_of(folder, kind, ".progress.json"))
    kinds = {field.name: field.type for field in dataclasses.fields(Progress)}
    read = Progress(**{name: value for name, value in described.items() if name in kinds})
    numbers = [value for name, value in dataclasses.asdict(read).items() if name != "stage"]
    sound = all(isinstance(number, int | float) and math.isfinite(number) for number in numbers)
    return read if sound and isinstance(read.stage, str) else Progress()


def read_wish(folder: Path, kind: str) -> str:
    """What somebody asks of a job; empty if nobody does."""
    try:
        return path_of(folder, kind, ".asked").read_text(errors="replace").strip()
    except OSError:
        return ""


def last_error(folder: Path, kind: str) -> str:
    """What a job's last line says if it is an error's, without the `error:` before it; a killed job has none."""
    try:
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
