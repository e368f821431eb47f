"""Makes a run as an older Charscope would have left it: without the options that came later."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from safetensors import safe_open
from safetensors.torch import load_file, save_file

from models.config import BEFORE_THE_OPTION, ModelConfig, TrainingConfig
from models.run import Run, load_run

PARTS = {"model": ModelConfig, "training": TrainingConfig}
# The options of the first config.json that was ever written; all others came later.
FIRST = {
    "model": {"cell", "num_layers", "hidden_size", "embedding_size", "dropout"},
    "training": {
        "epochs", "streams", "steps", "learning_rate", "weight_decay", "warm_up", "clip", "patience", "evaluate_every",
        "log_every", "validation_chars", "min_count", "precision", "device", "seed",
    },
}  # fmt: skip
LATER = [(part, option) for part, config in PARTS.items() for option in BEFORE_THE_OPTION[config]]


def without(options: Iterable[str], described: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in described.items() if name not in set(options)}


def made_before(run: Run, *later: tuple[str, str]) -> Run:
    """The run with a config.json that lacks some (part, option)."""
    path = run.folder / "config.json"
    described = json.loads(path.read_text())
    for part, option in later:
        del described[part][option]
    path.write_text(json.dumps(described))
    return load_run(run.folder)


def as_the_first_version_kept_it(checkpoint: Path) -> None:
    """A checkpoint from when there was one optimizer and one process."""
    with safe_open(checkpoint, framework="pt") as stored:
        metadata = stored.metadata()
    tensors = {
        name.replace("optimizer.0.", "optimizer.", 1): tensor[0] if name.startswith("random.") else tensor
        for name, tensor in load_file(checkpoint).items()
    }
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, checkpoint, metadata)
