"""Puts the tensors of a network from elsewhere into a `CharRNN` that computes the same.

A one-hot input is an embedding whose matrix is the identity; a missing bias is 0; tied weights are stored twice. The
gates of an LSTM are put into PyTorch's order. A character that the network did not know, U+FFFD, is read as the mean of
all others and predicted with next to no probability.

Axes: `row` = gate x unit, `vocab`.
"""

import torch
from torch import Tensor

from corpora import InputError
from models.config import ModelConfig
from models.importing.layout import OWN_ORDER, LayerTensors, Layout

UNLIKELY = -20.0  # the logit of a character that the network did not know: e^-20 = 2e-9


def config_of(layout: Layout) -> ModelConfig:
    """The shape of the network."""
    first = layout.layers[0]
    return ModelConfig(
        cell=layout.cell,
        num_layers=len(layout.layers),
        hidden_size=first.weight_hh.shape[1],
        embedding_size=first.weight_ih.shape[1],
        dropout=0.0,
    )


def weights_of(layout: Layout, order: list[int], gate_order: str = "") -> dict[str, Tensor]:
    """The weights under the names of a `CharRNN`, in float32.

    Args:
        layout: where the tensors are.
        order: for each character of our vocabulary its id in theirs, or -1 if they have none.
        gate_order: of an LSTM's rows, such as `ifog`; empty for what the layout says.

    Raises:
        InputError: the order names no gates, or a weight is not finite.
    """
    embedding = torch.eye(len(layout.readout)) if layout.embedding is None else layout.embedding.float()
    weights = {
        "embedding.weight": _rows(embedding, order, embedding.mean(0)),
        "readout.weight": _rows(layout.readout.float(), order, torch.zeros(layout.readout.shape[1])),
        "readout.bias": _rows(_bias(layout.readout_bias, len(layout.readout)), order, torch.tensor(UNLIKELY)),
    }
    for number, layer in enumerate(layout.layers):
        rows = _rows_in_our_order(layer, gate_order)
        weights |= {f"rnn.{name}_l{number}": tensor[rows] for name, tensor in _of_layer(layer).items()}
    weights = {name: tensor.detach().cpu().contiguous().clone() for name, tensor in weights.items()}
    broken = next((name for name, tensor in weights.items() if not tensor.isfinite().all()), None)
    if broken:
        raise InputError(
            f"Wanted finite weights, got others in {broken}. The training diverged, or the file is damaged."
        )
    return weights


def _rows(theirs: Tensor, order: list[int], missing: Tensor) -> Tensor:
    return torch.stack([theirs[index] if index >= 0 else missing for index in order])


def _bias(bias: Tensor | None, rows: int) -> Tensor:
    return torch.zeros(rows) if bias is None else bias.float()


def _of_layer(layer: LayerTensors) -> dict[str, Tensor]:
    rows = len(layer.weight_hh)
    return {
        "weight_ih": layer.weight_ih.float(),
        "weight_hh": layer.weight_hh.float(),
        "bias_ih": _bias(layer.bias_ih, rows),
        "bias_hh": _bias(layer.bias_hh, rows),
    }


def _rows_in_our_order(layer: LayerTensors, gate_order: str) -> Tensor:
    """For each row in PyTorch's order its place in theirs."""
    every = torch.arange(len(layer.weight_hh))
    theirs = gate_order or layer.order
    if layer.gates != len(OWN_ORDER):
        if gate_order:
            raise InputError(f"Wanted an LSTM for a gate order, got {layer.gates} gates in a layer. Omit it.")
        return every
    if sorted(theirs) != sorted(OWN_ORDER):
        raise InputError(
            f"Wanted the four letters i, f, g and o as the gate order, got {theirs!r}: input, forget, candidate, "
            "output. PyTorch's is ifgo, that of karpathy/char-rnn ifog."
        )
    return torch.cat([every.view(len(theirs), -1)[theirs.index(gate)] for gate in OWN_ORDER])
