"""A tiny LSTM wired by hand whose units remember for longer than any segment of a text, and text for it.

Plants of one layer, among noise that hears nothing of them: a toggle of quotation marks, a counter of braces, a latch
that one character at the start of the text sets, and a count of full stops that only a rare character empties.
"""

import random
from pathlib import Path

import torch

from corpora import Vocabulary, to_code_points
from models.config import ModelConfig
from models.network import CharRNN
from models.run import Run
from tests.analysis.planted import save_run

UNITS, FAR = 12, 30.0  # FAR: what a gate's sum is when it is open, and less it when it is shut
TOGGLE, BRACES, LATCH, STOPS = 2, 5, 7, 9
PLANTS = [TOGGLE, BRACES, LATCH, STOPS]
SET, EMPTY = "$", "~"
WORDS = [
    "the",
    "of",
    "and",
    "to",
    "in",
    "he",
    "that",
    "was",
    "his",
    "her",
    "with",
    "had",
    "at",
    "not",
    "as",
    "on",
    "prince",
    "anna",
    "army",
    "night",
    "horse",
    "came",
]


def write_nested(characters: int, seed: int = 0) -> str:
    """Prose with quotes and with nested braces, a sentence a line.

    No brace stands within quotes, nor on the line of a quotation mark: to C it would be part of a string. Braces are
    so frequent that each depth occurs in each part of the text: the levels of a unit come from a sample of it.
    """
    chance, parts, length, depth, quoted = random.Random(seed), [SET], 1, 0, False
    while length < characters:
        words = " ".join(chance.choices(WORDS, k=chance.randint(3, 12)))
        marks = ("", '"') if quoted else ("", '"', EMPTY, "{" if depth < 6 else "", "}" if depth else "")
        mark = chance.choices(marks, (40, 8, 0.1, 15, 15)[: len(marks)])[0]
        depth += (mark == "{") - (mark == "}")
        opens = mark == '"' and not quoted
        quoted ^= mark == '"'
        parts.append(f"{words} {mark}{chance.choice(WORDS)}.\n" if opens else f"{words}{mark}.\n")
        length += len(parts[-1])
    return "".join(parts)[:characters]


def counting_run(folder: Path, text: str) -> Run:
    """A run of the network that is wired for a text."""
    vocabulary = Vocabulary.of([to_code_points(text)], min_count=1)
    network = CharRNN(ModelConfig(num_layers=1, hidden_size=UNITS, embedding_size=len(vocabulary)), len(vocabulary))
    with torch.no_grad():
        _wire(network, vocabulary)
    return save_run(folder / "counting", network, vocabulary, "text-of-our-own")


def _wire(network: CharRNN, vocabulary: Vocabulary) -> None:
    """Gates are i, f, g, o. What a plant does not name keeps its cell as it is: nothing comes in, nothing is lost."""
    rnn, generator = network.rnn, torch.Generator().manual_seed(1)
    network.embedding.weight.copy_(torch.eye(len(vocabulary)))
    for parameter in rnn.parameters():
        parameter.copy_(0.5 * torch.randn(parameter.shape, generator=generator))
    of_input, of_state = rnn.weight_ih_l0.view(4, UNITS, -1), rnn.weight_hh_l0.view(4, UNITS, UNITS)
    bias, other_bias = rnn.bias_ih_l0.view(4, UNITS), rnn.bias_hh_l0.view(4, UNITS)
    of_state[:, :, PLANTS] = 0.0
    for weights in (of_input, of_state, bias, other_bias):
        weights[:, PLANTS] = 0.0
    i, f, g, o = range(4)
    bias[i, PLANTS], bias[f, PLANTS], bias[g, PLANTS], bias[o, PLANTS] = -FAR, FAR, FAR, FAR
    quote, opening, closing, stop, first, rare = (
        int(vocabulary.encode(c)[0]) for c in ('"', "{", "}", ".", SET, EMPTY)
    )
    for unit, taken in ((TOGGLE, [quote]), (BRACES, [opening, closing]), (LATCH, [first]), (STOPS, [stop])):
        of_input[i, unit, taken] = 2 * FAR
    of_input[f, TOGGLE, quote] = of_input[f, STOPS, rare] = -2 * FAR
    of_state[g, TOGGLE, TOGGLE], bias[g, TOGGLE] = -20.0, 5.0  # the opposite of what it holds
    of_input[g, BRACES, closing] = -2 * FAR
    bias[g, STOPS] = 0.01
