// @ts-check
// Truncated backpropagation through time: a text read in pieces, no gradient from one piece to the one before. Equals
// PyTorch with `detach`: tests/lessons/test_truncated.py.

import { fromNext, norm, shortText } from "../learn/short_text.js";

/** @import { Weights } from "../learn/recurrent.js" */
/** @typedef {{ [name in keyof Weights]: ArrayLike<number> }} Given */
/** @typedef {"xh" | "hh" | "hy" | "all"} Part of the weights */
/** @typedef {{ angle: number | null, length: number }} Comparison the angle in degrees, null if there is no gradient; and how long it is in lengths of the full gradient */

export const TEXT = "the cat sat on the mat and the dog sat on the log", UNITS = 8, MOST = 200, EVERY = 10;
export const READING = shortText({ text: TEXT, units: UNITS, rate: 0.05, every: EVERY });
export const STEPS = READING.inputs.length;
/** The windows that divide the text into equal pieces. */
export const WINDOWS = [1, 2, 3, 4, 6, 8, 12, 16, 24, 48];
const network = READING.start(0);

/** The weights after some steps of training. @param {number} seed @param {number} steps */
export function weightsAfter(seed, steps) {
  const training = READING.trained(seed);
  while (training.step(steps));
  return training.at(steps);
}

/**
 * The gradient of the total loss, summed over the pieces.
 *
 * @param {Given} weights
 * @param {number} window the length of a piece
 * @param {boolean} carries whether a piece begins with the last state of the one before; else with zeros
 */
export function inPieces(weights, window, carries) {
  network.load(weights);
  network.clearGradients();
  let state = network.zeroState(), loss = 0;
  /** @type {number[]} */
  const atStates = [], flows = [];
  for (let start = 0; start < STEPS; start += window) {
    const { steps, state: last } = network.forward(READING.inputs.slice(start, start + window), state);
    loss += network.backward(READING.targets.slice(start, start + window)).loss;
    atStates.push(...steps.map(({ dh }) => norm(dh)));
    flows.push(...fromNext(steps, weights.readout_weight).map(norm));
    if (carries) state = last;
  }
  flows.forEach((_, t) => { if ((t + 1) % window === 0) flows[t] = 0; }); // what rounding left
  const { weight_ih: xh, weight_hh: hh, bias_ih: bh, readout_weight: hy, readout_bias: by } = network.gradients;
  /** @type {Record<Part, Float64Array>} */
  const gradients = { xh: xh.slice(), hh: hh.slice(), hy: hy.slice(), all: Float64Array.of(...xh, ...hh, ...bh, ...hy, ...by) };
  return { loss, gradients, atStates, flows };
}

/** One gradient against another. @param {Float64Array} gradient @param {Float64Array} full @returns {Comparison} */
export function compared(gradient, full) {
  const lengths = [norm(gradient), norm(full)];
  if (!lengths[0] || !lengths[1]) return { angle: null, length: lengths[1] ? 0 : 1 };
  const u = gradient.map((value) => value / lengths[0]), v = full.map((value) => value / lengths[1]);
  return { angle: (360 / Math.PI) * Math.atan2(norm(u.map((value, k) => value - v[k])), norm(u.map((value, k) => value + v[k]))), length: lengths[0] / lengths[1] }; // exact for small angles too
}

/** The angle to the full gradient for each window that divides the text. @param {Given} weights @param {boolean} carries @param {Float64Array} full */
export const anglesOf = (weights, carries, full) => WINDOWS.map((window) => compared(inPieces(weights, window, carries).gradients.all, full).angle);
