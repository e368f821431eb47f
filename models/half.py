"""A run's weights in float16, as a browser gets them."""

import json
import struct
from collections.abc import Iterator
from math import prod
from pathlib import Path

from safetensors import safe_open

from corpora import InputError
from models.run import Run


def is_half(weights_path: Path) -> bool:
    """Whether all weights in a safetensors file are float16.

    Raises:
        SafetensorError, OSError: it is none, or cannot be read.
    """
    with safe_open(weights_path, framework="pt") as weights:
        return all(weights.get_slice(name).get_dtype() == "F16" for name in weights.keys())  # noqa: SIM118  not a dict


def half_weights(run: Run) -> Iterator[bytes]:
    """A run's weights as a safetensors file in float16, tensor by tensor.

    Raises:
        InputError: a weight is too large for float16.
    """
    with safe_open(run.weights_path, framework="pt") as weights:
        header, end = {}, 0
        for name in weights.keys():  # noqa: SIM118  not a dict
            shape = weights.get_slice(name).get_shape()
            begin, end = end, end + 2 * prod(shape)
            header[name] = {"dtype": "F16", "shape": shape, "data_offsets": [begin, end]}
        described = json.dumps(header).encode()
        described += b" " * (-len(described) % 8)
        yield struct.pack("<Q", len(described)) + described
        for name in header:
            half = weights.get_tensor(name).half()
            if not half.isfinite().all():
                raise InputError(
                    f"Wanted finite weights of at most 65,504 in {run.weights_path}, which float16 holds; "
                    f"{name} has others. Train the run again with weight decay or a lower learning rate."
                )
            yield half.numpy().astype("<f2", copy=False).tobytes()
