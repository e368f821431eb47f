"""Where a command may write: never over what it reads, over what is no file, or over what it did not make."""

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from corpora import InputError

Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace a file that this command did not make.")]
KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def require_file(
    out: Path, is_own: Callable[[Path], bool], inputs: Iterable[Path | None] = (), overwrite: bool = False
) -> Path:
    """The file to write for `--out`: a new one, or one that may be replaced. A link stays, and its file is replaced.

    Args:
        out: what was asked for.
        is_own: whether a file is of the kind that the command makes.
        inputs: files and folders that it reads; folders with all that is in them.
        overwrite: replace any file but those.

    Raises:
        InputError: it must not be replaced, or cannot be written.
    """
    found = find_out(out)
    if found is None:
        return out
    if not stat.S_ISREG(found.st_mode):
        raise InputError(f"Wanted a file for --out, got {out}, which is {_kind_of(found)}. Choose another --out.")
    target = out.resolve()
    if (found.st_dev, found.st_ino) in set(_identities(inputs)):
        raise InputError(f"Wanted another file for --out, got {out}, which this command reads. Choose another --out.")
    if not overwrite and not _holds(is_own, target):
        raise InputError(
            f"Wanted a new file for --out, got {out}, which this command did not make. Choose another --out, or "
            "replace it: --overwrite"
        )
    return target


def find_out(out: Path) -> os.stat_result | None:
    """What lies at `--out`, through links; None if nothing does and something can be made there.

    Raises:
        InputError: a link to nothing, or a place that cannot be written to.
    """
    if str(out).startswith("--"):  # the option before it had no value, and took the next one
        raise InputError(f"Wanted a file or folder for --out, got the option {out}. Give a name after --out.")
    try:
        if out.is_symlink() and not out.exists():
            raise InputError(
                f"Wanted a file or folder for --out, got {out}, a link to {os.readlink(out)}, where nothing is. Remove "
                "the link, or choose another --out."
            )
        place = next((each for each in out.absolute().parents if os.path.lexists(each)), Path("/"))
        if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
            reason = "no permission" if place.is_dir() else "no folder"
            raise InputError(f"Cannot write {out} ({place}: {reason}). Choose another --out.")
        out.parent.resolve(strict=False)
        return out.stat()
    except FileNotFoundError:
        return None
    except (OSError, RuntimeError) as error:  # too long a name; links in a circle
        raise InputError(f"Cannot write {out} ({getattr(error, 'strerror', error)}). Choose another --out.") from None


def _kind_of(found: os.stat_result) -> str:
    return KINDS.get(stat.S_IFMT(found.st_mode), "no regular file")


def _identities(inputs: Iterable[Path | None]) -> Iterator[tuple[int, int]]:
    """What tells files apart, whatever name or link leads to them."""
    for path in filter(None, inputs):
        inside = [Path(folder) / name for folder, _, names in os.walk(path) for name in names]
        for each in (path, *inside):
            try:
                found = each.stat()
            except OSError:
                continue
            yield found.st_dev, found.st_ino


def _holds(is_own: Callable[[Path], bool], path: Path) -> bool:
    try:
        return is_own(path)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return False
