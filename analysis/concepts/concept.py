"""What a concept is: a named, documented rule that labels every character of a text.

Axes: `time` is the position of a character in a text.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from jaxtyping import Float32, UInt32

from corpora import to_code_points

Labeler = Callable[[UInt32[np.ndarray, " time"]], Float32[np.ndarray, " time"]]


@dataclass(frozen=True)
class Concept:
    """A property of the text that a unit might track.

    The label at t describes the state *after* character t was read: an opening quote is already inside,
    the closing one is out. It is NaN where the concept does not apply.
    """

    name: str
    """A short slug, such as `inside-quotes`."""
    title: str
    """Words that complete "the unit is on ..." (a state) or "the unit tracks ..." (a count or ramp)."""
    description: str
    """One plain line for people who meet the concept for the first time."""
    kind: Literal["state", "count", "ramp"]
    """A state is 0 or 1, a count is a small whole number, a ramp grows along a stretch of text."""
    corpora: tuple[str, ...]
    """The corpora that it is meant for."""
    timing: Literal["causal", "lookahead", "offline"]
    """Causal: the label of a prefix is the prefix of the label. Lookahead and offline ones read ahead."""
    source: str
    """Who described a unit like this."""
    label: Labeler = field(repr=False)
    """The rule: code points in, labels out."""
    examples: tuple[tuple[str, str], ...] = field(repr=False)
    """Texts with their labels, a symbol per character: see `parse_labels`."""

    @property
    def is_binary(self) -> bool:
        """Whether a label is 0 or 1."""
        return self.kind == "state"

    def labels(self, text: str | UInt32[np.ndarray, " time"]) -> Float32[np.ndarray, " time"]:
        """The label of every character of a text or of its code points."""
        codes = to_code_points(text) if isinstance(text, str) else text
        if codes.ndim != 1 or codes.dtype != np.uint32:
            raise ValueError(f"Wanted code points as uint32 [time], got {codes.dtype} of shape {codes.shape}.")
        read_only = np.ascontiguousarray(codes).view()
        read_only.flags.writeable = False  # one type of argument, so numba compiles each scanner once
        labels = self.label(read_only)
        if labels.shape != codes.shape or labels.dtype != np.float32:
            raise ValueError(
                f"Wanted float32 of shape {codes.shape} from {self.name}, got {labels.dtype} {labels.shape}."
            )
        return labels

    def parse_labels(self, symbols: str) -> Float32[np.ndarray, " time"]:
        """The labels that an example writes: `.` and `#` are 0 and 1, a digit is itself, `?` is NaN."""
        values = {".": 0.0, "#": 1.0, "?": np.nan} | {str(digit): float(digit) for digit in range(10)}
        return np.array([values[symbol] for symbol in symbols], dtype=np.float32)
