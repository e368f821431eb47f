"""One self-contained HTML page: the same reader, some units, no request.

The page holds the app's modules as `data:` URLs in an import map. Relative imports do not work from such a URL, so they
become bare names that the map resolves.

python -m dashboard export RUN --text FILE --unit L2.u87 --out heatmap.html
"""

import base64
import hashlib
import html
import json
from functools import cache

import numpy as np

from analysis.findings import best_units, load_units, rows_of
from dashboard import browser
from dashboard.frames import encode_frame
from dashboard.readings import Reading
from models.run import Run
from models.units import Unit

PALETTES = ("blue–orange", "blue–green")  # as browser/reader/colors.js names them
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>{title}</title>
<style>{css}</style>
</head>
<body>
<div id="reader"></div>
<footer>{footer}</footer>
<script type="application/json" id="view">{view}</script>
<script type="text/plain" id="frame">{frame}</script>
<script type="importmap">{imports}</script>
<script type="module">{script}</script>
</body>
</html>
"""

HOST = "hosts/page.js"
SCRIPT = f'import {{ openPage }} from "{browser.bare_name(HOST)}";\nopenPage();\n'

PAGE_CSS = """
:root { color-scheme: light dark; --st-background-color: #fff; }
body { margin: 24px auto; padding: 0 24px; max-width: 1200px; color: #1f2328; background: #fff;
  font-family: system-ui, -apple-system, "Segoe UI", sans-serif; }
footer { margin: 12px 0; font-size: 12px; opacity: 0.6; }
.reader .scroll { max-height: none; }
@media (prefers-color-scheme: dark) {
  :root { --st-background-color: #0e1117; }
  body { color: #e6e6e6; background: #0e1117; }
}
"""


def export_page(
    reading: Reading, units: list[Unit], mode: str = "colors", palette: str = PALETTES[0], concept: str = ""
) -> str:
    """The page, showing the first of `units`; the reader can switch among them.

    `concept` is the headline's concept; by default, the one that the unit tracks best.

    Raises:
        InputError: the model has no such unit.
    """
    exported = [(unit.state, unit.require(reading.run.model).column(reading.units)) for unit in units]
    activations = np.stack([reading.states[state][column] for state, column in exported])
    header = reading.header() | {"exported": [{"state": state, "column": column} for state, column in exported]}
    frame = encode_frame(header, {**reading.base_arrays(), "activations": activations})
    first, look = units[0], {"concept": concept, "mode": mode, "palette": palette}
    imports = import_map()
    return PAGE.format(
        policy=policy_for(imports, SCRIPT),
        title=html.escape(f"{first} of {reading.run.name} · Charscope"),
        css=browser.styles("reader.css") + PAGE_CSS,
        footer=html.escape(f"Model {reading.run.name}, weights {reading.run.weights_hash[:12]}. Made with Charscope."),
        view=json.dumps({"view": {**first.columns, **look}}).replace("<", "\\u003c"),
        frame=_base64(frame),
        imports=imports,
        script=SCRIPT,
    )


@cache
def import_map(host: str = HOST) -> str:
    """A host's module and all that it imports, by their bare names; with the engine's client also its worker."""
    urls = {
        browser.bare_name(path): f"data:text/javascript;base64,{_base64(browser.with_bare_imports(path).encode())}"
        for path in browser.needed_by(host)
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


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
