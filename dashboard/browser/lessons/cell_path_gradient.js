// @ts-check
// How the cell of one LSTM unit depends on its own value some steps before: along the direct path, which passes nothing
// but its forget gates, and along all paths. Needs no DOM.
//
// d c_T / d c_t goes forward from t (a Jacobian-vector product): c_t of one unit is moved, with the h_t that follows from
// it, and all else at t stays. Layers below do not notice; layers above do not act back. Equals autograd:
// tests/lessons/test_cell_path.py.

import { tanh } from "../engine/cells.js";
import { Stream } from "../engine/stream.js";

/** @import { Network } from "../engine/network.js" */

/** @typedef {{ gates: Float32Array, before: Float64Array, c: Float64Array }} Read One layer at one character: its gates, and c before and after. */

/**
 * The product of the forget gates from one character to each of those that follow it.
 *
 * @param {ArrayLike<number>} forget at each character of the text
 * @param {number} start
 * @param {number} steps
 */
export function directPath(forget, start, steps) {
  const values = [1];
  for (let k = 1; k <= steps && start + k < forget.length; k++) values.push(values[k - 1] * forget[start + k]);
  return values;
}

/** A text that a network reads as far as it is needed. */
export class ReadText {
  /** By time and layer. @type {Read[][]} */
  #read = [];

  /** @param {Network} network @param {string} text */
  constructor(network, text) {
    this.network = network;
    this.stream = new Stream(network);
    this.ids = network.encode(text);
  }

  get length() {
    return this.#read.length;
  }

  /** One character more. */
  step() {
    const before = this.stream.layers.map(({ c }) => c.slice());
    this.stream.step(this.ids[this.length]);
    this.#read.push(this.stream.layers.map(({ gates, c }, layer) => ({ gates: gates.slice(), before: before[layer], c: c.slice() })));
  }

  /** @param {number} at @param {number} layer from 1 */
  at(at, layer) {
    return this.#read[at][layer - 1];
  }
}

/** The whole gradient of one unit's cell by its value at a character, for that character and those after it. */
export class WholeGradient {
  /** @param {ReadText} read as far as the start @param {number} layer from 1 @param {number} unit @param {number} start */
  constructor(read, layer, unit, start) {
    const { units } = read.network, { gates, c } = read.at(start, layer);
    this.read = read;
    this.layer = layer;
    this.unit = unit;
    this.start = start;
    /** d c_T / d c_t for T = t, t + 1, … */
    this.values = [1];
    this.dc = new Float64Array(units);
    this.dh = new Float32Array(units);
    this.dc[unit] = 1;
    this.dh[unit] = gates[3 * units + unit] * (1 - tanh(c[unit]) ** 2);
  }

  /** Goes on by one character, which must have been read. */
  step() {
    const { dc, dh } = this, { network } = this.read, { space } = network.kernel, size = dc.length;
    const { gates, before, c } = this.read.at(this.start + this.values.length, this.layer);
    space.fill(0, network.sums, network.sums + network.rows);
    space.set(dh, network.x);
    network.multiply(`rnn.weight_hh_l${this.layer - 1}`, network.sums);
    const of = space.subarray(network.sums, network.sums + network.rows);
    for (let k = 0; k < size; k++) {
      const i = gates[k], f = gates[size + k], g = gates[2 * size + k], o = gates[3 * size + k], squashed = tanh(c[k]);
      dc[k] = f * dc[k] + before[k] * f * (1 - f) * of[size + k] + g * i * (1 - i) * of[k] + i * (1 - g * g) * of[2 * size + k];
      dh[k] = squashed * o * (1 - o) * of[3 * size + k] + o * (1 - squashed * squashed) * dc[k];
    }
    this.values.push(dc[this.unit]);
  }
}

/** All at once. @param {Network} network @param {string} text @param {number} layer @param {number} unit @param {number} start @param {number} steps */
export function wholeGradient(network, text, layer, unit, start, steps) {
  const read = new ReadText(network, text);
  while (read.length <= start + steps) read.step();
  const gradient = new WholeGradient(read, layer, unit, start);
  while (gradient.values.length <= steps) gradient.step();
  return gradient.values;
}
