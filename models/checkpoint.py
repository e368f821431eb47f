"""The training state on disk: all that makes a resumed run equal to one that was never stopped.

One safetensors file, replaced atomically, holds tensors (weights, optimizer, carried state, random state)
and, in its metadata, a small JSON document (position and bests).
"""

import csv
import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from corpora import InputError
from models.network import CharRNN, State
from models.run import replacing

CHECKPOINT = Path("resume") / "state.safetensors"


@dataclass
class Position:
    """How far training has come. Loss in nats per character, time in seconds."""

    step: int = 0
    best_loss: float = float("inf")
    best_step: int = 0
    stale_evaluations: int = 0
    seconds: float = 0.0


def save_checkpoint(
    folder: Path, network: CharRNN, optimizer: torch.optim.Optimizer, carried: State, position: Position
) -> None:
    """Write the training state, whole or not at all."""
    tensors = {f"network.{name}": tensor for name, tensor in network.state_dict().items()}
    for index, slots in optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{index}.{name}": tensor for name, tensor in slots.items()}
    tensors |= {f"carried.{index}": tensor for index, tensor in enumerate(carried)}
    tensors["random.cpu"] = torch.get_rng_state()
    if torch.cuda.is_available():
        tensors["random.cuda"] = torch.cuda.get_rng_state()
    (folder / CHECKPOINT).parent.mkdir(parents=True, exist_ok=True)
    with replacing(folder / CHECKPOINT) as temporary:
        metadata = {"position": json.dumps(dataclasses.asdict(position))}
        save_file({name: tensor.contiguous().cpu() for name, tensor in tensors.items()}, temporary, metadata)


def load_checkpoint(folder: Path, network: CharRNN, optimizer: torch.optim.Optimizer) -> tuple[State, Position]:
    """Restore network, optimizer and random state in place; the carried state and the position.

    Raises:
        InputError: no checkpoint, or a damaged one.
    """
    path = folder / CHECKPOINT
    if not path.exists():
        raise InputError(f"The run {folder} has no checkpoint to go on from. Train it anew under another --run name.")
    try:
        with safe_open(path, framework="pt") as stored:
            tensors = {name: stored.get_tensor(name) for name in stored.keys()}  # noqa: SIM118  not a dict
            position = Position(**json.loads(stored.metadata()["position"]))
    except (SafetensorError, OSError) as error:
        raise InputError(f"The checkpoint {path} is damaged ({error}). Train the run anew.") from None
    network.load_state_dict(_below("network.", tensors))
    described = optimizer.state_dict()
    described["state"] = {}
    for name, tensor in _below("optimizer.", tensors).items():
        index, slot = name.split(".")
        described["state"].setdefault(int(index), {})[slot] = tensor
    optimizer.load_state_dict(described)
    torch.set_rng_state(tensors["random.cpu"])
    if torch.cuda.is_available() and "random.cuda" in tensors:
        torch.cuda.set_rng_state(tensors["random.cuda"])
    device = network.readout.weight.device
    return tuple(tensor.to(device) for _, tensor in sorted(_below("carried.", tensors).items())), position


def _below(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}


def forget_after(folder: Path, step: int) -> None:
    """Drop the log rows and samples of steps that a resumed run will do again."""
    log, samples = folder / "log.csv", folder / "samples.jsonl"
    if log.exists():
        rows = list(csv.reader(log.read_text().splitlines()))
        kept = rows[:1] + [row for row in rows[1:] if len(row) == len(rows[0]) and int(row[0]) <= step]
        with replacing(log) as temporary:
            temporary.write_text("".join(",".join(row) + "\n" for row in kept))
    if samples.exists():
        lines = [line for line in samples.read_text().splitlines() if line.endswith("}")]
        with replacing(samples) as temporary:
            temporary.write_text("".join(line + "\n" for line in lines if json.loads(line)["step"] <= step))
