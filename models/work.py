"""A job in its own process: it notes that it works, how far it is and how it ends, and hears what is asked of it.

Times are seconds since the epoch.
"""

import contextlib
import dataclasses
import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from corpora import InputError
from models.job_notes import Progress, forget, path_of
from models.jobs import Job, Wish, find_job, note_job, require_idle, start_of
from models.writing import replacing

REPORT_EVERY = 0.5  # seconds


class StoppedError(Exception):
    """Somebody asked this job to stop, and it has nothing to keep."""


@dataclass
class Work:
    """A job as its own process sees it."""

    job: Job
    latest: Progress = dataclasses.field(default_factory=Progress)
    reported: float = 0.0

    def report(self, done: float, total: float, stage: str = "") -> None:
        """Say how far the work is; most calls within half a second of the last write nothing.

        Stages that count the same parts, as training and its evaluations do, share their time.
        """
        now, last = time.time(), self.latest
        going_on = last.at and last.total == total and last.done <= done
        since, first = (last.since, last.first) if going_on else (now, done)
        self.latest = Progress(done, total, stage, since, now, first)
        if now - self.reported < REPORT_EVERY and done < total and stage == last.stage:
            return
        if not self.job.folder.is_dir():
            return  # deleted: nothing of it comes back
        self.reported = now
        described = dataclasses.asdict(self.latest)
        with (
            contextlib.suppress(InputError),
            replacing(path_of(self.job.folder, self.job.kind, ".progress.json")) as out,
        ):
            out.write_text(json.dumps(described))  # a full disk ends the work where it keeps something, not here

    def wish(self) -> Wish | None:
        """What somebody asked of this job since it started."""
        return self.job.wish

    def check(self) -> None:
        """End the work if somebody asked for it.

        Raises:
            StoppedError: they did.
        """
        if self.wish():
            raise StoppedError

    def end(self, outcome: str, message: str = "") -> None:
        """Note how the work ended, unless its folder is gone."""
        with contextlib.suppress(InputError):
            if self.job.folder.is_dir():
                self.job = note_job(dataclasses.replace(self.job, outcome=outcome, message=message, ended=time.time()))
                path_of(self.job.folder, self.job.kind, ".asked").unlink(missing_ok=True)


def _forget_another(folder: Path, kind: str) -> None:
    """Remove what is left of a job of another process; of this one, somebody may have asked for something already."""
    before = find_job(folder, kind)
    if before is None or before.pid != os.getpid():
        forget(folder, kind, ".asked", ".progress.json", ".log")


@contextlib.contextmanager
def at_work(folder: Path, kind: str) -> Iterator[Work]:
    """Note for others that this process works at a job, how far it is, and how it ends.

    A block that ends well, or by `StoppedError`, has finished or stopped, unless it noted another end itself. Where
    nothing may be written, the work goes on without notes.

    Raises:
        InputError: another process works at it.
    """
    require_idle(folder, kind)
    before = find_job(folder, kind)
    if not (before and before.pid == os.getpid() and before.state == "running"):  # a job that `start_job` began
        forget(folder, kind, ".asked", ".progress.json")
    work = Work(Job(folder, kind, tuple(sys.orig_argv), os.getpid(), start_of(os.getpid())))
    with contextlib.suppress(InputError):
        _forget_another(folder, kind)
        note_job(work.job)
    try:
        yield work
    except StoppedError:
        work.end("stopped")
    except KeyboardInterrupt:
        work.end("stopped")
        raise
    except InputError as error:
        work.end("failed", " ".join(str(error).split()))
        raise
    except BaseException as error:
        work.end("failed", f"{type(error).__name__}: {' '.join(str(error).split())}"[:500])
        raise
    else:
        if not work.job.outcome:
            work.end("finished")
