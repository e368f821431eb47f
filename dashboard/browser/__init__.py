"""The browser code: plain ES modules, served by our own route in the app and inlined into exported pages.

`reader/` shows the text colored by a unit; `hosts/` has one small module for each way to mount it. There is no build
step: the files are sent as they are. package.json names only developers' tools.
"""

import hashlib
import posixpath
import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
PREFIX = "/charscope/browser"
IMPORT = re.compile(r'^((?:import|export)\b(?:[^;"]*\bfrom)? ")(\.{1,2}/[^"]+)(";)$', re.MULTILINE)


@cache
def modules() -> dict[str, str]:
    """Every module of the folder: its path, such as `reader/grid.js`, and its text."""
    found = sorted(path for part in ("reader", "hosts") for path in (FOLDER / part).glob("*.js"))
    return {path.relative_to(FOLDER).as_posix(): path.read_text(encoding="utf-8") for path in found}


@cache
def version() -> str:
    """A hash of all modules. It is part of their addresses, so that browsers may cache them for ever."""
    all_modules = "\0".join(f"{path}\0{text}" for path, text in modules().items())
    return hashlib.sha256(all_modules.encode()).hexdigest()[:16]


def imports_of(path: str) -> list[str]:
    """The modules that a module imports, by their paths."""
    return [_resolved(path, named) for _, named, _ in IMPORT.findall(modules()[path])]


def needed_by(entry: str) -> list[str]:
    """A module and all modules that it imports, directly or not, each once."""
    needed = [entry]
    for path in needed:
        needed += [other for other in dict.fromkeys(imports_of(path)) if other not in needed]
    return needed


def with_bare_imports(path: str) -> str:
    """A module's text, with bare names such as `charscope/reader/grid.js` in its imports, for an import map."""
    return IMPORT.sub(lambda found: f"{found[1]}{bare_name(_resolved(path, found[2]))}{found[3]}", modules()[path])


def bare_name(path: str) -> str:
    return f"charscope/{path}"


def _resolved(path: str, named: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), named))


@cache
def styles(*names: str) -> str:
    """Style sheets of the reader, such as `reader.css`, one after the other."""
    return "\n".join((FOLDER / "reader" / name).read_text(encoding="utf-8") for name in names)
