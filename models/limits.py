"""What a training may be asked for: options with an end, and a size that memory can hold."""

import dataclasses
import math
from pathlib import Path

import psutil
import torch

from corpora import InputError
from models.card import option_name
from models.config import ModelConfig, TrainingConfig
from models.units import CELL_GATES

MOST_EPOCHS, SEEDS = 1e6, 2**32
LARGEST_NUMBER = 1e30  # what is multiplied by it still fits float32
DEVICES = ("auto", "cpu", "cuda", "mps", "gpu")
FLOAT = 4  # bytes
COPIES = 3  # of each weight at least: itself, its gradient, and what the optimizer keeps of it
CONTROL_GROUP = Path("/sys/fs/cgroup/memory.max")  # of the machine's memory, what a container may use


def require_sound(model: ModelConfig, training: TrainingConfig) -> None:
    """Refuse options that no training can have, whoever gives them.

    Raises:
        InputError: a number that is none or has no end, no epochs, too large a seed, or an unknown device.
    """
    numbers = {
        option_name(type(config), field.name): value
        for config in (model, training)
        for field in dataclasses.fields(config)
        if isinstance(value := getattr(config, field.name), float)
    }
    for option, value in numbers.items():
        if not math.isfinite(value):
            raise InputError(f"Wanted a finite number for {option}, got {value}. Choose another.")
    if not 0 < training.epochs <= MOST_EPOCHS:
        raise InputError(
            f"Wanted a number above 0 and up to {MOST_EPOCHS:,.0f} for --epochs, got {training.epochs:g}. A part of an "
            "epoch will do: --epochs 0.1"
        )
    for option, value in numbers.items():
        if abs(value) > LARGEST_NUMBER:
            raise InputError(
                f"Wanted a number up to {LARGEST_NUMBER:g} for {option}, got {value:g}. Choose a smaller one."
            )
    if not 0 <= training.seed < SEEDS:
        raise InputError(f"Wanted a whole number from 0 to 2^32 - 1 for --seed, got {training.seed}. Choose another.")
    require_device(training.device)


def require_device(device: str) -> None:
    """Refuse a name of a device that no machine has.

    Raises:
        InputError: it is one.
    """
    if device not in DEVICES:
        raise InputError(
            f"Wanted to train on {device!r}, which this machine does not have. Train a run with --device auto."
        )


def weights_of(model: ModelConfig, vocabulary: int) -> int:
    """The number of weights and biases of a network, without making it."""
    rows, size = max(1, len(CELL_GATES[model.cell])) * model.hidden_size, model.hidden_size
    inputs = [model.embedding_size, *[size] * (model.num_layers - 1)]
    layers = sum(rows * (each + size + 2) for each in inputs)
    return vocabulary * model.embedding_size + layers + vocabulary * (size + 1)


def least_memory(model: ModelConfig, training: TrainingConfig, vocabulary: int) -> int:
    """Bytes that a training takes at least: weights, and the states and logits of one step with their gradients."""
    copies = COPIES + bool(training.ema)
    per_character = 2 * vocabulary + 2 * model.num_layers * model.hidden_size
    return FLOAT * (copies * weights_of(model, vocabulary) + training.streams * training.steps * per_character)


def free_memory(device: str) -> int:
    """Bytes that a training on this device may use."""
    if device in ("cuda", "gpu", "auto") and torch.cuda.is_available():
        return torch.cuda.mem_get_info()[0]
    free = psutil.virtual_memory().available + psutil.swap_memory().free
    try:
        return min(free, int(CONTROL_GROUP.read_text()))
    except (OSError, ValueError):  # no container, or one without a limit
        return free


def require_room(model: ModelConfig, training: TrainingConfig, vocabulary: int) -> None:
    """Refuse a training that memory cannot hold, before anything is made.

    Raises:
        InputError: it cannot.
    """
    wanted, free = least_memory(model, training, vocabulary), free_memory(training.device)
    if wanted > free:
        raise InputError(
            f"Wanted a training that memory can hold, got a {model.title} on {training.streams:,} streams of "
            f"{training.steps:,} characters: it takes at least {_in_words(wanted)}, {_in_words(free)} are free. Lower "
            "--hidden or --embedding, or --streams and --steps."
        )


def _in_words(size: float) -> str:
    units = ["MB", "GB", "TB", "PB", "EB"]
    power = min(max(0, int(math.log10(max(size, 1)) // 3) - 2), len(units) - 1)
    return f"{size / 1000 ** (power + 2):,.1f} {units[power]}"
