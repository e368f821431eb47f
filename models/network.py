"""The character-level recurrent network and the textbook step of its cells.

Axes: `time`, `batch` (streams side by side), `unit` (coordinates of one layer), `vocab`, `layer`.
PyTorch's gate order is i, f, g, o: input, forget, candidate, output.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int64
from torch import Tensor, nn

from models.config import ModelConfig

# One layer's state: (hidden, cell) for an LSTM, each [batch, unit].
LayerState = tuple[Tensor, ...]
# The whole network's state in PyTorch's layout: each [layer, batch, unit].
State = tuple[Tensor, ...]


@dataclass(frozen=True)
class LayerWeights:
    """The parameters of one recurrent layer, under PyTorch's names and in its gate order."""

    weight_ih: Float[Tensor, "gates_unit input"]
    weight_hh: Float[Tensor, "gates_unit unit"]
    bias: Float[Tensor, " gates_unit"]


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


@dataclass(frozen=True)
class CellKind:
    """One kind of recurrent cell: its PyTorch module, its states and gates, its step."""

    module: Callable[..., nn.RNNBase]
    states: tuple[str, ...]
    gates: tuple[str, ...]
    step: Callable[[LayerWeights, Tensor, LayerState], LayerState]


CELLS = {"lstm": CellKind(nn.LSTM, ("hidden", "cell"), ("input", "forget", "candidate", "output"), lstm_step)}


class CharRNN(nn.Module):
    """Embedding, recurrent layers, readout: the next character's logits after each character."""

    def __init__(self, config: ModelConfig, vocabulary_size: int) -> None:
        super().__init__()
        self.config = config
        self.kind = CELLS[config.cell]
        self.embedding = nn.Embedding(vocabulary_size, config.embedding_size)
        self.rnn = self.kind.module(
            config.embedding_size,
            config.hidden_size,
            config.num_layers,
            dropout=config.dropout if config.num_layers > 1 else 0.0,
        )
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
        output, state = self.rnn(self.embedding(ids), state)
        return self.readout(output), state

    def initial_state(self, batch: int) -> State:
        """The zero state for `batch` streams."""
        shape = (self.config.num_layers, batch, self.config.hidden_size)
        return tuple(torch.zeros(shape, device=self.readout.weight.device) for _ in self.kind.states)

    def layer_weights(self) -> list[LayerWeights]:
        """Each layer's weights, detached, with PyTorch's two biases added up."""

        def parameter(name: str, layer: int) -> Tensor:
            return getattr(self.rnn, f"{name}_l{layer}").detach()

        return [
            LayerWeights(
                parameter("weight_ih", layer),
                parameter("weight_hh", layer),
                parameter("bias_ih", layer) + parameter("bias_hh", layer),
            )
            for layer in range(self.config.num_layers)
        ]

    @property
    def parameter_count(self) -> int:
        return sum(parameter.numel() for parameter in self.parameters())
