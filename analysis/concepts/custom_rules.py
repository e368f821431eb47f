"""Concepts by a regular expression, and by combining other concepts.

Axes: `time` is the position of a character in a text, `byte` a byte of it in UTF-8, `match` a match's place in order.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
import re2
from jaxtyping import Float32, Int64, UInt32

from analysis.concepts.concept import Concept, Kind
from corpora import InputError, to_text

Timing = Literal["causal", "lookahead", "offline"]
TIMINGS: tuple[Timing, ...] = ("causal", "lookahead", "offline")  # each includes what the ones before can do
PATIENCE = 60.0  # seconds for one expression on one text


# ---- regular expressions -------------------------------------------------------------------------------------


def compile_pattern(pattern: str) -> Any:
    """A regular expression as RE2 compiles it.

    Raises:
        re2.error: it is malformed, too large, or asks for what needs backtracking.
    """
    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern, options=options)


def matches_text(pattern: str) -> bool:
    """Whether an expression can match more than an empty string."""
    return bool(compile_pattern(pattern).programfanout)  # empty where the program has no instruction that reads


@dataclass(frozen=True)
class Pattern:
    """1 within the matches of a regular expression, found from left to right without overlap.

    RE2 matches in time linear in the text. That a character is part of a match is known at the match's end at the
    earliest, and `$` or a greedy repetition may look further still, so the label needs the whole text.
    """

    pattern: str
    group: int | str = 0
    """Label only what this group, by number or name, has matched."""
    start: Literal["match", "after"] = "match"
    """Label the group itself, or the rest of the match after it: what a look-behind would be for."""
    mark: Literal["all", "end"] = "all"
    """Label all of it, or its last character alone."""

    timing: ClassVar[Timing] = "offline"
    horizon: ClassVar[int] = 0
    delimiters: ClassVar[str] = ""

    @property
    def kind(self) -> Kind:
        """A state; an event where only the last character is marked."""
        return "event" if self.mark == "end" else "state"

    def __call__(self, codes: UInt32[np.ndarray, " time"]) -> Float32[np.ndarray, " time"]:
        starts, stops = self.spans(codes)
        if self.mark == "end":
            starts = stops - 1
        change = np.zeros(codes.size + 1, dtype=np.int32)
        np.add.at(change, starts, 1)
        np.add.at(change, stops, -1)
        return change[:-1].cumsum().astype(np.float32)

    def spans(
        self, codes: UInt32[np.ndarray, " time"]
    ) -> tuple[Int64[np.ndarray, " match"], Int64[np.ndarray, " match"]]:
        """Where each labelled stretch starts and stops, in characters; empty ones are left out.

        Raises:
            InputError: the expression has taken a minute, because each of its many matches looks far ahead.
        """
        encoded = to_text(codes).encode()
        found = np.array([span for span in self._byte_spans(encoded) if span[0] < span[1]], dtype=np.int64)
        starts, stops = found.reshape(-1, 2).T
        if len(encoded) == codes.size:
            return starts, stops
        character = np.cumsum((np.frombuffer(encoded, dtype=np.uint8) & 0xC0) != 0x80) - 1  # of each byte
        return character[starts], character[stops - 1] + 1

    def _byte_spans(self, encoded: bytes) -> Iterator[tuple[int, int]]:
        began = time.monotonic()
        for match in compile_pattern(self.pattern).finditer(encoded):
            start, stop = match.span(self.group_number)
            yield (start, stop) if self.start == "match" or start < 0 else (stop, match.end())
            if time.monotonic() - began > PATIENCE:
                raise InputError(
                    f"Wanted the matches of {self.pattern!r} within {PATIENCE:g} s, got to byte {match.end():,} of "
                    f"{len(encoded):,}. Let each match look less far ahead: [^\\n]* instead of .*, for example."
                )

    @property
    def group_number(self) -> int:
        """The group's number.

        Raises:
            KeyError: there is no group of that name.
        """
        return compile_pattern(self.pattern).groupindex[self.group] if isinstance(self.group, str) else self.group


# ---- combinations ------------------------------------------------------------------------------------------------

Labels = Float32[np.ndarray, "concept time"]
COMBINE: dict[str, Callable[[Labels], Float32[np.ndarray, " time"]]] = {  # a NaN in any part is one in the result
    "all_of": lambda labels: labels.min(axis=0),
    "any_of": lambda labels: labels.max(axis=0),
    "not": lambda labels: 1 - labels[0],
}


@dataclass(frozen=True)
class Combination:
    """`all_of`, `any_of` or `not` of concepts whose labels are 0 or 1; it applies where all of its parts do."""

    how: Literal["all_of", "any_of", "not"]
    parts: tuple[Concept, ...]

    delimiters: ClassVar[str] = ""

    @property
    def timing(self) -> Timing:
        """That of the part that needs most."""
        return latest_timing(self.parts)

    @property
    def horizon(self) -> int:
        return furthest_horizon(self.parts)

    @property
    def kind(self) -> Kind:
        """That of the parts where it must be, or else a state: what is not a single character lasts."""
        kinds: set[Kind] = {part.kind for part in self.parts}
        if "event" in kinds:
            return "event" if self.how == "all_of" or (self.how == "any_of" and len(kinds) == 1) else "state"
        kind: Kind = kinds.pop() if len(kinds) == 1 else "state"
        return "state" if kind == "anticipation" and self.timing == "offline" else kind

    def __call__(self, codes: UInt32[np.ndarray, " time"]) -> Float32[np.ndarray, " time"]:
        return COMBINE[self.how](np.stack([part.labels(codes) for part in self.parts]))


@dataclass(frozen=True)
class Within:
    """One concept, scored only where another one is 1: NaN elsewhere."""

    where: Concept
    scored: Concept

    @property
    def timing(self) -> Timing:
        """That of the one that needs more."""
        return latest_timing((self.where, self.scored))

    @property
    def horizon(self) -> int:
        return furthest_horizon((self.where, self.scored))

    @property
    def kind(self) -> Kind:
        """That of what is scored."""
        offline = self.scored.kind == "anticipation" and self.timing == "offline"
        return "state" if offline else self.scored.kind

    @property
    def delimiters(self) -> str:
        return self.scored.delimiters

    def __call__(self, codes: UInt32[np.ndarray, " time"]) -> Float32[np.ndarray, " time"]:
        return np.where(self.where.labels(codes) == 1, self.scored.labels(codes), np.float32(np.nan))


def latest_timing(parts: tuple[Concept, ...]) -> Timing:
    """What is needed to label all parts."""
    return TIMINGS[max(TIMINGS.index(part.timing) for part in parts)]


def furthest_horizon(parts: tuple[Concept, ...]) -> int:
    """How far the label of all parts reads ahead; 0 where the whole text is needed anyway."""
    return 0 if latest_timing(parts) == "offline" else max(part.horizon for part in parts)
