"""What a training writes down as it goes: rows of log.csv and lines of samples.jsonl."""

import csv
import json
from pathlib import Path
from typing import Any

from corpora import InputError
from models.run import replacing

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


def append_row(path: Path, values: tuple[Any, ...]) -> None:
    """Add a row to log.csv, below its header.

    Raises:
        InputError: the disk is full, or the file cannot be written.
    """
    try:
        with path.open("a", newline="") as out:
            writer = csv.writer(out, lineterminator="\n")
            if out.tell() == 0:
                writer.writerow(LOG_COLUMNS)
            writer.writerow(values)
    except OSError as error:
        raise InputError(f"Cannot write {path} ({error.strerror}). Free space, then resume the run.") from None


def append_line(path: Path, described: dict[str, Any]) -> None:
    """Add an object to a file of JSON lines.

    Raises:
        InputError: the disk is full, or the file cannot be written.
    """
    try:
        with path.open("a") as out:
            out.write(json.dumps(described) + "\n")
    except OSError as error:
        raise InputError(f"Cannot write {path} ({error.strerror}). Free space, then resume the run.") from None


def forget_after(folder: Path, step: int) -> None:
    """Drop the log rows and samples of steps that a resumed run will do again."""
    log, samples = folder / "log.csv", folder / "samples.jsonl"
    if log.exists():
        rows = csv.reader(log.read_text().splitlines())
        whole = [row for row in rows if len(row) == len(LOG_COLUMNS) and row[0].isdecimal()]
        kept = [row for row in whole if int(row[0]) <= step]
        with replacing(log) as temporary:
            temporary.write_text("".join(",".join(row) + "\n" for row in [LOG_COLUMNS, *kept]))
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
