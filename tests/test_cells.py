"""docs/cells.md says what the shipped tables say."""

import re

import pytest

from analysis.cells import CELLS
from analysis.findings import load_findings
from docs.cells import MODELS, PAGE, page
from models.run import load_run


def test_the_page_is_that_of_the_shipped_tables():
    assert PAGE.read_text(encoding="utf-8") == page(), "write it: python -m docs.cells write"


def test_every_named_cell_has_both_states_and_a_verdict():
    text = PAGE.read_text(encoding="utf-8")
    for cell in CELLS:
        section = text.split(f"## The {cell.title}\n")[1].split("\n## ")[0]
        for concept in cell.concepts:
            rows = [line for line in section.splitlines() if line.startswith(f"| `{concept}` |")]
            assert {re.search(r"u\d+ (.) ", row).group(1) for row in rows} == {"h", "c"}  # pyright: ignore
            assert all(re.search(r"\| (detector|ramp|local|none)", row) for row in rows)


@pytest.mark.parametrize("name", MODELS)
def test_shipped_tables_were_made_with_the_shipped_weights(name: str):
    findings = load_findings(load_run(name))
    assert findings is not None
    assert findings.attributes["weights_sha256"] == load_run(name).weights_hash
    hidden = load_run(name).model
    per_concept = findings.scores.groupby("concept", observed=True).size()
    assert (per_concept == 2 * hidden.num_layers * hidden.hidden_size).all()
