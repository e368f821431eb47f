"""Records what every unit does while the network reads: hidden and cell states, gates, loss, top-5 guesses.

python -m models record RUN --split validation --chars 100000 --out X.zarr

Axes: `time layer unit`; within the computation also `batch`, streams that are read side by side.
Row t describes the network after it has read character t; its loss and guesses are about character t + 1.

The states of every step are had without a Python loop over the network (docs/decisions/003). One stream: the
compiled recurrence of `models.recurrence`, the layers in parallel. Many streams: each layer's own `nn.LSTM`
gives h for a block of time; the gates of all its steps follow from h one step earlier in one matrix product;
c follows from the gates by its elementwise recurrence.
"""

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import torch
import xarray as xr
import zarr
from jaxtyping import Float, Int64
from torch import Tensor, nn
from torch.nn import functional

from corpora import InputError, to_code_points
from models.network import CharRNN
from models.recurrence import lstm_recurrence
from models.run import Run

TOP = 5
BLOCK = 256  # steps per block: its gates stay in cache
WARM_UP = 500  # characters that a stream reads before it is recorded
CHUNK = 4096  # characters per zarr chunk


@dataclass(frozen=True)
class Block:
    """A stretch of a recording: characters `start ..` of the text; every array has `time` first, float32."""

    start: int
    hidden: Float[np.ndarray, "time layer unit"]
    cell: Float[np.ndarray, "time layer unit"]
    gates: Float[np.ndarray, "time gate layer unit"] | None
    loss: Float[np.ndarray, " time"]
    rank: Int64[np.ndarray, " time"]
    top_char: Int64[np.ndarray, "time guess"]
    top_prob: Float[np.ndarray, "time guess"]

    def __len__(self) -> int:
        return len(self.loss)


@dataclass(frozen=True)
class LayerStates:
    """What one layer did over a block; `row` is gate x unit, activated, in the order i, f, g, o."""

    hidden: Float[Tensor, "time batch unit"]
    cell: Float[Tensor, "time batch unit"]
    gates: Float[Tensor, "time batch row"]


class LayerReader:
    """Reads one LSTM layer in blocks and keeps its state in between."""

    def __init__(self, network: CharRNN, layer: int, batch: int) -> None:
        self.weights = network.layer_weights()[layer]
        device, size = self.weights.bias.device, network.config.hidden_size
        self.h = torch.zeros(batch, size, device=device)
        self.c = torch.zeros(batch, size, device=device)
        self.recurrent = self.weights.weight_hh.T.contiguous()
        with torch.device("meta"):  # no weights yet: they are assigned below
            self.module = nn.LSTM(self.weights.weight_ih.shape[1], size)
        named = {"weight_ih_l0": self.weights.weight_ih, "weight_hh_l0": self.weights.weight_hh}
        biases = {"bias_ih_l0": self.weights.bias_ih, "bias_hh_l0": self.weights.bias_hh}
        self.module.load_state_dict(named | biases, assign=True)

    @torch.inference_mode()
    def read(self, x: Float[Tensor, "time batch input"]) -> LayerStates:
        """The states and gates after each step of a block."""
        alone = x.shape[1] == 1 and x.device.type == "cpu"
        return self._read_alone(x) if alone else self._read_together(x)

    def _read_alone(self, x: Float[Tensor, "time 1 input"]) -> LayerStates:
        w = self.weights
        gates = torch.addmm(w.bias, x[:, 0], w.weight_ih.T)
        hidden, cell = (torch.empty(len(x), self.h.shape[1]) for _ in range(2))
        arrays = (gates, self.recurrent, self.h[0], self.c[0], hidden, cell)
        lstm_recurrence(*(array.numpy() for array in arrays))
        return LayerStates(hidden[:, None], cell[:, None], gates[:, None])

    def _read_together(self, x: Float[Tensor, "time batch input"]) -> LayerStates:
        w = self.weights
        hidden, _ = self.module(x, (self.h[None], self.c[None]))
        before = torch.cat([self.h[None], hidden[:-1]])
        rows = torch.addmm(w.bias, x.flatten(0, 1), w.weight_ih.T).addmm_(before.flatten(0, 1), w.weight_hh.T)
        gates = rows.view(*x.shape[:2], -1)
        i, f, g, o = gates.chunk(4, dim=-1)
        for sigmoid_gate in (i, f, o):
            sigmoid_gate.sigmoid_()
        g.tanh_()
        cell = i * g
        c = self.c
        for f_t, cell_t in zip(f, cell, strict=True):
            c = cell_t.addcmul_(f_t, c)
        self.h, self.c = hidden[-1].clone(), c.clone()
        return LayerStates(hidden, cell, gates)


@torch.inference_mode()
def record_blocks(
    network: CharRNN, ids: Int64[np.ndarray, " time"], streams: int = 1, gates: bool = False
) -> Iterator[Block]:
    """Record a text block by block.

    With one stream every state is exactly that of reading the text from its start. With several, the text
    is cut into as many segments, read side by side; each but the first starts from the state after the 500
    characters before it instead of after all of them. Blocks of different segments alternate.

    Raises:
        InputError: an empty text.
    """
    if len(ids) == 0:
        raise InputError("Wanted a text to record, got an empty one. Give at least one character.")
    segment = -(-len(ids) // streams)
    if streams > 1:  # whole blocks, and a whole warm-up before every segment but the first
        segment = max(segment + -segment % BLOCK, WARM_UP + -WARM_UP % BLOCK)
    starts = np.arange(0, len(ids), segment)
    layers = [LayerReader(network, layer, len(starts)) for layer in range(network.config.num_layers)]
    if len(starts) > 1:
        _warm_up(network, layers, ids, starts)
    offsets = [np.arange(at, min(at + BLOCK, segment)) for at in range(0, segment, BLOCK)]
    positions = [starts[None, :] + offset[:, None] for offset in offsets]
    for at, states in zip(positions, _read(network, layers, ids, positions), strict=True):
        predictions = _predictions(network, states[-1].hidden, ids, at)
        for stream, start in enumerate(at[0]):
            length = min(len(at), len(ids) - int(start), segment)
            if length > 0:
                yield _block(int(start), stream, length, states, predictions, gates)


def _warm_up(network: CharRNN, layers: list[LayerReader], ids: np.ndarray, starts: np.ndarray) -> None:
    """Read what comes before each segment. Nothing comes before the first: it keeps the zero state."""
    for _ in _read(network, layers, ids, [starts[None, :] + np.arange(-WARM_UP, 0)[:, None]]):
        pass
    for reader in layers:
        reader.h[0], reader.c[0] = 0.0, 0.0


def _read(
    network: CharRNN, layers: list[LayerReader], ids: np.ndarray, blocks: Iterable[np.ndarray]
) -> Iterator[list[LayerStates]]:
    """The states of all layers, block by block.

    For a single stream the layers work at the same time, each on the block that the one below it has just
    finished: they are processor-bound, release the interpreter's lock, and each fits in a core's own cache.
    """
    workers = len(layers) if len(layers[0].h) == 1 else 1
    flying: list[tuple[Tensor, list[LayerStates]]] = []

    def advance(block: tuple[Tensor, list[LayerStates]]) -> None:
        x, states = block
        states.append(layers[len(states)].read(states[-1].hidden if states else x))

    with ThreadPoolExecutor(workers) as pool:
        for positions in chain(blocks, [None] * (len(layers) - 1)):
            if positions is not None:
                inputs = torch.from_numpy(ids[np.clip(positions, 0, len(ids) - 1)])
                weight = network.embedding.weight
                flying.append((functional.embedding(inputs.to(weight.device), weight), []))
            for _ in pool.map(advance, flying):
                pass
            if flying and len(flying[0][1]) == len(layers):
                yield flying.pop(0)[1]


def _predictions(
    network: CharRNN, hidden: Tensor, ids: Int64[np.ndarray, " time"], positions: np.ndarray
) -> tuple[Tensor, ...]:
    """Loss and rank of the true next character (NaN and 0 after the last), the likeliest and their probabilities."""
    log_probabilities = torch.log_softmax(network.readout(hidden), dim=-1)
    targets = torch.from_numpy(ids[np.clip(positions + 1, 0, len(ids) - 1)]).to(hidden.device)
    of_true = log_probabilities.gather(-1, targets[..., None])
    rank = (log_probabilities > of_true).sum(dim=-1).cpu() + 1
    loss = -of_true.squeeze(-1).cpu()
    nothing_follows = torch.from_numpy(positions + 1 >= len(ids))
    loss[nothing_follows], rank[nothing_follows] = torch.nan, 0
    top_prob, top_char = log_probabilities.exp().topk(min(TOP, log_probabilities.shape[-1]), dim=-1)
    return loss, rank, top_char.cpu(), top_prob.cpu()


def _block(
    start: int,
    stream: int,
    length: int,
    states: list[LayerStates],
    predictions: tuple[Tensor, ...],
    with_gates: bool,
) -> Block:
    def stack(of_layers: list[Tensor]) -> np.ndarray:
        return torch.stack([tensor[:length, stream] for tensor in of_layers], dim=1).cpu().numpy()

    gates = None
    if with_gates:
        side_by_side = stack([layer.gates for layer in states])
        gates = side_by_side.reshape(length, len(states), 4, -1).transpose(0, 2, 1, 3)
    of_next = (prediction[:length, stream].numpy() for prediction in predictions)
    hidden, cell = stack([layer.hidden for layer in states]), stack([layer.cell for layer in states])
    return Block(start, hidden, cell, gates, *of_next)


def record(run: Run, text: str, gates: bool = False, network: CharRNN | None = None) -> xr.Dataset:
    """A recording in memory, float32 and exact: one stream, read from the start of the text.

    `network` may be another of the same shape (an untrained control) or one already loaded.
    """
    codes = to_code_points(text)
    network = network or run.load_network()
    blocks = [_variables(network, block) for block in record_blocks(network, run.vocabulary.encode(codes), gates=gates)]
    data = {name: (dims, np.concatenate([block[name][1] for block in blocks])) for name, (dims, _) in blocks[0].items()}
    return xr.Dataset({"char": (("time",), codes), **data}, attrs=_attributes(run, codes))


def record_to_zarr(run: Run, text: str, path: Path, streams: int = 1, gates: bool = False) -> Iterator[int]:
    """Stream a recording to a zarr folder, whole or not at all, states in float16; yields the characters done so far.

    Raises:
        InputError: the folder exists, or cannot be written.
    """
    codes, network = to_code_points(text), run.load_network()
    if path.exists():
        raise InputError(f"{path} exists. Delete it or choose another --out.")
    building = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        root = zarr.create_group(building, attributes=_attributes(run, codes))
        _create(root, "char", ("time",), (len(codes),), np.dtype(np.uint32))[:] = codes
        done = 0
        for block in record_blocks(network, run.vocabulary.encode(codes), streams, gates):
            _write(root, network, block, len(codes))
            done += len(block)
            yield done
        os.replace(building, path)
    except OSError as error:
        raise InputError(
            f"Cannot write the recording to {path} ({error.strerror or error}). Choose another --out."
        ) from None
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _write(root: zarr.Group, network: CharRNN, block: Block, length: int) -> None:
    for name, (dims, values) in _variables(network, block).items():
        if name not in root:
            dtype = np.dtype(np.float16) if values.ndim > 2 else values.dtype
            _create(root, name, dims, (length, *values.shape[1:]), dtype)
        array = root[name]
        assert isinstance(array, zarr.Array)
        array[block.start : block.start + len(block)] = values


def open_recording(path: Path) -> xr.Dataset:
    """A recording on disk as lazy arrays (dims `time layer unit`).

    Raises:
        InputError: no recording there.
    """
    if not (path / "zarr.json").exists():
        raise InputError(
            f"No recording at {path}. Make one: python -m models record RUN --split validation --out NEW.zarr"
        )
    return xr.open_zarr(path, consolidated=False)


def _create(root: zarr.Group, name: str, dims: tuple[str, ...], shape: tuple[int, ...], dtype: np.dtype) -> zarr.Array:
    chunks = (min(CHUNK, shape[0]), *shape[1:])
    return root.create_array(name, shape=shape, chunks=chunks, dtype=dtype, dimension_names=dims)


def _variables(network: CharRNN, block: Block) -> dict[str, tuple[tuple[str, ...], np.ndarray]]:
    """Dims and values of a block under the names of the recording."""
    states = ("time", "layer", "unit")
    variables = {
        "hidden": (states, block.hidden),
        "cell": (states, block.cell),
        "loss": (("time",), block.loss),
        "rank": (("time",), block.rank.astype(np.uint16)),
        "top_char": (("time", "guess"), block.top_char.astype(np.uint16)),
        "top_prob": (("time", "guess"), block.top_prob),
    }
    if block.gates is not None:
        for index, gate in enumerate(network.kind.gates):
            variables[f"{gate}_gate"] = (states, block.gates[:, index])
    return variables


def _attributes(run: Run, codes: np.ndarray) -> dict[str, str | int]:
    return {
        "run": run.name,
        "weights_sha256": run.weights_hash,
        "text_sha256": hashlib.sha256(codes.tobytes()).hexdigest(),
        "unknown_characters": run.vocabulary.count_unknown(codes),
    }
