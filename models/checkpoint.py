"""The training state on disk: all that makes a resumed run equal to one that was never stopped.

One safetensors file, replaced atomically, holds tensors (weights, optimizer, carried state, random state)
and, in its metadata, a small JSON document (position and bests).
"""

import dataclasses
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from corpora import InputError
from corpora.stored import Count, DamagedFileError, as_declared, parse_json, reason_of
from models.network import CharRNN, State
from models.tensors import UNREADABLE, read_tensors, require_like, write_tensors
from models.writing import replacing

CHECKPOINT = Path("resume") / "state.safetensors"


@dataclass
class Position:
    """How far training has come. Loss in nats per character, time in seconds."""

    step: Count = 0
    best_loss: float = float("inf")
    best_step: Count = 0
    stale_evaluations: Count = 0
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
        write_tensors(temporary, {name: tensor.cpu() for name, tensor in tensors.items()}, metadata)


def load_checkpoint(
    folder: Path, networks: dict[str, CharRNN], optimizers: list[torch.optim.Optimizer]
) -> tuple[State, dict[str, Tensor], Position]:
    """Restore networks and optimizers in place; the carried state of all streams, the random states, the position.

    Raises:
        InputError: no checkpoint, or a damaged one.
    """
    path = folder / CHECKPOINT
    if not os.path.lexists(path):
        raise InputError(f"The run {folder} has no checkpoint to resume from. Delete the run, and train it again.")
    try:
        stored = read_tensors(path)
        tensors = _as_today(stored.tensors)
        position = as_declared(parse_json(stored.metadata["position"].encode(), non_finite=True), Position, "position")
        _require_states(tensors, next(iter(networks.values())))
        for kind, network in networks.items():
            network.load_state_dict(_below(f"{kind}.", tensors))
        kept = {name.split(".")[0] for name in _below("optimizer.", tensors)}
        if len(kept) > len(optimizers):
            raise ValueError(f"it holds {len(kept)} optimizers, the run has {len(optimizers)}")
        for number, optimizer in enumerate(optimizers):
            _restore_optimizer(optimizer, _below(f"optimizer.{number}.", tensors))
    except (*UNREADABLE, RecursionError, IndexError) as error:
        message = (
            "The checkpoint {path} is damaged or of another version ({reason}). Delete it, and resume the run: it "
            "starts anew."
        )
        raise DamagedFileError.because(path, reason_of(error), message) from None
    carried = tuple(tensor for _, tensor in sorted(_below("carried.", tensors).items()))
    return carried, _below("random.", tensors), position


def _require_states(tensors: dict[str, Tensor], network: CharRNN) -> None:
    """Refuse carried and random states that the network, or PyTorch, could not go on from.

    Raises:
        ValueError: they are others.
    """
    carried, config = _below("carried.", tensors), network.config
    if sorted(carried) != [str(index) for index in range(len(network.kind.states))]:
        raise ValueError(f"wanted {len(network.kind.states)} carried states, got {len(carried)}")
    streams = next(iter(carried.values())).shape[1]
    wanted = torch.empty((config.num_layers, streams, config.hidden_size))
    for name, tensor in carried.items():
        require_like(f"carried.{name}", tensor, wanted)
    random = _below("random.", tensors)
    if "cpu" not in random or not all(state.dtype == torch.uint8 and state.ndim == 2 for state in random.values()):
        raise ValueError("random: wanted bytes for each process")
    torch.Generator().set_state(random["cpu"][0].clone())  # refuses what is no state


def _as_today(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """A checkpoint from before there were several optimizers and processes, under today's names and shapes."""
    if not any(re.fullmatch(r"optimizer\.\d+\.[a-z_]+", name) for name in tensors):
        return tensors
    renamed = {re.sub(r"^optimizer\.", "optimizer.0.", name): tensor for name, tensor in tensors.items()}
    return {name: tensor[None] if name.startswith("random.") else tensor for name, tensor in renamed.items()}


def _restore_optimizer(optimizer: torch.optim.Optimizer, tensors: dict[str, Tensor]) -> None:
    """Put back what an optimizer keeps of each parameter: scalars, or tensors of the parameter's shape."""
    described = optimizer.state_dict()
    described["state"] = {}
    parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    for name, tensor in tensors.items():
        index, slot = name.split(".")
        if tensor.ndim:
            require_like(f"optimizer: {name}", tensor, parameters[int(index)])
        described["state"].setdefault(int(index), {})[slot] = tensor
    if len({frozenset(slots) for slots in described["state"].values()}) > 1:
        raise ValueError("optimizer: of some parameters less is kept than of others")
    optimizer.load_state_dict(described)


def _below(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
