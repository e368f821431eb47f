"""A comparison as one self-contained HTML page: the text, the rows in view, no request."""

import contextlib
import html
import json
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import numpy as np

from corpora import InputError
from dashboard import browser
from dashboard.compared import Row, Signal, layer_codes, models_of
from dashboard.engine import ENGINE
from dashboard.export import (
    CSS_OF_THEME,
    HEAD,
    LARGEST_FRAME,
    PAGE_CSS,
    SCRIPTS,
    base64_parts,
    import_map,
    policy_for,
)
from dashboard.frames import frame_parts
from dashboard.naming import names_of_units
from dashboard.paired import compare_losses
from dashboard.readings import Reading
from models.run import Run, load_run

HOST = "hosts/compare_page.js"
SCRIPT = f'import {{ openComparison }} from "{browser.bare_name(HOST)}";\nopenComparison();\n'
STYLES = ("reader.css", "compare.css")
BODY = (
    HEAD
    + """<div id="compare"></div>
<footer>{footer}</footer>
<script type="application/json" id="comparison">{comparison}</script>
"""
)
PAGE_STYLE = """.compare .lines { height: calc(100vh - 300px); min-height: 320px; max-height: none; }
"""


def compare_page(rows: list[Row], text: str, palette: str) -> str:
    """The page of some rows over a text. It holds what the rows show, and each model's surprise.

    Raises:
        InputError: a model cannot read the text, or no browser could open the page.
    """
    readings = {model: _read(model, rows, text) for model in models_of(rows)}
    signals = list(dict.fromkeys(signal for row in rows for signal in row.signals))
    if len(signals) * len(text) > LARGEST_FRAME:
        raise InputError(f"Wanted at most {LARGEST_FRAME:,} values, got more. Shorten the text.")
    imports = import_map(HOST)
    comparison = {
        "rows": [row.columns for row in rows],
        "palette": palette,
        "paired": list(_paired(readings)),
        "names": {name: _names(reading.run, signals) for name, reading in readings.items()},
    }
    names = ", ".join(f"{name} ({reading.run.weights_hash[:12]})" for name, reading in readings.items())
    before = BODY.format(
        policy=policy_for(imports, SCRIPT),
        title="Comparison · Charscope",
        css=browser.styles(*STYLES) + PAGE_CSS + PAGE_STYLE + CSS_OF_THEME["auto"],
        footer=html.escape(f"Models and their weights: {names}. Made with Charscope."),
        comparison=json.dumps(comparison).replace("<", "\\u003c"),
    )
    frames = "".join(
        _frame(reading, [each for each in signals if each.model == name]) for name, reading in readings.items()
    )
    return before + frames + SCRIPTS.format(imports=imports, script=SCRIPT)


def _names(run: Run, signals: list[Signal]) -> dict[str, str]:
    """What the units are called that rows show, and no others."""
    shown = {
        f"L{signal.layer}.u{signal.index}" for signal in signals if (signal.model, signal.kind) == (run.name, "unit")
    }
    return {slug: name for slug, name in names_of_units(run).items() if slug in shown}


def _read(model: str, rows: list[Row], text: str) -> Reading:
    """The text as a model read it, with its gates if a row shows one."""
    key, reading = ENGINE.read(load_run(model), text)
    shown = {signal.state for row in rows for signal in row.signals if signal.model == model}
    return ENGINE.with_gates(key, reading) if shown & set(reading.gates) else reading


def _paired(readings: dict[str, Reading]) -> Iterator[dict[str, Any]]:
    """What compares each two of the models; two that have no character of the text in common are left out."""
    for first, second in combinations(readings, 2):
        with contextlib.suppress(InputError):
            yield {"first": first, "second": second, "found": compare_losses(readings[first], readings[second])}


def _frame(reading: Reading, signals: list[Signal]) -> str:
    """What the rows show of one model, as a script that holds a frame."""
    units = [signal for signal in signals if signal.kind == "unit"]
    layers = [
        (signal, *layer_codes(reading, signal.layer, signal.state)) for signal in signals if signal.kind == "layer"
    ]
    exported = [(signal.state, (signal.layer - 1) * reading.units + signal.index) for signal in units]
    header = reading.header() | {
        "findings": [],
        "gates": [gate for gate in reading.gates if any(gate == signal.state for signal in signals)],
        "exported": [{"state": state, "column": column} for state, column in exported],
        "exported_layers": [
            {"state": signal.state, "layer": signal.layer, "mean": mean, "scale": scale}
            for signal, _, mean, scale in layers
        ],
    }
    arrays = reading.base_arrays() | {"top_char": np.zeros(0, np.uint16), "top_prob": np.zeros(0, np.float32)}
    held = [reading.states[state][column] for state, column in exported] or [np.zeros(0, np.int8)]
    of_layers = [codes for _, codes, _, _ in layers] or [np.zeros(0, np.int8)]
    parts = frame_parts(header, {**arrays, "activations": held, "layer_activations": of_layers})
    name = html.escape(reading.run.name, quote=True)
    return f'<script type="text/plain" class="frame" data-model="{name}">{"".join(base64_parts(parts))}</script>\n'
