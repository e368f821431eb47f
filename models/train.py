"""Starts a training, and runs it until it ends or is stopped.

python -m models train --corpus war-and-peace --layers 2 --hidden 256 --run my-run
torchrun --nproc_per_node 2 -m -- models train --corpus war-and-peace --run my-run
"""

import contextlib
import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from corpora import Corpus, InputError, Vocabulary
from corpora.places import runs_folder
from corpora.shell import shell_command
from models.baseline import count_beside
from models.checkpoint import CHECKPOINT, Position
from models.config import Cell, ModelConfig, TrainingConfig
from models.device import leave_other_processes, new_fabric, resolve_precision
from models.limits import require_room, require_sound
from models.outcome import outcome_of
from models.run import Run, corpus_of, is_run_name, load_run, require_same_text, shipped_runs
from models.streams import Streams
from models.training import Training, Watcher
from models.work import Work, at_work
from models.writing import clear_interrupted_writes

if TYPE_CHECKING:
    from lightning_fabric import Fabric

LOCK = ".lock"
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
TRAIN = "train"  # the kind of its job


def start_run(name: str, corpus: Corpus, model: ModelConfig, training: TrainingConfig) -> Run:
    """A new run folder under `runs/`, configured but untrained.

    Raises:
        InputError: the run exists already, its folder cannot be written, the machine lacks the device or the memory,
            or an option has no end.
    """
    folder = runs_folder() / name
    require_new(name, folder)  # before the processes meet, after which the first of them writes
    require_sound(model, training)
    fabric = new_fabric(training, model.cell)
    training = _with_precision(training, fabric, model.cell)
    vocabulary = Vocabulary.of([corpus.split("training")], training.min_count)
    if len(vocabulary) < 2:
        raise InputError(
            f"Wanted characters that occur {training.min_count} times or more in training, found none in "
            f"{corpus.name}: a network would learn nothing. Use a longer text, or lower --min-count."
        )
    described = {"name": corpus.name, "sha256": corpus.sha256, "licence": corpus.licence, "cuts": list(corpus.cuts)}
    run = Run(folder, model, vocabulary, described, dataclasses.asdict(training))
    Streams(corpus.split("training"), vocabulary, training.streams, training.steps, training.seed)
    require_room(model, training, len(vocabulary))
    if fabric.is_global_zero:
        run.save_config()
    fabric.barrier()
    return run


def _with_precision(training: TrainingConfig, fabric: "Fabric", cell: Cell) -> TrainingConfig:
    """The options with the precision that the first process takes: measured once, it holds for all and for later."""
    precision = resolve_precision(training.precision, fabric.device.type, cell)
    return dataclasses.replace(training, precision=fabric.broadcast("bf16" if precision == "bf16-mixed" else "32"))


def require_new(name: str, folder: Path) -> None:
    """Refuse a name for a new run that is none, or taken.

    Raises:
        InputError: it is.
    """
    if not name or not is_run_name(name) or name.startswith("-") or CONTROL.search(name):
        raise InputError(
            f"Wanted a plain name for the run, got {name[:40]!r}. It names a folder in {runs_folder()}: use letters, "
            "digits, hyphens and dots, with a letter or a digit first."
        )
    if name in shipped_runs():
        raise InputError(f"{name} is a shipped model. Choose another name (--run), for example {name}-new.")
    if (folder / "config.json").exists():
        finished = load_run(folder).is_finished
        advice = (
            f"It is finished; delete {folder} to reuse its name"
            if finished
            else f"To continue it: {shell_command('models', 'resume', name)}"
        )
        raise InputError(f"A run named {name} exists. {advice}, or choose another name (--run).")


def train(run: Run, corpus: Corpus, watcher: Watcher) -> Position:
    """Train a run from its start or its last checkpoint to its end; the best weights are kept.

    Raises:
        InputError: another text than the run's, a finished run, another process at work on the run, a full disk, or
            a training that went astray.
    """
    require_same_text(run, corpus)
    with (
        _held_by_first_process(run) as (fabric, _),
        contextlib.closing(Training(run, corpus, run.options, fabric)) as training,
    ):
        return training.run_to_end(watcher)


def train_as_job(run: Run, watcher: Watcher, count_ngrams: bool = False) -> Position:
    """`train` on the run's own corpus, as the job `train` of its folder: others see how far it is, and may ask it.

    `pause` leaves all that is needed to go on; `finish` and `stop` end it with the best weights so far. With
    `count_ngrams` the n-gram baseline of the text is counted meanwhile, in a process of its own, unless it is there.

    Raises:
        InputError: as `train`; or the corpus is no longer on this machine.
    """
    with (
        _held_by_first_process(run, TRAIN) as (fabric, work),
        contextlib.closing(Training(run, corpus_of(run), run.options, fabric, work=work)) as training,
    ):
        if work and count_ngrams:
            count_beside(run)
        position = training.run_to_end(watcher)
        if work and is_finished(run):
            work.end("finished", outcome_of(load_run(run.folder)))
        elif work:
            work.end("stopped", f"Paused at step {position.step:,} of {training.total_steps:,}.")
        return position


def finish(run: Run, watcher: Watcher) -> Position:
    """End a training that was paused or killed with the best weights so far, those of its last checkpoint included.

    Raises:
        InputError: as `train_as_job`; or it has no checkpoint.
    """
    with _held_by_first_process(run, TRAIN) as (fabric, work):
        if not (run.folder / CHECKPOINT).exists():
            resume = shell_command("models", "resume", run.name)
            raise InputError(f"The run {run.name} has no checkpoint to end at. Resume it ({resume}), or delete it.")
        with contextlib.closing(Training(run, corpus_of(run), run.options, fabric, work=work)) as training:
            training.end_now(watcher)
            if work:
                work.end("finished", outcome_of(load_run(run.folder)))
            return training.position


def is_finished(run: Run) -> bool:
    """Whether its training ended, as its folder says now."""
    return load_run(run.folder).is_finished


@contextlib.contextmanager
def _held_by_first_process(run: Run, kind: str = "") -> Iterator[tuple["Fabric", Work | None]]:
    """One process holds the run for all, and is at work at a job where one is named.

    What it finds wrong all of them raise, so that none waits for it.
    """
    fabric = new_fabric(run.options, run.model.cell)
    try:
        with contextlib.ExitStack() as held:
            wrong, work = "", None
            if fabric.is_global_zero:
                try:
                    held.enter_context(alone_with(run.folder))
                    _require_unfinished(run)
                    work = held.enter_context(at_work(run.folder, kind)) if kind else None
                except InputError as error:
                    wrong = str(error)
            if wrong := fabric.broadcast(wrong):
                raise InputError(wrong)
            yield fabric, work
    finally:
        leave_other_processes()


def _require_unfinished(run: Run) -> None:
    """Another process may have finished the run since it was loaded; training again would overwrite it."""
    if is_finished(run):
        raise InputError(f"The run {run.name} is finished. Delete {run.folder}, or train under another --run name.")


@contextlib.contextmanager
def alone_with(folder: Path) -> Iterator[None]:
    """Hold a run's folder: a second process is refused. The lock ends with the process, however it ends.

    Raises:
        InputError: another process holds it, or it cannot be written.
    """
    try:
        held = FileLock(folder / LOCK, timeout=0).acquire()
    except Timeout:
        raise InputError(
            f"Another process is training the run {folder.name}. Wait for it or stop it; "
            "or train under another --run name."
        ) from None
    except OSError as error:
        raise InputError(f"Cannot write {folder} ({error.strerror}). Free space, or make it writable.") from None
    with held:
        clear_interrupted_writes(folder)
        yield
