"""A unit: one coordinate of one layer, seen in one of its states. How it is written, read and checked.

`L2.u217` names unit 217 of layer 2. Layers count from 1, units from 0. People read it with a dot in the middle,
`L2·u217`; addresses, file names and commands hold the plain dot.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from corpora import InputError

if TYPE_CHECKING:
    from models.config import ModelConfig

# What each kind of cell has, in PyTorch's order. The last state is the cell's memory.
CELL_STATES = {"lstm": ("hidden", "cell"), "gru": ("hidden",), "rnn": ("hidden",)}
CELL_GATES = {"lstm": ("input", "forget", "candidate", "output"), "gru": ("reset", "update", "candidate"), "rnn": ()}
STATES = CELL_STATES["lstm"]  # all states that there are
GATE = "_gate"  # ends the name of a gate where it stands among states, such as `forget_gate`
GATES = tuple(dict.fromkeys(gate + GATE for gates in CELL_GATES.values() for gate in gates))  # all there are, as states
SYMBOLS = {"hidden": "h", "cell": "c"}
WRITTEN = re.compile(r"L([0-9]{1,3})[.·]u([0-9]{1,6})")


def symbol_of(state: str) -> str:
    """h, c, or the name of a gate in words."""
    return SYMBOLS.get(state, state.replace("_", " "))


def title_of_state(state: str) -> str:
    """`hidden state`, `cell state`, or the name of a gate in words."""
    return f"{state} state" if state in STATES else symbol_of(state)


@dataclass(frozen=True, order=True)
class Unit:
    """One unit in one state: `hidden`, `cell`, or a gate such as `forget_gate`; empty where no state was named."""

    layer: int
    index: int
    state: str = ""

    @classmethod
    def parse(cls, written: str, state: str = "") -> "Unit":
        """The unit written `L2.u217` or `L2·u217`, in a state.

        Raises:
            InputError: anything else.
        """
        found = WRITTEN.fullmatch(written)
        if not found:
            raise InputError(
                f"Wanted a unit such as L2.u217 (layers count from 1, units from 0), got {written[:40]!r}."
            )
        return cls(int(found[1]), int(found[2]), state)

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> "Unit":
        """The unit of a table's row: its columns `layer`, `unit` and `state`."""
        return cls(int(row["layer"]), int(row["unit"]), str(row["state"]))

    def __str__(self) -> str:
        return f"L{self.layer}·u{self.index}"

    @property
    def slug(self) -> str:
        """`L2.u217`, for addresses, file names and commands."""
        return f"L{self.layer}.u{self.index}"

    @property
    def symbol(self) -> str:
        """h, c, or the name of a gate in words."""
        return symbol_of(self.state)

    @property
    def columns(self) -> dict[str, Any]:
        """What tables hold of it."""
        return {"state": self.state, "layer": self.layer, "unit": self.index}

    def column(self, hidden_size: int) -> int:
        """Its place where layers and units are flattened: (layer - 1) * hidden_size + index."""
        return (self.layer - 1) * hidden_size + self.index

    def in_state(self, state: str) -> "Unit":
        """The same unit in another state."""
        return replace(self, state=state)

    def in_recorded_state(self, model: "ModelConfig") -> "Unit":
        """The same unit in a state that a recording holds: for a gate, or where no state was named, the memory."""
        return self if self.state in model.states else self.in_state(model.memory)

    def require(self, model: "ModelConfig", gates: bool = False) -> "Unit":
        """The unit itself, if the network has it; with `gates`, its state may also be a gate.

        Raises:
            InputError: the network has no such unit, or its cells no such state.
        """
        if not (1 <= self.layer <= model.num_layers and 0 <= self.index < model.hidden_size):
            raise InputError(
                f"Wanted a unit of a {model.title}, L1.u0 to L{model.num_layers}.u{model.hidden_size - 1}, "
                f"got {self.slug}. Choose one of these."
            )
        if self.state:
            require_state(model, self.state, gates)
        return self


def require_state(model: "ModelConfig", state: str, gates: bool = False) -> None:
    """Refuse a state that a network's cells lack; with `gates`, their gates are states as well.

    Raises:
        InputError: they have no such state.
    """
    known = (*model.states, *(model.gate_states if gates else ()))
    if state not in known:
        raise InputError(
            f"Wanted {' or '.join(known)} as the state of a {model.title}, got {state!r}. Choose one of these."
        )


def unit_at(column: int, hidden_size: int, state: str = "") -> Unit:
    """The unit at a place where layers and units are flattened."""
    layer, index = divmod(int(column), hidden_size)
    return Unit(layer + 1, index, state)
