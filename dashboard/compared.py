"""The rows of Compare: each shows one signal of one model over the text, or the difference of two.

An address writes them so: `war-and-peace:L2.u392:cell` is a unit in a state, `linux:L1:hidden` a layer, `linux:loss` a
model's surprise, and `war-and-peace:loss~linux:loss` the difference of two. Commas separate rows.

Axes: `time`, `unit` (of one layer).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote, unquote

import numpy as np
from jaxtyping import Float64, Int8

from analysis.findings import best_units, load_units, rows_of
from corpora import InputError
from dashboard.codes import FULL, values_of
from dashboard.landing import known_run
from dashboard.readings import Reading
from models.run import Run, all_runs, load_run
from models.units import Unit

MOST_ROWS = 12
LOSS = "loss"
LAYER = re.compile(r"L([0-9]{1,3})")


@dataclass(frozen=True)
class Signal:
    """One number of a model after each character: a unit's activation, a layer's mean activation, or the surprise."""

    model: str
    kind: Literal["unit", "layer", "loss"] = LOSS
    layer: int = 0
    index: int = 0
    state: str = ""

    @classmethod
    def of_unit(cls, model: str, unit: Unit) -> "Signal":
        return cls(model, "unit", unit.layer, unit.index, unit.state)

    @classmethod
    def parse(cls, written: str) -> "Signal":
        """The signal that an address writes, of a model that there is.

        Raises:
            InputError: it is none, or the model lacks it.
        """
        model, *named = [unquote(part) for part in written.split(":")]
        run = load_run(known_run(model))
        if named == [LOSS]:
            return cls(model)
        if not 1 <= len(named) <= 2:
            raise _not_a_row(written)
        state = named[1] if len(named) == 2 else run.memory
        layer = LAYER.fullmatch(named[0])
        unit = Unit(int(layer[1]), 0, state) if layer else Unit.parse(named[0], state)
        unit.require(run.model, gates=not layer)
        return cls(model, "layer", unit.layer, 0, state) if layer else cls.of_unit(model, unit)

    def __str__(self) -> str:
        name = quote(self.model, safe="").replace("~", "%7E")
        if self.kind == LOSS:
            return f"{name}:{LOSS}"
        where = f"L{self.layer}" if self.kind == "layer" else Unit(self.layer, self.index).slug
        return f"{name}:{where}:{self.state}"

    @property
    def columns(self) -> dict[str, Any]:
        """The signal as the browser knows it."""
        return {
            "model": self.model,
            "kind": self.kind,
            "layer": self.layer,
            "unit": self.index,
            "state": self.state,
        }


@dataclass(frozen=True)
class Row:
    """A signal, or the difference of two: `signal` less `minus`, or of surprise, what the model of `signal` saves."""

    signal: Signal
    minus: Signal | None = None

    @classmethod
    def parse(cls, written: str) -> "Row":
        """The row that an address writes.

        Raises:
            InputError: it is none, or a model lacks one of its signals.
        """
        signals = [Signal.parse(part) for part in written.split("~")]
        if len(signals) > 2:
            raise _not_a_row(written)
        if len(signals) == 2 and (signals[0].kind == LOSS) != (signals[1].kind == LOSS):
            raise InputError(
                f"Wanted the difference of two activations or of two losses, got {written[:80]!r}. "
                "Subtract rows of one kind."
            )
        return cls(*signals)

    def __str__(self) -> str:
        return "~".join(map(str, self.signals))

    @property
    def signals(self) -> list[Signal]:
        return [self.signal, *([self.minus] if self.minus else [])]

    @property
    def columns(self) -> dict[str, Any]:
        """The row as the browser knows it."""
        return {**self.signal.columns, "minus": self.minus.columns if self.minus else None}


def _not_a_row(written: str) -> InputError:
    return InputError(
        "Wanted a row such as MODEL:L2.u87:hidden, MODEL:L2:hidden or MODEL:loss, "
        f"got {written[:80]!r}. Add it with the button “Add a row”."
    )


def parse_rows(written: str) -> tuple[list[Row], list[str]]:
    """The rows of an address, and one line for each that is none."""
    rows, problems = [], []
    named = [part for part in written.split(",") if part]
    for part in named[:MOST_ROWS]:
        try:
            rows.append(Row.parse(part))
        except InputError as error:
            problems.append(str(error))
    if len(named) > MOST_ROWS:
        problems.append(f"Wanted at most {MOST_ROWS} rows, got {len(named)}. The others are left out.")
    return rows, problems


def write_rows(rows: list[Row]) -> str:
    """The rows as an address writes them."""
    return ",".join(map(str, rows))


def models_of(rows: list[Row]) -> list[str]:
    """The models of some rows, each once, in their order."""
    return list(dict.fromkeys(signal.model for row in rows for signal in row.signals))


def rows_for(run: Run, unit: Unit, gates: bool = False) -> list[Row]:
    """The rows to begin with: a unit in each of its states, with `gates` also its gates, and the model's surprise."""
    first = unit.state if unit.state in run.model.gate_states else unit.in_recorded_state(run.model).state
    states = dict.fromkeys([first, *run.states, *(run.model.gate_states if gates else ())])
    signals = [Signal.of_unit(run.name, unit.in_state(state)) for state in states]
    return [*map(Row, signals), Row(Signal(run.name))]


def rows_of_units(run: Run, units: Iterable[Unit]) -> list[Row]:
    """A row for each of some units of a model, as many as Compare shows."""
    return [Row(Signal.of_unit(run.name, unit)) for unit in units][:MOST_ROWS]


def best_of_each(concept: str) -> list[Row]:
    """The best unit for a concept of each model whose search has scored it, the surest first."""
    found = [(row["score"], name, Unit.of_row(row)) for name, row in _best(concept)]
    ordered = sorted(found, key=lambda each: -abs(each[0]))[:MOST_ROWS]
    return [Row(Signal.of_unit(name, unit)) for _, name, unit in ordered]


def _best(concept: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each searched model, and its row of the search table for the best unit."""
    for name in all_runs():
        try:
            table = load_units(load_run(name))
        except InputError:
            continue  # a run that cannot be read has no unit to show
        if table is None:
            continue
        best = best_units(table[(table["concept"] == concept) & table["score"].notna()])
        yield from ((name, row) for row in rows_of(best))


def layer_codes(reading: Reading, layer: int, state: str) -> tuple[Int8[np.ndarray, " time"], float, float]:
    """A layer's mean |activation| after each character, as codes; its mean over the text, and what the code 127 adds.

    Of c it is the mean of |tanh c|, which is what the text is colored by. Zero has no color, so codes count from the
    text's mean: above it the layer is more active than usual.

    Raises:
        InputError: there is no such layer, or no such state.
    """
    Unit(layer, 0, state).require(reading.run.model)
    sizes = layer_sizes(reading, layer, state)
    mean = float(sizes.mean())
    scale = max(float(np.abs(sizes - mean).max()), 1e-6)
    return np.rint(FULL * (sizes - mean) / scale).astype(np.int8), mean, scale


def layer_sizes(reading: Reading, layer: int, state: str) -> Float64[np.ndarray, " time"]:
    """The mean |activation| of a layer's units after each character; of c, of |tanh c|."""
    at = slice((layer - 1) * reading.units, layer * reading.units)
    codes, levels = np.arange(-FULL, FULL + 1, dtype=np.int8)[None], np.zeros(len(reading))
    for column in range(at.start, at.stop):  # a table for each unit: its 255 codes are far fewer than its characters
        largest = (
            reading.cell_scale[column : column + 1] if state == "cell" and reading.cell_scale is not None else None
        )
        values = values_of(codes, state, largest)[0]
        table = np.abs(np.tanh(values) if state == "cell" else values)
        levels += table[reading.states[state][column].astype(np.int16) + FULL]
    return levels / reading.units
