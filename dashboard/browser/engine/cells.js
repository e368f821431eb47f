// @ts-check
// The cells: what follows the matrix products of a step, for each kind (see models/network.py and recurrence.py).
//
// `sums` is what the layer's input adds and, but for the GRU, what its state adds; `ofState` is what a GRU's state adds,
// which its reset gate scales. Gates come out activated, in PyTorch's order; h and c are advanced in place. Each
// function computes in float64 and rounds h to float32; c stays float64, as in a recording: a cell that adds up for
// long would lose too much.

/** @import { Cell, LayerState, State } from "./types.js" */

const SATURATED = 9;

/**
 * The hyperbolic tangent to 3e-8, by the fraction of models/recurrence.py (Lambert's, cut off, at x / 4 and doubled
 * twice). `Math.tanh` may differ between browsers; this is made of sums, products and one quotient, which may not.
 *
 * @param {number} x
 */
export function tanh(x) {
  if (x >= SATURATED) return 1;
  if (x <= -SATURATED) return -1;
  const y = x * 0.25, square = y * y;
  const above = y * (135135 + square * (17325 + square * (378 + square)));
  const below = 135135 + square * (62370 + square * (3150 + square * 28));
  const once = 2 * above * below, under = below * below + above * above;
  return (2 * once * under) / (under * under + once * once);
}

/** @param {number} x */
const sigmoid = (x) => 0.5 + 0.5 * tanh(0.5 * x);

/** @typedef {(state: LayerState, sums: Float32Array, ofState: Float32Array) => void} Advance */

/** An LSTM (Hochreiter and Schmidhuber 1997): c = f c + i g, h = o tanh c. @type {Advance} */
function lstm({ h, c, gates }, sums) {
  const size = h.length;
  for (let k = 0; k < size; k++) {
    const i = sigmoid(sums[k]), f = sigmoid(sums[size + k]);
    const g = tanh(sums[2 * size + k]), o = sigmoid(sums[3 * size + k]);
    gates[k] = i;
    gates[size + k] = f;
    gates[2 * size + k] = g;
    gates[3 * size + k] = o;
    c[k] = f * c[k] + i * g;
    h[k] = o * tanh(c[k]);
  }
}

/** The names of an LSTM's gates among its states, in PyTorch's order: those that can be held. */
export const LSTM_GATES = ["input_gate", "forget_gate", "candidate_gate", "output_gate"];

/**
 * The c and h of one unit of an LSTM that follow from its gates.
 *
 * @param {LayerState} state
 * @param {number} unit
 * @param {number} before its c before the step
 */
export function fromGates({ h, c, gates }, unit, before) {
  const [i, f, g, o] = LSTM_GATES.map((_, gate) => gates[gate * h.length + unit]);
  c[unit] = f * before + i * g;
  h[unit] = o * tanh(c[unit]);
}

/** A GRU (Cho et al. 2014) as PyTorch defines it: h = (1 - z) n + z h. @type {Advance} */
function gru({ h, gates }, sums, ofState) {
  const size = h.length;
  for (let k = 0; k < size; k++) {
    const r = sigmoid(sums[k] + ofState[k]), z = sigmoid(sums[size + k] + ofState[size + k]);
    const n = tanh(sums[2 * size + k] + r * ofState[2 * size + k]);
    gates[k] = r;
    gates[size + k] = z;
    gates[2 * size + k] = n;
    h[k] = (1 - z) * n + z * h[k];
  }
}

/** A plain RNN (Elman 1990). @type {Advance} */
function rnn({ h }, sums) {
  for (let k = 0; k < h.length; k++) h[k] = tanh(sums[k]);
}

/**
 * Each kind of cell: its states, the memory last, its gates in PyTorch's order, and its step. `rows` is how many rows
 * its weights have for each unit.
 *
 * @type {Record<Cell, { states: State[], gates: string[], rows: number, advance: Advance }>}
 */
export const CELLS = {
  lstm: { states: ["hidden", "cell"], gates: ["input", "forget", "candidate", "output"], rows: 4, advance: lstm },
  gru: { states: ["hidden"], gates: ["reset", "update", "candidate"], rows: 3, advance: gru },
  rnn: { states: ["hidden"], gates: [], rows: 1, advance: rnn },
};
