"""The numbers of lesson 16: for each concept that the search found a detector of, the best unit of each layer."""

from typing import Any

from analysis.concepts import concept
from analysis.findings import load_findings, rows_of
from models.run import load_run
from models.units import Unit

MODEL = "linux"
STATE = "cell"
FOUND = ("detector", "ramp")
CONCEPTS = (
    "comment", "string", "if-condition", "loop-body", "function-body", "call-arguments", "brace-depth", "indentation",
)  # fmt: skip
TEXT = """/* Count the slots in use. */
static int count(struct pool *p)
{
	int i, used = 0;

	for (i = 0; i < p->size; i++) {
		if (p->slot[i])
			used++;
	}
	pr_info("%d in use\\n", used);
	return used; /* may be 0 */
}
"""


def data() -> dict[str, Any]:
    """The text, some concepts with the best unit of each layer, and how many units of each layer are detectors.

    The best unit is the one that followed the concept most on the development part; its score is the test part's.
    """
    findings = load_findings(load_run(MODEL))
    if findings is None:
        raise ValueError(f"The shipped model {MODEL} has no search tables.")
    units = findings.units[(findings.units["state"] == STATE) & findings.units["verdict"].isin(FOUND)]
    scores = findings.scores[(findings.scores["state"] == STATE) & findings.scores["concept"].isin(CONCEPTS)]
    best = scores.loc[scores.groupby(["concept", "layer"])["development"].idxmax()]
    concepts = {
        name: {
            "measure": concept(name).measure,
            "layers": [_unit(row) for row in rows_of(best[best["concept"] == name].sort_values("layer"))],
        }
        for name in CONCEPTS
    }
    detectors = units.groupby("layer")["unit"].nunique()
    return {
        "model": MODEL, "text": TEXT, "concepts": concepts,
        "detectors": [int(detectors.get(layer, 0)) for layer in (1, 2)],
    }  # fmt: skip


def _unit(row: dict[str, Any]) -> dict[str, Any]:
    unit = Unit.of_row(row)
    return {"name": str(unit), "unit": unit.index, "sign": int(row["sign"]), "score": float(row["score"])}
