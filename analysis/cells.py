"""The ten cells that Karpathy's post and Karpathy, Johnson and Fei-Fei found by eye, as a search finds them in a model.

Nothing here is typed in but what the cells are called and which concept of the catalogue is the closest: which unit it
is follows from the search's tables, for one's own models as well.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from analysis.findings import FOUND, Findings, best_units, rows_of, sureness
from models.units import Unit

NAMED = (*FOUND, "local")  # verdicts with which a unit tracks a concept, `local` if a few characters say as much
Source = Literal["post", "paper"]
LISTS: dict[Source, str] = {"post": "the cells of the post", "paper": "the cells of the paper"}


@dataclass(frozen=True)
class Cell:
    """A cell as it is called there, the shipped model of its text, and the closest concepts, the closest first."""

    title: str
    model: str
    concepts: tuple[str, ...]
    source: Source


CELLS = (
    Cell("quote detection cell", "war-and-peace", ("inside-quotes",), "paper"),
    Cell("line length cell", "war-and-peace", ("column",), "paper"),
    Cell("if statement cell", "linux", ("if-condition", "if-body"), "paper"),
    Cell("quote/comment cell", "linux", ("comment-or-string", "comment", "string"), "paper"),
    Cell("code depth cell", "linux", ("brace-depth", "indentation"), "paper"),
    Cell("cell that turns on before a newline after )", "linux", ("newline-after-paren",), "paper"),
    Cell("cell inside URLs", "wikipedia", ("inside-url",), "post"),
    Cell("cell inside [[ ]]", "wikipedia", ("inside-link",), "post"),
    Cell("cell that rises within [[ ]]", "wikipedia", ("position-in-link",), "post"),
    Cell("cell that counts the w of www", "wikipedia", ("www-count",), "post"),
)


@dataclass(frozen=True)
class FoundCell:
    """One of these cells in a model: a unit in a state, and the concept by which it was found."""

    cell: Cell
    unit: Unit
    concept: str
    verdict: str
    """`local` where the last few characters, or an untrained network, say as much."""


def names_of_cells(lists: Mapping[str, list[FoundCell]]) -> dict[Unit, str]:
    """The cells' names by unit without its state; of two of one unit the first."""
    names: dict[Unit, str] = {}
    for found in (each for cells in lists.values() for each in cells):
        names.setdefault(found.unit.in_state(""), found.cell.title)
    return names


def cells_of(findings: Findings) -> dict[str, list[FoundCell]]:
    """The lists of cells in a searched model, each list by its name; those that were not found are left out.

    Of each cell it is the best unit of the concept with the surest verdict, of equals the closest concept's.
    """
    best = {row["concept"]: row for row in rows_of(best_units(findings.units))}
    lists: dict[str, list[FoundCell]] = {}
    for cell in CELLS:
        rows = [best[name] for name in cell.concepts if name in best and best[name]["verdict"] in NAMED]
        if rows:
            row = min(rows, key=sureness)
            found = FoundCell(cell, Unit.of_row(row), row["concept"], row["verdict"])
            lists.setdefault(LISTS[cell.source], []).append(found)
    return lists
