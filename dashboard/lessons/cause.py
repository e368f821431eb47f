"""The numbers of lesson 21: the units that can be held, what the search's ablation found of them, and a control."""

from typing import Any

import numpy as np
from jaxtyping import Float32

from analysis.ablation.ablation import matched_units
from analysis.ablation.table import load_ablations
from analysis.concepts.quotes import label_inside_quotes
from analysis.findings import load_findings, rows_of
from analysis.statistics import auroc_between
from corpora.demo import load_passage
from models.recording import record
from models.run import Run, load_run
from models.units import Unit

MODEL = "war-and-peace"
CONCEPTS = {"quote": "inside-quotes", "line": "column", "said": "attribution"}
NEAR_CHANCE = 0.1
"""How far from 0.5 the control's AUROC for inside-quotes may lie, on the demo passage and in the search."""
PROMPT = 'The door opened slowly. "I did not expect you so soon," said the old prince.'
LENGTH, TEMPERATURE = 300, 0.8
READ = 845
"""Characters of the demo passage whose loss is shown."""
MEASURED = (
    "characters", "inside_mean", "outside_mean", "events", "clamped_to", "bits_there", "bits_elsewhere", "controls",
    "controls_95",
)  # fmt: skip


def data() -> dict[str, Any]:
    """The model, the prompt, the passage, and of each unit where it is, at what to hold it, and what is known of it."""
    run, passage = load_run(MODEL), load_passage(MODEL)
    tested = load_ablations(run)
    if tested is None:
        raise ValueError(f"The shipped model {MODEL} has no ablations.")
    found = {}
    for name, concept in CONCEPTS.items():
        [ablation] = rows_of(tested[(tested["concept"] == concept) & (tested["state"] == run.memory)])
        measured = {key: ablation[key] for key in MEASURED}
        found[name] = _place(Unit.of_row(ablation), ablation["outside_mean"]) | {"ablation": measured}
    quote = Unit(found["quote"]["layer"], found["quote"]["unit"], run.memory)
    found["other"] = control_of(run, quote, found["quote"]["off"], passage)
    return {
        "model": MODEL, "units": found, "prompt": PROMPT, "length": LENGTH, "temperature": TEMPERATURE,
        "passage": passage[:READ],
    }  # fmt: skip


def control_of(run: Run, quote: Unit, off: float, passage: str) -> dict[str, Any]:
    """A unit that varies like the quotation unit and does not follow quotations, and where to hold it.

    Of the layer's units whose AUROC for inside-quotes is within `NEAR_CHANCE` of 0.5, it is the one whose variance on
    the passage is the most like the quotation unit's. Held, it is as many standard deviations from its mean as `off`
    is for the quotation unit.
    """
    values = record(run, passage).states[quote.state][:, quote.layer - 1]
    here, searched = _aurocs(values, passage), _searched(run, quote)
    following = np.flatnonzero((np.abs(here - 0.5) > NEAR_CHANCE) | (np.abs(searched - 0.5) > NEAR_CHANCE))
    [index] = matched_units(values, quote.index, following.tolist(), count=1)
    means, deviations = values.mean(axis=0, dtype=np.float64), values.std(axis=0, dtype=np.float64)
    steps = (off - means[quote.index]) / deviations[quote.index]
    return _place(Unit(quote.layer, index, quote.state), float(means[index] + steps * deviations[index])) | {
        "control": {
            "deviation": float(deviations[index]), "as_much_as": float(deviations[quote.index]),
            "auroc": float(here[index]), "searched": float(searched[index]), "steps": float(steps),
        }
    }  # fmt: skip


def _aurocs(values: Float32[np.ndarray, "time unit"], passage: str) -> np.ndarray:
    """Of each unit: how often a value inside quotations is above one outside."""
    inside = label_inside_quotes(np.array([ord(character) for character in passage], dtype=np.uint32)) > 0
    return np.array([auroc_between(column[inside], column[~inside]) for column in values.T])


def _searched(run: Run, quote: Unit) -> np.ndarray:
    """The same on the search's test text."""
    found = load_findings(run)
    if found is None:
        raise ValueError(f"The shipped model {MODEL} has no findings.")
    scores = found.scores
    alike = (scores["concept"] == "inside-quotes") & (scores["state"] == quote.state) & (scores["layer"] == quote.layer)
    rows = scores[alike].sort_values("unit")
    return np.where(rows["sign"] < 0, 1 - rows["score"], rows["score"])


def _place(unit: Unit, off: float) -> dict[str, Any]:
    return {"name": str(unit), "layer": unit.layer, "unit": unit.index, "off": round(off, 1)}
