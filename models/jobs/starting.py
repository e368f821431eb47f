"""Starts jobs, asks something of those that run, and ends them."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import psutil
from filelock import FileLock, Timeout

from corpora import InputError
from corpora.places import ROOT, is_read_only
from models.jobs.job import JOBS, WORDS, Job, Wish, find_job, note, path_of, start_of
from models.run import replacing

STARTING = 10.0  # seconds that another start may take
STARTED: list[subprocess.Popen[bytes]] = []  # by this process, and not known to have ended


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
    try:
        (folder / JOBS).mkdir(parents=True, exist_ok=True)
        with FileLock(path_of(folder, kind, ".starting"), timeout=STARTING):
            require_idle(folder, kind)
            path_of(folder, kind, ".asked").unlink(missing_ok=True)
            path_of(folder, kind, ".progress.json").unlink(missing_ok=True)
            with path_of(folder, kind, ".log").open("wb") as log:
                command = [sys.executable, *arguments]
                process = subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=ROOT, start_new_session=True
                )
            STARTED[:] = [each for each in (*STARTED, process) if each.poll() is None]
            begun = find_job(folder, kind)  # the process may have noted itself by now
            if begun and begun.pid == process.pid:
                return begun
            return note(Job(folder, kind, tuple(command), process.pid, start_of(process.pid)))
    except Timeout:
        raise InputError(
            f"Somebody else is starting the {WORDS.get(kind, kind)} of {folder.name}. Reload the page."
        ) from None
    except OSError as error:
        raise InputError(
            f"Cannot start the {kind} in {folder} ({error.strerror}). Free space, or make it writable."
        ) from None


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


def ask(job: Job, wish: Wish) -> None:
    """Ask a running job for something: it answers when it next reports.

    `pause` stops where one can go on; `finish` ends with what there is; `stop` gives up.

    Raises:
        InputError: it cannot be written.
    """
    with replacing(path_of(job.folder, job.kind, ".asked")) as temporary:
        temporary.write_text(wish)


def kill(job: Job) -> None:
    """End a job at once, if its process still runs: for one that does not answer."""
    if job.state == "running":
        with contextlib.suppress(psutil.Error):
            psutil.Process(job.pid).kill()
