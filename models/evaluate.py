"""How well a network predicts a text: mean nats per character.

python -m models evaluate RUN --split test
"""

from dataclasses import dataclass
from math import log, sqrt

import numpy as np
import torch
from jaxtyping import Int64
from torch.nn import functional

from corpora import InputError
from models.network import CharRNN

STREAM_LENGTH = 10_000
WARM_UP = 500
BLOCK = 250


@dataclass(frozen=True)
class Evaluation:
    """Mean loss over scored characters; `standard_error` is over the means of 1,000-character blocks."""

    nats: float
    standard_error: float
    characters: int

    @property
    def bits(self) -> float:
        return self.nats / log(2)


@torch.inference_mode()
def evaluate(network: CharRNN, ids: Int64[np.ndarray, " time"], stream_length: int = STREAM_LENGTH) -> Evaluation:
    """The mean loss of predicting `ids[1:]`, each character but the first once.

    The text is read as streams of `stream_length` characters; each but the first is warmed up on the
    500 characters before it, which are not scored a second time. So no character is predicted cold.

    Raises:
        InputError: a text without a character to predict.
    """
    if len(ids) < 2:
        raise InputError(f"Wanted at least 2 characters to evaluate on, got {len(ids)}. Use a longer text.")
    was_training = network.training
    network.eval()
    losses = _losses(network, ids, stream_length).numpy()
    network.train(was_training)
    blocks = np.array([block.mean() for block in np.array_split(losses, max(1, len(losses) // 1000))])
    error = blocks.std(ddof=1) / sqrt(len(blocks)) if len(blocks) > 1 else float("nan")
    return Evaluation(float(losses.mean(dtype=np.float64)), float(error), len(losses))


def _losses(network: CharRNN, ids: Int64[np.ndarray, " time"], stream_length: int) -> torch.Tensor:
    device = network.readout.weight.device
    starts = np.arange(0, max(1, len(ids) - 1), stream_length)
    positions = starts[None, :] + np.arange(-WARM_UP, stream_length)[:, None]
    scored = (positions >= starts[None, :]) & (positions < len(ids) - 1)
    exists = positions >= 0
    inputs = torch.from_numpy(ids[np.clip(positions, 0, len(ids) - 1)]).to(device)
    targets = torch.from_numpy(ids[np.clip(positions + 1, 0, len(ids) - 1)]).to(device)
    state, losses = network.initial_state(len(starts)), []
    for at in range(0, len(positions), BLOCK):
        logits, state = network(inputs[at : at + BLOCK], state)
        losses.append(
            functional.cross_entropy(logits.float().flatten(0, 1), targets[at : at + BLOCK].flatten(), reduction="none")
        )
        if at + BLOCK == WARM_UP:  # the first stream has nothing before it: it starts from the zero state
            cold = torch.from_numpy(~exists[at]).to(device)
            state = tuple(part.masked_fill(cold[None, :, None], 0.0) for part in state)
    by_position = torch.cat(losses).view(len(positions), len(starts)).cpu()
    return by_position.T[torch.from_numpy(scored).T]
