"""The folder that a site is written into: a new one, an empty one, or one that this command wrote before.

All files are made in a folder beside it, which then takes its place in one step. Nothing that lies in the folder is
lost: of an earlier site, what is no longer used goes with it, since visitors may have its pages open.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpora import InputError
from corpora.whole import put_in_place
from models.out import find_out
from models.writing import building, replacing, take_over

MARKER = "charscope-site.json"
MADE_BY, FORMAT = "python -m dashboard site", 1


@dataclass(frozen=True)
class Written:
    """What a site takes."""

    files: int
    bytes: int
    earlier: list[str]
    """Files of earlier sites in the same folder that are no longer used."""


def own_files(out: Path) -> set[str]:
    """The files that earlier sites left in a folder; none if it is new or empty.

    Raises:
        InputError: it is no folder, or it holds anything else but a site of ours.
    """
    if not os.path.lexists(out):
        find_out(out)  # whether it can be made
        return set()
    if out.is_symlink() and not os.path.exists(out):
        raise InputError(
            f"Wanted a folder for the site, got {out}, a link to {os.readlink(out)}, where nothing is. "
            "Make that folder, remove the link, or name another one with --out."
        )
    if not out.is_dir():
        raise InputError(f"Wanted a folder for the site, got {out}, which is a file. Name another one with --out.")
    try:
        if not any(out.iterdir()):
            return set()
        marker = json.loads((out / MARKER).read_text(encoding="utf-8"))
        if marker["made_by"] == MADE_BY and marker["format"] <= FORMAT:
            return {str(path) for path in (*marker["files"], *marker["earlier"])}
    except PermissionError as error:
        raise InputError(f"Cannot read {out} ({error.strerror}). Name another folder with --out.") from None
    except (OSError, ValueError, KeyError, TypeError):
        pass  # no marker, or not one of ours
    raise InputError(
        f"Wanted a new or empty folder, or a site that this command made, got {out}, which holds other files. "
        "Nothing was changed: name another folder with --out."
    )


def write_site(out: Path, files: Iterable[tuple[str, bytes]], about: dict[str, Any]) -> Written:
    """Write a site, whole or not at all.

    Args:
        out: the folder.
        files: each file's path in the site and its content.
        about: what the marker says of the site.

    Raises:
        InputError: the folder holds anything else, or it cannot be written.
    """
    before, target = own_files(out), out.resolve()
    with building(target, f"Cannot write the site to {out}") as made:
        if target.exists():
            take_over(target, made)
        sizes = {}
        for path, content in files:
            _require_free(target, path, before)
            sizes[path] = _write(made / path, content)
        earlier = sorted(path for path in before - {*sizes, MARKER} if (target / path).exists())
        _mark(made, sizes, earlier, about)
        put_in_place(made, target)
    return Written(len(sizes) + 1, sum(sizes.values()) + (target / MARKER).stat().st_size, earlier)


def _write(path: Path, content: bytes) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)  # the earlier site has the same file
    path.write_bytes(content)
    return len(content)


def _require_free(out: Path, path: str, own: set[str]) -> None:
    """Refuse to write over a file that is not ours, or through a link that leaves the folder.

    Raises:
        InputError: there is such a file.
    """
    inside, there = out.resolve(), out / path
    if os.path.lexists(there) and (path not in own or not there.resolve().is_relative_to(inside)):
        raise InputError(f"Wanted to write {there}, got a file there that this command did not make. Move it away.")
    if not there.parent.resolve().is_relative_to(inside):
        raise InputError(f"Wanted to write {there}, got a link there that leaves {out}. Remove the link.")


def _mark(folder: Path, sizes: dict[str, int], earlier: list[str], about: dict[str, Any]) -> None:
    marker = {"made_by": MADE_BY, "format": FORMAT, **about, "files": dict(sorted(sizes.items())), "earlier": earlier}
    with replacing(folder / MARKER) as temporary:
        temporary.write_text(json.dumps(marker, indent=1) + "\n", encoding="utf-8")
