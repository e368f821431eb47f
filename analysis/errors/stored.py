"""`errors.json`: what a run keeps of its error analysis, declared. See docs/run-format.md.

Positions are characters from the start of the split that was read.
"""

import os
from pathlib import Path
from typing import Annotated

import msgspec

from corpora import InputError
from corpora.shell import python
from corpora.stored import Count, Hash, Positive, read_declared
from models.evaluate import Nats
from models.run import Run
from models.writing import replacing

FILE, FORMAT = "errors.json", 1
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


class Step(msgspec.Struct, frozen=True):
    """The errors that an oracle of this strength explains and no weaker one does."""

    name: str
    errors: Count


class Kind(msgspec.Struct, frozen=True):
    """The errors of a category: a share of all errors, with its 95 % interval."""

    name: str
    errors: Count
    share: Share
    steps: list[Step]
    low: Share | None = None
    high: Share | None = None
    examples: list[Count] = []


class Bin(msgspec.Struct, frozen=True):
    """Delimiters whose opening one is `shortest` to `longest` characters back; None: as far as there are any."""

    shortest: Positive
    longest: Positive | None
    pairs: Positive
    gain: Nats
    """Mean log-probability of the network less that of the n-gram model."""
    low: Nats | None
    high: Nats | None
    probability: Share
    """Mean probability that the network gives to what closes."""
    ngram_probability: Share
    examples: list[Count] = []

    @property
    def distances(self) -> str:
        """The distances in words, in characters."""
        return f"{self.shortest:,} and more" if self.longest is None else f"{self.shortest:,} to {self.longest:,}"


class Curve(msgspec.Struct, frozen=True):
    """The gain by distance, of one delimiter."""

    closing: str
    opening: str
    title: str
    bins: list[Bin]
    step: Count | None = None
    """Of the training, for weights that were kept on the way."""


class ErrorAnalysis(msgspec.Struct, frozen=True):
    """`errors.json`: which weights read which text, and what they got wrong."""

    format: Positive
    weights_sha256: Hash
    text_sha256: Hash
    """Of the code points that were read: two runs that have the same one can be compared."""
    split: str
    characters: Positive
    """Those that were predicted: all but the first."""
    nats: Nats
    errors: Count
    ngram_order: Positive
    """Of the n-gram model that predicts this text best, which the gain is over."""
    ngram_nats: Nats
    categories: list[Kind]
    curves: list[Curve]

    def curves_at(self, step: int | None = None) -> list[Curve]:
        """The curves at a step of the training; without one, those of the run's own weights."""
        return [curve for curve in self.curves if curve.step == step]

    def curve(self, closing: str, step: int | None = None) -> Curve:
        """The curve of a delimiter that the text has; all analyses of a text have the same ones."""
        return next(curve for curve in self.curves_at(step) if curve.closing == closing)


def keep_errors(run: Run, analysis: ErrorAnalysis) -> None:
    """Write the analysis into the run's results, whole or not at all.

    Raises:
        InputError: it cannot be written.
    """
    with replacing(run.results_folder / FILE) as temporary:
        temporary.write_bytes(msgspec.json.format(msgspec.json.encode(analysis), indent=1) + b"\n")


def load_errors(run: Run) -> ErrorAnalysis | None:
    """The analysis of a run's present weights, one's own before a shipped one; None if there is none.

    Raises:
        InputError: a damaged file.
    """
    for folder in run.measured_in:
        found = _read(folder / FILE)
        if found and found.weights_sha256 == run.weights_hash:
            return found
    return None


def _read(path: Path) -> ErrorAnalysis | None:
    if not os.path.lexists(path):
        return None
    remedy = f"Delete it, then measure again: {python()} -m analysis errors RUN"
    found = read_declared(path, ErrorAnalysis, "an error analysis", remedy)
    if found.format > FORMAT:
        raise InputError(f"{path} has format {found.format}. Update Charscope, or delete it.")
    return found
