"""The small network of `dashboard/browser/learn/recurrent.js` in PyTorch, from the same weights."""

from typing import Any

import torch
from torch import Tensor, nn

CELLS = {"rnn": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}
NAMES = ("weight_ih", "weight_hh", "bias_ih", "bias_hh", "readout_weight", "readout_bias")


class Recurrent(nn.Module):
    """One layer, one-hot input, linear readout, in float64."""

    def __init__(self, cell: str, weights: dict[str, Any]):
        super().__init__()
        given = {name: torch.tensor(weights[name], dtype=torch.float64) for name in NAMES}
        outputs = len(given["readout_bias"])
        units = len(given["readout_weight"]) // outputs
        self.characters = len(given["weight_ih"]) // len(given["bias_ih"])
        self.rnn = CELLS[cell](self.characters, units, dtype=torch.float64)
        self.readout = nn.Linear(units, outputs, dtype=torch.float64)
        self.named = {
            "weight_ih": self.rnn.weight_ih_l0, "weight_hh": self.rnn.weight_hh_l0, "bias_ih": self.rnn.bias_ih_l0,
            "bias_hh": self.rnn.bias_hh_l0, "readout_weight": self.readout.weight, "readout_bias": self.readout.bias,
        }  # fmt: skip
        with torch.no_grad():
            for name, parameter in self.named.items():
                parameter.copy_(given[name].reshape(parameter.shape))

    def forward(self, ids: list[int], state: Any = None) -> tuple[Tensor, Tensor, Any]:
        """States (time, unit), logits (time, output) and the last state."""
        states, last = self.rnn(torch.eye(self.characters, dtype=torch.float64)[ids], state)
        return states, self.readout(states), last
