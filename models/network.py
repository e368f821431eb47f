"""The character-level recurrent network and the textbook step of its cells.

Axes: `time`, `batch` (streams side by side), `unit` (coordinates of one layer), `vocab`, `layer`.
PyTorch's gate order is i, f, g, o (input, forget, candidate, output) for the LSTM and r, z, n (reset, update,
candidate) for the GRU; the plain RNN has no gates.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields

import torch
from jaxtyping import Float, Int64
from torch import Tensor, nn
from torch.func import functional_call

from models.config import ModelConfig
from models.dropout import Dropout, dropout
from models.units import CELL_GATES, CELL_STATES

WARM_UP = 500  # characters that are read before a part of a longer text, so that the part is not read cold

# One layer's state: (hidden, cell) for an LSTM, (hidden,) for the others; each [batch, unit].
LayerState = tuple[Tensor, ...]
# The whole network's state in PyTorch's layout: each [layer, batch, unit].
State = tuple[Tensor, ...]


@dataclass(frozen=True)
class LayerWeights:
    """The parameters of one recurrent layer, under PyTorch's names and in its gate order."""

    weight_ih: Float[Tensor, "gates_unit input"]
    weight_hh: Float[Tensor, "gates_unit unit"]
    bias_ih: Float[Tensor, " gates_unit"]
    bias_hh: Float[Tensor, " gates_unit"]

    @property
    def bias(self) -> Float[Tensor, " gates_unit"]:
        """Both biases in one. A GRU's candidate needs them apart: its reset gate acts on one of them only."""
        return self.bias_ih + self.bias_hh


def lstm_step(
    weights: LayerWeights, x: Float[Tensor, "batch input"], state: LayerState
) -> tuple[Float[Tensor, "batch unit"], ...]:
    """One step of an LSTM layer (Hochreiter and Schmidhuber 1997; forget gate, Gers et al. 2000)."""
    h, c = state
    gates = torch.addmm(weights.bias, x, weights.weight_ih.T) + h @ weights.weight_hh.T
    i, f, g, o = gates.chunk(4, dim=-1)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    h = torch.sigmoid(o) * torch.tanh(c)
    return h, c


def gru_step(
    weights: LayerWeights, x: Float[Tensor, "batch input"], state: LayerState
) -> tuple[Float[Tensor, "batch unit"], ...]:
    """One step of a GRU layer (Cho et al. 2014) as PyTorch and cuDNN define it.

    The reset gate scales the recurrent product, bias included, instead of the state that goes into it, and the
    update gate z says how much of the *old* state stays: h = (1 - z) n + z h.
    """
    (h,) = state
    of_input = torch.addmm(weights.bias_ih, x, weights.weight_ih.T)
    of_state = torch.addmm(weights.bias_hh, h, weights.weight_hh.T)
    r_x, z_x, n_x = of_input.chunk(3, dim=-1)
    r_h, z_h, n_h = of_state.chunk(3, dim=-1)
    r, z = torch.sigmoid(r_x + r_h), torch.sigmoid(z_x + z_h)
    n = torch.tanh(n_x + r * n_h)
    return ((1 - z) * n + z * h,)


def rnn_step(
    weights: LayerWeights, x: Float[Tensor, "batch input"], state: LayerState
) -> tuple[Float[Tensor, "batch unit"], ...]:
    """One step of a plain recurrent layer (Elman 1990): h = tanh(W x + U h + b)."""
    (h,) = state
    return (torch.tanh(torch.addmm(weights.bias, x, weights.weight_ih.T) + h @ weights.weight_hh.T),)


@dataclass(frozen=True)
class CellKind:
    """One kind of recurrent cell: PyTorch's module and function, states and gates (in PyTorch's order), its step."""

    module: Callable[..., nn.RNNBase]
    function: Callable[..., tuple[Tensor, ...]]
    states: tuple[str, ...]
    gates: tuple[str, ...]
    step: Callable[[LayerWeights, Tensor, LayerState], LayerState]

    @property
    def sigmoid_gates(self) -> tuple[str, ...]:
        """Those gates that open and close, between 0 and 1; the candidate lies between -1 and 1."""
        return tuple(gate for gate in self.gates if gate != "candidate")


CELLS = {
    "lstm": CellKind(nn.LSTM, torch.lstm, CELL_STATES["lstm"], CELL_GATES["lstm"], lstm_step),
    "gru": CellKind(nn.GRU, torch.gru, CELL_STATES["gru"], CELL_GATES["gru"], gru_step),
    "rnn": CellKind(nn.RNN, torch.rnn_tanh, CELL_STATES["rnn"], CELL_GATES["rnn"], rnn_step),
}


class CharRNN(nn.Module):
    """Embedding, recurrent layers, readout: the next character's logits after each character."""

    def __init__(self, config: ModelConfig, vocabulary_size: int) -> None:
        super().__init__()
        self.config = config
        self.kind = CELLS[config.cell]
        self.embedding = nn.Embedding(vocabulary_size, config.embedding_size)
        self.embedding_dropout = Dropout(config.embedding_dropout)
        self.rnn = self.kind.module(
            config.embedding_size,
            config.hidden_size,
            config.num_layers,
            dropout=config.dropout if config.num_layers > 1 else 0.0,
        )
        self.readout_dropout = Dropout(config.readout_dropout)
        self.readout = nn.Linear(config.hidden_size, vocabulary_size)
        self._open_forget_gates()

    def _open_forget_gates(self) -> None:
        """Forget-gate bias starts at 1 (Gers et al. 2000; Jozefowicz et al. 2015), so early cells remember."""
        if "forget" not in self.kind.gates:
            return
        size, at = self.config.hidden_size, self.kind.gates.index("forget")
        with torch.no_grad():
            for layer in range(self.config.num_layers):
                getattr(self.rnn, f"bias_ih_l{layer}")[at * size : (at + 1) * size] = 1.0
                getattr(self.rnn, f"bias_hh_l{layer}")[at * size : (at + 1) * size] = 0.0

    def forward(
        self, ids: Int64[Tensor, "time batch"], state: State
    ) -> tuple[Float[Tensor, "time batch vocab"], State]:
        """Logits after each character, and the state after the last."""
        embedded = self.embedding_dropout(self.embedding(ids))
        if self.training and self.config.dropout and embedded.device.type == "cpu":
            output, end = self._layer_by_layer(embedded, state)
        else:
            single = len(state) == 1  # of an LSTM PyTorch takes and gives a pair, of the others a tensor
            arguments = embedded, state[0] if single else state
            output, end = functional_call(self.rnn, self._dropped_weights(), arguments)
            end = (end,) if single else end
        return self.readout(self.readout_dropout(output)), end

    def _layer_by_layer(self, x: Float[Tensor, "time batch input"], state: State) -> tuple[Tensor, State]:
        """The recurrent layers one after the other, with the cheaper dropout between them."""
        weights = dict(self.rnn.named_parameters()) | self._dropped_weights()
        ends: list[LayerState] = []
        for layer in range(self.config.num_layers):
            own = [weights[f"{field.name}_l{layer}"] for field in fields(LayerWeights)]
            before = [part[layer : layer + 1] for part in state]
            x = dropout(x, self.config.dropout if layer else 0.0)
            begun = before if len(before) > 1 else before[0]
            biases, layers, dropped, training, both_ways, batch_first = True, 1, 0.0, True, False, False
            x, *end = self.kind.function(x, begun, own, biases, layers, dropped, training, both_ways, batch_first)
            ends.append(tuple(end))
        return x, tuple(torch.cat(parts) for parts in zip(*ends, strict=True))

    def _dropped_weights(self) -> dict[str, Tensor]:
        """Recurrent weights with some of them set to 0 while training (weight-drop, Merity et al. 2018).

        The same weights are out for all steps and streams of a chunk; the others make up for them.
        """
        rate = self.config.weight_drop
        if not (self.training and rate):
            return {}
        names = [f"weight_hh_l{layer}" for layer in range(self.config.num_layers)]
        return {name: dropout(self.rnn.get_parameter(name), rate) for name in names}

    def initial_state(self, batch: int) -> State:
        """The zero state for `batch` streams."""
        shape = (self.config.num_layers, batch, self.config.hidden_size)
        return tuple(torch.zeros(shape, device=self.readout.weight.device) for _ in self.kind.states)

    def layer_weights(self) -> list[LayerWeights]:
        """Each layer's weights, detached."""
        names = [field.name for field in fields(LayerWeights)]
        return [
            LayerWeights(*(self.rnn.get_parameter(f"{name}_l{layer}").detach() for name in names))
            for layer in range(self.config.num_layers)
        ]

    @property
    def parameter_count(self) -> int:
        return sum(parameter.numel() for parameter in self.parameters())
