"""How a training ends: what config.json says of it, and that nothing is left to resume."""

import dataclasses
import shutil
from typing import TYPE_CHECKING

import torch

from models.checkpoint import CHECKPOINT, Position
from models.config import TrainingConfig
from models.device import hardware_of, resolve_precision
from models.run import Run

if TYPE_CHECKING:
    from lightning_fabric import Fabric


def keep_end(run: Run, config: TrainingConfig, position: Position, fabric: "Fabric") -> None:
    """Say in config.json how the run ended, and drop the checkpoint."""
    device, processes = fabric.device.type, fabric.world_size
    ended = {
        "steps_done": position.step,
        "best_step": position.best_step,
        "validation_loss": round(position.best_loss, 5),
        "seconds": round(position.seconds),
        "precision_used": resolve_precision(config.precision, device, run.model.cell),
        "hardware": hardware_of(device) + f", {processes} processes" * (processes > 1),
        "torch": torch.__version__,
    }
    dataclasses.replace(run, training=dataclasses.asdict(config) | ended).save_config()
    shutil.rmtree(run.folder / CHECKPOINT.parent, ignore_errors=True)
