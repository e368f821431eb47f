"""What the browser needs of a network in order to write with it: its shape, what its units do on real text, starts.

Axes: `unit` (layer and unit flattened: column = (layer - 1) * units + unit).
"""

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float32

from analysis.concepts import CONCEPTS
from corpora.demo import load_passage, passage_like
from dashboard.codes import values_of
from dashboard.engine import ENGINE
from dashboard.frames import encode_frame
from dashboard.landing import first_text
from dashboard.readings import Reading, findings_of
from models.run import Run
from models.units import Unit


@dataclass(frozen=True)
class Experiment:
    """A unit held while the network writes, so that something happens at once."""

    title: str
    concept: str
    """Of the unit: the best one for it in the memory, c of an LSTM and h of the others."""
    hold: str
    """`inside`: its mean where the concept holds; `outside`; `zero`."""
    prompt: str
    count: str
    """What is counted in the texts, free and held."""


STYLES = ("reader.css", "generate.css")
STORY, CODE, ARTICLE = (
    'The door opened slowly. "I did not expect you so soon," said the old',
    "static int wait_for_device(struct device *dev)\n{\n\t/* The device may not have ",
    "'''Harbour towns''' are towns that lie beside the [[sea|",
)
EXPERIMENTS = {
    "war-and-peace": (
        Experiment("Hold the quote unit off", "inside-quotes", "outside", STORY + " prince.", '"'),
        Experiment("Hold the quote unit on", "inside-quotes", "inside", STORY.rpartition(",")[0] + " and", '"'),
        Experiment("Hold the line-length unit at 0", "column", "zero", STORY, "\n"),
    ),
    "linux": (
        Experiment("Hold the comment unit off", "comment", "outside", CODE, "*/"),
        Experiment("Hold the comment unit on", "comment", "inside", CODE, "*/"),
        Experiment("Hold the line-length unit at 0", "column", "zero", CODE, "\n"),
    ),
    "wikipedia": (
        Experiment("Hold the link unit off", "inside-link", "outside", ARTICLE, "[["),
        Experiment("Hold the link unit on", "inside-link", "inside", ARTICLE, "]]"),
    ),
}
MOST_UNKNOWN = 0.5  # share of a demo passage that a network may not know
OWN_PROMPT = 60  # characters of its own text that an own network goes on from
PROMPTS = {"war-and-peace": STORY, "linux": CODE, "wikipedia": ARTICLE}


def about_network(run: Run) -> bytes:
    """A frame: see docs/frame-format.md."""
    passage = passage_like(run.corpus["name"])
    text, prompt = load_passage(passage), PROMPTS[passage]
    if run.vocabulary.count_unknown(text) > MOST_UNKNOWN * len(text):  # of another script
        text = first_text(run)
        prompt = text[:OWN_PROMPT].lstrip()
    reading = ENGINE.read(run, text)[1]
    header = reading.header() | {
        "length": 0,
        "config": {name: getattr(run.model, name) for name in ("cell", "num_layers", "hidden_size", "embedding_size")},
        "starts": [*_experiments(reading, passage), *_temperatures(prompt)],
    }
    arrays: dict[str, np.ndarray] = {} if reading.cell_scale is None else {"cell_scale": reading.cell_scale}
    for state in run.states:
        low, high = _extent(reading, state)
        arrays |= {f"{state}_low": low, f"{state}_high": high}
    return encode_frame(header, arrays)


def _extent(reading: Reading, state: str) -> tuple[Float32[np.ndarray, " unit"], Float32[np.ndarray, " unit"]]:
    """The lowest and the highest activation of each unit in a reading."""
    codes = reading.states[state]
    ends = (codes.min(axis=1, keepdims=True), codes.max(axis=1, keepdims=True))
    low, high = (values_of(end, state, reading.cell_scale)[:, 0].astype(np.float32) for end in ends)
    return low, high


def _experiments(reading: Reading, passage: str) -> list[dict[str, Any]]:
    """The experiments of the corpus that the model has a unit for."""
    made = []
    for experiment in EXPERIMENTS[passage]:
        rows = [
            finding
            for finding in findings_of(reading.run)
            if finding["concept"] == experiment.concept and finding["state"] == reading.run.memory
        ]
        best = max(rows, key=lambda finding: finding["score"], default=None)
        if best and best["verdict"] in ("detector", "ramp"):
            unit = Unit.of_row(best)
            value = _held_at(reading, unit, experiment)
            if value is not None:
                hold = {"layer": unit.layer, "unit": unit.index, "value": float(f"{value:.3g}")}
                plain = dataclasses.asdict(experiment)
                made.append({name: plain[name] for name in ("title", "prompt", "count")} | {"holds": [hold]})
    return made


def _held_at(reading: Reading, unit: Unit, experiment: Experiment) -> float | None:
    """The value to hold a unit at; None if the passage does not tell it."""
    if experiment.hold == "zero":
        return 0.0
    column = unit.column(reading.units)
    scale = None if reading.cell_scale is None else reading.cell_scale[column : column + 1]
    values = values_of(reading.states[unit.state][column : column + 1], unit.state, scale)[0]
    labels = CONCEPTS[experiment.concept].labels(reading.text)
    there = labels == (experiment.hold == "inside")
    return float(values[there].mean()) if there.any() else None


def _temperatures(prompt: str) -> list[dict[str, Any]]:
    """The prompt with nothing held, cold, as trained, and hot."""
    titles = {0.1: "Temperature 0.1", 1.0: "Temperature 1", 1.6: "Temperature 1.6"}
    return [{"title": title, "prompt": prompt, "temperature": heat} for heat, title in titles.items()]
