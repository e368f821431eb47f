"""An LSTM of two layers wired by hand: a plant for each cell that the post of 2015 names, among noise.

Axes: `gate` (i, f, g, o), `unit` of a layer, `input`.

Every plant is a cell whose gates are switches: pushed far open or far shut by what was just read, by other units of
its layer one character ago, or by the layer below. An open gate is exactly 1 and a shut one exactly 0
(`models.recurrence`), so cells hold whole numbers. Chance comes from coins: cells that turn over at each letter of a
kind, so that no processor computes them otherwise. The noise hears them, and of the plants nothing.
"""

from dataclasses import dataclass, field
from math import tanh
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Bool, Int

from corpora import Vocabulary, to_code_points
from models.config import ModelConfig
from models.network import CharRNN
from models.run import Run
from tests.analysis.planted import random_weights, save_run
from tests.analysis.planted_text import write_mixed

UNITS = 100
TEXT = write_mixed(20_000, seed=3)
FAR = 30.0  # a gate's sum when it is open, and less it when it is shut
ON = tanh(1.0)  # h of a cell that holds 1

# Layer 1. Those in the second row help others.
LATCH, DUPLICATE, INVERTED, RAMP, INVERTED_RAMP, BRACES, LINK, ADDRESS, WWW, DIGITS = range(3, 73, 7)
ONE_BRACKET, CLOSING_BRACKET, SLASH, TWO_SLASHES, COMMA = range(5, 40, 7)
# What the degraded latch and the noise hear: each turns over at one letter.
COINS = dict(zip("etaoinrshdlu", range(53, 101, 4), strict=True))
# Layer 2.
COPY, DEGRADED, CLOSER = 11, 60, 90
HELPERS = (ONE_BRACKET, CLOSING_BRACKET, SLASH, TWO_SLASHES, COMMA)
PLANTS = {
    1: (LATCH, DUPLICATE, INVERTED, RAMP, INVERTED_RAMP, BRACES, LINK, ADDRESS, WWW, DIGITS, *HELPERS, *COINS.values()),
    2: (COPY, DEGRADED, CLOSER),
}
COIN_WEIGHT = 0.07  # how much the degraded latch hears of each coin
LATCH_WEIGHT = (
    3.5 * COIN_WEIGHT
)  # and of the latch: the coins can outvote it, and no sum can be both in and out of quotes


@dataclass(frozen=True)
class Gate:
    """What a gate sums up: a bias, weights of characters, of units of the layer one character ago, of those below."""

    bias: float = 0.0
    read: dict[str, float] = field(default_factory=dict)
    own: dict[int, float] = field(default_factory=dict)
    below: dict[int, float] = field(default_factory=dict)


OPEN, SHUT = Gate(FAR), Gate(-FAR)


def when(read: str, *units: int, unless: bool = False) -> Gate:
    """Open if one of these characters was read and one of the units (if any are named) was on before; or the opposite.

    Units count 2 to 2.7 times as much as a gate needs to be far open, depending on whether their cells hold 1 or more.
    """
    sign, bias, of_read = (-1 if unless else 1), (5 if units else 1), (4 if units else 2)
    weights = dict.fromkeys(units, sign * 2 * FAR / ON)
    return Gate(-sign * bias * FAR, dict.fromkeys(read, sign * of_read * FAR), weights)


def memory_less(read: str) -> tuple[Gate, Gate, Gate]:
    """A cell that holds 1 at these characters and 0 elsewhere."""
    return when(read), SHUT, Gate(FAR)


def toggle(unit: int, sign: int, at: str = '"') -> tuple[Gate, Gate, Gate]:
    """A cell that holds 1 or -1, and at a quotation mark the opposite; the first one turns 0 into `sign`."""
    return when(at), when(at, unless=True), Gate(FAR * sign, own={unit: -3 * FAR / ON})


def ramp(step: float) -> tuple[Gate, Gate, Gate]:
    """A cell that a step is added to at each character, and that a newline empties."""
    return when("\n", unless=True), when("\n", unless=True), Gate(step)


DIGIT = "0123456789"
FIRST_LAYER = {
    LATCH: toggle(LATCH, 1),
    DUPLICATE: toggle(DUPLICATE, 1),
    INVERTED: toggle(INVERTED, -1),
    RAMP: ramp(0.01),
    INVERTED_RAMP: ramp(-0.01),
    BRACES: (when("{}"), OPEN, Gate(read={"{": FAR, "}": -FAR})),
    LINK: (when("[", ONE_BRACKET), when("]", CLOSING_BRACKET, unless=True), Gate(FAR)),
    ADDRESS: (when("/", SLASH), when(" \n]", unless=True), Gate(FAR)),
    WWW: (when("w", TWO_SLASHES, WWW), when("w"), Gate(FAR)),
    DIGITS: (when(DIGIT), Gate(0.0), Gate(FAR)),  # half of it is forgotten at each character
    ONE_BRACKET: (Gate(-FAR, {"[": 2 * FAR}, {ONE_BRACKET: -2 * FAR / ON}), SHUT, Gate(FAR)),
    CLOSING_BRACKET: memory_less("]"),
    SLASH: memory_less("/"),
    TWO_SLASHES: (when("/", SLASH), SHUT, Gate(FAR)),
    COMMA: memory_less(","),
} | {unit: toggle(unit, 1, at=letter) for letter, unit in COINS.items()}
SECOND_LAYER = {
    COPY: (OPEN, SHUT, Gate(below={LATCH: FAR / ON})),
    DEGRADED: (OPEN, SHUT, Gate(below={LATCH: LATCH_WEIGHT / ON} | dict.fromkeys(COINS.values(), COIN_WEIGHT / ON))),
    CLOSER: (OPEN, SHUT, Gate(-1.5 * FAR, below={LATCH: FAR / ON, COMMA: FAR / ON})),  # a comma was read within quotes
}


def wired_lstm(folder: Path) -> Run:
    """A run of the network, with all concepts of the catalogue to be searched for."""
    vocabulary = Vocabulary.of([to_code_points(TEXT)], min_count=1)
    network = CharRNN(ModelConfig(num_layers=2, hidden_size=UNITS, embedding_size=len(vocabulary)), len(vocabulary))
    with torch.no_grad():
        wire_lstm(network, vocabulary)
    return save_run(folder / "wired-lstm", network, vocabulary, "text-of-our-own")


def wire_lstm(network: CharRNN, vocabulary: Vocabulary) -> None:
    """Noise in both layers, then the plants; the readout guesses a closing quotation mark after a comma in quotes."""
    generator = torch.Generator().manual_seed(1)
    network.embedding.weight.copy_(torch.eye(len(vocabulary)))
    random_weights(network, generator)
    _plant(network, 0, FIRST_LAYER, vocabulary)
    _plant(network, 1, SECOND_LAYER, vocabulary)
    noise = [unit for unit in range(UNITS) if unit not in PLANTS[1]]
    heard = torch.randn(4, len(noise), len(COINS), generator=generator)
    network.rnn.weight_hh_l0.view(4, UNITS, UNITS)[np.ix_(range(4), noise, list(COINS.values()))] = heard
    network.readout.weight.zero_()
    network.readout.bias.zero_()
    network.readout.weight[int(vocabulary.encode('"')[0]), CLOSER] = 6.0


def _plant(network: CharRNN, layer: int, plants: dict[int, tuple[Gate, Gate, Gate]], vocabulary: Vocabulary) -> None:
    of_input, of_state, bias, other_bias = (
        getattr(network.rnn, f"{name}_l{layer}").view(4, UNITS, -1)
        for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    )
    of_state[:, :, list(plants)] = 0.0
    if layer:
        of_input[:, :, list(PLANTS[layer])] = 0.0
    for weights in (of_input, of_state, bias, other_bias):
        weights[:, list(plants)] = 0.0
    for unit, gates in plants.items():
        for gate, wanted in enumerate((*gates, OPEN)):
            bias[gate, unit] = wanted.bias
            for character, weight in wanted.read.items():
                of_input[gate, unit, int(vocabulary.encode(character)[0])] = weight
            for other, weight in wanted.own.items():
                of_state[gate, unit, other] = weight
            for other, weight in wanted.below.items():
                of_input[gate, unit, other] = weight


def degraded_auroc(text: str, quoted: Bool[np.ndarray, " time"], part: slice) -> float:
    """What the degraded latch scores on a part of a text, by counting: the share of pairs that it orders rightly.

    Each pair is a character in quotes and one outside.

    It holds tanh of (3.5 Q + the sum of the coins) x .07, where Q is 1 in quotes and -1 outside. A coin is 0 before its
    letter comes for the first time, then 1 and -1 in turn.
    """
    votes = _votes(np.array(list(text)))[part]
    inside, outside = votes[quoted[part]], votes[~quoted[part]]
    wins = (2 * LATCH_WEIGHT / COIN_WEIGHT + some > outside[:, None] for some in np.array_split(inside, 50))
    return sum(won.sum() for won in wins) / (len(inside) * len(outside))


def _votes(characters: np.ndarray) -> Int[np.ndarray, " time"]:
    """The sum of the coins."""
    turns = (np.cumsum(characters == letter) for letter in COINS)
    return sum(np.where(turn == 0, 0, np.where(turn % 2, 1, -1)) for turn in turns)
