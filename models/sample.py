"""Lets a network write: one character at a time, at a temperature.

python -m models sample RUN --prompt "..." --temperature 0.8 --length 500 --clamp L1.u37=1
"""

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from corpora import InputError
from models.clamp import Clamp, ClampedStepper
from models.network import CharRNN, LayerState


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
    probabilities, above 1 flattens them. The same seed gives the same text. U+FFFD, the last id, is never written.
    Clamped units are held at their values from the first character on that is read.

    Raises:
        InputError: a temperature below 0, a clamp of a unit that the network lacks, or a network whose weights are
            not numbers.
    """
    if not temperature >= 0:
        raise InputError(f"Wanted a temperature of 0 or more, got {temperature}. 0 is greedy, 1 the model's own.")
    generator = torch.Generator().manual_seed(seed)
    stepper = ClampedStepper(network, clamps) if clamps else Stepper(network)
    logits = network.readout.bias.detach()
    for index in prompt_ids:
        logits = stepper.step(index)
    for _ in range(length):
        index = _choose(logits[:-1].float().cpu(), temperature, generator)
        yield index
        logits = stepper.step(index)


def _choose(logits: Tensor, temperature: float, generator: torch.Generator) -> int:
    if not logits.isfinite().all():
        raise InputError(
            "The network's predictions are not numbers: its training diverged. "
            "Lower --learning-rate or --clip, or raise --warm-up, and train under another --run name."
        )
    if temperature == 0:
        return int(logits.argmax())
    probabilities = torch.softmax((logits - logits.max()).double() / temperature, dim=0)  # finite however cold
    return int(torch.multinomial(probabilities, 1, generator=generator))


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
