"""The LSTM recurrence of one layer over one stream, compiled: every state and gate of every step.

`nn.LSTM` keeps its cell states and gates to itself. For one stream the time goes into reading the recurrent
matrix once per step, so a loop that also writes down what it computes costs little more.

Axes: `time`, `unit`, and `row` = gate x unit in PyTorch's order i, f, g, o.
"""

import numpy as np
from jaxtyping import Float32
from numba import njit

HALF, QUARTER, ONE, TWO, SATURATED = (np.float32(value) for value in (0.5, 0.25, 1, 2, 9))
# tanh(y) = y (N0 + N2 y^2 + N4 y^4 + y^6) / (N0 + D2 y^2 + D4 y^4 + D6 y^6): Lambert's continued fraction, cut off.
N0, N2, N4, D2, D4, D6 = (np.float32(value) for value in (135135, 17325, 378, 62370, 3150, 28))


@njit(inline="always", fastmath=True)
def _tanh(x: np.float32) -> np.float32:
    """The hyperbolic tangent to 2e-7, from sums, products and quotients only, so that the compiler makes vectors of it.

    The fraction is good near zero: it is taken at x / 4, and doubled twice by tanh(2y) = 2 tanh(y) / (1 + tanh(y)^2).
    """
    y = min(max(x, -SATURATED), SATURATED) * QUARTER
    square = y * y
    t = y * (N0 + square * (N2 + square * (N4 + square))) / (N0 + square * (D2 + square * (D4 + square * D6)))
    t = TWO * t / (ONE + t * t)
    return TWO * t / (ONE + t * t)


@njit(inline="always", fastmath=True)
def _sigmoid(x: np.float32) -> np.float32:
    return HALF + HALF * _tanh(HALF * x)


@njit(inline="always", fastmath=True)
def _add_recurrent(
    gate: Float32[np.ndarray, " row"], weight: Float32[np.ndarray, "unit row"], h: Float32[np.ndarray, " unit"]
) -> None:
    """Add h @ weight to the gates, eight units in one pass over the gates."""
    whole = h.size - h.size % 8
    for k in range(0, whole, 8):
        h0, h1, h2, h3, h4, h5, h6, h7 = h[k], h[k + 1], h[k + 2], h[k + 3], h[k + 4], h[k + 5], h[k + 6], h[k + 7]
        w0, w1, w2, w3 = weight[k], weight[k + 1], weight[k + 2], weight[k + 3]
        w4, w5, w6, w7 = weight[k + 4], weight[k + 5], weight[k + 6], weight[k + 7]
        for row in range(gate.size):
            first = (h0 * w0[row] + h1 * w1[row]) + (h2 * w2[row] + h3 * w3[row])
            gate[row] += first + ((h4 * w4[row] + h5 * w5[row]) + (h6 * w6[row] + h7 * w7[row]))
    for k in range(whole, h.size):
        for row in range(gate.size):
            gate[row] += h[k] * weight[k, row]


@njit(nogil=True, fastmath=True, cache=True)
def lstm_recurrence(
    gates: Float32[np.ndarray, "time row"],
    weight: Float32[np.ndarray, "unit row"],
    h: Float32[np.ndarray, " unit"],
    c: Float32[np.ndarray, " unit"],
    hidden: Float32[np.ndarray, "time unit"],
    cell: Float32[np.ndarray, "time unit"],
) -> None:
    """Run the layer from state (h, c), which is advanced in place; fill `hidden` and `cell`.

    `gates` comes in as what the layer's input adds to each gate, biases included, and goes out as the activated
    gates. `weight` is the recurrent matrix, transposed and contiguous.
    """
    size = h.size
    for t in range(len(gates)):
        gate = gates[t]
        _add_recurrent(gate, weight, h)
        for k in range(size):
            i, f = _sigmoid(gate[k]), _sigmoid(gate[size + k])
            g, o = _tanh(gate[2 * size + k]), _sigmoid(gate[3 * size + k])
            c_k = f * c[k] + i * g
            h_k = o * _tanh(c_k)
            gate[k], gate[size + k], gate[2 * size + k], gate[3 * size + k] = i, f, g, o
            h[k], c[k], hidden[t, k], cell[t, k] = h_k, c_k, h_k, c_k
