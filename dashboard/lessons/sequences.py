"""The numbers of lesson 1: its models, an example for each use, and the unit that labels characters."""

from typing import Any

from analysis.concepts import CONCEPTS
from analysis.findings import load_units, rows_of
from models.run import load_run
from models.units import Unit

MODELS = {"code": "linux", "novel": "war-and-peace-gru"}
"""The one network of all four uses, and the one that it is compared with to name the corpus."""
CONCEPT, STATE = "comment", "cell"
EXAMPLES = {
    "write": "s",
    "name": "The function returns the number of bytes.",
    "label": '/* Count them. */\nint n = 0; /* none yet */\nputs("/* no comment */");\nn++; /* one */\n',
    "answer": "/* the larger of a and b */\nstatic int max(int a, int b)\n{\n\t",
}
WRITTEN = {"write": 119, "answer": 60}
TEMPERATURE = 0.5


def data() -> dict[str, Any]:
    """The examples, the labelling unit with its threshold, and which characters of its example are comments."""
    run = load_run(MODELS["code"])
    units = load_units(run)
    if units is None:
        raise ValueError(f"The shipped model {run.name} has no search tables.")
    rows = rows_of(units[(units["concept"] == CONCEPT) & (units["state"] == STATE)])
    best = min(rows, key=lambda row: row["rank_in_state"])
    unit = Unit.of_row(best)
    return {
        "models": MODELS, "examples": EXAMPLES, "written": WRITTEN, "temperature": TEMPERATURE,
        "unit": {
            "name": str(unit), "layer": unit.layer, "unit": unit.index, "sign": int(best["sign"]),
            "threshold": float(best["threshold"]), "auroc": float(best["auroc"]),
        },
        "comments": [bool(label == 1) for label in CONCEPTS[CONCEPT].labels(EXAMPLES["label"])],
    }  # fmt: skip
