"""Writes files whole or not at all, and removes what processes left that were killed while they wrote."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from safetensors import SafetensorError

from corpora import InputError
from corpora.whole import restore, sweep, temporary_folder

READY = ".ready"
READABLE = 0o666  # less what the umask takes


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary path that takes the place of `path` in one step when the block ends well."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary_folder(path.parent, path.name) as folder:
            temporary = folder / path.name
            yield temporary
            with temporary.open("rb") as written:
                os.fsync(written.fileno())
            temporary.chmod(READABLE & folder.stat().st_mode)  # safetensors lets only the owner read
            os.replace(temporary, path)
    except (OSError, SafetensorError) as error:  # safetensors wraps the system's errors in one of its own
        reason = getattr(error, "strerror", None) or error
        raise InputError(
            f"Cannot write {path} ({reason}). Free space, make it writable, or choose another path."
        ) from None


@contextlib.contextmanager
def building(target: Path, wrong: str) -> Iterator[Path]:
    """A temporary folder beside `target`, to be put in place; what killed processes left there is cleared away.

    Raises:
        InputError: it cannot be written; the message begins with `wrong`.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        restore(target)
        with temporary_folder(target.parent, target.name) as made:
            yield made
    except OSError as error:
        raise InputError(f"{wrong} ({error.strerror or error}). Free space, or choose another --out.") from None


def take_over(folder: Path, made: Path) -> None:
    """Give a folder that is being built all that lies in another one, as links to the same files where that works."""
    shutil.copytree(folder, made, symlinks=True, dirs_exist_ok=True, copy_function=_link_or_copy)


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target, follow_symlinks=False)


@contextlib.contextmanager
def replacing_together(folder: Path) -> Iterator[Path]:
    """A temporary folder, whose files take their places in `folder` as one when the block ends well.

    They are moved to `folder/READY/` in one step, from which on they count, and then into place one after the other.
    Readers ask `current` where a file is; the next writer moves what a killed process had not.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _move_into_place(folder)
        with temporary_folder(folder, READY) as made:
            yield made
            for path in made.iterdir():
                with path.open("rb") as written:
                    os.fsync(written.fileno())
            os.rename(made, folder / READY)
        _move_into_place(folder)
    except OSError as error:
        raise InputError(
            f"Cannot write into {folder} ({error.strerror or error}). Free space, or make it writable."
        ) from None


def _move_into_place(folder: Path) -> None:
    ready = folder / READY
    if ready.is_dir():
        for path in list(ready.iterdir()):
            os.replace(path, folder / path.name)
        ready.rmdir()


def current(folder: Path, name: str) -> Path:
    """Where a file is that is written together with others: on its way into place, or there."""
    ready = folder / READY / name
    return ready if ready.exists() else folder / name


def clear_interrupted_writes(folder: Path) -> None:
    """Remove what `replacing` left behind in processes that were killed."""
    for inside, folders, _ in os.walk(folder):
        sweep(Path(inside), ".")
        folders[:] = [name for name in folders if not name.startswith(".")]
