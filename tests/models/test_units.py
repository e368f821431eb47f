"""Units: what is printed is what is parsed, anything else is refused, and a network's ranges are checked once."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpora import InputError
from models.config import Cell, ModelConfig
from models.network import CELLS
from models.units import CELL_GATES, CELL_STATES, GATE, STATES, Unit, require_state, symbol_of, unit_at

GATES = sorted({gate + GATE for gates in CELL_GATES.values() for gate in gates})
CELL_NAMES: list[Cell] = ["lstm", "gru", "rnn"]
states = st.sampled_from(["", *STATES, *GATES])
units = st.builds(Unit, st.integers(0, 999), st.integers(0, 999_999), states)
every_cell = pytest.mark.parametrize("cell", CELL_NAMES)


def config_of(cell: Cell, layers: int = 2, hidden: int = 24) -> ModelConfig:
    return ModelConfig(cell=cell, num_layers=layers, hidden_size=hidden)


def refusal_of(written: str) -> str:
    """The line that a unit is refused with, or nothing if it is read."""
    try:
        Unit.parse(written)
    except InputError as error:
        return str(error)
    return ""


# ---- written and read ----------------------------------------------------------------------------------------------


@given(units)
def test_what_is_printed_is_what_is_parsed(unit: Unit):
    assert Unit.parse(str(unit), unit.state) == Unit.parse(unit.slug, unit.state) == unit
    assert str(unit) == f"L{unit.layer}·u{unit.index}"
    assert unit.slug == f"L{unit.layer}.u{unit.index}"
    assert unit.slug.isascii()


@given(units)
def test_a_row_of_a_table_holds_the_whole_unit(unit: Unit):
    assert Unit.of_row({"concept": "column", **unit.columns}) == unit
    assert unit.columns.keys() == {"state", "layer", "unit"}


@given(st.text(max_size=20))
@example("")
@example("u3")
@example("L2")
@example("L2u217")
@example("l2.u217")
@example("L2.U217")
@example("2.217")
@example("L2.u217 ")
@example(" L2.u217")
@example("L2.u217\n")
@example("L-2.u217")
@example("L2.u-217")
@example("L2.u+7")
@example("L2.u1.5")
@example("L2.u1e3")
@example("L2.u1_000")
@example("L2.u1=1")
@example("L2..u1")
@example("L2\x00u1")
@example("L2・u217")
@example("L٢.u٣")  # digits of another script
@example("L²·u³")
@example("L1234.u1")
@example("L1.u1234567")
@example("L1.u1/../x")
@example("L1.u1&state=cell")
def test_whatever_is_no_unit_is_refused_in_one_line(written: str):
    """What is accepted by chance is a unit that prints as it was written, but for the dot and zeros in front."""
    refused = refusal_of(written)
    if refused:
        assert refused.startswith("Wanted a unit such as L2.u217 (layers count from 1, units from 0), got ")
        assert refused.isprintable()
        assert len(refused) < 200
    else:
        layer, index = written.replace("·", ".")[1:].split(".u")
        assert Unit.parse(written) == Unit(int(layer), int(index))
        assert written.isprintable()


@pytest.mark.parametrize("written", ["L2.u217", "L2·u217"])
def test_both_spellings_are_read(written: str):
    assert Unit.parse(written) == Unit(2, 217)
    assert Unit.parse(written, "cell") == Unit(2, 217, "cell")


@pytest.mark.parametrize("written", ["u3", "L2u217", "l2.u217", "L2.u-1", "L2.u1\n", "L٢.u٣", "L1.u1&x=y", "x" * 9000])
def test_these_are_no_units(written: str):
    with pytest.raises(InputError, match=r"Wanted a unit such as L2\.u217"):
        Unit.parse(written)


def test_a_state_is_told_by_a_letter_a_gate_by_its_name():
    assert [symbol_of(state) for state in ("hidden", "cell", "forget_gate", "")] == ["h", "c", "forget gate", ""]
    assert Unit(1, 0, "candidate_gate").symbol == "candidate gate"


# ---- where it stands -----------------------------------------------------------------------------------------------


@given(st.integers(0, 5000), st.integers(1, 600), states)
def test_a_unit_and_its_column_are_the_same_place(column: int, hidden: int, state: str):
    unit = unit_at(column, hidden, state)
    assert unit.column(hidden) == column
    assert unit.state == state
    assert 0 <= unit.index < hidden
    assert unit.layer >= 1


# ---- what a network has --------------------------------------------------------------------------------------------


@every_cell
def test_states_and_gates_are_those_of_the_cells(cell: Cell):
    config = config_of(cell)
    assert config.states == CELL_STATES[cell] == tuple(CELLS[cell].states)
    assert config.gates == CELL_GATES[cell] == tuple(CELLS[cell].gates)
    assert config.states[0] == "hidden"
    assert config.memory == config.states[-1] == ("cell" if cell == "lstm" else "hidden")


@every_cell
@pytest.mark.parametrize(("layers", "hidden"), [(1, 1), (2, 24), (3, 5)])
def test_every_unit_of_a_network_is_accepted_and_no_other(cell: Cell, layers: int, hidden: int):
    config = config_of(cell, layers, hidden)
    for state in ("", *config.states):
        for layer in range(-1, layers + 3):
            for index in (-1, 0, hidden - 1, hidden, 10 * hidden):
                unit = Unit(layer, index, state)
                if 1 <= layer <= layers and 0 <= index < hidden:
                    assert unit.require(config) is unit
                else:
                    with pytest.raises(InputError) as error:
                        unit.require(config)
                    assert str(error.value) == (
                        f"Wanted a unit of a {layers}x{hidden} {cell.upper()}, L1.u0 to L{layers}.u{hidden - 1}, "
                        f"got {unit.slug}. Choose one of these."
                    )


@every_cell
@pytest.mark.parametrize("state", [*STATES, *GATES, "sell", "Hidden", "h"])
def test_a_state_that_the_cells_lack_is_refused(cell: Cell, state: str):
    config = config_of(cell)
    if state in config.states:
        require_state(config, state)
        Unit(2, 23, state).require(config)
        return
    for refused in (lambda: require_state(config, state), lambda: Unit(2, 23, state).require(config)):
        with pytest.raises(InputError, match=rf"Wanted {' or '.join(config.states)} as the state of .*, got '{state}'"):
            refused()
    with pytest.raises(InputError):  # no state at all is not one either
        require_state(config, "")


@every_cell
def test_what_a_recording_does_not_hold_is_shown_by_the_memory(cell: Cell):
    config = config_of(cell)
    for state in config.states:
        assert Unit(1, 3, state).in_recorded_state(config) == Unit(1, 3, state)
    for state in ("", *GATES, *(state for state in STATES if state not in config.states)):
        shown = Unit(1, 3, state).in_recorded_state(config)
        assert shown == Unit(1, 3, config.memory)
        assert shown.require(config) is shown


def test_units_sort_by_layer_then_number():
    some: list[Any] = [Unit(2, 0), Unit(1, 10), Unit(1, 9, "hidden"), Unit(1, 9, "cell")]
    assert sorted(some) == [Unit(1, 9, "cell"), Unit(1, 9, "hidden"), Unit(1, 10), Unit(2, 0)]
