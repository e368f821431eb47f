"""The file of named units: `names.json` in the folder of runs, one for all of them and for all who use this machine."""

import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from filelock import FileLock, Timeout

from corpora import InputError
from corpora.places import is_read_only, runs_folder
from corpora.stored import read_file, reason_of
from models.names.format import LONGEST_FILE, NewerFormatError, parse_names, written_names
from models.names.named import Named, Names
from models.run import Run
from models.units import Unit
from models.writing import replacing

FILE, LOCK = "names.json", ".names.lock"
SECONDS = 10  # that another may take to write


def load_names() -> Names:
    """All named units; none if nobody has named one.

    Raises:
        InputError: the file cannot be read.
    """
    path = runs_folder() / FILE
    try:
        written = path.stat()
        return _read(path, written.st_mtime_ns, written.st_size, written.st_ino)
    except FileNotFoundError:
        return Names()
    except OSError as error:
        raise InputError(f"Cannot read {path} ({reason_of(error)}). Check what it is and who may read it.") from None


@lru_cache(maxsize=4)
def _read(path: Path, _modified: int, _size: int, _inode: int) -> Names:
    """The file, read again only after it was written again."""
    return parse_names(read_file(path, LONGEST_FILE), str(path))


def names_of(run: Run) -> dict[Unit, Named]:
    """The named units of a run's present weights, by unit without its state.

    Raises:
        InputError: the file cannot be read, or the run has no weights yet.
    """
    return load_names().of_weights(run.weights_hash)


def change_names(change: Callable[[Names], Names]) -> Names:
    """Read the named units, change them, and write them whole or not at all, while nobody else does.

    A file that cannot be read is never written over: it stays beside the new one, under another name.

    Raises:
        InputError: this server's users are visitors, or it cannot be written.
    """
    if is_read_only():
        raise InputError("Visitors of a shared server see the names of units and cannot change them.")
    folder = runs_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / LOCK, timeout=SECONDS):
            before, is_sound = _readable(folder / FILE)
            after = change(before)
            if after != before:
                data = written_names(after).encode()
                parse_names(data, str(folder / FILE))  # what cannot be read again is not written
                if not is_sound:
                    _set_aside(folder / FILE)
                with replacing(folder / FILE) as temporary:
                    temporary.write_bytes(data)
            return after
    except Timeout:
        raise InputError(f"Another program holds {folder / LOCK}. Try again in a moment.") from None
    except OSError as error:
        raise InputError(f"Cannot write {folder / FILE} ({error.strerror}). Free space, or check it.") from None


def _readable(path: Path) -> tuple[Names, bool]:
    """What the file says, and whether it can be read."""
    try:
        return load_names(), True
    except NewerFormatError:
        raise
    except InputError:
        if not os.access(path, os.R_OK):
            raise
        return Names(), False


def _set_aside(path: Path) -> None:
    """Give a damaged file a name that is free."""
    number = 1
    while (kept := path.with_name(f"names-unreadable-{number}.json")).exists():
        number += 1
    os.replace(path, kept)
