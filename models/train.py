"""Trains a character-level recurrent network: truncated backpropagation through time over contiguous streams.

python -m models train --corpus war-and-peace --layers 2 --hidden 256 --run my-run

Axes: `time`, `batch` (streams), `vocab`.
"""

import csv
import dataclasses
import json
import logging
import math
import platform
import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
import torch
from jaxtyping import Int64
from lightning_fabric import Fabric
from torch.nn import functional

from corpora import Corpus, InputError, Vocabulary
from corpora.places import runs_folder
from models.checkpoint import CHECKPOINT, Position, forget_after, load_checkpoint, save_checkpoint
from models.config import ModelConfig, TrainingConfig
from models.evaluate import evaluate
from models.network import CharRNN, State
from models.run import Run, load_run, require_same_text, shipped_runs
from models.sample import sample
from models.streams import Streams, spread_excerpt

logging.getLogger("lightning_fabric").setLevel(logging.WARNING)  # it announces what config.json says already
LOG_COLUMNS = (
    "step",
    "epoch",
    "chars",
    "train_loss",
    "validation_loss",
    "learning_rate",
    "grad_norm",
    "chars_per_second",
)
FINAL_LEARNING_RATE = 0.02  # share of the peak that the cosine decays to
SAMPLE_COUNT, SAMPLE_LENGTH, SAMPLE_TEMPERATURE = 20, 300, 0.8


class Watcher(Protocol):
    """What training tells the one who watches."""

    def advanced(self, step: int, total: int, row: dict[str, Any] | None) -> None: ...
    def sampled(self, step: int, text: str) -> None: ...
    def stop_requested(self) -> bool: ...


def start_run(name: str, corpus: Corpus, model: ModelConfig, training: TrainingConfig) -> Run:
    """A new run folder under `runs/`, configured but untrained.

    Raises:
        InputError: the run exists already, its folder cannot be written, or the machine lacks the device.
    """
    folder = runs_folder() / name
    if Path(name).name != name or name.startswith("."):
        raise InputError(f"Wanted a plain name for the run, got {name!r}. It becomes a folder under {runs_folder()}.")
    if name in shipped_runs():
        raise InputError(f"{name} is a shipped model. Choose another --run, for example {name}-new.")
    if (folder / "config.json").exists():
        finished = "steps_done" in load_run(folder).training
        advice = f"It is finished: delete {folder}" if finished else f"Go on with it: python -m models resume {name}"
        raise InputError(f"The run {name} exists. {advice}; or choose another --run.")
    vocabulary = Vocabulary.of([corpus.split("training")], training.min_count)
    described = {"name": corpus.name, "sha256": corpus.sha256, "licence": corpus.licence, "cuts": list(corpus.cuts)}
    run = Run(folder, model, vocabulary, described, dataclasses.asdict(training))
    new_fabric(training)
    Streams(corpus.split("training"), vocabulary, training.streams, training.steps, training.seed)
    run.save_config()
    return run


def train(run: Run, corpus: Corpus, watcher: Watcher) -> Position:
    """Train a run from its start or its last checkpoint to its end; the best weights are kept."""
    require_same_text(run, corpus)
    training = Training(run, corpus, TrainingConfig(**_config_fields(run.training)))
    return training.run_to_end(watcher)


def _config_fields(described: dict[str, Any]) -> dict[str, Any]:
    names = {field.name for field in dataclasses.fields(TrainingConfig)}
    return {name: value for name, value in described.items() if name in names}


def resolve_precision(wanted: str, device: str) -> Literal["32-true", "bf16-mixed"]:
    """bf16 autocast where the hardware multiplies in bf16; elsewhere it is slower, or oneDNN has no LSTM for it."""
    if wanted != "auto":
        return "bf16-mixed" if wanted == "bf16" else "32-true"
    if device == "cpu":
        able = torch.cpu.get_capabilities()
        return "bf16-mixed" if able.get("avx512_bf16") or able.get("amx_bf16") else "32-true"
    return "bf16-mixed" if device == "cuda" and torch.cuda.is_bf16_supported() else "32-true"


def new_fabric(config: TrainingConfig) -> Fabric:
    """The device and precision of a training.

    Raises:
        InputError: this machine has no such device.
    """
    device = config.device
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    try:
        return Fabric(accelerator=device, devices=1, precision=resolve_precision(config.precision, device))
    except (ValueError, RuntimeError):
        raise InputError(
            f"Wanted to train on {device!r}, which this machine does not have. Train a run with --device auto."
        ) from None


def learning_rate_at(step: int, total: int, config: TrainingConfig) -> float:
    """Linear warm-up, then cosine decay to 2 % of the peak."""
    warm = min(1.0, (step + 1) / max(1, config.warm_up))
    done = min(1.0, step / max(1, total))
    decay = FINAL_LEARNING_RATE + (1 - FINAL_LEARNING_RATE) * 0.5 * (1 + math.cos(math.pi * done))
    return config.learning_rate * warm * decay


def sample_steps(total: int) -> set[int]:
    """Steps at which a sample is written: the very first, then about evenly spaced on a log scale."""
    return {0, total, *(round(step) for step in np.geomspace(1, max(1, total), SAMPLE_COUNT))}


@dataclass
class Training:
    """One run being trained."""

    run: Run
    corpus: Corpus
    config: TrainingConfig
    position: Position = field(default_factory=Position)

    def __post_init__(self) -> None:
        self.fabric = new_fabric(self.config)
        self.fabric.seed_everything(self.config.seed, verbose=False)
        self.network = CharRNN(self.run.model, len(self.run.vocabulary))
        self.streams = Streams(
            self.corpus.split("training"), self.run.vocabulary, self.config.streams, self.config.steps, self.config.seed
        )
        self.total_steps = max(1, round(self.config.epochs * self.streams.chunks))
        self.sample_at = sample_steps(self.total_steps)
        decayed = [p for p in self.network.parameters() if p.ndim > 1]
        others = [p for p in self.network.parameters() if p.ndim <= 1]
        groups = [
            {"params": decayed, "weight_decay": self.config.weight_decay},
            {"params": others, "weight_decay": 0.0},
        ]
        optimizer = torch.optim.AdamW(groups, lr=self.config.learning_rate, betas=(0.9, 0.99))
        self.forward, self.optimizer = self.fabric.setup(self.network, optimizer)
        self.carried: State = self.network.initial_state(self.config.streams)
        if (self.run.folder / CHECKPOINT).exists():
            self.carried, self.position = load_checkpoint(self.run.folder, self.network, optimizer)
        forget_after(self.run.folder, self.position.step or -1)
        self._begin_interval()

    def run_to_end(self, watcher: Watcher) -> Position:
        """All steps that are left."""
        validation = spread_excerpt(
            self.run.vocabulary.encode(self.corpus.split("validation")), self.config.validation_chars
        )
        if self.position.step == 0:
            self._write_sample(watcher)
        while self.position.step < self.total_steps and self.position.stale_evaluations < self.config.patience:
            self._step()
            if self.position.step in self.sample_at:  # before the checkpoint, so that a killed run has it too
                self._write_sample(watcher)
            at_end = self.position.step == self.total_steps
            row = None
            if self.position.step % self.config.evaluate_every == 0 or at_end:
                row = self._log(self._evaluate(validation))
                self._checkpoint()
            elif self.position.step % self.config.log_every == 0:
                row = self._log(None)
            watcher.advanced(self.position.step, self.total_steps, row)
            if watcher.stop_requested() and not at_end:
                if self.interval_steps:
                    self._log(None)
                self._checkpoint()
                return self.position
        self._finish()
        return self.position

    def _step(self) -> None:
        epoch, index = divmod(self.position.step, self.streams.chunks)
        if index == 0:
            self.carried = self.network.initial_state(self.config.streams)
        self.learning_rate = learning_rate_at(self.position.step, self.total_steps, self.config)
        for group in self.optimizer.param_groups:
            group["lr"] = self.learning_rate
        inputs, targets = (self.fabric.to_device(ids) for ids in self.streams.chunk(epoch, index))
        logits, carried = self.forward(inputs, self.carried)
        loss = functional.cross_entropy(logits.flatten(0, 1), targets.flatten())
        self.fabric.backward(loss)
        clip = self.config.clip or float("inf")
        self.grad_norm = self.fabric.clip_gradients(  # a norm that is no number shows in the loss: see _log
            self.forward, self.optimizer, max_norm=clip, error_if_nonfinite=False
        )
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.carried = tuple(part.detach().float() for part in carried)
        self.loss_sum = self.loss_sum + loss.detach()
        self.interval_steps += 1
        self.position.step += 1

    def _begin_interval(self) -> None:
        self.loss_sum, self.interval_steps = torch.zeros((), device=self.fabric.device), 0
        self.grad_norm: Any = 0.0
        self.interval_began = time.perf_counter()

    def _evaluate(self, ids: Int64[np.ndarray, " time"]) -> float:
        loss = evaluate(self.network, ids).nats
        if loss < self.position.best_loss:
            self.position.best_loss, self.position.best_step = loss, self.position.step
            self.position.stale_evaluations = 0
            self.run.save_weights(self.network.state_dict())
        else:
            self.position.stale_evaluations += 1
        return loss

    def _log(self, validation_loss: float | None) -> dict[str, Any]:
        elapsed = time.perf_counter() - self.interval_began
        train_loss = float(self.loss_sum) / max(1, self.interval_steps)
        if not math.isfinite(train_loss):
            raise InputError(
                f"The loss became {train_loss} before step {self.position.step}. Lower --learning-rate or --clip, "
                "or raise --warm-up, and train under another --run name."
            )
        per_step = self.config.streams * self.config.steps
        self.position.seconds += elapsed
        values = (
            self.position.step,
            round(self.position.step / self.streams.chunks, 4),
            self.position.step * per_step,
            round(train_loss, 5),
            "" if validation_loss is None else round(validation_loss, 5),
            f"{self.learning_rate:.3e}",
            round(float(self.grad_norm), 4),
            round(self.interval_steps * per_step / elapsed),
        )
        _append_row(self.run.folder / "log.csv", values)
        self._begin_interval()
        return dict(zip(LOG_COLUMNS, values, strict=True))

    def _checkpoint(self) -> None:
        save_checkpoint(self.run.folder, self.network, self.optimizer.optimizer, self.carried, self.position)

    def _write_sample(self, watcher: Watcher) -> None:
        self.network.eval()
        ids = sample(self.network, [], SAMPLE_LENGTH, SAMPLE_TEMPERATURE, self.config.seed)
        text = self.run.vocabulary.decode(np.fromiter(ids, dtype=np.int64))
        self.network.train()
        chars = self.position.step * self.config.streams * self.config.steps
        line = {"step": self.position.step, "chars": chars, "temperature": SAMPLE_TEMPERATURE, "text": text}
        with (self.run.folder / "samples.jsonl").open("a") as out:
            out.write(json.dumps(line) + "\n")
        watcher.sampled(self.position.step, text)

    def _finish(self) -> None:
        """Say in config.json how the run ended, and drop the checkpoint."""
        ended = {
            "steps_done": self.position.step,
            "best_step": self.position.best_step,
            "validation_loss": round(self.position.best_loss, 5),
            "seconds": round(self.position.seconds),
            "precision_used": resolve_precision(self.config.precision, self.fabric.device.type),
            "hardware": f"{self.fabric.device.type}, {torch.get_num_threads()} threads, {platform.machine()}",
            "torch": torch.__version__,
        }
        dataclasses.replace(self.run, training=self.run.training | ended).save_config()
        shutil.rmtree(self.run.folder / CHECKPOINT.parent, ignore_errors=True)


def _append_row(path: Path, values: tuple[Any, ...]) -> None:
    try:
        with path.open("a", newline="") as out:
            writer = csv.writer(out, lineterminator="\n")
            if out.tell() == 0:
                writer.writerow(LOG_COLUMNS)
            writer.writerow(values)
    except OSError as error:
        raise InputError(f"Cannot write {path} ({error.strerror}). Free space, then resume the run.") from None
