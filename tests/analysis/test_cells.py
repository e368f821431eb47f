"""The lists of the cells of the post and of the paper follow from a search's tables."""

from dataclasses import replace

from analysis.cells import CELLS, LISTS, cells_of
from analysis.findings import load_findings
from models.run import load_run
from models.units import Unit
from tests.shipped import COLUMN, QUOTES


def found_in(name: str) -> dict[str, dict[str, tuple[str, str]]]:
    findings = load_findings(load_run(name))
    assert findings is not None
    return {
        title: {found.cell.title: (found.unit.slug + found.unit.symbol, found.concept) for found in cells}
        for title, cells in cells_of(findings).items()
    }


def test_each_list_holds_the_best_unit_of_the_surest_concept():
    prose = found_in("war-and-peace")
    assert set(prose) == {LISTS["paper"]}
    assert prose[LISTS["paper"]]["quote detection cell"] == (f"{QUOTES.slug}c", "inside-quotes")
    assert prose[LISTS["paper"]]["line length cell"] == (f"{COLUMN.slug}c", "column")
    wiki = found_in("wikipedia")[LISTS["post"]]
    assert set(wiki) == {cell.title for cell in CELLS if cell.source == "post"}
    code = found_in("linux")[LISTS["paper"]]
    assert code["quote/comment cell"][1] == "comment-or-string"  # as sure as `comment`, and closer


def test_what_was_not_found_is_left_out_and_the_surer_concept_wins():
    findings = load_findings(load_run("linux"))
    assert findings is not None
    units = findings.units.copy()
    units.loc[units["concept"] == "if-condition", ["verdict", "level"]] = ["none", ""]
    units.loc[units["concept"].isin(["brace-depth", "indentation"]), "verdict"] = "none"
    cells = {found.cell.title: found for found in cells_of(replace(findings, units=units))[LISTS["paper"]]}
    assert "code depth cell" not in cells
    assert cells["if statement cell"].concept == "if-body"
    assert isinstance(cells["if statement cell"].unit, Unit)
