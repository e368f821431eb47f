"""Writes files whole or not at all, and removes what processes left that were killed while they wrote."""

import contextlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

import psutil
from safetensors import SafetensorError

from corpora import InputError


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary path that takes the place of `path` in one step when the block ends well."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        with temporary.open("rb") as written:
            os.fsync(written.fileno())
        os.replace(temporary, path)
    except (OSError, SafetensorError) as error:  # safetensors wraps the system's errors in one of its own
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"Cannot write {path} ({reason}). Free space or choose another path.") from None
    finally:
        with contextlib.suppress(OSError):  # where nothing can be written there is nothing to remove
            temporary.unlink(missing_ok=True)


def clear_interrupted_writes(folder: Path) -> None:
    """Remove what `replacing` left behind in processes that were killed."""
    for path in folder.rglob(".*"):
        process = re.fullmatch(r"\..+\.(\d+)", path.name)
        if process and path.is_file() and not _is_another(int(process[1])):
            path.unlink(missing_ok=True)


def _is_another(process: int) -> bool:
    """Whether it is a process that runs beside this one, as a search beside a training does."""
    return process != os.getpid() and psutil.pid_exists(process)
