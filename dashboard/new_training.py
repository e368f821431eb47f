"""Starts a training, and the measurement of how long it would take, each in a process of its own."""

import hashlib
import json
import re
import shutil
import time
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corpora import InputError, load_corpus
from corpora.own import keep_text
from corpora.places import runs_folder
from dashboard.training_options import as_words
from models.jobs import Job, find_job, kill, start_job
from models.own import is_own_folder
from models.presets import TRAINING_SHARE
from models.run import is_run_name, is_text, shipped_runs

TRAIN, ESTIMATE = "train", "estimate"
ESTIMATES, KEPT_ESTIMATES = ".estimates", 40
FOUND = {"seconds", "steps", "characters_per_second", "options"}
STALE = 600.0  # seconds after which the machine may be busier, or less
LONGEST_NAME = 60
Files = tuple[tuple[str, bytes], ...]


@dataclass(frozen=True)
class Text:
    """The text of a training: files that somebody gave, or a corpus by name."""

    title: str
    files: Files = field(default=(), repr=False)
    corpus: str = ""
    as_bytes: bool = False

    def training_characters(self, characters: int) -> int:
        """The characters of the training split of a text of so many."""
        return round(TRAINING_SHARE * characters) if self.files else load_corpus(self.corpus).cuts[0]

    def kept(self) -> str:
        """The name of its corpus on this machine; files are kept first.

        Raises:
            InputError: the files are no text, or cannot be written.
        """
        corpus = keep_text(self.title, list(self.files), self.as_bytes) if self.files else load_corpus(self.corpus)
        return corpus.name


@dataclass(frozen=True)
class Plan:
    """What is to be trained, but for the text and the name: a preset, a time budget, and the options that differ."""

    preset: str
    minutes: float | None = None
    changed: Mapping[str, Any] = field(default_factory=dict)

    @property
    def words(self) -> list[str]:
        """The options of `python -m models train` and `estimate`."""
        budget = [] if self.minutes is None else [f"--minutes={self.minutes:g}"]
        return [f"--preset={self.preset}", *budget, *as_words(self.changed)]


# ---- names ----------------------------------------------------------------------------------------------------------


def suggest_name(title: str, preset: str) -> str:
    """A free name for a training of a text: `my-book-tiny`, then `my-book-tiny-2`."""
    stem = "-".join(re.findall(r"[^\W_]+", title.lower())[:4])[:40].strip("-") or "text"
    names = (f"{stem}-{preset}{number}" for number in ("", *(f"-{count}" for count in range(2, 10_000))))
    return next(name for name in names if not _taken(name))


def _taken(name: str) -> bool:
    return name in shipped_runs() or (runs_folder() / name / "config.json").exists() or _is_at_work(name)


def _is_at_work(name: str) -> bool:
    job = find_job(runs_folder() / name, TRAIN)
    return job is not None and job.state == "running"


def require_free(name: str) -> None:
    """Refuse a name that a new training cannot have.

    Raises:
        InputError: it is no plain name, or another training or a shipped model has it.
    """
    if not _is_plain(name) or len(name) > LONGEST_NAME or not is_run_name(name):
        raise InputError(
            f"Wanted a name of letters, digits, spaces and . + - _, at most {LONGEST_NAME}, that begins with a letter "
            f"or digit, got {name[: LONGEST_NAME + 1]!r}. It becomes the name of a folder."
        )
    if name in shipped_runs():
        raise InputError(f"{name} is a shipped model. Choose another name, for example {suggest_name(name, 'new')}.")
    if _is_at_work(name):
        raise InputError(f"{name} is being trained already. Open it in the list below, or choose another name.")
    if _taken(name):
        raise InputError(f"A training called {name} exists. Choose another name, or delete that one on its page.")


def _is_plain(name: str) -> bool:
    """Whether a name is of letters with their marks, digits, spaces and . + - _, and begins with a letter or digit."""
    letters = "".join("a" if unicodedata.category(one).startswith("M") else one for one in name[1:])
    return name[:1].isalnum() and name == name.strip() and all(one.isalnum() or one in " .+-_" for one in letters)


# ---- starting -------------------------------------------------------------------------------------------------------


def start_training(name: str, text: Text, plan: Plan) -> Job:
    """Keep the text, and start a training of it, which outlives this process.

    Raises:
        InputError: the name is taken, the text cannot be used or kept, or the training cannot be started.
    """
    require_free(name)
    words = ["-m", "models", "train", f"--corpus={text.kept()}", f"--run={name}", *plan.words]
    return start_job(runs_folder() / name, TRAIN, words)


# ---- estimates ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Measurement:
    """A measurement of the time that a plan takes with a text of some size: running, done or failed."""

    folder: Path
    job: Job | None
    found: dict[str, Any] = field(default_factory=dict)
    """What `python -m models estimate --json` found; empty until it is done."""

    @property
    def running(self) -> bool:
        """Whether it goes on."""
        return self.job is not None and self.job.state == "running"

    @property
    def needed(self) -> bool:
        """Whether the time has to be measured, or measured again."""
        return self.job is None or (not self.running and time.time() - self.job.ended > STALE)


def measurement_of(plan: Plan, characters: int, vocabulary: int) -> Measurement:
    """The measurement of a plan for a training text of some size, as far as it is."""
    folder = runs_folder() / ESTIMATES / _key(plan, characters, vocabulary)
    job, found = find_job(folder, ESTIMATE), {}
    if job and job.state == "finished":
        try:
            read = json.loads(job.message)
            found = read if read.keys() >= FOUND else {}
        except (ValueError, AttributeError):  # of another version, or cut short
            found = {}
    return Measurement(folder, job, found)


def _key(plan: Plan, characters: int, vocabulary: int) -> str:
    described = [*plan.words, str(characters), str(vocabulary)]
    return hashlib.sha256("\n".join(described).encode()).hexdigest()[:16]


def measure(plan: Plan, characters: int, vocabulary: int, instead_of: Path | None = None) -> Measurement:
    """Start to measure a plan, instead of another measurement if that still runs.

    Raises:
        InputError: nothing can be written or started.
    """
    if instead_of and (job := find_job(instead_of, ESTIMATE)):
        kill(job)
    folder = measurement_of(plan, characters, vocabulary).folder
    sizes = [f"--characters={characters}", f"--vocabulary={vocabulary}", f"--job={folder}"]
    job = start_job(folder, ESTIMATE, ["-m", "models", "estimate", *sizes, *plan.words])
    _forget_old(folder.parent)
    return Measurement(folder, job)


def _forget_old(estimates: Path) -> None:
    """Keep the latest measurements only."""
    folders = sorted(((_written(folder), folder) for folder in estimates.iterdir()), reverse=True)
    for written, folder in folders[KEPT_ESTIMATES:]:
        if time.time() - written > STALE:  # none that may still run
            shutil.rmtree(folder, ignore_errors=True)


def _written(path: Path) -> float:
    """When it was written; 0 for what somebody else has just removed."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


# ---- trainings ------------------------------------------------------------------------------------------------------


def trainings() -> list[Path]:
    """The folders of all own trainings; Models lists those whose name is no text."""
    shipped = shipped_runs()  # results of a shipped model lie under its name
    folders = [each for each in runs_folder().glob("[!.]*") if is_text(each.name) and each.name not in shipped]
    return sorted(filter(is_own_folder, folders))
