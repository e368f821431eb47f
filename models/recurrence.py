"""The recurrences of one layer, compiled: every state and gate of every step, for each kind of cell.

`torch.nn`'s layers keep cell states and gates to themselves; a loop that also writes down what it computes costs little
more: `RECURRENCES`. They read one stream or several side by side, each with the same bits as alone. `STEPS` is the part
of a step that follows the recurrent product, for those who do that themselves.

Axes: `time`, `stream`, `unit`, and `row` = gate x unit in PyTorch's order, filled up to whole panels
(`models.products`). `rows` come in as what the layer's input adds, the input's bias included, and go out as the
activated gates (of the plain RNN: as h). `of_state` is what the state adds, U h with its own bias; it is apart because
a GRU's reset gate acts on it alone. `numbers` and `at`: the rows of a longer array that streams are written to, and
from which step on.
"""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float, Float32, Float64, Int64

from models.compiled import compiled
from models.products import Panels, multiply

Row = Float32[np.ndarray, " row"]
Units = Float32[np.ndarray, " unit"]
Rows = Float32[np.ndarray, "stream time row"]
UnitsOfText = Float32[np.ndarray, "number text_time unit"]
RowsOfStreams = Float32[np.ndarray, "stream row"]
UnitsOfStreams = Float32[np.ndarray, "stream unit"]

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
    i, f, g, o = row[:size], row[size : 2 * size], row[2 * size : 3 * size], row[3 * size : 4 * size]
    _add_sigmoid(row[: 2 * size], of_state[: 2 * size])
    _add_tanh(g, of_state[2 * size : 3 * size])
    _add_sigmoid(o, of_state[3 * size : 4 * size])
    for k in range(size):
        c[k] = f[k] * c[k] + i[k] * g[k]
    for k in range(size):
        h[k] = o[k] * _tanh(np.float32(c[k]))


@elementwise
def _gru(row: Row, of_state: Row, h: Units) -> None:
    size = h.size
    r, z, n = row[:size], row[size : 2 * size], row[2 * size : 3 * size]
    n_of_state = of_state[2 * size : 3 * size]
    _add_sigmoid(row[: 2 * size], of_state[: 2 * size])
    for k in range(size):
        n[k] = _tanh(n[k] + r[k] * n_of_state[k])
    for k in range(size):
        h[k] = (ONE - z[k]) * n[k] + z[k] * h[k]


@elementwise
def _rnn(row: Row, of_state: Row, h: Units) -> None:
    _add_tanh(row[: h.size], of_state[: h.size])
    h[:] = row[: h.size]


# ---- the whole recurrence of some streams; what they do is written into stretches of longer arrays -------------------


@recurrent
def embed(table: Float32[np.ndarray, "place row"], places: Int64[np.ndarray, "stream time"], rows: Rows) -> None:
    """Fill `rows` with those of the table: what an input that comes often adds is computed once."""
    for stream in range(places.shape[0]):
        for t in range(places.shape[1]):
            rows[stream, t] = table[places[stream, t]]


@recurrent
def multiply_input(
    panels: Panels,
    bias: Row,
    x: Float32[np.ndarray, "number text_time input"],
    numbers: Int64[np.ndarray, " stream"],
    at: int,
    together: Float32[np.ndarray, "stream time input"],
    rows: Rows,
) -> None:
    """Fill `rows` with what a stretch of `x` adds: of the streams with these numbers, from step `at` on.

    One product for all streams and steps: `together` is filled with what it multiplies.
    """
    streams, time, _ = rows.shape
    for stream in range(streams):
        together[stream] = x[numbers[stream], at : at + time]
    rows[:] = bias
    multiply(panels, together.reshape(streams * time, x.shape[2]), rows.reshape(streams * time, bias.size))


@recurrent
def keep(
    rows: Rows,
    first: int,
    numbers: Int64[np.ndarray, " stream"],
    piece: int,
    kept: Float64[np.ndarray, "number piece unit"],
) -> None:
    """Multiply what is kept over a piece by a gate of each step; the gate's rows begin with the first."""
    for stream in range(numbers.size):
        of_stream = kept[numbers[stream], piece]
        for t in range(rows.shape[1]):
            for unit in range(of_stream.size):
                of_stream[unit] *= rows[stream, t, first + unit]


@elementwise
def _multiply_state(panels: Panels, bias: Row, h: UnitsOfStreams, of_state: RowsOfStreams) -> None:
    of_state[:] = bias
    multiply(panels, h, of_state)


@recurrent
def lstm_recurrence(
    rows: Rows,
    panels: Panels,
    bias: Row,
    numbers: Int64[np.ndarray, " stream"],
    at: int,
    h: UnitsOfStreams,
    c: Float64[np.ndarray, "stream unit"],
    hidden: UnitsOfText,
    cell: UnitsOfText,
) -> None:
    """Run an LSTM layer from states (h, c); fill `hidden` and `cell`.

    c is float64: a cell that adds up for long would lose as much in float32 as a recording may be off by.
    """
    of_state = np.empty((len(h), bias.size), np.float32)
    for t in range(rows.shape[1]):
        _multiply_state(panels, bias, h, of_state)
        for stream in range(len(h)):
            _lstm(rows[stream, t], of_state[stream], h[stream], c[stream])
            hidden[numbers[stream], at + t], cell[numbers[stream], at + t] = h[stream], c[stream]


@recurrent
def gru_recurrence(
    rows: Rows,
    panels: Panels,
    bias: Row,
    numbers: Int64[np.ndarray, " stream"],
    at: int,
    h: UnitsOfStreams,
    hidden: UnitsOfText,
) -> None:
    """Run a GRU layer from states h; fill `hidden`."""
    of_state = np.empty((len(h), bias.size), np.float32)
    for t in range(rows.shape[1]):
        _multiply_state(panels, bias, h, of_state)
        for stream in range(len(h)):
            _gru(rows[stream, t], of_state[stream], h[stream])
            hidden[numbers[stream], at + t] = h[stream]


@recurrent
def rnn_recurrence(
    rows: Rows,
    panels: Panels,
    bias: Row,
    numbers: Int64[np.ndarray, " stream"],
    at: int,
    h: UnitsOfStreams,
    hidden: UnitsOfText,
) -> None:
    """Run a plain recurrent layer from states h; fill `hidden`."""
    of_state = np.empty((len(h), bias.size), np.float32)
    for t in range(rows.shape[1]):
        _multiply_state(panels, bias, h, of_state)
        for stream in range(len(h)):
            _rnn(rows[stream, t], of_state[stream], h[stream])
            hidden[numbers[stream], at + t] = h[stream]


# ---- one step of many streams after the recurrent product, for those who change states in between -------------------


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
