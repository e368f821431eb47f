"""The numbers of lesson 19: detectors of a shipped model and units drawn at random, on a demo passage.

Axes: `time`; `unit`, all units of the network side by side.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from analysis.concepts import concept
from analysis.findings import CLEAR, FOUND, Findings, best_units, load_findings, ranked, rows_of
from corpora.demo import load_passage
from dashboard.guessing import level_bytes, units_without
from models.recording.layers import NetworkReader
from models.run import load_run
from models.units import Unit

MODEL, STATE = "linux", "cell"
KNOWN_BY_COLORS = (
    "comment", "string", "if-condition", "if-body", "loop-body", "function-body", "call-arguments", "preprocessor-line",
)  # fmt: skip
"""What a reader may be asked to know from colors: one round for each that the search found clearly."""
ROUNDS = 6  # as in what_fires.js
TOGETHER = "column"
"""A concept that no single unit of this model follows well, and several do."""
RANDOM_UNITS, SEED = 24, 19
LINES = 9  # of the passage, that a round shows


def data() -> dict[str, Any]:
    """The passage, the units with their evidence and activations, where to look, and how few units can be read."""
    run, text = load_run(MODEL), load_passage(MODEL)
    findings = load_findings(run)
    assert findings is not None  # shipped with the model
    layers = NetworkReader(run.load_network()).read(run.vocabulary.encode(text))
    cell = np.concatenate([np.tanh(layer.states[1].numpy()) for layer in layers], axis=1)
    width = run.model.hidden_size
    found = list(detectors(findings))
    tracked = [name for name in KNOWN_BY_COLORS if any(one["tracks"] == name for _, one in found)][:ROUNDS]
    found = [(unit, one) for unit, one in found if one["tracks"] in tracked]
    shown = [*found, *random_units(findings, run.model.num_layers, width)]
    units = [one | {"levels": level_bytes(cell[:, unit.column(width)])} for unit, one in shown]
    return {
        "model": MODEL, "text": text, "units": units,
        "titles": {name: concept(name).title for name in tracked},
        "windows": {name: window_of(text, name) for name in tracked},
        "verdicts": verdicts_of(findings.units, run.model.num_layers, width), "layers": run.model.num_layers,
        "together": together(findings),
    }  # fmt: skip


def detectors(findings: Findings) -> Iterator[tuple[Unit, dict[str, Any]]]:
    """The units that the search found for the known concepts, by its default rule or the strict one."""
    table = ranked(findings.units)
    clear = table["concept"].isin(KNOWN_BY_COLORS) & (table["verdict"] == "detector") & table["level"].isin(CLEAR)
    for row in rows_of(table[clear & (table["state"] == STATE)]):
        yield _evidence(row, row["concept"], row["verdict"], row["level"])


def random_units(findings: Findings, layers: int, width: int) -> Iterator[tuple[Unit, dict[str, Any]]]:
    """Units drawn at random among those without a finding, each with the concept that it follows best."""
    free = units_without(FOUND, findings, layers, width)
    drawn = np.random.default_rng(SEED).choice(len(free), RANDOM_UNITS, replace=False)
    scores = findings.scores[findings.scores["state"] == STATE]
    baselines = {row["concept"]: row for row in rows_of(best_units(findings.units))}
    for at in drawn.tolist():
        layer, index = free[at]
        of_unit = scores[(scores["layer"] == layer) & (scores["unit"] == index)]
        row = max(rows_of(of_unit.dropna(subset="development")), key=lambda each: each["development"])
        of_concept = {name: baselines[row["concept"]][name] for name in ("ngram", "untrained")}
        yield _evidence(row | of_concept, "", "none", "")


def _evidence(row: dict[str, Any], tracks: str, verdict: str, level: str) -> tuple[Unit, dict[str, Any]]:
    """A unit, and what the search says of it; `tracks` is empty if it found nothing."""
    unit = Unit.of_row(row)
    numbers = {name: round(float(row[name]), 4) for name in ("score", "ngram", "untrained")}
    nearest = concept(str(row["concept"]))
    return unit, {"unit": str(unit), "tracks": tracks, "nearest": nearest.title, "measure": nearest.measure,
                  "verdict": verdict, "level": level, **numbers}  # fmt: skip


def window_of(text: str, name: str) -> tuple[int, int]:
    """The lines in which a concept holds nearest to half of the time; the first ones of equals."""
    labels = np.nan_to_num(concept(name).labels(text))
    edges = [0, *(at + 1 for at, character in enumerate(text) if character == "\n")]
    windows = [(edges[at], edges[at + LINES]) for at in range(len(edges) - LINES)]
    return max(windows, key=lambda window: -abs(float(labels[slice(*window)].mean()) - 0.5))


def verdicts_of(units: pd.DataFrame, layers: int, width: int) -> str:
    """A letter for each unit, by its surest verdict in any state: f(ound), l(ocal), or a dot."""
    letters = np.full(layers * width, ".")
    for letter, verdicts in (("l", ("local",)), ("f", FOUND)):
        rows = units[units["verdict"].isin(verdicts)]
        letters[(rows["layer"] - 1) * width + rows["unit"]] = letter
    return "".join(letters)


def together(findings: Findings) -> dict[str, Any]:
    """How well one unit and sixteen units together follow a concept, and what follows it without a trained unit."""
    probes = findings.probes
    of_concept = probes[(probes["concept"] == TOGETHER) & (probes["source"] == "trained")]
    best = of_concept.groupby("size")["score"].max()
    row = next(row for row in rows_of(best_units(findings.units)) if row["concept"] == TOGETHER)
    return {"title": concept(TOGETHER).title, "one": float(best[1]), "many": float(best[16]), "size": 16,
            "ngram": float(row["ngram"]), "verdict": row["verdict"]}  # fmt: skip
