"""The numbers of lesson 21: the units that can be held, and what the search's ablation found of them."""

from typing import Any

from analysis.ablation.table import load_ablations
from analysis.findings import rows_of
from corpora.demo import load_passage
from models.run import load_run
from models.units import Unit

MODEL = "war-and-peace"
CONCEPTS = {"quote": "inside-quotes", "line": "column", "said": "attribution"}
CONTROL = Unit(2, 276, "cell")
"""Of the quotation unit's layer, the one whose variance on the demo passage is the most like the quotation unit's."""
PROMPT = 'The door opened slowly. "I did not expect you so soon," said the old prince.'
LENGTH, TEMPERATURE = 300, 0.8
READ = 845
"""Characters of the demo passage whose loss is shown."""
MEASURED = (
    "inside_mean", "outside_mean", "events", "clamped_to", "bits_there", "bits_elsewhere", "controls", "control_median",
    "controls_95", "verdict",
)  # fmt: skip


def data() -> dict[str, Any]:
    """The model, the prompt, the passage, and of each unit where it is and what its ablation gave."""
    run = load_run(MODEL)
    tested = load_ablations(run)
    if tested is None:
        raise ValueError(f"The shipped model {MODEL} has no ablations.")
    found = {}
    for name, concept in CONCEPTS.items():
        [ablation] = rows_of(tested[(tested["concept"] == concept) & (tested["state"] == run.memory)])
        found[name] = _place(Unit.of_row(ablation)) | {"ablation": {key: ablation[key] for key in MEASURED}}
    found["other"] = _place(CONTROL) | {"ablation": None}
    return {
        "model": MODEL, "units": found, "prompt": PROMPT, "length": LENGTH, "temperature": TEMPERATURE,
        "passage": load_passage(MODEL)[:READ],
    }  # fmt: skip


def _place(unit: Unit) -> dict[str, Any]:
    return {"name": str(unit), "layer": unit.layer, "unit": unit.index}
