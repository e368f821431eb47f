"""How well a network predicts a text: mean nats per character, and how precise that estimate is.

python -m models evaluate RUN --split test

Axes: `time`, `batch` (streams side by side).
"""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from math import inf, isfinite, log, sqrt
from pathlib import Path
from typing import Annotated, Any

import msgspec
import numpy as np
import torch
from jaxtyping import Bool, Float, Float32, Float64, Int64, UInt32
from scipy.special import stdtrit
from torch import Tensor
from torch.nn import functional

from corpora import InputError, Vocabulary
from corpora.shell import python
from corpora.stored import Hash, Positive, read_declared
from corpora.vocabulary import CODE_POINTS
from models.network import WARM_UP, CharRNN, State
from models.run import Run
from models.writing import replacing

STREAM_LENGTH = 10_000
BLOCK = 250
PARTS, SHORTEST_PART = 8, 1000  # for the interval; the length in characters
FILE, FORMAT = "evaluation.json", 1
Nats = Annotated[float, msgspec.Meta(ge=-1e6, le=1e6)]


@dataclass(frozen=True)
class Evaluation:
    """A mean loss in nats per character (or per byte), over `characters` characters (bytes), and its 95 % interval.

    The interval is `nats` ± `margin`: Student's t over the means of eight contiguous parts of the text, which stays
    valid where their variances differ (Ibragimov and Müller 2010, "t-statistic based correlation and heterogeneity
    robust inference"). The parts are as long as the text allows because losses are alike far along it: on the test
    split of War and Peace, blocks of 1,000 characters correlate .56 with the next one and .30 with the tenth (2x256
    LSTM), of 10,000 still .55, and only the eighths, 40,000 each, no longer visibly (.2 with a standard error of .35).
    On series made with the correlations of those blocks, the interval from blocks of 1,000 held the true mean in 34 %
    of all cases, the one from eighths in 89 %.

    It covers other text of this kind. Two networks on the same text differ by far less: compare them
    there. `margin` is infinite for a text of less than two parts of 1,000 characters.
    """

    nats: float
    margin: float
    characters: int

    @classmethod
    def of(cls, losses: Float[np.ndarray, " time"], lengths: Int64[np.ndarray, " time"] | None = None) -> "Evaluation":
        """Of the nats of each character, and what each counts for (1, or its bytes)."""
        lengths = np.ones(len(losses), dtype=np.int64) if lengths is None else lengths
        parts = max(1, min(PARTS, len(losses) // SHORTEST_PART))
        means = [
            of_part.sum(dtype=np.float64) / length.sum()
            for of_part, length in zip(np.array_split(losses, parts), np.array_split(lengths, parts), strict=True)
        ]
        margin = stdtrit(parts - 1, 0.975) * np.std(means, ddof=1) / sqrt(parts) if parts > 1 else inf
        return cls(float(losses.sum(dtype=np.float64) / lengths.sum()), float(margin), int(lengths.sum()))

    @property
    def low(self) -> float:
        """Lower end of the 95 % interval, in nats."""
        return self.nats - self.margin

    @property
    def high(self) -> float:
        """Upper end of the 95 % interval, in nats."""
        return self.nats + self.margin

    @property
    def ends(self) -> tuple[float, float] | tuple[None, None]:
        """Both ends; None where the text is too short for an interval."""
        return (self.low, self.high) if isfinite(self.margin) else (None, None)

    @property
    def bits(self) -> float:
        return self.nats / log(2)

    def describe(self, unit: str = "character") -> str:
        """Nats with their interval, bits, and how many characters (or bytes) they are the mean of."""
        interval = f" (95 %: {self.low:.4f} to {self.high:.4f})" if isfinite(self.margin) else ""
        return f"{self.nats:.4f} nats{interval}, {self.bits:.4f} bits per {unit}, {self.characters:,} {unit}s"


def evaluate(network: CharRNN, ids: Int64[np.ndarray, " time"], stream_length: int = STREAM_LENGTH) -> Evaluation:
    """The mean loss of predicting `ids[1:]`, each character but the first once.

    Raises:
        InputError: a text without a character to predict.
    """
    return Evaluation.of(character_losses(network, ids, stream_length))


@torch.inference_mode()
def character_losses(
    network: CharRNN,
    ids: Int64[np.ndarray, " time"],
    stream_length: int = STREAM_LENGTH,
    advance: Callable[[int], None] = lambda _: None,
) -> Float32[np.ndarray, " scored"]:
    """The nats of each character of `ids` but the first; `advance` is told of each number of characters scored.

    The text is read as streams of `stream_length` characters; each but the first is warmed up on the
    500 characters before it, which are not scored a second time. So no character is predicted cold.

    Raises:
        InputError: a text without a character to predict.
    """
    require_something_to_predict(ids)
    was_training = network.training
    network.eval()
    losses = _losses(network, ids, stream_length, advance).numpy()
    network.train(was_training)
    return losses


def require_something_to_predict(ids: Int64[np.ndarray, " time"]) -> None:
    """Refuse a text of less than two characters."""
    if len(ids) < 2:
        raise InputError(f"Wanted at least 2 characters to evaluate on, got {len(ids)}. Use a longer text.")


def _losses(
    network: CharRNN, ids: Int64[np.ndarray, " time"], stream_length: int, advance: Callable[[int], None]
) -> torch.Tensor:
    starts, length = np.arange(0, len(ids) - 1, stream_length), min(stream_length, len(ids) - 1)
    state, losses = _warmed_up(network, ids, starts), []
    positions = starts[None, :] + np.arange(length)[:, None]
    scored = positions < len(ids) - 1
    for at in range(0, length, BLOCK):
        inputs, targets = (_at(network, ids, positions[at : at + BLOCK] + shift) for shift in (0, 1))
        logits, state = network(inputs, state)
        losses.append(functional.cross_entropy(logits.float().flatten(0, 1), targets.flatten(), reduction="none"))
        advance(int(np.count_nonzero(scored[at : at + BLOCK])))
    by_position = torch.cat(losses).view(positions.shape).cpu()
    return by_position.T[torch.from_numpy(scored).T]


def _warmed_up(network: CharRNN, ids: Int64[np.ndarray, " time"], starts: Int64[np.ndarray, " batch"]) -> State:
    """The state of each stream after the 500 characters before it, or after all of them where there are fewer."""
    state = network.initial_state(len(starts))
    begins = {int(WARM_UP - start) for start in starts if start <= WARM_UP}  # where a stream reaches the text
    cuts = sorted({*range(0, WARM_UP, BLOCK), *begins, WARM_UP})
    positions = starts[None, :] + np.arange(-WARM_UP, 1)[:, None]
    for at, end in pairwise(cuts if len(starts) > 1 else []):
        _, state = network(_at(network, ids, positions[at:end]), _without(state, positions[at] <= 0))
    return _without(state, starts == 0)


def _without(state: State, cold: Bool[np.ndarray, " batch"]) -> State:
    """The state, but zero for those streams before which there is no text."""
    mask = torch.from_numpy(cold).to(state[0].device)
    return tuple(part.masked_fill(mask[None, :, None], 0.0) for part in state)


def _at(
    network: CharRNN, ids: Int64[np.ndarray, " text"], positions: Int64[np.ndarray, "time batch"]
) -> Int64[Tensor, "time batch"]:
    """The characters at these positions, where the network is; what lies beyond the text is its nearest character."""
    return torch.from_numpy(ids[np.clip(positions, 0, len(ids) - 1)]).to(network.readout.weight.device)


def spelled_out(vocabulary: Vocabulary, codes: UInt32[np.ndarray, " time"]) -> Float64[np.ndarray, " time"]:
    """The nats that it takes, beyond saying U+FFFD, to say which character that is which the vocabulary lacks.

    It is a uniform choice among all code points that the vocabulary does not know. With it, nats per byte are the
    length of a code from which the text can be had back.
    """
    unknown = vocabulary.encode(codes) == len(vocabulary) - 1
    return unknown * log(CODE_POINTS - (len(vocabulary) - 1))


# ---- evaluation.json: the figures that a run keeps about itself -----------------------------------------------------


class Figure(msgspec.Struct):
    """One figure: a mean loss with its interval, and the settings of dynamic evaluation."""

    nats: Nats
    characters: Positive
    low: Nats | None = None
    high: Nats | None = None
    steps: Nats | msgspec.UnsetType = msgspec.UNSET
    learning_rate: Nats | msgspec.UnsetType = msgspec.UNSET
    decay: Nats | msgspec.UnsetType = msgspec.UNSET


class Figures(msgspec.Struct):
    """`evaluation.json`: the figures by name, and the weights that they belong to."""

    format: Positive
    weights_sha256: Hash
    figures: dict[str, Figure]


def keep_evaluation(run: Run, figure: str, evaluation: Evaluation, settings: dict[str, float]) -> None:
    """Add a figure such as `test` or `test dynamic` to the run's file, or replace it; those of other weights go.

    `settings` are what the figure was measured with, where that matters.

    Raises:
        InputError: the file cannot be written.
    """
    low, high = evaluation.ends
    values = {"nats": evaluation.nats, "low": low, "high": high, "characters": evaluation.characters}
    figures = _figures_in(run, run.results_folder) | {figure: values | settings}
    described = {"format": FORMAT, "weights_sha256": run.weights_hash, "figures": figures}
    with replacing(run.results_folder / FILE) as temporary:
        temporary.write_text(json.dumps(described, indent=1) + "\n")


def load_evaluation(run: Run) -> dict[str, Evaluation]:
    """The figures of a run's present weights by name (`test`, `test paper bytes`, `test dynamic` ...), if any.

    Raises:
        InputError: a damaged file.
    """
    found = {}
    for folder in reversed(run.measured_in):  # what is one's own counts more than what is shipped
        found |= {
            figure: Evaluation(kept.nats, inf if kept.high is None else kept.high - kept.nats, kept.characters)
            for figure, kept in _read(run, folder).items()
        }
    return found


def _figures_in(run: Run, folder: Path) -> dict[str, dict[str, Any]]:
    return {
        figure: {name: value for name, value in msgspec.to_builtins(kept).items() if value is not msgspec.UNSET}
        for figure, kept in _read(run, folder).items()
    }


def _read(run: Run, folder: Path) -> dict[str, Figure]:
    if not os.path.lexists(folder / FILE):
        return {}
    remedy = f"Delete it, then measure again: {python()} -m models evaluate RUN"
    described = read_declared(folder / FILE, Figures, "a file of evaluations", remedy)
    if described.format > FORMAT:
        raise InputError(f"{folder / FILE} has format {described.format}. Update Charscope, or delete it.")
    return described.figures if described.weights_sha256 == run.weights_hash else {}
