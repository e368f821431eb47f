"""The estimate of a training, against what the training then takes.

python -m benchmarks.bench_estimate

For each shape a training of some seconds on random characters, estimated first, then done from its start to its end
with evaluations, checkpoints and samples. The ratio is estimate / taken: 1 is exact, below 1 the training took longer.
What others do on the machine meanwhile changes it.
"""

import dataclasses
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import typer

from benchmarks.compare import Quick, Ratio, announce, report
from benchmarks.random_text import random_corpus
from corpora import Vocabulary
from models.config import ModelConfig, TrainingConfig
from models.estimate import estimate_training
from models.run import Run
from models.training import Training

ALPHABET = 80
SHAPES = (
    (
        ModelConfig("lstm", 1, 128, 64, 0.0),
        TrainingConfig(streams=32, steps=64, epochs=2.0, evaluate_every=75),
        300_000,
    ),
    (ModelConfig("gru", 2, 256), TrainingConfig(streams=32, steps=128, epochs=1.0, evaluate_every=30), 250_000),
    (ModelConfig("lstm", 2, 512), TrainingConfig(streams=64, steps=128, epochs=1.0, evaluate_every=10), 180_000),
)
QUICK_SHAPES = (
    (ModelConfig("lstm", 1, 16, 8, 0.0), TrainingConfig(streams=8, steps=16, epochs=1.0, validation_chars=1000), 3_000),
)


class Unwatched:
    """Watches a training without a word."""

    def advanced(self, step: int, total: int, row: dict[str, Any] | None) -> None: ...
    def sampled(self, step: int, text: str) -> None: ...
    def stop_requested(self) -> bool:
        return False


def take(folder: Path, model: ModelConfig, config: TrainingConfig, characters: int) -> tuple[float, int]:
    """Seconds and steps of a whole training on so many random characters, and more to validate on."""
    whole = characters + min(config.validation_chars, characters // 8)
    corpus = random_corpus(folder, (characters, whole, whole), ALPHABET - 1, seed=1)
    vocabulary = Vocabulary.of([corpus.characters])
    run = Run(folder / "run", model, vocabulary, {"name": "random"}, dataclasses.asdict(config))
    run.save_config()
    training = Training(run, corpus, config)
    began = time.perf_counter()
    position = training.run_to_end(Unwatched())
    return time.perf_counter() - began, position.step


def main(quick: Quick = False) -> None:
    """Estimate, then train, each shape, three times."""
    announce("Estimates: seconds of a training as estimated, over what it took")
    for model, config, characters in QUICK_SHAPES if quick else SHAPES:
        config = dataclasses.replace(config, device="cpu")
        ratios, seconds, steps = [], "", 0
        for _ in range(1 if quick else 3):
            estimated = estimate_training(model, config, ALPHABET, characters)
            with tempfile.TemporaryDirectory() as folder:
                taken, steps = take(Path(folder), model, config, characters)
            assert steps == estimated.steps, f"estimated {estimated.steps} steps, took {steps}"
            ratios.append(estimated.seconds / taken)
            seconds = f"the last: estimated {estimated.seconds:.1f} s, took {taken:.1f} s"
        case = f"{model.title}, {config.streams} x {config.steps}, {steps} steps"
        report(case, Ratio(statistics.median(ratios), min(ratios), max(ratios)), seconds)


if __name__ == "__main__":
    typer.run(main)
