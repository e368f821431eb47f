"""The recurrences of one layer, compiled: every state and gate of every step, for each kind of cell.

`torch.nn`'s layers keep cell states and gates to themselves. For one stream the time goes into reading the recurrent
matrix once per step, so a loop that also writes down what it computes costs little more: `RECURRENCES`. For many
streams the recurrent product is left to the library, and what follows it is done here in one pass: `STEPS`.

Axes: `time`, `batch`, `unit`, and `row` = gate x unit in PyTorch's order. `rows` come in as what the layer's input
adds, the input's bias included, and go out as the activated gates (of the plain RNN: as h). `of_state` is what the
state adds, U h with its own bias; it is apart because a GRU's reset gate acts on it alone.
"""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float, Float32, Float64

from models.compiled import compiled

Row = Float32[np.ndarray, " row"]
Units = Float32[np.ndarray, " unit"]
Weight = Float32[np.ndarray, "unit row"]
RowsOfText = Float32[np.ndarray, "time row"]
UnitsOfText = Float32[np.ndarray, "time unit"]
RowsOfStreams = Float32[np.ndarray, "batch row"]
UnitsOfStreams = Float32[np.ndarray, "batch unit"]

HALF, QUARTER, ONE, TWO, SATURATED = (np.float32(value) for value in (0.5, 0.25, 1, 2, 9))
# tanh(y) = y (N0 + N2 y^2 + N4 y^4 + y^6) / (N0 + D2 y^2 + D4 y^4 + D6 y^6): Lambert's continued fraction, cut off.
N0, N2, N4, D2, D4, D6 = (np.float32(value) for value in (135135, 17325, 378, 62370, 3150, 28))

# NumPy's way with a division by zero: a check would keep the compiler from making vectors.
elementwise = compiled(cache=False, fastmath=True, error_model="numpy")
recurrent = compiled(nogil=True, fastmath=True, error_model="numpy")


@elementwise
def _tanh(x: np.float32) -> np.float32:
    """The hyperbolic tangent to 2e-7, from sums, products and one quotient, so that the compiler makes vectors of it.

    The fraction is good near zero: it is taken at x / 4, and doubled twice by tanh(2y) = 2 tanh(y) / (1 + tanh(y)^2),
    numerator and denominator apart. From 9 on it is 1 and not what a quotient is rounded to, which differs by
    processor: so a gate that is pushed far open is exactly 1, and one that is pushed far shut exactly 0.
    """
    if x >= SATURATED:
        return ONE
    if x <= -SATURATED:
        return -ONE
    y = x * QUARTER
    square = y * y
    above = y * (N0 + square * (N2 + square * (N4 + square)))
    below = N0 + square * (D2 + square * (D4 + square * D6))
    above, below = TWO * above * below, below * below + above * above
    return TWO * above * below / (below * below + above * above)


@elementwise
def _sigmoid(x: np.float32) -> np.float32:
    return HALF + HALF * _tanh(HALF * x)


@elementwise
def _multiply(weight: Weight, bias: Row, h: Units, of_state: Row) -> None:
    """Fill `of_state` with bias + h @ weight, eight units in one pass over the rows."""
    of_state[:] = bias
    whole = h.size - h.size % 8
    for k in range(0, whole, 8):
        h0, h1, h2, h3, h4, h5, h6, h7 = h[k], h[k + 1], h[k + 2], h[k + 3], h[k + 4], h[k + 5], h[k + 6], h[k + 7]
        w0, w1, w2, w3 = weight[k], weight[k + 1], weight[k + 2], weight[k + 3]
        w4, w5, w6, w7 = weight[k + 4], weight[k + 5], weight[k + 6], weight[k + 7]
        for row in range(of_state.size):
            first = (h0 * w0[row] + h1 * w1[row]) + (h2 * w2[row] + h3 * w3[row])
            of_state[row] += first + ((h4 * w4[row] + h5 * w5[row]) + (h6 * w6[row] + h7 * w7[row]))
    for k in range(whole, h.size):
        for row in range(of_state.size):
            of_state[row] += h[k] * weight[k, row]


# ---- the cells: one step of one stream, elementwise; rows and state are overwritten ---------------------------------


@elementwise
def _add_sigmoid(row: Row, of_state: Row) -> None:
    for k in range(row.size):
        row[k] = _sigmoid(row[k] + of_state[k])


@elementwise
def _add_tanh(row: Row, of_state: Row) -> None:
    for k in range(row.size):
        row[k] = _tanh(row[k] + of_state[k])


@elementwise
def _lstm(row: Row, of_state: Row, h: Units, c: Float[np.ndarray, " unit"]) -> None:
    size = h.size
    i, f, g, o = row[:size], row[size : 2 * size], row[2 * size : 3 * size], row[3 * size :]
    _add_sigmoid(row[: 2 * size], of_state[: 2 * size])
    _add_tanh(g, of_state[2 * size : 3 * size])
    _add_sigmoid(o, of_state[3 * size :])
    for k in range(size):
        c[k] = f[k] * c[k] + i[k] * g[k]
    for k in range(size):
        h[k] = o[k] * _tanh(np.float32(c[k]))


@elementwise
def _gru(row: Row, of_state: Row, h: Units) -> None:
    size = h.size
    r, z, n, n_of_state = row[:size], row[size : 2 * size], row[2 * size :], of_state[2 * size :]
    _add_sigmoid(row[: 2 * size], of_state[: 2 * size])
    for k in range(size):
        n[k] = _tanh(n[k] + r[k] * n_of_state[k])
    for k in range(size):
        h[k] = (ONE - z[k]) * n[k] + z[k] * h[k]


@elementwise
def _rnn(row: Row, of_state: Row, h: Units) -> None:
    _add_tanh(row, of_state)
    h[:] = row


# ---- one stream: the whole recurrence; weight is transposed and contiguous, the state is advanced in place ----------


@recurrent
def lstm_recurrence(
    rows: RowsOfText,
    weight: Weight,
    bias: Row,
    h: Units,
    c: Float64[np.ndarray, " unit"],
    hidden: UnitsOfText,
    cell: UnitsOfText,
) -> None:
    """Run an LSTM layer from state (h, c); fill `hidden` and `cell`.

    c is float64: a cell that adds up for long would lose as much in float32 as a recording may be off by.
    """
    of_state = np.empty_like(bias)
    for t in range(len(rows)):
        _multiply(weight, bias, h, of_state)
        _lstm(rows[t], of_state, h, c)
        hidden[t], cell[t] = h, c


@recurrent
def gru_recurrence(rows: RowsOfText, weight: Weight, bias: Row, h: Units, hidden: UnitsOfText) -> None:
    """Run a GRU layer from state h; fill `hidden`."""
    of_state = np.empty_like(bias)
    for t in range(len(rows)):
        _multiply(weight, bias, h, of_state)
        _gru(rows[t], of_state, h)
        hidden[t] = h


@recurrent
def rnn_recurrence(rows: RowsOfText, weight: Weight, bias: Row, h: Units, hidden: UnitsOfText) -> None:
    """Run a plain recurrent layer from state h; fill `hidden`."""
    of_state = np.empty_like(bias)
    for t in range(len(rows)):
        _multiply(weight, bias, h, of_state)
        _rnn(rows[t], of_state, h)
        hidden[t] = h


# ---- many streams: one step after the recurrent product -------------------------------------------------------------


@recurrent
def lstm_step(rows: RowsOfStreams, of_state: RowsOfStreams, h: UnitsOfStreams, c: UnitsOfStreams) -> None:
    """One step of an LSTM layer: activate the rows, advance h and c."""
    for stream in range(len(rows)):
        _lstm(rows[stream], of_state[stream], h[stream], c[stream])


@recurrent
def gru_step(rows: RowsOfStreams, of_state: RowsOfStreams, h: UnitsOfStreams) -> None:
    """One step of a GRU layer: activate the rows, advance h."""
    for stream in range(len(rows)):
        _gru(rows[stream], of_state[stream], h[stream])


@recurrent
def rnn_step(rows: RowsOfStreams, of_state: RowsOfStreams, h: UnitsOfStreams) -> None:
    """One step of a plain recurrent layer: activate the rows, advance h."""
    for stream in range(len(rows)):
        _rnn(rows[stream], of_state[stream], h[stream])


RECURRENCES: dict[str, Callable[..., None]] = {"lstm": lstm_recurrence, "gru": gru_recurrence, "rnn": rnn_recurrence}
STEPS: dict[str, Callable[..., None]] = {"lstm": lstm_step, "gru": gru_step, "rnn": rnn_step}
