"""A gate that tells a concept best (`search --gates`) is shown everywhere: by its own name, or by the cell's memory."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from analysis.ablation.table import choose_targets
from analysis.concepts import concept
from analysis.findings import Findings, best_units, rows_of
from analysis.profile.summary import known_units
from analysis.search import search
from analysis.terminal import print_table, table_of
from dashboard import session
from dashboard.board import board_of
from dashboard.engine import Engine
from dashboard.export import detector_units, export_page, in_every_state
from dashboard.readings import Reading, findings_of
from dashboard.views import clicks, find
from docs import cells
from models.config import Cell
from models.run import Run
from models.units import GATE, Unit
from tests.conftest import Outcome
from tests.other_cells import with_cell

CONCEPTS = [concept(name) for name in ("inside-quotes", "column", "vowel")]
TEXT = 'He said "yes", and went.\n'


@pytest.fixture(params=["lstm", "gru"])
def run(request: pytest.FixtureRequest, tiny_run: Run) -> Run:
    cell: Cell = request.param
    return with_cell(tiny_run, cell)


@pytest.fixture(scope="module")
def searched() -> dict[str, Findings]:
    """What was found in a cell before: the tests' copies have the same weights."""
    return {}


@pytest.fixture
def findings(run: Run, searched: dict[str, Findings]) -> Findings:
    """A search of the gates, whose best unit of each concept is one of them."""
    if run.model.cell not in searched:
        searched[run.model.cell] = _search_gates(run)
    searched[run.model.cell].save(run.folder)
    return searched[run.model.cell]


def _search_gates(run: Run) -> Findings:
    found = search(run, chars=10_000, concepts=CONCEPTS, gates=True, draws=20)
    gates = found.units["state"].str.endswith(GATE)
    units = found.units.assign(development=found.units["development"].where(~gates, found.units["development"] + 1))
    units.attrs = found.units.attrs
    return replace(found, units=units)


@pytest.fixture
def reading(run: Run, findings: Findings) -> Reading:
    return Engine().read(run, TEXT)[1]


def test_the_best_units_of_these_tests_are_gates(run: Run, findings: Findings):
    states = {Unit.of_row(row).state for row in rows_of(best_units(findings.units))}
    assert states <= {f"{gate}{GATE}" for gate in run.model.gates}


def test_a_page_can_be_exported(run: Run, reading: Reading, command: Callable[..., Outcome], tmp_path: Path):
    units = detector_units(run)
    assert units
    assert {unit.state for unit in units} == {run.memory}
    assert export_page(reading, in_every_state(units, run.states)).startswith("<!doctype html>")
    (tmp_path / "text.txt").write_text(TEXT)
    asked = ("export", run.folder, f"--text={tmp_path}/text.txt", f"--out={tmp_path}/page.html")
    outcome = command("dashboard", *asked)
    assert outcome.code == 0, outcome


def test_every_finding_leads_to_a_state_that_can_be_shown(run: Run, reading: Reading):
    shown = [Unit.of_row(row).in_recorded_state(run.model).require(run.model) for row in findings_of(run)]
    for unit in shown:
        assert reading.state_frame(unit.state, unit.column(reading.units))


def test_the_link_of_a_row_in_find_leads_to_the_memory(run: Run, findings: Findings, monkeypatch: pytest.MonkeyPatch):
    gone: list[dict[str, str]] = []
    streamlit = SimpleNamespace(session_state={}, switch_page=lambda _, query_params: gone.append(query_params))
    for module in (clicks, session):
        monkeypatch.setattr(module, "st", streamlit)
    board, page = board_of(run, findings), SimpleNamespace()
    for index, row in board[board["rank"] == 1].iterrows():
        find._open(board.loc[[index]], run, page)  # pyright: ignore[reportArgumentType]  it is only handed on
        unit = Unit.parse(gone[-1]["unit"], gone[-1]["state"])
        assert (unit.layer, unit.index) == (row["layer"], row["unit"])
        assert unit.state == run.memory
    assert len(gone) == len(CONCEPTS)


def test_pages_and_tables_name_the_gate(run: Run, findings: Findings, capsys: pytest.CaptureFixture[str]):
    print_table(table_of(findings.units))
    printed = capsys.readouterr().out
    for row in rows_of(best_units(findings.units)):
        written = f"{Unit.of_row(row)} {row['state'].replace('_', ' ')}"
        assert written in printed
        assert written in {cell for of_row in cells._rows(run, findings, row["concept"]) for cell in of_row}
    assert set(board_of(run, findings)["symbol"]) >= {f"{gate} gate" for gate in run.model.gates}


def test_a_gate_cannot_be_held_and_is_no_target(run: Run, findings: Findings):
    assert {target.unit.state for target in choose_targets(run)} <= set(run.states)
    assert {unit.state for _, unit in known_units(findings, run)} <= set(run.states)
