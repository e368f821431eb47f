"""How long a training will take on this machine, measured with a few steps of exactly this shape.

python -m models estimate --corpus war-and-peace --preset small
"""

import dataclasses
import hashlib
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from corpora import Corpus, Vocabulary
from corpora.vocabulary import to_text
from corpora.whole import PRIVATE, temporary_folder
from models.card import format_duration
from models.config import ModelConfig, TrainingConfig
from models.limits import require_room, require_sound
from models.presets import TRAINING_SHARE
from models.run import Run
from models.streams import steps_in
from models.training import Training, sample_steps

WARM_UP = 2  # steps
LEAST, LONGEST = 5, 3.0  # steps that are timed, and seconds after which no further one is
MOST_CHUNKS = 50  # of each stream: a long text's steps take what a short one's do
FIRST_CHARACTER = 0x4E00  # of a stretch of code points long enough for any vocabulary
PART_VALIDATED = 8  # the training split of one's own text is eight times as long as the validation split


@dataclass(frozen=True)
class Estimate:
    """What a training takes if the machine stays as busy as it is: `seconds` in all."""

    characters_per_second: float
    """Of the steps alone."""
    steps: int
    seconds: float
    evaluation_seconds: float
    """The part of `seconds` in evaluations, checkpoints, samples and snapshots."""

    def describe(self) -> str:
        """One line."""
        return (
            f"about {format_duration(self.seconds)}: {self.steps:,} steps at {self.characters_per_second:,.0f} "
            f"characters per second, and {format_duration(self.evaluation_seconds)} of evaluations and samples"
        )


@dataclass(frozen=True)
class TextSize:
    """What the time of a training depends on of its text."""

    title: str
    total: int
    """Characters of all splits."""
    characters: int
    """Of the training split."""
    vocabulary: Callable[[int], int]
    """The size of the vocabulary of characters that occur at least so often."""

    @classmethod
    def of(cls, text: Corpus) -> "TextSize":
        """The size of a corpus."""
        return cls(
            text.name,
            text.cuts[-1],
            text.cuts[0],
            lambda least: len(Vocabulary.of([text.split("training")], least)),
        )

    def estimate(self, model: ModelConfig, training: TrainingConfig) -> Estimate:
        """How long a training of a text of this size takes: see `estimate_training`."""
        return estimate_training(model, training, self.vocabulary(training.min_count), self.characters)


def sized(characters: int, vocabulary: int) -> TextSize:
    """The size of a text of which nothing else is known: characters of its training split, and of its vocabulary."""
    total = round(characters / TRAINING_SHARE)
    return TextSize(f"a text of {total:,} characters", total, characters, lambda _: vocabulary)


class _Silent:
    """Watches without a word."""

    def advanced(self, step: int, total: int, row: dict[str, Any] | None) -> None: ...
    def sampled(self, step: int, text: str) -> None: ...
    def stop_requested(self) -> bool:
        return False


def estimate_training(
    model: ModelConfig, training: TrainingConfig, vocabulary_size: int, training_characters: int
) -> Estimate:
    """Take a few steps of this shape on random characters, evaluate, and write a checkpoint and a sample.

    Takes some seconds. Nothing of it is kept; the random generators of torch are set anew.

    Raises:
        InputError: the text is too short for these streams, the machine lacks the device or the memory, or an option
            has no end.
    """
    require_sound(model, training)
    require_room(model, training, vocabulary_size)
    with temporary_folder(Path(tempfile.gettempdir()), "charscope-estimate", PRIVATE) as folder:
        trial = _new_trial(folder, model, training, vocabulary_size, training_characters)
        per_step = _seconds_per_step(trial)
        watcher = _Silent()
        evaluation = _seconds_of(trial.evaluate_now) + _seconds_of(trial.checkpoint)
        trial.show_progress(watcher)  # the first loads what was compiled
        sample = _seconds_of(lambda: trial.show_progress(watcher))
    total = steps_in(training_characters, training.streams, training.steps, training.epochs)
    evaluations = total // training.evaluate_every + bool(total % training.evaluate_every)
    beside = evaluations * evaluation + len(sample_steps(total)) * sample
    speed = training.streams * training.steps / per_step
    return Estimate(round(speed, 1), total, round(total * per_step + beside, 2), round(beside, 2))


def _new_trial(
    folder: Path, model: ModelConfig, training: TrainingConfig, vocabulary_size: int, characters: int
) -> Training:
    """The training, on random characters, one less than the vocabulary, which has U+FFFD as well."""
    validation = min(training.validation_chars, max(1000, characters // PART_VALIDATED))
    characters = min(characters, training.streams * training.steps * MOST_CHUNKS)
    codes = np.random.default_rng(0).integers(max(1, vocabulary_size - 1), size=characters + validation)
    codes[: vocabulary_size - 1] = np.arange(vocabulary_size - 1)[: len(codes)]
    characters_of = (codes + FIRST_CHARACTER).astype("<u4")
    characters_of.tofile(folder / "characters.u32")
    end = characters + validation
    content = hashlib.sha256(to_text(characters_of).encode()).hexdigest()
    corpus = Corpus("random", content, "", (("random", 0),), (characters, end, end), folder)
    vocabulary = Vocabulary.of([corpus.split("training")], 1)
    run = Run(folder / "run", model, vocabulary, {"name": "random"}, dataclasses.asdict(training))
    run.save_config()
    return Training(run, corpus, training)


def _seconds_per_step(trial: Training) -> float:
    for _ in range(WARM_UP):
        trial.step()
    float(trial.loss_sum)  # a GPU works on after the call
    taken, began = 0, time.perf_counter()
    while taken < LEAST or time.perf_counter() - began < LONGEST:
        trial.step()
        float(trial.loss_sum)
        taken += 1
    return (time.perf_counter() - began) / taken


def _seconds_of(work: Any) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
