"""Starts a training, and takes it to its end or to where somebody stops it.

python -m models train --corpus war-and-peace --layers 2 --hidden 256 --run my-run
torchrun --nproc_per_node 2 -m models train --corpus war-and-peace --run my-run
"""

import contextlib
import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from corpora import Corpus, InputError, Vocabulary
from corpora.places import runs_folder
from models.checkpoint import Position
from models.config import ModelConfig, TrainingConfig
from models.device import new_fabric
from models.run import Run, clear_interrupted_writes, load_run, require_same_text, shipped_runs
from models.streams import Streams
from models.training import Training, Watcher

LOCK = ".lock"


def start_run(name: str, corpus: Corpus, model: ModelConfig, training: TrainingConfig) -> Run:
    """A new run folder under `runs/`, configured but untrained.

    Raises:
        InputError: the run exists already, its folder cannot be written, or the machine lacks the device.
    """
    folder = runs_folder() / name
    fabric = new_fabric(training, model.cell)
    if fabric.is_global_zero:
        _require_new(name, folder)
    vocabulary = Vocabulary.of([corpus.split("training")], training.min_count)
    described = {"name": corpus.name, "sha256": corpus.sha256, "licence": corpus.licence, "cuts": list(corpus.cuts)}
    run = Run(folder, model, vocabulary, described, dataclasses.asdict(training))
    Streams(corpus.split("training"), vocabulary, training.streams, training.steps, training.seed)
    if fabric.is_global_zero:
        run.save_config()
    fabric.barrier()
    return run


def _require_new(name: str, folder: Path) -> None:
    if Path(name).name != name or name.startswith("."):
        raise InputError(f"Wanted a plain name for the run, got {name!r}. It becomes a folder under {runs_folder()}.")
    if name in shipped_runs():
        raise InputError(f"{name} is a shipped model. Choose another --run, for example {name}-new.")
    if (folder / "config.json").exists():
        finished = "steps_done" in load_run(folder).training
        advice = f"It is finished: delete {folder}" if finished else f"Go on with it: python -m models resume {name}"
        raise InputError(f"The run {name} exists. {advice}; or choose another --run.")


def train(run: Run, corpus: Corpus, watcher: Watcher) -> Position:
    """Train a run from its start or its last checkpoint to its end; the best weights are kept.

    Raises:
        InputError: another text than the run's, another process at work on the run, or a training that went astray.
    """
    require_same_text(run, corpus)
    config = TrainingConfig(**_config_fields(run.training))
    fabric = new_fabric(config, run.model.cell)
    with alone_with(run.folder) if fabric.is_global_zero else contextlib.nullcontext():
        return Training(run, corpus, config, fabric).run_to_end(watcher)


def _config_fields(described: dict[str, Any]) -> dict[str, Any]:
    names = {field.name for field in dataclasses.fields(TrainingConfig)}
    return {name: value for name, value in described.items() if name in names}


@contextlib.contextmanager
def alone_with(folder: Path) -> Iterator[None]:
    """Hold a run's folder: a second process is refused. The lock ends with the process, however it ends.

    Raises:
        InputError: another process holds it.
    """
    try:
        with FileLock(folder / LOCK, timeout=0):
            clear_interrupted_writes(folder)
            yield
    except Timeout:
        raise InputError(
            f"Another process is training the run {folder.name}. Wait for it or stop it; "
            "or train under another --run name."
        ) from None
