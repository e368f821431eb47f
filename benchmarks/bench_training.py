"""Our training step, against the plain loop that everybody writes first: fp32, `nn.LSTM`, AdamW.

python -m benchmarks.bench_training

Both take the same characters in the same order from the same initial weights. Ours runs in the precision that it
chooses for this hardware: where that is fp32, a ratio near 1 is what to expect. The two are checked first, in fp32:
after three steps without dropout their weights agree.

Axes: `time`, `batch`, `vocab`.
"""

import dataclasses
import tempfile
from functools import partial
from pathlib import Path

import numpy as np
import torch
import typer
from torch import nn
from torch.nn import functional

from benchmarks.compare import Quick, announce, compare, report
from corpora import Corpus, Vocabulary
from models.config import ModelConfig, TrainingConfig
from models.run import Run
from models.device import resolve_precision
from models.optimizer import share_of_peak
from models.training import Training

SHAPES = ((2, 256), (2, 512))
QUICK_SHAPES = ((2, 24),)
ALPHABET = 96
TOLERANCE = 1e-4  # of a weight, after three steps of 3e-5 each


class PlainLoop:
    """The reference, started from the weights of ours."""

    def __init__(self, ours: Training) -> None:
        model, config = ours.run.model, ours.config
        self.ours = ours
        self.embedding = nn.Embedding(len(ours.run.vocabulary), model.embedding_size)
        dropout = model.dropout if model.num_layers > 1 else 0.0
        self.rnn = nn.LSTM(model.embedding_size, model.hidden_size, model.num_layers, dropout=dropout)
        self.readout = nn.Linear(model.hidden_size, len(ours.run.vocabulary))
        self.whole = nn.ModuleDict({"embedding": self.embedding, "rnn": self.rnn, "readout": self.readout})
        self.whole.load_state_dict(ours.network.state_dict())
        parameters = list(self.whole.parameters())
        groups = [
            {"params": [p for p in parameters if p.ndim > 1], "weight_decay": config.weight_decay},
            {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
        ]
        self.optimizer = torch.optim.AdamW(groups, lr=config.learning_rate, betas=(0.9, 0.99))
        zero = torch.zeros(model.num_layers, config.streams, model.hidden_size)
        self.zero = self.state = (zero, zero)
        self.done = 0

    def step(self) -> None:
        config, streams = self.ours.config, self.ours.streams
        epoch, index = divmod(self.done, streams.chunks)
        if index == 0:
            self.state = self.zero
        for group in self.optimizer.param_groups:
            group["lr"] = config.learning_rate * share_of_peak(self.done, self.ours.total_steps, streams.chunks, config)
        inputs, targets = streams.chunk(epoch, index)
        output, state = self.rnn(self.embedding(inputs), self.state)
        loss = functional.cross_entropy(self.readout(output).flatten(0, 1), targets.flatten())
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.whole.parameters(), config.clip)
        self.optimizer.step()
        self.state = tuple(part.detach() for part in state)
        self.done += 1


def new_training(folder: Path, model: ModelConfig, config: TrainingConfig) -> Training:
    """A training on random characters; nothing of it is written but the text."""
    length = config.streams * config.steps * 12
    codes = np.random.default_rng(0).integers(32, 32 + ALPHABET - 1, size=length).astype("<u4")
    codes.tofile(folder / "characters.u32")
    corpus = Corpus("random", "", "", (("random", 0),), (length, length, length), folder)
    run = Run(folder / "run", model, Vocabulary.of([codes]), {}, dataclasses.asdict(config))
    return Training(run, corpus, config)


def take_steps(stepper: Training | PlainLoop, count: int) -> None:
    """The same number of optimizer steps of either."""
    for _ in range(count):
        stepper.step()


def check(folder: Path) -> None:
    """Without dropout and in fp32 the two are the same algorithm."""
    config = TrainingConfig(streams=8, steps=16, precision="32", device="cpu")
    ours = new_training(folder, ModelConfig(hidden_size=32, embedding_size=16, dropout=0.0), config)
    plain = PlainLoop(ours)
    take_steps(ours, 3)
    take_steps(plain, 3)
    for name, weight in plain.whole.state_dict().items():
        difference = float((weight - ours.network.state_dict()[name]).abs().max())
        assert difference < TOLERANCE, f"{name} differs by {difference} after three steps"


def main(quick: Quick = False) -> None:
    """Check, then time, for each shape."""
    announce("Training: characters per second as a multiple of the plain fp32 loop's")
    streams, steps, count, rounds = (8, 16, 1, 1) if quick else (64, 128, 2, 5)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        check(folder)
        for layers, units in QUICK_SHAPES if quick else SHAPES:
            config = TrainingConfig(streams=streams, steps=steps, device="cpu")
            ours = new_training(folder, ModelConfig(num_layers=layers, hidden_size=units), config)
            plain = PlainLoop(ours)
            timed = compare(partial(take_steps, ours, count), partial(take_steps, plain, count), rounds)
            speed = count * streams * steps / timed.candidate_seconds
            case = f"{layers}x{units}, {streams} x {steps}, {resolve_precision(config.precision, 'cpu')}"
            report(case, timed.ratio, f"{speed:,.0f} characters/s")


if __name__ == "__main__":
    typer.run(main)
