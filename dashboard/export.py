"""One self-contained HTML page: the same reader, some units, no request.

The page holds the app's modules as `data:` URLs in an import map. Relative imports do not work from such a URL, so they
become bare names that the map resolves.

python -m dashboard export RUN --text FILE --unit L2.u87 --out heatmap.html
"""

import base64
import hashlib
import html
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Literal

from analysis.findings import best_units, load_units, rows_of
from corpora import InputError
from dashboard import browser
from dashboard.frames import frame_parts
from dashboard.location import PALETTES
from dashboard.readings import Reading
from models.run import Run
from models.units import Unit, unit_at

Theme = Literal["auto", "light", "dark"]
LARGEST_FRAME = 380_000_000  # bytes: as base64 it is one string, and V8 holds none of 2**29 characters
HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="Charscope">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>{title}</title>
<style>{css}</style>
</head>
<body>
"""
GENERATOR, LONGEST_HEAD = b'<meta name="generator" content="Charscope">', 300  # bytes
SCRIPTS = """<script type="importmap">{imports}</script>
<script type="module">{script}</script>
</body>
</html>
"""
BEFORE_FRAME = (
    HEAD
    + """<div id="reader"></div>
<footer>{footer}</footer>
<script type="application/json" id="view">{view}</script>
<script type="text/plain" id="frame">"""
)
AFTER_FRAME = f"</script>\n{SCRIPTS}"

HOST = "hosts/page.js"
SCRIPT = f'import {{ openPage }} from "{browser.bare_name(HOST)}";\nopenPage();\n'

PAGE_CSS = """
:root { color-scheme: light dark; --st-background-color: #fff; }
body { margin: 24px auto; padding: 0 24px; max-width: 1200px; color: #1f2328; background: #fff;
  font-family: system-ui, -apple-system, "Segoe UI", sans-serif; }
footer { margin: 12px 0; font-size: 12px; opacity: 0.6; }
.reader .scroll { max-height: none; }
/* in a frame, of a notebook say, the text scrolls and the controls stay in sight */
.framed body { margin: 0; padding: 8px; max-width: none; height: 100vh; box-sizing: border-box;
  display: flex; flex-direction: column; }
.framed footer { margin: 6px 0 0; }
.framed .reader { flex: 1 1 0; display: flex; flex-direction: column; }
.framed .reader > * { flex: none; }
.framed .reader .sentence { font-size: 16px; margin-bottom: 6px; }
.framed .reader .scroll { flex: 1 1 0; min-height: 96px; }
"""
DARK_CSS = """:root { color-scheme: dark; --st-background-color: #0e1117; }
body { color: #e6e6e6; background: #0e1117; }
"""
CSS_OF_THEME: dict[Theme, str] = {
    "auto": f"@media (prefers-color-scheme: dark) {{\n{DARK_CSS}}}\n",
    "light": ":root { color-scheme: light; }\n",
    "dark": DARK_CSS,
}


@dataclass(frozen=True)
class Look:
    """How a page opens."""

    mode: str = "colors"
    """`colors`, or `predictions` for the five likeliest next characters under each one."""
    palette: str = PALETTES[0]
    concept: str = ""
    """The headline's concept; by default, the one that the unit tracks best."""
    theme: Theme = "auto"
    """`auto` follows the reader's system, or the page around a frame."""


def is_page(path: Path) -> bool:
    """Whether a file is a page that an export wrote."""
    with path.open("rb") as file:
        return GENERATOR in file.read(LONGEST_HEAD)


def export_page(reading: Reading, units: list[Unit], look: Look = Look()) -> str:
    """The page, showing the first of `units`; the reader can switch among them.

    Raises:
        InputError: the model has no such unit, or no browser could open the page.
    """
    return "".join(page_parts(reading, units, look))


def page_parts(reading: Reading, units: list[Unit], look: Look = Look()) -> Iterator[str]:
    """The same page piece by piece, which takes little memory however many units it holds. It raises at once."""
    exported = [(unit.state, unit.require(reading.run.model, gates=True).column(reading.units)) for unit in units]
    if len(exported) * len(reading) > LARGEST_FRAME:
        raise InputError(
            f"Wanted at most {LARGEST_FRAME:,} activations, since browsers open no larger page, got {len(exported):,} "
            f"for each of {len(reading):,} characters. Shorten the text, or choose fewer units."
        )
    held = {state for state, _ in exported}
    header = reading.header() | {
        "gates": [gate for gate in reading.gates if gate in held],
        "exported": [{"state": state, "column": column} for state, column in exported],
    }
    rows = [reading.states[state][column] for state, column in exported]
    first, imports = units[0], import_map(HOST)
    view = {**first.columns, "concept": look.concept, "mode": look.mode, "palette": look.palette}
    before = BEFORE_FRAME.format(
        policy=policy_for(imports, SCRIPT),
        title=html.escape(f"{first} of {reading.run.name} · Charscope"),
        css=browser.styles("reader.css") + PAGE_CSS + CSS_OF_THEME[look.theme],
        footer=html.escape(f"Model {reading.run.name}, weights {reading.run.weights_hash[:12]}. Made with Charscope."),
        view=json.dumps({"view": view}).replace("<", "\\u003c"),
    )
    frame = base64_parts(frame_parts(header, {**reading.base_arrays(), "activations": rows}))
    return chain([before], frame, [AFTER_FRAME.format(imports=imports, script=SCRIPT)])


@cache
def import_map(*entries: str) -> str:
    """Modules and all that they import, by their bare names; with the engine's client also its worker."""
    urls = {
        browser.bare_name(path): f"data:text/javascript;base64,{_base64(browser.with_bare_imports(path).encode())}"
        for path in dict.fromkeys(chain.from_iterable(map(browser.needed_by, entries)))
    }
    return json.dumps({"imports": urls})


def policy_for(*scripts: str, engine: bool = False) -> str:
    """A policy that allows these scripts, modules in `data:` URLs, and no request; with the engine also its worker."""
    hashes = " ".join(f"'sha256-{_base64(hashlib.sha256(script.encode()).digest())}'" for script in scripts)
    allowed = f"{hashes} data: {browser.ENGINE_SCRIPTS}; {browser.ENGINE_POLICY}" if engine else f"{hashes} data:"
    return f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def detector_units(run: Run) -> list[Unit]:
    """The best unit of every concept, each once, the clearest first; for a gate, the unit's memory state."""
    table = load_units(run)
    best = [] if table is None else rows_of(best_units(table[table["score"].notna()]))
    return list(dict.fromkeys(Unit.of_row(row).in_recorded_state(run.model) for row in best))


def in_every_state(units: list[Unit], states: tuple[str, ...]) -> list[Unit]:
    """The units, then each in its other states, so that the page of an LSTM can show h and c."""
    return list(dict.fromkeys([*units, *(unit.in_state(state) for unit in units for state in states)]))


def every_unit(run: Run, state: str) -> list[Unit]:
    """All units in every state: the clearest detector first, or in `state` the first unit if none was found."""
    first = detector_units(run)[:1] or [Unit(1, 0, state)]
    columns, hidden_size = run.model.num_layers * run.model.hidden_size, run.model.hidden_size
    return list(
        dict.fromkeys(
            [*first, *(unit_at(column, hidden_size, each) for each in run.states for column in range(columns))]
        )
    )


def base64_parts(parts: Iterable[bytes]) -> Iterator[str]:
    """The base64 of all parts in a row: each piece encodes a multiple of three bytes, the last one the rest."""
    rest = b""
    for part in parts:
        rest += part
        whole = len(rest) - len(rest) % 3
        yield _base64(rest[:whole])
        rest = rest[whole:]
    yield _base64(rest)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
