"""Recordings on disk: zarr folders that open as xarray Datasets.

python -m models record RUN --split validation --chars 100000 --out X.zarr

Axes: `time layer unit`, and `prediction`. docs/run-format.md names the variables and attributes.
"""

import json
import os
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import xarray as xr
import zarr
from zarr.codecs import Crc32cCodec, ZstdCodec

from corpora import InputError, to_code_points
from corpora.shell import python
from corpora.whole import put_in_place
from models.out import find_out
from models.recording.blocks import record_blocks
from models.recording.checks import UNREADABLE, damaged, require_sound
from models.recording.recording import Recording
from models.recording.variables import STATE, attributes, coordinates, described, variables_of
from models.run import Run
from models.writing import building

CHUNK = 4096  # characters per zarr chunk
PREDICTIONS = {"loss", "rank", "top_char", "top_prob"}
LARGEST = float(np.finfo(np.float16).max)  # a cell that adds up for long can grow beyond it


def record_to_zarr(
    run: Run, text: str, path: Path, streams: int | None = None, gates: bool = False, overwrite: bool = False
) -> Iterator[int]:
    """Stream a recording to a zarr folder, whole or not at all, states in float16; yields each block's length.

    Raises:
        InputError: the folder exists and is no recording to `overwrite`, or cannot be written.
    """
    codes, network = to_code_points(text), run.load_network()
    require_no_recording(path, overwrite)
    with building(path.resolve(), f"Cannot write the recording to {path}") as made:
        root = zarr.create_group(made, attributes=attributes(run, codes))
        _create(root, "char", ("time",), (len(codes),), np.dtype(np.uint32))[:] = codes
        arrays: dict[str, zarr.Array] = {}
        for block in record_blocks(network, run.vocabulary.encode(codes), streams, gates):
            _write(root, arrays, block, len(codes))
            yield len(block)
        _write_coordinates(root)
        put_in_place(made, path.resolve())


def require_no_recording(path: Path, overwrite: bool = False) -> None:
    """Refuse a place that is taken; an earlier recording there may be replaced if that is said.

    Raises:
        InputError: it is taken, or cannot be written.
    """
    if find_out(path) is None:
        return
    if not _is_made_by_us(path):
        raise InputError(f"{path} exists and is no recording of ours. Choose another --out.")
    if not overwrite:
        raise InputError(f"{path} exists. Delete it or choose another --out, or replace it: --overwrite")
    strange = next(_no_part_of_a_recording(path), None)
    if strange:
        raise InputError(
            f"{path} holds {strange}, which is no part of a recording, and all of it would be replaced. Move that "
            "elsewhere, or choose another --out."
        )


def _is_made_by_us(path: Path) -> bool:
    try:
        described = json.loads((path / "zarr.json").read_text(encoding="utf-8"))
        return "weights_sha256" in described["attributes"]
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return False


def _no_part_of_a_recording(path: Path) -> Iterator[str]:
    """What lies in the folder of a recording besides the description of the whole, and the arrays with their chunks."""
    for here, folders, files in os.walk(path):
        within = Path(here).relative_to(path).parts
        for name in (*folders, *files):
            if len(within) > 1:  # ARRAY/c/0/0
                is_part = name.isdecimal()
            elif within:
                is_part = name == "c" or (name == "zarr.json" and name in files)
            else:
                is_part = name == "zarr.json" or (path / name / "zarr.json").is_file()
            if not is_part:
                yield str(Path(*within, name))


def _write(root: zarr.Group, arrays: dict[str, zarr.Array], block: Recording, length: int) -> None:
    """Write a block to arrays, which are made at the first."""
    for name, (dims, values) in variables_of(block).items():
        if name not in arrays:
            dtype = np.dtype(np.float16) if values.ndim > 2 else values.dtype
            arrays[name] = _create(root, name, dims, (length, *values.shape[1:]), dtype)
        array = arrays[name]
        within = np.clip(values, -LARGEST, LARGEST) if array.dtype == np.float16 else values
        array[block.start : block.stop] = within


def _create(root: zarr.Group, name: str, dims: tuple[str, ...], shape: tuple[int, ...], dtype: np.dtype) -> zarr.Array:
    chunks = (min(CHUNK, shape[0]), *shape[1:])
    return root.create_array(
        name,
        shape=shape,
        chunks=chunks,
        dtype=dtype,
        dimension_names=dims,
        attributes=dict(described(name)),
        compressors=[ZstdCodec(), Crc32cCodec()],  # a chunk says whether it is whole
        config={"write_empty_chunks": True},  # so that one which is not there was lost
    )


def _write_coordinates(root: zarr.Group) -> None:
    """The coordinates, and the description of all arrays in one place, which `open_zarr` looks for."""
    (_, layers, units), (_, predictions) = root["hidden"].shape, root["top_char"].shape  # pyright: ignore[reportAttributeAccessIssue]
    for name, values in coordinates(layers, units, predictions).items():
        _create(root, name, (name,), values.shape, values.dtype)[:] = values
    with warnings.catch_warnings(action="ignore"):  # other libraries than zarr-python may not look for it
        zarr.consolidate_metadata(root.store)


def is_recording(path: Path) -> bool:
    """Whether a recording lies there."""
    return os.path.lexists(path / "zarr.json")


def open_recording(path: Path) -> xr.Dataset:
    """A recording on disk as lazy arrays (dims `time layer unit`).

    Its arrays, their chunks and the hash of its text are checked (`models.recording.checks`).

    Raises:
        InputError: no recording there, or a damaged one.
    """
    if not is_recording(path):
        raise InputError(
            f"No recording at {path}. Make one: {python()} -m models record RUN --split validation --out NEW.zarr"
        )
    try:
        require_sound(path)
        opened = xr.open_zarr(path, consolidated=False)
    except UNREADABLE as error:
        raise damaged(path, error) from None
    if "guess" in opened.dims:  # as it was called before
        opened = opened.rename({"guess": "prediction"})
    return opened if "layer" in opened.coords else _with_coordinates(opened)


def _with_coordinates(opened: xr.Dataset) -> xr.Dataset:
    """A recording from before coordinates were written, with them."""
    sizes = opened.sizes
    named = coordinates(sizes.get("layer", 0), sizes.get("unit", 0), sizes.get("prediction", 0))
    return opened.assign_coords({name: values for name, values in named.items() if name in sizes})


def read_part(recorded: xr.Dataset, part: slice) -> xr.Dataset:
    """A stretch of an opened recording, read into memory.

    Raises:
        InputError: a chunk is damaged.
    """
    try:
        return recorded.isel(time=part).load()
    except UNREADABLE as error:
        raise damaged(Path(str(recorded.encoding.get("source", "the recording"))), error) from None


def blocks_of(recorded: xr.Dataset, start: int, stop: int) -> Iterator[Recording]:
    """A stretch of an opened recording, block by block, with the states that it has.

    Where it lacks predictions, as after a selection of variables, a block has none: loss NaN, rank 0.
    """
    states = [str(name) for name, values in recorded.data_vars.items() if values.dims == STATE]
    foretold = set(recorded.data_vars) >= PREDICTIONS
    for at in range(start, stop, CHUNK):
        part = read_part(recorded, slice(at, min(at + CHUNK, stop)))
        length = part.sizes["time"]
        yield Recording(
            at,
            {name: part[name].values.astype(np.float32) for name in states},
            part["loss"].values if foretold else np.full(length, np.nan, dtype=np.float32),
            (part["rank"].values if foretold else np.zeros(length)).astype(np.int64),
            (part["top_char"].values if foretold else np.empty((length, 0))).astype(np.int64),
            part["top_prob"].values if foretold else np.empty((length, 0), dtype=np.float32),
        )
