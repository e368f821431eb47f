// @ts-check
// A small recurrent network that trains in the page, in float64: one layer, one-hot input, linear readout.
//
// Equals torch.nn.RNN, GRU or LSTM with torch.nn.Linear, their weights by the same names and in the same shapes:
// tests/lessons/test_recurrent.py.

import { uniformAt } from "../engine/sampling.js";
import { CELLS } from "./recurrent_cells.js";

/** @import { CellName, Step } from "./recurrent_cells.js" */
/** @typedef {{ h: Float64Array, c: Float64Array }} State c stays zero but in an LSTM */
/** @typedef {"weight_ih" | "weight_hh" | "bias_ih" | "bias_hh" | "readout_weight" | "readout_bias"} Name */
/** @typedef {Record<Name, Float64Array>} Weights each matrix row by row */

export class RecurrentNetwork {
  /** @type {Step[]} */
  #tape = [];
  #length = 0;
  /** @type {Float64Array} */
  #sums;
  /** @type {Float64Array} */
  #dRead;

  /**
   * With random weights as PyTorch draws them: uniform between -1 / sqrt(H) and 1 / sqrt(H).
   *
   * @param {object} options
   * @param {CellName} options.cell
   * @param {number} options.characters how many can be read
   * @param {number} options.units H
   * @param {number} [options.outputs] how many logits; as many as characters if it is left out
   * @param {number | null} [options.seed] null: weights of zero, for `load` or `drawWeights`
   */
  constructor({ cell, characters, units, outputs = characters, seed = 0 }) {
    const rows = CELLS[cell].rows * units;
    this.cell = cell;
    this.kind = CELLS[cell];
    this.characters = characters;
    this.units = units;
    this.outputs = outputs;
    this.rows = rows;
    /** Rows and columns of each, in PyTorch's order. @type {Record<Name, number[]>} */
    this.shapes = {
      weight_ih: [rows, characters], weight_hh: [rows, units], bias_ih: [rows], bias_hh: [rows],
      readout_weight: [outputs, units], readout_bias: [outputs],
    };
    const zeros = () => /** @type {Weights} */ (Object.fromEntries(Object.entries(this.shapes).map(([name, shape]) => [name, new Float64Array(shape.reduce((a, b) => a * b))])));
    this.weights = zeros();
    /** What `backward` has added up since `clearGradients`. */
    this.gradients = zeros();
    this.#sums = new Float64Array(rows);
    this.#dRead = new Float64Array(units);
    if (seed !== null) for (const work = this.drawWeights(seed); !work.next().done;);
  }

  /** Draws all weights, a thousand at a time: a large network's need tens of milliseconds. @param {number} seed @returns {Generator<void, void, void>} */
  *drawWeights(seed) {
    let drawn = 0;
    for (const values of this.parameterList()) {
      for (let k = 0; k < values.length; k++) {
        values[k] = (2 * uniformAt(seed, drawn++) - 1) / Math.sqrt(this.units);
        if (drawn % 1000 === 0) yield;
      }
    }
  }

  /** For an optimizer, in the order of `shapes`. */
  parameterList() {
    return Object.values(this.weights);
  }

  /** In the same order. */
  gradientList() {
    return Object.values(this.gradients);
  }

  clearGradients() {
    for (const values of this.gradientList()) values.fill(0);
  }

  /** Takes over other weights; their values are copied. @param {{ [name: string]: ArrayLike<number> }} weights */
  load(weights) {
    for (const [name, values] of Object.entries(this.weights)) values.set(weights[name]);
  }

  /** A copy of the weights. @returns {Weights} */
  copy() {
    return /** @type {Weights} */ (Object.fromEntries(Object.entries(this.weights).map(([name, values]) => [name, values.slice()])));
  }

  /** @returns {State} */
  zeroState() {
    return { h: new Float64Array(this.units), c: new Float64Array(this.units) };
  }

  /**
   * Reads a text. What each step computes stays on the tape, which the next call overwrites.
   *
   * @param {ArrayLike<number>} ids
   * @param {State} [state] a constant for `backward`: no gradient flows past it (truncated backpropagation through time)
   * @param {Float64Array} [keep] dropout: T x H factors on the way to the readout, 0 or 1 / (1 - p)
   * @returns {{ steps: Step[], state: State }} the tape, and a copy of the last state
   */
  forward(ids, state = this.zeroState(), keep) {
    const { weight_ih, weight_hh, bias_ih, bias_hh, readout_weight, readout_bias } = this.weights, { rows, characters } = this, sums = this.#sums;
    this.#makeTape(ids.length);
    this.#tape[0].hBefore.set(state.h);
    this.#tape[0].cBefore.set(state.c);
    for (let t = 0; t < ids.length; t++) {
      const step = this.#tape[t], id = (step.id = ids[t]);
      for (let row = 0, at = id; row < rows; row++, at += characters) sums[row] = weight_ih[at] + bias_ih[row];
      step.ofState.set(bias_hh);
      addProduct(weight_hh, step.hBefore, step.ofState);
      this.kind.forward(step, sums);
      for (let k = 0, at = t * this.units; k < this.units; k++, at++) step.read[k] = step.h[k] * (step.keep[k] = keep ? keep[at] : 1);
      step.logits.set(readout_bias);
      addProduct(readout_weight, step.read, step.logits);
      softmaxInto(step.logits, step.probabilities);
    }
    this.#length = ids.length;
    const steps = this.#tape.slice(0, ids.length), last = steps[ids.length - 1];
    return { steps, state: { h: last.h.slice(), c: last.c.slice() } };
  }

  /**
   * Goes back along the text that was read last and adds to `gradients`. Each step's `dh` and `dc` are then the
   * gradients at its state.
   *
   * @param {ArrayLike<number>} targets what is to follow each character; below 0: no loss at this step
   * @param {number} [scale] of each loss: 1 for their sum, 1 / T for their mean
   * @returns {{ loss: number, gradients: Weights }} the loss in nats, and all that is added up
   */
  backward(targets, scale = 1) {
    this.#tape[0].dhBefore.fill(0);
    this.#tape[0].dcBefore.fill(0);
    for (let t = 0; t < this.#length; t++) {
      this.#tape[t].dh.fill(0);
      this.#tape[t].dc.fill(0);
    }
    let loss = 0;
    for (let t = this.#length - 1; t >= 0; t--) {
      const step = this.#tape[t];
      loss += this.#backwardReadout(step, targets[t], scale);
      this.kind.backward(step);
      addTransposedProduct(this.weights.weight_hh, step.dOfState, step.dhBefore);
    }
    this.#addGradients();
    return { loss, gradients: this.gradients };
  }

  /** @param {Step} step @param {number} target @param {number} scale */
  #backwardReadout({ logits, probabilities, keep, dLogits, dh }, target, scale) {
    dLogits.fill(0);
    if (!(target >= 0)) return 0;
    for (let k = 0; k < dLogits.length; k++) dLogits[k] = scale * (probabilities[k] - Number(k === target));
    const dRead = this.#dRead.fill(0);
    addTransposedProduct(this.weights.readout_weight, dLogits, dRead);
    for (let k = 0; k < dh.length; k++) dh[k] += dRead[k] * keep[k];
    return scale * crossEntropy(logits, target);
  }

  /** What each step says of the weights, four steps at a time. */
  #addGradients() {
    const { gradients, characters, rows } = this, steps = this.#tape.slice(0, this.#length);
    addOuters(steps.map(({ dOfState }) => dOfState), steps.map(({ hBefore }) => hBefore), gradients.weight_hh);
    addOuters(steps.map(({ dLogits }) => dLogits), steps.map(({ read }) => read), gradients.readout_weight);
    for (const { id, dSums, dOfState, dLogits } of steps) {
      for (let row = 0, at = id; row < rows; row++, at += characters) {
        gradients.weight_ih[at] += dSums[row];
        gradients.bias_ih[row] += dSums[row];
        gradients.bias_hh[row] += dOfState[row];
      }
      for (let k = 0; k < dLogits.length; k++) gradients.readout_bias[k] += dLogits[k];
    }
  }

  /** @param {number} length */
  #makeTape(length) {
    if (!length) throw new Error("Wanted at least one character to read, got none.");
    const row = (/** @type {number} */ size) => new Float64Array(size), { units, rows, outputs } = this;
    for (let t = this.#tape.length; t < length; t++) {
      const before = this.#tape[t - 1];
      this.#tape.push({
        id: 0, h: row(units), c: row(units), dh: row(units), dc: row(units),
        hBefore: before?.h ?? row(units), cBefore: before?.c ?? row(units), dhBefore: before?.dh ?? row(units), dcBefore: before?.dc ?? row(units),
        gates: row(rows), ofState: row(rows), logits: row(outputs), probabilities: row(outputs), dLogits: row(outputs),
        keep: row(units), read: row(units), dSums: row(rows), dOfState: row(rows),
      });
    }
  }
}

/** @param {Float64Array} logits @param {Float64Array} to */
function softmaxInto(logits, to) {
  let largest = -Infinity, total = 0;
  for (let k = 0; k < logits.length; k++) largest = Math.max(largest, logits[k]);
  for (let k = 0; k < logits.length; k++) total += to[k] = Math.exp(logits[k] - largest);
  for (let k = 0; k < logits.length; k++) to[k] /= total;
}

/** In nats; also where the probability is too small for a number. @param {ArrayLike<number>} logits @param {number} target */
export function crossEntropy(logits, target) {
  let largest = -Infinity, total = 0;
  for (let k = 0; k < logits.length; k++) largest = Math.max(largest, logits[k]);
  for (let k = 0; k < logits.length; k++) total += Math.exp(logits[k] - largest);
  return Math.log(total) + largest - logits[target];
}

/** to += matrix x. Four sums at a time: a single one would wait for itself. @param {Float64Array} matrix @param {Float64Array} x @param {Float64Array} to */
function addProduct(matrix, x, to) {
  const columns = x.length, whole = columns - (columns % 4);
  for (let row = 0, at = 0; row < to.length; row++) {
    let a = 0, b = 0, c = 0, d = 0, k = 0;
    for (; k < whole; k += 4, at += 4) {
      a += matrix[at] * x[k];
      b += matrix[at + 1] * x[k + 1];
      c += matrix[at + 2] * x[k + 2];
      d += matrix[at + 3] * x[k + 3];
    }
    for (; k < columns; k++, at++) a += matrix[at] * x[k];
    to[row] += a + b + (c + d);
  }
}

/** to += transposed matrix x, four rows at a time @param {Float64Array} matrix @param {Float64Array} x @param {Float64Array} to */
function addTransposedProduct(matrix, x, to) {
  const columns = to.length, whole = x.length - (x.length % 4);
  let row = 0, at = 0;
  for (; row < whole; row += 4, at += 4 * columns) {
    const a = x[row], b = x[row + 1], c = x[row + 2], d = x[row + 3], atB = at + columns, atC = atB + columns, atD = atC + columns;
    for (let k = 0; k < columns; k++) to[k] += a * matrix[at + k] + b * matrix[atB + k] + (c * matrix[atC + k] + d * matrix[atD + k]);
  }
  for (; row < x.length; row++) for (let k = 0; k < columns; k++, at++) to[k] += x[row] * matrix[at];
}

/** to += the sum of all x y^T @param {Float64Array[]} xs @param {Float64Array[]} ys @param {Float64Array} to */
function addOuters(xs, ys, to) {
  const whole = xs.length - (xs.length % 4);
  let t = 0;
  for (; t < whole; t += 4) addFourOuters(xs[t], xs[t + 1], xs[t + 2], xs[t + 3], ys[t], ys[t + 1], ys[t + 2], ys[t + 3], to);
  for (; t < xs.length; t++) {
    const x = xs[t], y = ys[t];
    for (let row = 0, at = 0; row < x.length; row++) for (let k = 0; k < y.length; k++, at++) to[at] += x[row] * y[k];
  }
}

/**
 * @param {Float64Array} a @param {Float64Array} b @param {Float64Array} c @param {Float64Array} d
 * @param {Float64Array} p @param {Float64Array} q @param {Float64Array} r @param {Float64Array} s
 * @param {Float64Array} to
 */
function addFourOuters(a, b, c, d, p, q, r, s, to) {
  for (let row = 0, at = 0; row < a.length; row++) {
    const fromA = a[row], fromB = b[row], fromC = c[row], fromD = d[row];
    for (let k = 0; k < p.length; k++, at++) to[at] += fromA * p[k] + fromB * q[k] + (fromC * r[k] + fromD * s[k]);
  }
}
