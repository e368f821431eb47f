"""Finds embedding, recurrent layers and readout among the tensors of a state dict, by their names and shapes.

Three ways to name a recurrent layer are known:

- `nn.LSTM`, `nn.GRU`, `nn.RNN`: `rnn.weight_ih_l0`, `rnn.weight_hh_l0`, with or without biases; one module of several
  layers, or several modules one after the other;
- stacks of `nn.LSTMCell` and its like: `cells.0.weight_ih`, `cells.1.weight_ih`;
- hand-written cells of two linear maps, as in ports of karpathy/char-rnn: `cells.0.i2h.weight`, `cells.0.h2h.weight`.

Axes: `row` = gate x unit, `vocab`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from torch import Tensor

from corpora import InputError
from models.config import Cell

Tensors = Mapping[str, Tensor]
CELL_OF_GATES: dict[int, Cell] = {4: "lstm", 3: "gru", 1: "rnn"}
TORCH_LAYER = re.compile(r"(?P<stack>.*?)(?P<what>weight_ih|weight_hh|bias_ih|bias_hh)_l(?P<layer>\d+)")
TORCH_CELL = re.compile(r"(?P<stack>.*?)(?P<what>weight_ih|weight_hh|bias_ih|bias_hh)")
LINEAR_PAIR = re.compile(r"(?P<stack>.*?)(?P<map>i2h|h2h|x2h)(?P<layer>[._]?\d+)?\.(?P<what>weight|bias)")
OF_MAP = {"i2h": "ih", "x2h": "ih", "h2h": "hh"}
REFUSED = {
    "_reverse": "it reads in both directions, so it has seen the character that it is asked to predict",
    "weight_hr": "its LSTM projects the hidden state (proj_size)",
}
OWN_ORDER, PAIR_ORDER = "ifgo", "ifog"  # PyTorch's order; that of karpathy/char-rnn


@dataclass
class LayerTensors:
    """The tensors of one recurrent layer; a missing bias is None. `order` is that of its gates, for an LSTM."""

    weight_ih: Tensor
    weight_hh: Tensor
    bias_ih: Tensor | None = None
    bias_hh: Tensor | None = None
    order: str = OWN_ORDER

    @property
    def gates(self) -> int:
        """Blocks of rows: 4 of an LSTM, 3 of a GRU, 1 of a plain RNN."""
        return self.weight_hh.shape[0] // self.weight_hh.shape[1]


@dataclass
class Layout:
    """What a network consists of. Without an embedding its input is one-hot."""

    layers: list[LayerTensors]
    readout: Tensor
    readout_bias: Tensor | None = None
    embedding: Tensor | None = None
    tied: bool = False
    kind: str = ""
    """How the recurrent layers are named, for the record."""
    used: set[str] = field(default_factory=set)

    @property
    def cell(self) -> Cell:
        """The kind of cell that all layers are."""
        return CELL_OF_GATES[self.layers[0].gates]


def find_layout(tensors: Tensors, vocabulary_size: int, ignore: Iterable[str] = ()) -> Layout:
    """The parts of a network.

    Args:
        tensors: a state dict.
        vocabulary_size: how many characters the network knows.
        ignore: names of tensors that do not matter to what the network computes.

    Raises:
        InputError: a part is missing, fits nothing, or is of a kind that a `CharRNN` cannot be.
    """
    left = {name: tensor for name, tensor in tensors.items() if name not in set(ignore)}
    for ending, why in REFUSED.items():
        found = next((name for name in left if ending in name), None)
        if found:
            raise InputError(f"Wanted a network that reads forwards, layer by layer, but {found} says that {why}.")
    layers, kind, used = _recurrent_layers(left)
    _require_a_stack(layers)
    rest = {name: tensor for name, tensor in left.items() if name not in used}
    layout = _with_ends(layers, rest, vocabulary_size)
    layout.kind, layout.used = kind, layout.used | used
    if unknown := sorted(set(left) - layout.used):
        raise InputError(
            f"Wanted an embedding, recurrent layers and one linear readout, got {len(unknown)} more tensors: "
            f"{', '.join(unknown[:4])}. If the network does not use them, name them with --ignore."
        )
    return layout


# ---- the recurrent layers -------------------------------------------------------------------------------------------


def _recurrent_layers(tensors: Tensors) -> tuple[list[LayerTensors], str, set[str]]:
    """The layers in order, how they are named, and the names of their tensors."""
    for kind, pattern in (("nn.LSTM", TORCH_LAYER), ("nn.LSTMCell", TORCH_CELL), ("i2h and h2h", LINEAR_PAIR)):
        matched = {name: found for name in tensors if (found := pattern.fullmatch(name))}
        if not matched:
            continue
        parts: dict[tuple[object, ...], dict[str, Tensor]] = {}
        for name, found in matched.items():
            parts.setdefault(_place_of(found), {})[_role_of(found)] = tensors[name]
        whole = [parts[place] for place in sorted(parts)]
        if all({"weight_ih", "weight_hh"} <= part.keys() for part in whole):
            order = PAIR_ORDER if pattern is LINEAR_PAIR else OWN_ORDER
            return [LayerTensors(**part, order=order) for part in whole], kind, set(matched)
    raise InputError(
        f"Wanted recurrent layers such as rnn.weight_ih_l0 and rnn.weight_hh_l0 in the state dict, got "
        f"{', '.join(list(tensors)[:4]) or 'no tensors'}. Save module.state_dict() of an nn.LSTM, nn.GRU or nn.RNN."
    )


def _role_of(found: re.Match[str]) -> str:
    named = found.groupdict()
    return f"{named['what']}_{OF_MAP[named['map']]}" if "map" in named else named["what"]


def _place_of(found: re.Match[str]) -> tuple[object, ...]:
    """Where a layer stands: numbers in names count as numbers, so that `cells.10` follows `cells.9`."""
    named = found.groupdict()
    words = re.split(r"(\d+)", f"{named['stack']}{named.get('layer') or ''}")
    return tuple((0, int(word), "") if word.isdecimal() else (1, 0, word) for word in words)


def _require_a_stack(layers: list[LayerTensors]) -> None:
    """Each layer reads the one before it, and all are of one kind and size."""
    size = layers[0].weight_hh.shape[-1] if layers[0].weight_hh.ndim else 0
    for number, layer in enumerate(layers, 1):
        shapes = [tensor.ndim for tensor in (layer.weight_ih, layer.weight_hh)]
        no_matrix = shapes != [2, 2] or 0 in layer.weight_hh.shape
        if no_matrix or layer.weight_hh.shape[0] % layer.weight_hh.shape[1] or layer.gates not in CELL_OF_GATES:
            shape = " x ".join(map(str, layer.weight_hh.shape))
            raise InputError(f"Wanted 1, 3 or 4 gates x units rows in layer {number}, got recurrent weights {shape}.")
        if layer.gates != layers[0].gates or layer.weight_hh.shape[1] != size:
            raise InputError(
                f"Wanted layers of one kind and size, got {layers[0].gates} x {size} rows in layer 1 and "
                f"{layer.gates} x {layer.weight_hh.shape[1]} in layer {number}. Such a network cannot be imported."
            )
        inputs = layer.weight_ih.shape[1]
        if layer.weight_ih.shape[0] != layer.weight_hh.shape[0] or (number > 1 and inputs != size):
            shape = " x ".join(map(str, layer.weight_ih.shape))
            raise InputError(
                f"Wanted layer {number} to read the {size} units of the layer before it, got input weights {shape}. "
                "A network with skip connections or other inputs cannot be imported."
            )
        for bias in (layer.bias_ih, layer.bias_hh):
            _require_bias(bias, len(layer.weight_hh), f"layer {number}")


def _require_bias(bias: Tensor | None, rows: int, of: str) -> None:
    if bias is not None and tuple(bias.shape) != (rows,):
        shape = " x ".join(map(str, bias.shape)) or "none"
        raise InputError(f"Wanted a bias of {rows} numbers for {of}, got {shape}. The file is damaged: save it again.")


# ---- the ends -------------------------------------------------------------------------------------------------------


def _with_ends(layers: list[LayerTensors], rest: Tensors, vocabulary_size: int) -> Layout:
    """The layout with its readout and its embedding, found by their shapes."""
    size, inputs = layers[0].weight_hh.shape[1], layers[0].weight_ih.shape[1]
    matrices = {name: tensor for name, tensor in rest.items() if tensor.ndim == 2}
    biased = {name for name in matrices if _bias_name(name) in rest}
    readouts = [name for name, tensor in matrices.items() if tuple(tensor.shape) == (vocabulary_size, size)]
    embeddings = [name for name, tensor in matrices.items() if tuple(tensor.shape) == (vocabulary_size, inputs)]
    one_hot = inputs == vocabulary_size and not [name for name in embeddings if name not in biased]
    readout = _readout_among(readouts, biased)
    if readout is None:
        raise InputError(_no_end("readout", vocabulary_size, size, matrices))
    others = [name for name in embeddings if name != readout and name not in biased]
    embedding = others[0] if others else None
    tied = embedding is None and not one_hot
    if tied and inputs != size:
        raise InputError(_no_end("embedding", vocabulary_size, inputs, matrices))
    bias = _bias_name(readout) if _bias_name(readout) in rest else None
    if tied and bias is None:  # the bias may stand alone where the weight is stored under the embedding's name
        bias = next((name for name, tensor in rest.items() if tuple(tensor.shape) == (vocabulary_size,)), None)
    _require_bias(rest[bias] if bias else None, vocabulary_size, "the readout")
    return Layout(
        layers,
        matrices[readout],
        rest[bias] if bias else None,
        matrices[readout] if tied else None if embedding is None else matrices[embedding],
        tied or (embedding is not None and matrices[embedding].data_ptr() == matrices[readout].data_ptr()),
        used={name for name in (readout, bias, embedding) if name},
    )


def _bias_name(weight: str) -> str:
    return re.sub(r"weight$", "bias", weight)


def _looks_like_embedding(name: str) -> bool:
    return bool(re.search(r"emb|encoder|\bwte\b|lookup", name.lower()))


def _readout_among(names: list[str], biased: set[str]) -> str | None:
    """The readout among matrices of its shape: one with a bias, else one that is not called an embedding."""
    return min(names, key=lambda name: (name not in biased, _looks_like_embedding(name)), default=None)


def _no_end(what: str, vocabulary_size: int, width: int, matrices: Tensors) -> str:
    got = ", ".join(f"{name} {' x '.join(map(str, tensor.shape))}" for name, tensor in list(matrices.items())[:4])
    return (
        f"Wanted a linear {what} of {vocabulary_size} x {width} for a vocabulary of {vocabulary_size} characters, "
        f"got {got or 'no matrix'}. Give the whole network, and the vocabulary that it was trained with."
    )
