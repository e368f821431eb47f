"""How a model learned: the log and the samples of its training, written as it goes, and read back.

Losses are nats per character.
"""

import csv
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import pandas as pd

from corpora import InputError
from models.run import Run
from models.writing import replacing

LOG, SAMPLES = "log.csv", "samples.jsonl"
NUMBERS = ("step", "chars", "train_loss", "validation_loss")  # without these there is no curve


@dataclass(frozen=True)
class Sample:
    """What the model wrote after `step` steps, when it had read `chars` characters."""

    step: int
    chars: int
    temperature: float
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
        rows = list(csv.reader(log.read_text().splitlines()))
        whole = [row for row in rows[1:] if len(row) == len(rows[0]) and row[0].isdecimal()]
        kept = [row for row in whole if int(row[0]) <= step]
        if kept:
            with replacing(log) as temporary:
                temporary.write_text("".join(",".join(row) + "\n" for row in [rows[0], *kept]))
        else:
            log.unlink()  # even its header may be cut short
    if samples.exists():
        lines = samples.read_text().splitlines()
        with replacing(samples) as temporary:
            temporary.write_text("".join(line + "\n" for line in lines if _step_of(line) <= step))


def _step_of(line: str) -> float:
    """The step of a line of samples.jsonl; infinite where its writing was cut short."""
    try:
        return json.loads(line)["step"]
    except (ValueError, KeyError, TypeError):
        return float("inf")


# ---- read back ------------------------------------------------------------------------------------------------------


def _whole_lines(path: Path) -> str:
    """What a file holds up to the last end of a line: what follows is on its way. Nothing if there is no file."""
    try:
        written = path.read_text(encoding="utf-8")
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
        log = pd.read_csv(io.StringIO(lines))
        for name in NUMBERS:
            log[name] = pd.to_numeric(log[name])
    except (ValueError, KeyError, OSError) as error:
        raise InputError(
            f"Wanted the log of a training, but cannot read {path} ({error}). Copy it again, or delete it."
        ) from None
    whole = log[log["train_loss"].notna()].reset_index(drop=True)  # the last row may be on its way
    return whole.astype({"step": "int64", "chars": "int64"})


def load_samples(run: Run) -> list[Sample]:
    """The lines of samples.jsonl, in order.

    Raises:
        InputError: a damaged file.
    """
    return read_samples(run.folder / SAMPLES)


def read_samples(path: Path) -> list[Sample]:
    """The same of a file. Raises: see `load_samples`."""
    try:
        described = [json.loads(line) for line in _whole_lines(path).split("\n") if line]
        return [Sample(int(one["step"]), int(one["chars"]), one["temperature"], str(one["text"])) for one in described]
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise InputError(
            f"Wanted a sample per line, but cannot read {path} ({error}). Copy it again, or delete it."
        ) from None


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
