"""Dynamic evaluation, against its equation written down weight by weight, and against reading without learning.

python -m benchmarks.bench_dynamic

The reference takes each segment's gradient and moves each weight as Krause et al. (2018) write it. Both must predict
the same. The other ratio says what learning costs: the forward passes of the same segments, as a multiple.

Axes: `time`, `batch` (always 1).
"""

import copy
from functools import partial

import numpy as np
import torch
import typer
from jaxtyping import Float32, Int64
from torch import Tensor
from torch.nn import functional

from benchmarks.bench_recording import network_of
from benchmarks.compare import Quick, announce, compare, report
from models.device import keep_freed_memory
from models.dynamic import EPSILON, STEPS, DynamicSettings, dynamic_losses, gradient_scales
from models.network import CharRNN

SHAPES, QUICK_SHAPES = ((2, 256), (2, 512)), ((2, 24),)
VOCABULARY = 96
TOLERANCE = 1e-3  # nats, of a segment's mean: rounding errors grow as the weights move


def learn(
    network: CharRNN, ids: Int64[np.ndarray, " time"], scales: list[Tensor], settings: DynamicSettings
) -> Float32[np.ndarray, " scored"]:
    """The candidate."""
    return np.concatenate(list(dynamic_losses(network, ids, scales, settings)))


def learn_by_the_equation(
    network: CharRNN, ids: Int64[np.ndarray, " time"], scales: list[Tensor], settings: DynamicSettings
) -> Float32[np.ndarray, " scored"]:
    """The reference: the equation at the head of `models.dynamic`."""
    network = copy.deepcopy(network)
    trained = [weight.detach().clone() for weight in network.parameters()]
    mean = torch.stack([scale.mean() for scale in scales]).mean()
    state, found = network.initial_state(1), []
    for at in range(0, len(ids) - 1, settings.steps):
        segment = torch.from_numpy(ids[at : at + settings.steps + 1])[:, None]
        logits, state = network(segment[:-1], state)
        losses = functional.cross_entropy(logits.flatten(0, 1), segment[1:].flatten(), reduction="none")
        gradients = torch.autograd.grad(losses.mean(), list(network.parameters()))
        state = tuple(part.detach() for part in state)
        with torch.no_grad():
            for weight, gradient, scale, origin in zip(network.parameters(), gradients, scales, trained, strict=True):
                back = (settings.decay * scale / mean).clamp(max=1) * (origin - weight)
                weight += back - settings.learning_rate * gradient / (scale + EPSILON * mean)
        found.append(losses.detach().numpy())
    return np.concatenate(found)


@torch.inference_mode()
def read_only(network: CharRNN, ids: Int64[np.ndarray, " time"]) -> None:
    """The forward passes alone."""
    state = network.initial_state(1)
    for at in range(0, len(ids) - 1, STEPS):
        segment = torch.from_numpy(ids[at : at + STEPS + 1])[:, None]
        logits, state = network(segment[:-1], state)
        functional.cross_entropy(logits.flatten(0, 1), segment[1:].flatten())


def main(quick: Quick = False) -> None:
    """Check, then time, for each shape."""
    keep_freed_memory()  # as the command does
    announce("Dynamic evaluation: characters per second as a multiple of the reference's")
    segments, rounds = (3, 1) if quick else (40, 3)
    ids = np.random.default_rng(0).integers(VOCABULARY, size=segments * STEPS + 1)
    settings = DynamicSettings(STEPS, 3e-4, 0.005)
    for layers, units in QUICK_SHAPES if quick else SHAPES:
        network = network_of("lstm", layers, units)
        given = network, ids, gradient_scales(network, ids[: 5 * STEPS], STEPS), settings
        off = np.abs(
            learn(*given).reshape(segments, -1).mean(1) - learn_by_the_equation(*given).reshape(segments, -1).mean(1)
        )
        assert off.max() < TOLERANCE, f"losses differ by {off.max():.2g}"
        timed = compare(partial(learn, *given), partial(learn_by_the_equation, *given), rounds)
        speed = f"{len(ids) / timed.candidate_seconds:,.0f} characters/s"
        report(f"{layers}x{units}, learning / the equation", timed.ratio, speed)
        timed = compare(partial(learn, *given), partial(read_only, network, ids), rounds)
        report(f"{layers}x{units}, learning / reading alone", timed.ratio)


if __name__ == "__main__":
    typer.run(main)
