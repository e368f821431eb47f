"""How a model learned: the log and the samples of its training, read back. Losses are nats per character."""

import json
from dataclasses import dataclass

import pandas as pd

from corpora import InputError
from models.run import Run

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


def load_log(run: Run) -> pd.DataFrame:
    """The rows of log.csv, in order; empty if there is none yet.

    Raises:
        InputError: a damaged file.
    """
    path = run.folder / "log.csv"
    if not path.exists():
        return pd.DataFrame(columns=list(NUMBERS), dtype=float)
    try:
        log = pd.read_csv(path)
        for name in NUMBERS:
            log[name] = pd.to_numeric(log[name])
    except (ValueError, KeyError, OSError) as error:
        raise InputError(f"Wanted the log of a training, but cannot read {path} ({error}). Copy it again.") from None
    whole = log[log["train_loss"].notna()].reset_index(drop=True)  # the last row may be on its way
    return whole.astype({"step": "int64", "chars": "int64"})


def load_samples(run: Run) -> list[Sample]:
    """The lines of samples.jsonl, in order.

    Raises:
        InputError: a damaged file.
    """
    path = run.folder / "samples.jsonl"
    if not path.exists():
        return []
    try:
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.endswith("}")]
        described = [json.loads(line) for line in lines]
        return [Sample(int(one["step"]), int(one["chars"]), one["temperature"], str(one["text"])) for one in described]
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise InputError(f"Wanted a sample per line, but cannot read {path} ({error}). Copy it again.") from None


def losses_at(log: pd.DataFrame, step: int) -> Losses:
    """What training and validation loss were at a step, as far as the log says."""
    after = log.index[log["step"] >= step]
    evaluated = log[log["validation_loss"].notna() & (log["step"] <= step)]
    found = Losses()
    if step > 0 and len(after):
        row = int(after[0])
        first = int(log["step"].iloc[row - 1]) + 1 if row else 1
        found = Losses(float(log["train_loss"].iloc[row]), first, int(log["step"].iloc[row]))
    if len(evaluated):
        last = evaluated.iloc[-1]
        return Losses(
            found.train, found.train_first, found.train_last, float(last["validation_loss"]), int(last["step"])
        )
    return found
