"""The browser code: plain ES modules, served by our own route in the app and inlined into exported pages.

`reader/` shows the text colored by a unit; `engine/` runs the network itself; `generate/` lets it write; `live/` puts
these together on one network; `compare/` shows several signals over one text; `learn/` is the frame of the course and
`lessons/` has its widgets; `training/` is one slider through a training; `hosts/` has one small module for each way to
mount them. There is no build step: the files are sent as they are. package.json names only developers' tools.

The engine runs in a Worker. In an exported page the worker is one `data:` URL that holds all its modules: an import map
does not reach into workers. Chromium starts it from `file://` and in a sandboxed frame alike (of a `blob:` URL only a
script without imports). The page's policy must name `ENGINE_POLICY`; the worker inherits it. Without 'wasm-unsafe-eval'
the engine runs in plain JavaScript.
"""

import base64
import hashlib
import posixpath
import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
PREFIX = "/charscope/browser"
NAMED_IMPORT = re.compile(r'^import \{([^}"]*)\} from "(\.{1,2}/[^"]+)";$', re.MULTILINE)
EXPORT = re.compile(r"^export (?:async )?(?:function|class|const) (\w+)", re.MULTILINE)
PARTS = ("reader", "engine", "generate", "live", "compare", "learn", "lessons", "training", "hosts")
WORKER, WORKER_URL = "engine/worker.js", "engine/worker_url.js"
ENGINE_SCRIPTS, ENGINE_POLICY = "'wasm-unsafe-eval'", "worker-src data:"
"""What an exported page with the engine adds to `script-src`, and the directive that it adds to its policy."""
IMPORT = re.compile(r'^((?:import|export)\b(?:[^;"]*\bfrom)? ")(\.{1,2}/[^"]+)(";)$', re.MULTILINE)


@cache
def modules() -> dict[str, str]:
    """Every module of the folder: its path, such as `reader/grid.js`, and its text."""
    found = sorted(path for part in PARTS for path in (FOLDER / part).glob("*.js"))
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
    """A module's text, with bare names such as `charscope/reader/grid.js` in its imports, for an import map.

    The module that says where the worker is says its `data:` URL.
    """
    if path == WORKER_URL:
        encoded = base64.b64encode(worker_script().encode()).decode()
        return f'export const WORKER_URL = "data:text/javascript;base64,{encoded}";\n'
    return IMPORT.sub(lambda found: f"{found[1]}{bare_name(_resolved(path, found[2]))}{found[3]}", modules()[path])


@cache
def worker_script() -> str:
    """The worker's module and all that it imports as one script: each in a function that returns what it exports."""
    parts = [f"const {_variable(path)} = {_as_function(path)};" for path in _in_order(WORKER)]
    return "\n".join(parts)


def _in_order(path: str) -> list[str]:
    """A module after all that it imports, each once."""
    before = [other for imported in imports_of(path) for other in _in_order(imported)]
    return list(dict.fromkeys([*before, path]))


def _as_function(path: str) -> str:
    text = NAMED_IMPORT.sub(
        lambda found: f"const {{{found[1].replace(' as ', ': ')}}} = {_variable(_resolved(path, found[2]))};",
        modules()[path],
    )
    names = ", ".join(EXPORT.findall(text))
    inner = EXPORT.sub(lambda found: found[0].removeprefix("export "), text)
    return f"(() => {{\n{inner}return {{ {names} }};\n}})()"


def _variable(path: str) -> str:
    return re.sub(r"\W", "_", path)


def bare_name(path: str) -> str:
    return f"charscope/{path}"


def _resolved(path: str, named: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), named))


@cache
def styles(*names: str) -> str:
    """Style sheets such as `reader.css`, one after the other."""
    found = {path.name: path for path in FOLDER.glob("*/*.css")}
    return "\n".join(found[name].read_text(encoding="utf-8") for name in names)
