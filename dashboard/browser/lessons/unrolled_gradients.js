// @ts-check
// Backpropagation through time in parts: what a loss says of each state, and what each step adds to the gradient of
// each matrix. Equals autograd: tests/lessons/test_unrolled.py.

import { fromNext, norm, shortText } from "../learn/short_text.js";

/** @import { Step } from "../learn/recurrent_cells.js" */
/** @import { Weights } from "../learn/recurrent.js" */
/** @typedef {"xh" | "hh" | "hy"} Matrix W_xh is PyTorch's weight_ih, W_hh weight_hh, W_hy the readout's weight */
/** @typedef {{ rows: number, columns: number, parts: Float64Array[], sum: Float64Array }} Contributions parts: one for each step; sum: the gradient, each row by row */

export const TEXT = "to see the sea", UNITS = 6, MOST = 200, EVERY = 10;
export const READING = shortText({ text: TEXT, units: UNITS, rate: 0.1, every: EVERY });
export const STEPS = READING.inputs.length;
const network = READING.start(0);

/** The weights after some steps of training. @param {number} seed @param {number} steps */
export function weightsAfter(seed, steps) {
  const training = READING.trained(seed);
  while (training.step(steps));
  return training.at(steps);
}

/**
 * Reads the text and goes back from one loss, or from the sum of all.
 *
 * @param {{ [name in keyof Weights]: ArrayLike<number> }} weights
 * @param {number} chosen the step of the loss, from 1; 0 for all
 */
export function wentBack(weights, chosen) {
  network.load(weights);
  network.clearGradients();
  const { steps } = network.forward(READING.inputs), wanted = READING.targets.map((target, t) => (!chosen || t === chosen - 1 ? target : -1));
  const { loss, gradients } = network.backward(wanted), letters = READING.alphabet.length;
  const oneHot = (/** @type {Step} */ { id }) => Float64Array.from({ length: letters }, (_, k) => Number(k === id));
  /** @type {Record<Matrix, Contributions>} */
  const matrices = {
    xh: { rows: UNITS, columns: letters, parts: steps.map((step) => outer(step.dSums, oneHot(step))), sum: gradients.weight_ih.slice() },
    hh: { rows: UNITS, columns: UNITS, parts: steps.map((step) => outer(step.dOfState, step.hBefore)), sum: gradients.weight_hh.slice() },
    hy: { rows: letters, columns: UNITS, parts: steps.map((step) => outer(step.dLogits, step.read)), sum: gradients.readout_weight.slice() },
  };
  return {
    loss, matrices,
    losses: steps.map(({ probabilities }, t) => -Math.log(probabilities[READING.targets[t]])),
    predictions: steps.map(({ probabilities }, t) => ({ said: READING.alphabet[likeliest(probabilities)], p: Math.max(...probabilities), wanted: probabilities[READING.targets[t]] })),
    atStates: steps.map(({ dh }) => norm(dh)), // the length of the gradient at each state
    flows: fromNext(steps, weights.readout_weight).map(norm),
  };
}

/** The first of the largest. @param {ArrayLike<number>} values */
const likeliest = (values) => Array.from(values).reduce((best, value, k) => (value > values[best] ? k : best), 0);

/** Where a gradient is largest. @param {Contributions} contributions */
export function largestOf({ sum, columns }) {
  let at = 0;
  sum.forEach((value, k) => { if (Math.abs(value) > Math.abs(sum[at])) at = k; });
  return { at, row: Math.floor(at / columns), column: at % columns };
}

/** @param {Float64Array} x @param {Float64Array} y */
function outer(x, y) {
  const product = new Float64Array(x.length * y.length);
  x.forEach((a, row) => y.forEach((b, column) => { product[row * y.length + column] = a * b; }));
  return product;
}
