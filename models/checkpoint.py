"""The training state on disk: all that makes a resumed run equal to one that was never stopped.

One safetensors file, replaced atomically, holds tensors (weights, optimizer, carried state, random state)
and, in its metadata, a small JSON document (position and bests).
"""

import dataclasses
import json
import re
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from corpora import InputError
from models.network import CharRNN, State
from models.writing import replacing

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
    folder: Path,
    networks: dict[str, CharRNN],
    optimizers: list[torch.optim.Optimizer],
    carried: State,
    random: dict[str, Tensor],
    position: Position,
) -> None:
    """Write the training state, whole or not at all.

    `networks` are the trained one and, where an average is kept, the averaged one, by name; `carried` is the state
    of all streams; `random` holds the random states by device, [process, byte].
    """
    tensors = {f"{kind}.{name}": t for kind, network in networks.items() for name, t in network.state_dict().items()}
    for number, optimizer in enumerate(optimizers):
        for index, slots in optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer.{number}.{index}.{name}": tensor for name, tensor in slots.items()}
    tensors |= {f"carried.{index}": tensor for index, tensor in enumerate(carried)}
    tensors |= {f"random.{device}": state for device, state in random.items()}
    with replacing(folder / CHECKPOINT) as temporary:
        metadata = {"position": json.dumps(dataclasses.asdict(position))}
        save_file({name: tensor.contiguous().cpu() for name, tensor in tensors.items()}, temporary, metadata)


def load_checkpoint(
    folder: Path, networks: dict[str, CharRNN], optimizers: list[torch.optim.Optimizer]
) -> tuple[State, dict[str, Tensor], Position]:
    """Restore networks and optimizers in place; the carried state of all streams, the random states, the position.

    Raises:
        InputError: no checkpoint, or a damaged one.
    """
    path = folder / CHECKPOINT
    if not path.exists():
        raise InputError(f"The run {folder} has no checkpoint to resume from. Delete the run, and train it again.")
    try:
        with safe_open(path, framework="pt") as stored:
            tensors = _as_today({name: stored.get_tensor(name) for name in stored.keys()})  # noqa: SIM118  not a dict
            position = Position(**json.loads(stored.metadata()["position"]))
        for kind, network in networks.items():
            network.load_state_dict(_below(f"{kind}.", tensors))
        kept = {name.split(".")[0] for name in _below("optimizer.", tensors)}
        if len(kept) > len(optimizers):
            raise ValueError(f"it holds {len(kept)} optimizers, the run has {len(optimizers)}")
        for number, optimizer in enumerate(optimizers):
            _restore_optimizer(optimizer, _below(f"optimizer.{number}.", tensors))
    except (SafetensorError, OSError, RuntimeError, ValueError, KeyError, TypeError) as error:
        reason = str(error).partition("\n")[0]
        raise InputError(
            f"The checkpoint {path} is damaged or of another version ({reason}). Delete it, and resume the "
            "run: it starts anew."
        ) from None
    carried = tuple(tensor for _, tensor in sorted(_below("carried.", tensors).items()))
    return carried, _below("random.", tensors), position


def _as_today(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """A checkpoint from before there were several optimizers and processes, under today's names and shapes."""
    if not any(re.fullmatch(r"optimizer\.\d+\.[a-z_]+", name) for name in tensors):
        return tensors
    renamed = {re.sub(r"^optimizer\.", "optimizer.0.", name): tensor for name, tensor in tensors.items()}
    return {name: tensor[None] if name.startswith("random.") else tensor for name, tensor in renamed.items()}


def _restore_optimizer(optimizer: torch.optim.Optimizer, tensors: dict[str, Tensor]) -> None:
    described = optimizer.state_dict()
    described["state"] = {}
    for name, tensor in tensors.items():
        index, slot = name.split(".")
        described["state"].setdefault(int(index), {})[slot] = tensor
    optimizer.load_state_dict(described)


def _below(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
