"""Weights in safetensors files: their header is compared with what is wanted before a number is read.

A header names each tensor with its dtype and shape, and the reader of safetensors refuses one that does not fit the
file's size. So a file that passes takes no more memory than twice its size.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from corpora.stored import require_regular
from models.config import ModelConfig
from models.units import CELL_GATES

FLOATS = ("F32", "F16", "BF16", "F64")
UNREADABLE = (SafetensorError, OSError, RuntimeError, ValueError, KeyError, TypeError, MemoryError)
"""What reading a damaged file of tensors raises."""
Shapes = dict[str, tuple[int, ...]]


def shapes_of(config: ModelConfig, vocabulary_size: int) -> Shapes:
    """The weights of a `CharRNN` by name, with their shapes."""
    rows = config.hidden_size * max(1, len(CELL_GATES[config.cell]))
    shapes: Shapes = {"embedding.weight": (vocabulary_size, config.embedding_size)}
    for layer in range(config.num_layers):
        inputs = config.hidden_size if layer else config.embedding_size
        shapes |= {f"rnn.weight_ih_l{layer}": (rows, inputs), f"rnn.weight_hh_l{layer}": (rows, config.hidden_size)}
        shapes |= {f"rnn.bias_{kind}_l{layer}": (rows,) for kind in ("ih", "hh")}
    return shapes | {"readout.weight": (vocabulary_size, config.hidden_size), "readout.bias": (vocabulary_size,)}


@dataclass(frozen=True)
class Stored:
    """The tensors of a file, and the words that were kept with them."""

    tensors: dict[str, Tensor] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)


def read_tensors(path: Path) -> Stored:
    """All tensors of a file.

    Raises:
        One of `UNREADABLE`: it is no such file, is damaged, or may not be read.
    """
    require_regular(path)
    with path.open("rb"), safe_open(path, framework="pt") as stored:  # `open` says why a file may not be read
        tensors = {name: stored.get_tensor(name) for name in stored.keys()}  # noqa: SIM118  not a dict
        return Stored(tensors, stored.metadata() or {})


def read_weights(path: Path, shapes: Shapes) -> dict[str, Tensor]:
    """The weights of a network in float32: exactly those of these shapes, and all of them finite.

    Raises:
        One of `UNREADABLE`: as `read_tensors`; or they are others.
    """
    require_regular(path)
    with path.open("rb"), safe_open(path, framework="pt") as stored:
        names = set(stored.keys())
        if names != shapes.keys():
            raise ValueError(f"it has not the tensors that were wanted: {', '.join(sorted(names ^ shapes.keys())[:3])}")
        for name, shape in shapes.items():
            part = stored.get_slice(name)
            if tuple(part.get_shape()) != shape or part.get_dtype() not in FLOATS:
                got = f"{part.get_dtype()} {' x '.join(map(str, part.get_shape()))}"
                raise ValueError(f"{name}: wanted floats {' x '.join(map(str, shape))}, got {got}")
        weights = {name: stored.get_tensor(name).float() for name in shapes}
    require_finite(weights)
    return weights


def require_finite(tensors: Mapping[str, Tensor]) -> None:
    """Refuse tensors with a number that is none.

    Raises:
        ValueError: there is one.
    """
    broken = next(
        (name for name, each in tensors.items() if each.is_floating_point() and not each.isfinite().all()), ""
    )
    if broken:
        raise ValueError(f"{broken} holds numbers that are not finite")


def require_like(name: str, tensor: Tensor, wanted: Tensor) -> None:
    """Refuse a tensor of another shape, or of whole numbers where others are wanted.

    Raises:
        ValueError: it is.
    """
    if tensor.shape != wanted.shape or tensor.is_floating_point() != wanted.is_floating_point():
        raise ValueError(f"{name}: wanted {_described(wanted)}, got {_described(tensor)}")


def _described(tensor: Tensor) -> str:
    return f"{str(tensor.dtype).removeprefix('torch.')} {' x '.join(map(str, tensor.shape)) or 'scalar'}"


def write_tensors(path: Path, tensors: Mapping[str, Tensor], metadata: dict[str, str] | None = None) -> None:
    """Write tensors to a file that others may read as any other file: safetensors' own would be its user's alone.

    Raises:
        OSError: it cannot be written.
    """
    path.write_bytes(save({name: tensor.contiguous() for name, tensor in tensors.items()}, metadata))


def count_weights(config: ModelConfig, vocabulary_size: int) -> int:
    """How many numbers the weights are, without making them."""
    return sum(torch.Size(shape).numel() for shape in shapes_of(config, vocabulary_size).values())
