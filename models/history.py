"""How a model learned: the log and the samples of its training, written as it goes, and read back.

Losses are nats per character.
"""

import csv
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, TextIO

import msgspec
import pandas as pd

from corpora import InputError
from corpora.stored import UNREADABLE, Count, DamagedFileError, as_declared, parse_json, read_file, reason_of
from models.run import Run
from models.writing import replacing

LOG, SAMPLES = "log.csv", "samples.jsonl"
NUMBERS = ("step", "chars", "train_loss", "validation_loss")  # without these there is no curve
COLUMNS = (*NUMBERS, "epoch", "learning_rate", "grad_norm", "chars_per_second")  # all of them numbers
WHOLE = 2.0**53  # steps and characters are counted exactly up to it


@dataclass(frozen=True)
class Sample:
    """What the model wrote after `step` steps, when it had read `chars` characters."""

    step: Count
    chars: Count
    temperature: Annotated[float, msgspec.Meta(ge=0, le=1e6)]
    text: str


@dataclass(frozen=True)
class Losses:
    """What the log knows of a step; None where it knows nothing.

    `train` is the mean over the steps `train_first` .. `train_last`, which hold the step. `validation` is that of the
    last evaluation up to the step, which was at `validation_step`.
    """

    train: float | None = None
    train_first: int = 0
    train_last: int = 0
    validation: float | None = None
    validation_step: int = 0


# ---- written as training goes ---------------------------------------------------------------------------------------


@contextmanager
def _end_of(path: Path) -> Iterator[TextIO]:
    """A file to append to.

    Raises:
        InputError: the disk is full, or the file cannot be written.
    """
    try:
        with path.open("a", newline="") as out:
            yield out
    except OSError as error:
        raise InputError(f"Cannot write {path} ({error.strerror}). Free space, then resume the run.") from None


def append_row(path: Path, row: dict[str, Any]) -> None:
    """Add a row to log.csv, below its header. Raises: see `_end_of`."""
    with _end_of(path) as out:
        writer = csv.DictWriter(out, list(row), lineterminator="\n")
        if out.tell() == 0:
            writer.writeheader()
        writer.writerow(row)


def append_line(path: Path, described: dict[str, Any]) -> None:
    """Add an object to a file of JSON lines. Raises: see `_end_of`."""
    with _end_of(path) as out:
        out.write(json.dumps(described) + "\n")


def forget_after(folder: Path, step: int) -> None:
    """Drop the log rows and samples of steps that a resumed run will do again."""
    log, samples = folder / LOG, folder / SAMPLES
    if log.exists():
        rows = list(csv.reader(_lines_of(log)))
        whole = [row for row in rows[1:] if len(row) == len(rows[0]) and row[0].isdecimal()]
        kept = [row for row in whole if int(row[0]) <= step]
        if kept:
            with replacing(log) as temporary:
                temporary.write_text("".join(",".join(row) + "\n" for row in [rows[0], *kept]))
        else:
            log.unlink()  # even its header may be cut short
    if samples.exists():
        lines = _lines_of(samples)
        with replacing(samples) as temporary:
            temporary.write_text("".join(line + "\n" for line in lines if _step_of(line) <= step))


def _lines_of(path: Path) -> list[str]:
    try:
        return read_file(path).decode().splitlines()
    except UNREADABLE as error:
        message = "Cannot read {path} ({reason}). Delete it, then resume the run."
        raise DamagedFileError.because(path, reason_of(error), message) from None


def _step_of(line: str) -> float:
    """The step of a line of samples.jsonl; infinite where its writing was cut short."""
    try:
        return as_declared(parse_json(line.encode()), Sample).step
    except UNREADABLE:
        return float("inf")


# ---- read back ------------------------------------------------------------------------------------------------------


def _whole_lines(path: Path) -> str:
    """What a file holds up to the last end of a line: what follows is on its way. Nothing if there is no file."""
    try:
        written = read_file(path).decode()
    except FileNotFoundError:
        return ""
    return written[: written.rfind("\n") + 1]


def load_log(run: Run) -> pd.DataFrame:
    """The rows of log.csv, in order; empty if there is none yet.

    Raises:
        InputError: a damaged file.
    """
    return read_log(run.folder / LOG)


def read_log(path: Path) -> pd.DataFrame:
    """The same of a file. Raises: see `load_log`."""
    try:
        lines = _whole_lines(path)
        if not lines:
            return pd.DataFrame(columns=list(NUMBERS), dtype=float)
        log = _numbers_in(lines)
    except (*UNREADABLE, LookupError) as error:
        message = "Wanted the log of a training, but cannot read {path} ({reason}). Copy it again, or delete it."
        raise DamagedFileError.because(path, reason_of(error), message) from None
    return log.reset_index(drop=True).astype({"step": "int64", "chars": "int64"})


def _numbers_in(lines: str) -> pd.DataFrame:
    """The rows of a log, in order; the last one may be on its way.

    Raises:
        ValueError: a column is missing, or holds something else than numbers.
    """
    names = lines.partition("\n")[0].split(",")
    missing = [name for name in NUMBERS if names.count(name) != 1]
    if missing:
        raise ValueError(f"it has {names.count(missing[0])} columns {missing[0]}")
    log = pd.read_csv(io.StringIO(lines), dtype={name: "float64" for name in COLUMNS if name in names}, index_col=False)
    log = log[log["train_loss"].notna()]
    for name in ("step", "chars"):
        counts = log[name]
        if not (counts.between(0, WHOLE) & (counts % 1 == 0)).all() or not counts.is_monotonic_increasing:
            raise ValueError(f"{name}: wanted whole numbers that do not fall")
    return log


def load_samples(run: Run) -> list[Sample]:
    """The lines of samples.jsonl, in order.

    Raises:
        InputError: a damaged file.
    """
    return read_samples(run.folder / SAMPLES)


def read_samples(path: Path) -> list[Sample]:
    """The same of a file. Raises: see `load_samples`."""
    try:
        lines = [line for line in _whole_lines(path).split("\n") if line]
        samples = [as_declared(parse_json(line.encode()), Sample) for line in lines]
        if any(one.step > other.step for one, other in pairwise(samples)):
            raise ValueError("steps: they do not follow each other")
        return samples
    except UNREADABLE as error:
        message = "Wanted a sample per line, but cannot read {path} ({reason}). Copy it again, or delete it."
        raise DamagedFileError.because(path, reason_of(error), message) from None


def losses_at(log: pd.DataFrame, step: int) -> Losses:
    """What training and validation loss were at a step, as far as the log says."""
    after = log.index[log["step"] >= step]
    evaluated = log[log["validation_loss"].notna() & (log["step"] <= step)]
    found: dict[str, Any] = {}
    if step > 0 and len(after):
        row = int(after[0])
        found["train"], found["train_last"] = float(log["train_loss"].iloc[row]), int(log["step"].iloc[row])
        found["train_first"] = int(log["step"].iloc[row - 1]) + 1 if row else 1
    if len(evaluated):
        last = evaluated.iloc[-1]
        found |= {"validation": float(last["validation_loss"]), "validation_step": int(last["step"])}
    return Losses(**found)
