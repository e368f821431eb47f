"""The LSTM recurrence of one layer over one stream, compiled: every state and gate of every step.

`nn.LSTM` keeps its cell states and gates to itself. For one stream the time goes into reading the recurrent
matrix once per step, so a plain loop that also writes down what it computes costs no more than `nn.LSTM`.

Axes: `time`, `unit`, and `row` = gate x unit in PyTorch's order i, f, g, o.
"""

import math

import numpy as np
from jaxtyping import Float32
from numba import njit


@njit(nogil=True, fastmath=True, cache=True)
def lstm_recurrence(
    projected: Float32[np.ndarray, "time row"],
    weight_hh: Float32[np.ndarray, "row unit"],
    h: Float32[np.ndarray, " unit"],
    c: Float32[np.ndarray, " unit"],
    hidden: Float32[np.ndarray, "time unit"],
    cell: Float32[np.ndarray, "time unit"],
    gates: Float32[np.ndarray, "time row"],
) -> None:
    """Run the layer from state (h, c), which is advanced in place; fill `hidden`, `cell` and `gates`.

    `projected` is what the layer's input adds to each gate, biases included.
    tanh(x) is computed as 2 sigmoid(2x) - 1, which is within 2e-7 of it in float32.
    """
    size = h.shape[0]
    one, two = np.float32(1), np.float32(2)
    for t in range(projected.shape[0]):
        gate = gates[t]
        for row in range(4 * size):
            weights = weight_hh[row]
            total = projected[t, row]
            for k in range(size):
                total += weights[k] * h[k]
            gate[row] = total
        for k in range(size):
            i = one / (one + math.exp(-gate[k]))
            f = one / (one + math.exp(-gate[size + k]))
            g = two / (one + math.exp(-two * gate[2 * size + k])) - one
            o = one / (one + math.exp(-gate[3 * size + k]))
            c[k] = f * c[k] + i * g
            h[k] = o * (two / (one + math.exp(-two * c[k])) - one)
            gate[k], gate[size + k], gate[2 * size + k], gate[3 * size + k] = i, f, g, o
            hidden[t, k], cell[t, k] = h[k], c[k]
