"""Concepts between an opening and a closing: an automaton that reads each character once.

Axes: `time` is the position of a character in a text, `state` one of the automaton's, `symbol` a class of characters:
each character of the delimiters is one of its own, all others together are symbol 0.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Literal, NamedTuple

import numpy as np
from jaxtyping import Float32, Int32, UInt16, UInt32

from analysis.concepts.concept import Kind
from models.compiled import compiled

OPEN, CLOSE, RESET = 1, 2, 3
Shown = Literal["inside", "depth", "position"]
KINDS: dict[Shown, Kind] = {"inside": "state", "depth": "count", "position": "ramp"}


class Tables(NamedTuple):
    """An automaton as arrays. State 0 looks for what opens from outside, state `inside` for what may come within."""

    symbol_of: UInt16[np.ndarray, " code"]
    """The symbol of a code point; of those past the end, the last one's."""
    transitions: Int32[np.ndarray, "state symbol"]
    actions: Int32[np.ndarray, " state"]
    """What ends with the character that led here: OPEN, CLOSE, RESET, or 0."""
    inside: int


@dataclass(frozen=True)
class Automaton:
    """Follows what opens and closes, as a reader would who sees one character after another.

    A delimiter counts once its last character is read: the opening's last character is inside, the closing's is
    outside. A character that was part of one delimiter is not part of the next, so `/*/` opens and does not close.
    Of delimiters that end with the same character, the longest counts. What is open is left alone by a further
    opening, unless `nested`; what is both opening and closing opens and closes by turns.
    """

    opening: tuple[str, ...]
    closing: tuple[str, ...]
    reset: tuple[str, ...] = ()
    """What closes all that is open."""
    nested: bool = False
    """Whether openings within are counted, each to be closed."""
    shown: Shown = "inside"
    """What the label is: 1 inside; how many are open; or, from the outermost opening's last character (1) on, how
    many characters were read (0 outside)."""
    cap: int | None = None
    """The largest label of depth or position."""

    timing: ClassVar[Literal["causal"]] = "causal"
    horizon: ClassVar[int] = 0

    @property
    def kind(self) -> Kind:
        """A state, a count or a ramp."""
        return KINDS[self.shown]

    @property
    def delimiters(self) -> str:
        """All characters that open and close it."""
        return "".join(dict.fromkeys("".join((*self.opening, *self.closing))))

    def __call__(self, codes: UInt32[np.ndarray, " time"]) -> Float32[np.ndarray, " time"]:
        cap = 1 if self.shown == "inside" else self.cap
        return follow_delimiters(codes, *self._tables, self.shown == "position", -1 if cap is None else cap)

    @cached_property
    def _tables(self) -> Tables:
        within = dict.fromkeys(self.reset, RESET) | dict.fromkeys(self.closing, CLOSE)
        within |= dict.fromkeys(self.opening, OPEN) if self.nested else {}
        symbols = {character: at for at, character in enumerate(sorted({*"".join((*within, *self.opening))}), 1)}
        outside_rows, outside_actions = compile_search(dict.fromkeys(self.opening, OPEN), symbols)
        inside_rows, inside_actions = compile_search(within, symbols)
        symbol_of = np.zeros(2 + max(map(ord, symbols)), dtype=np.uint16)
        symbol_of[[ord(character) for character in symbols]] = list(symbols.values())
        return Tables(
            symbol_of,
            np.concatenate([outside_rows, inside_rows + len(outside_rows)]),
            np.concatenate([outside_actions, inside_actions]),
            len(outside_rows),
        )


def compile_search(
    strings: dict[str, int], symbols: dict[str, int]
) -> tuple[Int32[np.ndarray, "state symbol"], Int32[np.ndarray, " state"]]:
    """The automaton of Aho and Corasick (1975): finds all strings at once, whatever their overlaps.

    A state stands for the longest beginning of a string that the text read so far ends with; state 0 for none.

    Args:
        strings: each with the action that its end is to have, from 1.
        symbols: the symbol of each character that occurs in a string, from 1.

    Returns:
        The transitions, and the action of each state: that of the longest string that the text now ends with, or 0.
    """
    beginnings = sorted({""} | {string[:end] for string in strings for end in range(1, len(string) + 1)}, key=len)
    state_of = {beginning: state for state, beginning in enumerate(beginnings)}
    rows = np.zeros((len(beginnings), len(symbols) + 1), dtype=np.int32)
    actions = np.zeros(len(beginnings), dtype=np.int32)
    shorter = [0] * len(beginnings)  # the state to go on from where a beginning does not go on
    for state, beginning in enumerate(beginnings):
        if len(beginning) > 1:
            shorter[state] = int(rows[shorter[state_of[beginning[:-1]]], symbols[beginning[-1]]])
        rows[state] = rows[shorter[state]]
        actions[state] = strings[beginning] if beginning in strings else actions[shorter[state]]
        for character, symbol in symbols.items():
            if beginning + character in state_of:
                rows[state, symbol] = state_of[beginning + character]
    return rows, actions


@compiled
def follow_delimiters(
    codes: UInt32[np.ndarray, " time"],
    symbol_of: UInt16[np.ndarray, " code"],
    transitions: Int32[np.ndarray, "state symbol"],
    actions: Int32[np.ndarray, " state"],
    inside: int,
    position_shown: bool,
    cap: int,
) -> Float32[np.ndarray, " time"]:
    """The labels of `Automaton`: depth or position, up to the cap; a cap below 0 is none."""
    labels = np.empty(codes.size, dtype=np.float32)
    last, state, depth, position = symbol_of.size - 1, 0, 0, 0
    for time in range(codes.size):
        state = transitions[state, symbol_of[min(np.int64(codes[time]), last)]]
        action = actions[state]
        if action == OPEN:
            depth += 1
        elif action == CLOSE:
            depth -= 1
        elif action == RESET:
            depth = 0
        if action != 0:
            state = inside if depth > 0 else 0
        position = position + 1 if depth > 0 else 0
        label = position if position_shown else depth
        labels[time] = min(label, cap) if cap >= 0 else label
    return labels
