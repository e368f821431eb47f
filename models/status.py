"""How far a run has come, told from its folder alone."""

from pathlib import Path
from typing import Any, Literal

from corpora import InputError
from models.checkpoint import CHECKPOINT
from models.configuration import read_configuration
from models.history import LOG
from models.jobs import find_job
from models.run import CONFIG, FORMAT, WEIGHTS

Status = Literal["untrained", "training", "paused", "failed", "finished"]


def status_of(folder: Path) -> Status:
    """What a run's folder says of its training.

    `untrained`: it was only configured. `training`: a process is at it. `paused`: it can be resumed. `failed`: so it
    can mostly, but it ended in an error or was killed (`reason_of` says why). `finished`: nothing is left to train;
    weights that come from elsewhere are.
    """
    training, job = _training_of(folder), find_job(folder, "train")
    if "steps_done" in training or training.get("imported"):
        return "finished"
    if job and job.state == "running":
        return "training"
    if job and job.state == "failed":
        return "failed"
    if (folder / CHECKPOINT).exists() or (folder / LOG).exists() or (job and job.state == "stopped"):
        return "paused"
    return "finished" if (folder / WEIGHTS).exists() else "untrained"


def reason_of(folder: Path) -> str:
    """Why the training of a run failed, in one line; empty unless it did."""
    job = find_job(folder, "train")
    return job.reason if job and status_of(folder) == "failed" else ""


def _training_of(folder: Path) -> dict[str, Any]:
    try:
        return read_configuration(folder / CONFIG, FORMAT).training
    except InputError:
        return {}
