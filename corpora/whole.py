"""Folders that are written whole or not at all: made under a name that says whose they are, then put in place.

A process that is killed leaves its folder behind; whoever next makes one of that name removes it. A folder is left
behind if the process that its name gives is gone, or started later, and nobody holds its lock.
"""

import contextlib
import ctypes
import errno
import fcntl
import os
import re
import secrets
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil

TEMPORARY = re.compile(r".+\.(\d+)(\.[0-9a-f]{8}|\.old)?")
FOLDER = re.compile(r".+\.\d+(\.[0-9a-f]{8}|\.old)")
LONGEST_BASE = 180  # bytes of the name that is kept: a name may have 255
SLACK = 2.0  # seconds between a process's start and what the clock says of it
OLD = ".old"
PRIVATE = 0o700  # of a folder that holds texts among those of others
EXCHANGE = 2  # RENAME_EXCHANGE of renameat2(2), and RENAME_SWAP of renamex_np(2)
AT_FDCWD = -100
CANNOT_EXCHANGE = (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP)


@contextlib.contextmanager
def temporary_folder(parent: Path, base: str, mode: int = 0o777) -> Iterator[Path]:
    """A new folder `.BASE.PID.RANDOM`, which is gone at the end unless it was put in place by then.

    What killed processes left under this base is removed first.

    Raises:
        OSError: it cannot be made.
    """
    start = f".{shortened(base)}"
    sweep(parent, f"{start}.")
    folder = parent / f"{start}.{os.getpid()}.{secrets.token_hex(4)}"
    folder.mkdir(mode=mode)
    held = _lock(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if held is not None:
            os.close(held)


def shortened(name: str) -> str:
    """The beginning of a file's name, so that a longer name made from it is still one."""
    return os.fsdecode(os.fsencode(name)[:LONGEST_BASE])


def sweep(parent: Path, start: str) -> None:
    """Remove what killed processes left in a folder under names with this start; where that is forbidden, it stays."""
    with contextlib.suppress(OSError):
        names = [name for name in os.listdir(parent) if name.startswith(start) and TEMPORARY.fullmatch(name)]
        for path in (parent / name for name in names):
            if is_left_behind(path) and not path.name.endswith(OLD):
                _remove(path)


def is_left_behind(path: Path) -> bool:
    """Whether a file or folder `NAME.PID`, or `NAME.PID.RANDOM`, belongs to no process that lives."""
    named = TEMPORARY.fullmatch(path.name)
    try:
        written = path.lstat()
    except OSError:
        return False  # gone already
    if named is None or written.st_uid != os.getuid() or _lives(int(named[1]), written.st_mtime):
        return False
    held = _lock(path)
    if held is None:
        return False
    os.close(held)
    return True


def _lives(pid: int, written: float) -> bool:
    """Whether a process lives that was there when a file was last written; one that only waits to be reaped is dead."""
    try:
        process = psutil.Process(pid)
        dead = process.status() in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
        return process.create_time() < written + SLACK and not dead
    except psutil.AccessDenied:
        return True
    except (psutil.Error, ValueError, OverflowError):
        return False


def _lock(path: Path) -> int | None:
    """Hold a file or folder: its descriptor; None if somebody else does. It ends with the process, however it ends."""
    descriptor = None
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        if descriptor is not None:
            os.close(descriptor)
        return None
    except OSError:
        pass  # a file system without locks: the process id must do
    return descriptor


def _remove(path: Path) -> None:
    if not path.is_dir() or path.is_symlink():
        path.unlink(missing_ok=True)
    elif FOLDER.fullmatch(path.name):  # a file of that name is old, a folder may be somebody's
        shutil.rmtree(path, ignore_errors=True)


# ---- put in place ----


def put_in_place(building: Path, target: Path) -> None:
    """Give a folder that was built beside it the name of `target`, whose former content takes the other's name.

    At every instant one of the two is there whole. Where the file system cannot exchange two names, there are two
    steps; `restore` undoes the first where a process was killed between them.

    Raises:
        OSError: it cannot be moved there.
    """
    if not os.path.lexists(target):
        os.rename(building, target)
    elif not _exchange(building, target):
        aside = target.with_name(f".{shortened(target.name)}.{os.getpid()}{OLD}")
        os.rename(target, aside)
        os.rename(building, target)
        shutil.rmtree(aside, ignore_errors=True)


def restore(target: Path) -> None:
    """Bring back a folder that a killed process had moved away, and had not yet replaced."""
    with contextlib.suppress(OSError):
        pattern = re.compile(re.escape(f".{shortened(target.name)}.") + r"\d+" + re.escape(OLD))
        for path in [target.parent / name for name in os.listdir(target.parent) if pattern.fullmatch(name)]:
            if is_left_behind(path):
                _remove(path) if os.path.lexists(target) else os.rename(path, target)


def _exchange(one: Path, other: Path) -> bool:
    """Let two folders take each other's names in one step; False where the system cannot.

    Raises:
        OSError: it can, and this did not work.
    """
    system = ctypes.CDLL(None, use_errno=True)
    names = os.fsencode(one), os.fsencode(other)
    try:
        if sys.platform == "darwin":
            failed = system.renamex_np(*names, EXCHANGE)
        else:
            failed = system.renameat2(AT_FDCWD, names[0], AT_FDCWD, names[1], EXCHANGE)
    except AttributeError:  # an older C library
        return False
    if not failed:
        return True
    if ctypes.get_errno() in CANNOT_EXCHANGE:
        return False
    raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(other))
