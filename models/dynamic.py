"""Dynamic evaluation: a network that goes on learning from the text that it has just been scored on.

python -m models evaluate RUN --dynamic

Krause, Kahembwe, Murray and Renals 2018, "Dynamic evaluation of neural sequence models" (arXiv:1709.07432), section 5.
The text is read as one stream in segments. Each is scored first; then every weight w takes a gradient step on it and a
step back towards its trained value:

    w <- w - learning_rate gradient / (s + epsilon) + min(1, decay s / mean(s)) (trained - w)

where s is the root mean square of the weight's gradient over segments of the training split. This is a figure of
another kind than the loss of fixed weights: what is predicted depends on all the text before, and what comes again is
half known by then. Several streams side by side would be faster, but each would learn from its own part only.

Axes: `time`, `batch` (always 1).
"""

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from math import sqrt

import numpy as np
import torch
from jaxtyping import Float32, Int64
from torch import Tensor
from torch.nn import functional

from models.evaluate import require_something_to_predict
from models.network import CharRNN

STEPS = 50  # characters per segment
SCALE_CHARACTERS = 40_000  # of the training split, for s
TUNING_CHARACTERS = 40_000  # of the validation split, for each pair of settings
LEARNING_RATES, DECAYS = (1.5e-4, 3e-4, 6e-4), (0.005, 0.015)  # at 50 steps: see _best_settings
EPSILON = 0.1  # of the mean of all s
Advance = Callable[[int], None]  # receives the number of characters just read


@dataclass(frozen=True)
class DynamicSettings:
    """Characters per segment, how fast the weights follow the text, and how fast they return."""

    steps: int
    learning_rate: float
    decay: float

    def describe(self) -> str:
        return f"{self.steps} characters per step, learning rate {self.learning_rate:.2g}, decay {self.decay:.2g}"


def evaluate_dynamically(
    network: CharRNN,
    training: Int64[np.ndarray, " before"],
    validation: Int64[np.ndarray, " between"],
    ids: Int64[np.ndarray, " time"],
    steps: int = STEPS,
    advance: Advance = lambda _: None,
) -> tuple[Float32[np.ndarray, " scored"], DynamicSettings]:
    """The nats of each character of `ids` but the first, read by a network that learns on, and how it was to learn.

    Learning rate and decay are those that do best on the start of the validation split; `ids` have no say in it. The
    network is left as it is: a copy of it learns. `advance` hears of `characters_to_read` in all.

    Raises:
        InputError: a text without a character to predict.
    """
    for text in (training, validation, ids):
        require_something_to_predict(text)
    scales = gradient_scales(network, training[:SCALE_CHARACTERS], steps, advance)
    settings = _best_settings(network, validation[:TUNING_CHARACTERS], scales, steps, advance)
    return _all_of(dynamic_losses(network, ids, scales, settings), advance), settings


def characters_to_read(training: int, validation: int, text: int) -> int:
    """How many characters `evaluate_dynamically` reads in all, of splits of these lengths."""
    tuning = min(validation, TUNING_CHARACTERS) - 1
    return min(training, SCALE_CHARACTERS) - 1 + tuning * len(LEARNING_RATES) * len(DECAYS) + text - 1


def gradient_scales(
    network: CharRNN, ids: Int64[np.ndarray, " time"], steps: int, advance: Advance = lambda _: None
) -> list[Tensor]:
    """The root mean square of each weight's gradient over the segments of a text."""
    reader = _copy_of(network)
    squares, segments = [torch.zeros_like(weight) for weight in reader.parameters()], 0
    for losses in _segments(reader, ids, steps):
        for of_weight, gradient in zip(squares, _gradients(reader), strict=True):
            of_weight.addcmul_(gradient, gradient)
        segments += 1
        advance(len(losses))
    return [(of_weight / segments).sqrt() for of_weight in squares]


def dynamic_losses(
    network: CharRNN, ids: Int64[np.ndarray, " time"], scales: list[Tensor], settings: DynamicSettings
) -> Iterator[Float32[np.ndarray, " segment"]]:
    """The nats of each character of `ids` but the first, segment by segment; `scales` are `gradient_scales`."""
    reader, trained = _copy_of(network), list(_copy_of(network).parameters())
    mean = torch.stack([scale.mean() for scale in scales]).mean()  # of tensors' means, as the authors' program has it
    speeds = [settings.learning_rate / (scale + EPSILON * mean) for scale in scales]
    returns = [(settings.decay * scale / mean).clamp(max=1) for scale in scales]
    for losses in _segments(reader, ids, settings.steps):
        yield losses
        with torch.no_grad():
            moves = zip(reader.parameters(), _gradients(reader), speeds, trained, returns, strict=True)
            for weight, gradient, speed, origin, back in moves:
                weight.lerp_(origin, back).addcmul_(gradient, speed, value=-1)


def _best_settings(
    network: CharRNN, ids: Int64[np.ndarray, " time"], scales: list[Tensor], steps: int, advance: Advance
) -> DynamicSettings:
    """Those of the grid with the lowest loss; the weights may explode with one, which then has none.

    For longer segments the grid moves up, decay with their length and learning rate with its root: so the best
    settings at 20, 50 and 100 steps lay (2x256 LSTM, War and Peace), and were equally good.
    """
    grow = steps / STEPS
    tried = {}
    for learning_rate, decay in product(LEARNING_RATES, DECAYS):
        settings = DynamicSettings(steps, learning_rate * sqrt(grow), decay * grow)
        tried[settings] = _all_of(dynamic_losses(network, ids, scales, settings), advance).mean(dtype=np.float64)
    return min(tried, key=lambda settings: np.nan_to_num(tried[settings], nan=np.inf))


def _all_of(segments: Iterator[Float32[np.ndarray, " segment"]], advance: Advance) -> Float32[np.ndarray, " scored"]:
    found = []
    for losses in segments:
        found.append(losses)
        advance(len(losses))
    return np.concatenate(found)


def _segments(
    reader: CharRNN, ids: Int64[np.ndarray, " time"], steps: int
) -> Iterator[Float32[np.ndarray, " segment"]]:
    """The losses of each segment, with the gradients of their mean left on the weights; the state is carried over."""
    state = reader.initial_state(1)
    for at in range(0, len(ids) - 1, steps):
        segment = torch.from_numpy(ids[at : at + steps + 1])[:, None]
        logits, state = reader(segment[:-1], state)
        losses = functional.cross_entropy(logits.flatten(0, 1), segment[1:].flatten(), reduction="none")
        state = tuple(part.detach() for part in state)
        reader.zero_grad()
        losses.mean().backward()
        yield losses.detach().numpy()


def _gradients(reader: CharRNN) -> Iterator[Tensor]:
    for weight in reader.parameters():
        assert weight.grad is not None  # every weight takes part in every prediction
        yield weight.grad


def _copy_of(network: CharRNN) -> CharRNN:
    return copy.deepcopy(network).cpu().eval()
