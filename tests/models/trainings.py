"""What the tests of training share: two small trainings, a plain one and one with everything on, and what they left."""

import csv
import json
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from models import snapshots, training
from models.config import ModelConfig, TrainingConfig
from models.evaluate import evaluate
from models.jobs import JOBS
from models.network import CharRNN
from models.recording import record_blocks
from models.run import Run, load_run

MODEL = ModelConfig(num_layers=2, hidden_size=12, embedding_size=6, dropout=0.2)
TRAINING = TrainingConfig(
    epochs=1.3, streams=8, steps=16, learning_rate=1e-2, warm_up=10, evaluate_every=15, log_every=5,
    optimizer="adamw", validation_chars=1000, precision="32", device="cpu",
)  # fmt: skip
DROPPING = replace(MODEL, embedding_dropout=0.1, readout_dropout=0.1, weight_drop=0.2)
EVERYTHING = replace(TRAINING, optimizer="muon", ema=0.9, reset=0.2)
STORY = 8000  # characters that these trainings read: 49 steps are an epoch


def hurry(patch: Any) -> None:
    """Samples, snapshots and evaluations take most of the time of a small training: make them short."""
    patch.setattr(training, "SAMPLE_LENGTH", 20)
    patch.setattr(snapshots, "LENGTH", 50)
    patch.setattr(training, "evaluate", partial(evaluate, stream_length=1000))  # as long as any text here


def load_compiled() -> None:
    """Load what numba compiled, so that processes that are forked from this one need not."""
    list(record_blocks(CharRNN(MODEL, 3).eval(), np.zeros(2, dtype=np.int64)))


def rows_of(run: Run) -> list[dict[str, str]]:
    """The log, without how fast it went."""
    with (run.folder / "log.csv").open() as log:
        return [{key: value for key, value in row.items() if key != "chars_per_second"} for row in csv.DictReader(log)]


def samples_of(run: Run) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run.folder / "samples.jsonl").read_text().splitlines()]


def snapshots_of(run: Run) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (run.folder / snapshots.SNAPSHOTS).iterdir()}


def assert_same_course(run: Run, other: Run) -> None:
    """Weights and snapshots to the bit, log rows, samples and end of two runs."""
    assert run.weights_hash == other.weights_hash
    assert rows_of(run) == rows_of(other)
    assert samples_of(run) == samples_of(other)
    assert snapshots_of(run) == snapshots_of(other)
    ends = [load_run(each.folder).training for each in (run, other)]
    for key in ("steps_done", "best_step", "validation_loss"):
        assert ends[0][key] == ends[1][key]
    names = [sorted({path.name for path in each.folder.glob("[!.]*")} - {JOBS}) for each in (run, other)]
    assert names[0] == names[1] == ["config.json", "log.csv", "model.safetensors", "samples.jsonl", "snapshots"]
