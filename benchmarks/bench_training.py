"""Our training step, against the plain loop that everybody writes first: fp32, `nn.LSTM`, AdamW.

python -m benchmarks.bench_training

Both take the same characters in the same order from the same initial weights. Ours runs in the precision that it
chooses for this hardware: where that is fp32, a ratio near 1 is what to expect. The two are checked first, in fp32:
after three steps without dropout their weights agree. Then: what share of the matrix peak (in bf16 where the hardware
multiplies in it), measured in the same process, a step reaches and where the rest goes; and, each in a process of its
own, what two processes under torchrun do, and how much memory each way takes.

Axes: `time`, `batch`, `vocab`.
"""

import dataclasses
import json
import os
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import torch
import typer
from torch import nn
from torch.nn import functional

from benchmarks.compare import Quick, announce, compare, report
from benchmarks.random_text import random_corpus
from corpora import Vocabulary
from models.config import ModelConfig, TrainingConfig
from models.device import multiplies_bf16, resolve_precision
from models.optimizer import share_of_peak
from models.run import Run
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
    folder = Path(
        tempfile.mkdtemp(dir=folder)
    )  # of its own: the training before may still be reading ahead in its text
    length = config.streams * config.steps * 12
    corpus = random_corpus(folder, (length, length, length), ALPHABET - 1)
    run = Run(folder / "run", model, Vocabulary.of([corpus.characters]), {}, dataclasses.asdict(config))
    return Training(run, corpus, config)


def take_steps(stepper: Training | PlainLoop, count: int) -> None:
    """The same number of optimizer steps of either."""
    for _ in range(count):
        stepper.step()


def matrix_peak(precision: torch.dtype) -> float:
    """Floating point operations per second of the best of ten products of large matrices."""
    size, best = 2048, float("inf")
    left, right = (torch.randn(size, size, dtype=precision) for _ in range(2))
    for _ in range(10):
        began = time.perf_counter()
        torch.mm(left, right)
        best = min(best, time.perf_counter() - began)
    return 2 * size**3 / best


def operations(model: ModelConfig, characters: int) -> float:
    """Floating point operations of the matrix products of a step: forward, and twice that backward."""
    inputs = [model.embedding_size, *[model.hidden_size] * (model.num_layers - 1)]
    rows = sum(4 * model.hidden_size * (size + model.hidden_size) for size in inputs)
    return 6.0 * characters * (rows + model.hidden_size * ALPHABET)


def report_share_of_peak(model: ModelConfig, ours: Training, steps: int) -> None:
    """How near a step comes to what the matrix unit can do, and what its parts take."""
    spent = {"forward": 0.0, "backward": 0.0, "optimizers": 0.0}
    precision, name = (torch.bfloat16, "bf16") if multiplies_bf16("cpu") else (torch.float32, "float32")
    config, peak = ours.config, matrix_peak(precision)
    began = time.perf_counter()
    for _ in range(steps):
        inputs, targets = ours.next_chunk()
        at = time.perf_counter()
        logits, _ = ours.forward(inputs, ours.carried)
        loss = functional.cross_entropy(logits.flatten(0, 1), targets.flatten())
        spent["forward"] += time.perf_counter() - at
        at = time.perf_counter()
        ours.fabric.backward(loss)
        spent["backward"] += time.perf_counter() - at
        at = time.perf_counter()
        for optimizer in ours.optimizers:
            optimizer.step()
            optimizer.zero_grad()
        spent["optimizers"] += time.perf_counter() - at
    whole = time.perf_counter() - began
    needed = steps * operations(model, config.streams * config.steps) / peak
    parts = ", ".join(f"{name} {seconds / whole:.0%}" for name, seconds in spent.items())
    of_forward, of_backward = needed / 3 / spent["forward"], needed * 2 / 3 / spent["backward"]
    print(
        f"    {name} matrix peak {peak / 1e9:,.0f} GFLOP/s; a step reaches {needed / whole:.0%} of it: of its time "
        f"{parts}; at the peak forward ran {of_forward:.0%} of its time, backward {of_backward:.0%}"
    )


def report_processes(options: list[str], rounds: int) -> None:
    """One process with all threads against torchrun with two, and against memory given back at each step, in turns."""
    alone = [sys.executable, "-m", "benchmarks.training_worker", *options]
    shared = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--local-addr", "127.0.0.1"]
    shared += ["--nproc-per-node", "2", "-m", "benchmarks.training_worker", *options]
    threads = torch.get_num_threads()
    ways = {
        f"1 process x {threads} threads": (alone, threads),
        "the same, freed memory given back": ([*alone, "--give-back"], threads),
        "torchrun, 2 processes": (shared, max(1, threads // 2)),
    }
    found: dict[str, list[dict[str, float]]] = {way: [] for way in ways}
    for _ in range(rounds):
        for way, (command, each) in ways.items():
            environment = os.environ | {"OMP_NUM_THREADS": str(each)}
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
            found[way].append(json.loads(done.stdout.strip().splitlines()[-1]))
    best = {way: max(results, key=lambda result: result["speed"]) for way, results in found.items()}
    usual = best[next(iter(ways))]["speed"]
    for way, result in best.items():
        memory = f"{result['memory'] / 2**20:,.0f} MiB at most in each process"
        print(f"    {way:34} {result['speed']:8,.0f} characters/s, {result['speed'] / usual:.2f}x, {memory}")


def check(folder: Path) -> None:
    """Without dropout and in fp32 the two are the same algorithm."""
    config = TrainingConfig(streams=8, steps=16, optimizer="adamw", precision="32", device="cpu")
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
            model = ModelConfig(num_layers=layers, hidden_size=units)
            for optimizer in ("adamw", "muon"):
                config = TrainingConfig(streams=streams, steps=steps, optimizer=optimizer, device="cpu")
                ours = new_training(folder, model, config)
                plain = PlainLoop(ours)
                timed = compare(partial(take_steps, ours, count), partial(take_steps, plain, count), rounds)
                speed = count * streams * steps / timed.candidate_seconds
                case = f"{layers}x{units}, {streams} x {steps}, {optimizer}, {resolve_precision('auto', 'cpu')}"
                report(case, timed.ratio, f"{speed:,.0f} characters/s")
                report_share_of_peak(model, ours, count * rounds)
            report_processes(
                [f"--layers={layers}", f"--hidden={units}", f"--streams={streams}", f"--steps={steps}"],
                1 if quick else 2,
            )


if __name__ == "__main__":
    typer.run(main)
