"""What a concept is: a named, documented rule that labels every character of a text.

Axes: `time` is the position of a character in a text.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

import numpy as np
from jaxtyping import Bool, Float32, UInt32

from analysis.statistics import Measure
from corpora import InputError, to_code_points

Codes = UInt32[np.ndarray, " time"]
Labels = Float32[np.ndarray, " time"]
Kind = Literal["state", "anticipation", "event", "local", "count", "ramp", "phase"]
BINARY = ("state", "anticipation", "event", "local")  # kinds whose labels are 0 or 1
TextKind = Literal["any text", "prose", "C code", "MediaWiki markup"]
Need = Literal["case", "spaces", "vowels"]
NEEDS: dict[Need, str] = {  # in words, of the language or script
    "case": "capital letters",
    "spaces": "spaces between words",
    "vowels": "the Latin, Greek or Cyrillic alphabet",
}
EVERY = ("war-and-peace", "linux", "wikipedia", "python")


@dataclass(frozen=True, kw_only=True)
class Concept:
    """A property of the text that a unit might track.

    The label at t describes the state *after* character t was read: an opening quote is already inside,
    the closing one is out. It is NaN where the concept does not apply.
    """

    name: str
    """A short slug, such as `inside-quotes`."""
    title: str
    """Words that complete "the unit is on ..." (labels of 0 and 1) or "the unit tracks ..." (the others)."""
    description: str
    """One line that explains the concept to a newcomer."""
    kind: Kind
    """What the labels are.

    0 or 1: a `state` lasts, an `anticipation` tells what comes next, an `event` is a single character, and what is
    `local` is decided by the character just read. Amounts: a `count` is a small whole number, a `ramp` grows along
    a stretch of text. Classes without an order: a `phase`.
    """
    corpora: tuple[str, ...] = EVERY
    """The corpora that it is meant for."""
    speaks_of: TextKind = "any text"
    """The kind of text that it says something of."""
    needs: tuple[Need, ...] = ()
    """What the language must be written with: `case`, `spaces` between words, an alphabet whose `vowels` are known."""
    timing: Literal["causal", "lookahead", "offline"] = "causal"
    """Causal: the label of a prefix is the prefix of the label. Lookahead: so but for its last `horizon` characters.
    Offline: the whole text is needed."""
    source: str = "none known"
    """Who described a unit like this."""
    label: Callable[[Codes], Labels] = field(repr=False)
    """The rule: code points in, labels out."""
    examples: tuple[tuple[str, str], ...] = field(repr=False)
    """Texts with their labels, a symbol per character: `.` and `#` are 0 and 1, a digit is itself, `?` is NaN."""
    delimiters: str = ""
    """The characters that open and close it. The same rule with other characters in their place is a control."""
    decisive: Literal["end", "begin", "inside"] = "end"
    """Where a network that lost track of it should predict worse: at the character that ends it (of an amount: that
    lowers it), at the one that begins it (raises it), or at any character that follows one inside."""
    horizon: int = 0
    """How many characters a lookahead label reads ahead."""
    where: str = ""
    """Words for where it applies, such as "inside links", if it has no label elsewhere."""

    @property
    def languages(self) -> str:
        """For which languages and kinds of text it speaks, in words."""
        needs = " and ".join(NEEDS[need] for need in self.needs)
        return f"{self.speaks_of} with {needs}" if needs else self.speaks_of

    @property
    def is_binary(self) -> bool:
        """Whether a label is 0 or 1."""
        return self.kind in BINARY

    @property
    def is_amount(self) -> bool:
        """Whether labels have an order and a size."""
        return self.kind in ("count", "ramp")

    @property
    def measure(self) -> Measure:
        """What units are scored by: AUROC for labels of 0 and 1, Spearman for amounts, eta squared for classes."""
        return "auroc" if self.is_binary else "spearman" if self.is_amount else "eta2"

    @property
    def has_sides(self) -> bool:
        """Whether there is an inside and an outside: classes without an order have none."""
        return self.is_binary or self.is_amount

    def sides(self, labels: Labels) -> tuple[Bool[np.ndarray, " time"], Bool[np.ndarray, " time"]]:
        """Where the concept holds (an amount is above its median) and where it does not; NaN is neither.

        Raises:
            InputError: classes without an order have no inside.
        """
        if not self.has_sides:
            raise InputError(
                f"Wanted a concept with an inside, or an amount, got {self.name}, a {self.kind}: its classes have no "
                "order, so there is no value to hold a unit at. Choose another concept."
            )
        known = ~np.isnan(labels)
        if self.is_binary or not known.any():
            return labels == 1, known & (labels != 1)
        middle = np.median(labels[known])
        inside = labels > middle if (labels > middle).any() else labels >= middle
        return inside, known & ~inside

    def labels(self, text: str | Codes) -> Labels:
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


# A concept of one corpus, and of the kind of text that it is.
ProseConcept = partial(Concept, corpora=("war-and-peace",), speaks_of="prose")
LinuxConcept = partial(Concept, corpora=("linux",), speaks_of="C code")
WikiConcept = partial(Concept, corpora=("wikipedia",), speaks_of="MediaWiki markup")
