"""Whether a text that a lesson shows is the one that `models.sample` draws."""

from collections.abc import Sequence

import numpy as np

from models.clamp import Clamp, ClampedStepper
from models.network import CharRNN
from models.run import Run
from models.sample import uniform_at

MARGIN = 1e-4  # of the cumulative probability: float32 rounds differently here and there


def assert_drawn(
    run: Run, network: CharRNN, prompt: str, text: str, seed: int, temperature: float, clamps: Sequence[Clamp]
) -> None:
    """Each character is the one that its random number chooses after all those before it, `clamps` held."""
    stepper = ClampedStepper(network, clamps)
    logits = [stepper.step(int(index)) for index in run.vocabulary.encode(prompt)][-1]
    for position, index in enumerate(map(int, run.vocabulary.encode(text))):
        weights = np.exp((written := logits[:-1].double().numpy() / temperature) - written.max())
        cumulative = np.concatenate([[0.0], weights.cumsum()]) / weights.sum()
        u = uniform_at(seed, position)
        assert cumulative[index] - MARGIN <= u <= cumulative[index + 1] + MARGIN, position
        logits = stepper.step(index)
