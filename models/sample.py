"""Lets a network write: one character at a time, at a temperature.

python -m models sample RUN --prompt "..." --temperature 0.8 --length 500 --clamp L1.u37=1

A seed means the same text here and in the browser (`dashboard/browser/engine/sampling.js`; docs/decisions/018).
"""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from jaxtyping import Float64
from torch import Tensor

from corpora import InputError
from models.clamp import Clamp, ClampedStepper
from models.network import CharRNN, LayerState

SEEDS = 2**64


@torch.inference_mode()
def sample(
    network: CharRNN,
    prompt_ids: list[int],
    length: int,
    temperature: float = 1.0,
    seed: int = 0,
    clamps: Sequence[Clamp] = (),
) -> Iterator[int]:
    """Ids of `length` characters after the prompt (or after nothing, from the zero state).

    Temperature divides the logits: 0 always takes the likeliest character, 1 follows the model's own
    probabilities, above 1 flattens them. The same seed, 0 to 2^64 - 1, gives the same text. U+FFFD, the last id, is
    never written.
    Clamped units are held at their values from the first character on that is read.

    Raises:
        InputError: a temperature below 0, a seed out of range, a clamp of a unit that the network lacks, or a network
            whose weights are not numbers.
    """
    if not temperature >= 0:
        raise InputError(f"Wanted a temperature of 0 or more, got {temperature}. 0 is greedy, 1 the model's own.")
    if not 0 <= seed < SEEDS:
        raise InputError(f"Wanted a whole number from 0 to 2^64 - 1 as the seed, got {seed}. Choose another.")
    stepper = ClampedStepper(network, clamps) if clamps else Stepper(network)
    logits = network.readout.bias.detach()
    for index in prompt_ids:
        logits = stepper.step(index)
    for position in range(length):
        index = choose(_written(logits), temperature, uniform_at(seed, position))
        yield index
        logits = stepper.step(index)


def uniform_at(seed: int, position: int) -> float:
    """The random number, 0 <= u < 1, of a written character, counted from 0.

    Philox 4x64-10 (Salmon, Moraes, Dror and Shaw 2011) is a function of a key, the seed, and a counter, so what was
    written before does not matter. NumPy counts up before it draws: this is the first word of the block of counter
    position + 1, of which the upper 53 bits are taken.
    """
    return (int(np.random.Philox(key=seed, counter=position).random_raw()) >> 11) * 2.0**-53


def choose(logits: Float64[np.ndarray, " written"], temperature: float, u: float) -> int:
    """The first id whose cumulative probability exceeds u; at temperature 0 the likeliest, the first of equals."""
    if temperature == 0:
        return int(logits.argmax())
    with np.errstate(over="ignore"):  # however cold: exp of minus infinity is 0
        cumulative = np.exp((logits - logits.max()) / temperature).cumsum()
    return int(cumulative.searchsorted(u * cumulative[-1], side="right"))


def _written(logits: Tensor) -> Float64[np.ndarray, " written"]:
    """The logits of the characters that can be written: all but the last."""
    if not logits[:-1].isfinite().all():
        raise InputError(
            "The network's predictions are not numbers: its training diverged. "
            "Start another one with lower learning rates, a lower clip or a longer warm-up."
        )
    return logits[:-1].float().cpu().double().numpy()


class Stepper:
    """Reads one character at a time with the textbook step, several times faster than calling `nn.LSTM` for one."""

    def __init__(self, network: CharRNN) -> None:
        self.network = network
        self.weights = network.layer_weights()
        zero = torch.zeros(1, network.config.hidden_size, device=network.readout.weight.device)
        self.states: list[LayerState] = [tuple(zero for _ in network.kind.states) for _ in self.weights]

    @torch.inference_mode()
    def step(self, index: int) -> Tensor:
        """Read one character; the logits [vocab] of the next."""
        x = self.network.embedding.weight[index][None]
        for layer, weights in enumerate(self.weights):
            self.states[layer] = self.network.kind.step(weights, x, self.states[layer])
            x = self.states[layer][0]
        return self.network.readout(x)[0]
