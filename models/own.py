"""One's own runs, apart from the shipped models: which ones a menu offers, and how one is hidden or deleted."""

import os
import shutil
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from filelock import FileLock, Timeout

from corpora import InputError
from corpora.places import is_read_only, runs_folder
from corpora.stored import shown_path
from models.job_notes import JOBS
from models.jobs import WORDS, find_jobs
from models.run import CONFIG, WEIGHTS, Run, is_run_name, is_text, load_run, own_runs, shipped_runs
from models.status import status_of
from models.writing import replacing

HIDDEN = "hidden"  # an empty file in a run's folder: menus leave the run out
DELETED = ".deleted-"  # begins the name of a folder that is about to go
UNREADABLE = (InputError, OSError, AttributeError, LookupError, TypeError, ValueError)  # a damaged config.json


def is_own(run: Run) -> bool:
    """Whether it is a run under `runs/`, not a shipped model."""
    return run.folder.parent.resolve() == runs_folder().resolve()


def is_hidden(run: Run) -> bool:
    """Whether menus leave it out."""
    return (run.folder / HIDDEN).exists()


def damaged_runs() -> dict[str, str]:
    """The folders under `runs/` that look like runs but cannot be read, each with its reason in one line.

    What is no UTF-8 in a name is written as escapes: such a folder cannot be named, so it is no run.
    """
    found = {}
    for folder in sorted(runs_folder().glob("*")):
        if folder.name.startswith(".") or not os.path.lexists(folder / CONFIG):
            continue
        if not is_text(folder.name):
            found[shown_path(Path(folder.name))] = "The name of its folder is no UTF-8. Rename the folder."
        elif reason := _reason(folder):
            found[folder.name] = reason
    return found


def _reason(folder: Path) -> str:
    """Why a run cannot be read; empty if it can."""
    try:
        load_run(folder)
        return ""
    except UNREADABLE as error:
        return str(error)


def readable_run(name: str) -> Run | None:
    """The own run of that name, or None if its configuration is damaged: one such run is no reason to show none."""
    folder = runs_folder() / name
    try:
        written = (folder / "config.json").stat()
        return replace(_read(folder, written.st_mtime_ns, written.st_size))  # a fresh one: its weights may have changed
    except UNREADABLE:
        return None


@lru_cache(maxsize=256)
def _read(folder: Path, _modified: int, _size: int) -> Run:
    """A run whose configuration says what menus and tables want to know of it; read again once it was written again."""
    run = load_run(folder)
    _ = run.model.title + run.corpus["name"] + run.corpus["sha256"]
    _ = run.options, len(run.vocabulary), sum(run.corpus["cuts"])
    return run


def offered_runs() -> list[str]:
    """The names for a menu: own runs with weights, those written last first, then the shipped models.

    Runs that are hidden or damaged, or whose training failed, are left out.
    """
    shipped = shipped_runs()
    own = [run for name in own_runs() if name not in shipped and (run := readable_run(name))]
    shown = sorted((run for run in own if _is_offered(run)), key=_written, reverse=True)
    return [*(run.name for run in shown), *shipped]


def _is_offered(run: Run) -> bool:
    return not is_hidden(run) and status_of(run.folder) != "failed"


def _written(run: Run) -> float:
    try:
        return (run.folder / WEIGHTS).stat().st_mtime
    except OSError:  # deleted just now
        return 0.0


def hide_run(run: Run, hidden: bool) -> None:
    """Leave a run out of the menus, or offer it again.

    Raises:
        InputError: a shipped model, a shared server, or a folder that cannot be written.
    """
    folder = _changeable(run.name)
    if hidden:
        with replacing(folder / HIDDEN) as temporary:
            temporary.touch()
        return
    try:
        (folder / HIDDEN).unlink(missing_ok=True)
    except OSError as error:
        raise InputError(f"Cannot write {folder} ({error.strerror}). Make it writable.") from None


def delete_run(name: str) -> None:
    """Delete the folder of an own run, with all that was measured of it.

    Raises:
        InputError: not a run under `runs/`, a run that is at work, a shared server, or a folder that cannot be deleted.
    """
    folder = _changeable(name)
    at_work = next((job for job in find_jobs(folder) if job.state == "running"), None)
    if at_work or _is_trained(folder):
        work = WORDS.get(at_work.kind, at_work.kind) if at_work else "training"
        raise InputError(f"The {work} of {name} is running. Stop it first, then delete the run.")
    try:
        if folder.is_symlink():
            folder.unlink()
            return
        leaving = folder.with_name(f"{DELETED}{name}.{os.getpid()}")
        os.replace(folder, leaving)
        shutil.rmtree(leaving)
    except OSError as error:
        raise InputError(f"Cannot delete {folder} ({error.strerror}). Make it writable.") from None


def _changeable(name: str) -> Path:
    """The folder of an own run that may be changed."""
    if is_read_only():
        raise InputError("Visitors of a shared server cannot hide or delete runs. The person who shares it can.")
    folder = runs_folder() / name
    if not is_run_name(name) or name in shipped_runs() or not is_own_folder(folder):
        raise InputError(f"Wanted a run of your own, got {name[:40]!r}. Choose one of those in Models.")
    return folder


def is_own_folder(folder: Path) -> bool:
    """Whether a run lies there, or what a training left that failed before there was one, or was damaged."""
    return (folder / "config.json").exists() or (folder / JOBS).is_dir()


def _is_trained(folder: Path) -> bool:
    """Whether a process holds the run, as a training does."""
    from models.train import LOCK

    if not (folder / LOCK).exists():
        return False
    try:
        with FileLock(folder / LOCK, timeout=0):
            return False
    except Timeout:
        return True
    except OSError:
        return False
