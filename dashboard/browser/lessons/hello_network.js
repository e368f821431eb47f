// @ts-check
// A plain recurrent network with four letters and three hidden units, in float64: forward, backward, training.
//
// h_t = tanh(W_xh x_t + W_hh h_(t-1) + b_h), y_t = W_hy h_t + b_y, loss: cross-entropy in nats, summed over the steps.
// Equals torch.nn.RNN and cross_entropy: tests/lessons/test_hello.py.

import { uniformAt } from "../engine/sampling.js";

/**
 * @typedef {number[][]} Matrix by rows
 * @typedef {{ xh: Matrix, hh: Matrix, bh: Matrix, hy: Matrix, by: Matrix }} Weights biases have one column
 * @typedef {{ input: number, target: number, before: number[], h: number[], logits: number[], probabilities: number[], loss: number }} Step
 */

export const LETTERS = ["h", "e", "l", "o"], INPUTS = [0, 1, 2, 2], TARGETS = [1, 2, 2, 3], HIDDEN = 3;
/** Rows and columns of each matrix. @type {Record<keyof Weights, [number, number]>} */
export const SHAPES = { xh: [HIDDEN, 4], hh: [HIDDEN, HIDDEN], bh: [HIDDEN, 1], hy: [4, HIDDEN], by: [4, 1] };
export const NAMES = /** @type {(keyof Weights)[]} */ (Object.keys(SHAPES));
const RATE = 0.1; // the learning rate

/** @param {(name: keyof Weights, row: number, column: number) => number} entry @returns {Weights} */
export function makeWeights(entry) {
  return /** @type {Weights} */ (Object.fromEntries(NAMES.map((name) => {
    const [rows, columns] = SHAPES[name];
    return [name, Array.from({ length: rows }, (_r, row) => Array.from({ length: columns }, (_c, column) => entry(name, row, column)))];
  })));
}

/**
 * Random weights as PyTorch draws them: uniform between -1 / sqrt(H) and 1 / sqrt(H), H the number of hidden units.
 *
 * @param {number} seed
 */
export function randomWeights(seed) {
  let drawn = 0;
  return makeWeights(() => (2 * uniformAt(seed, drawn++) - 1) / Math.sqrt(HIDDEN));
}

/** @param {Matrix} matrix @param {number[]} vector */
const times = (matrix, vector) => matrix.map((row) => row.reduce((sum, weight, k) => sum + weight * vector[k], 0));
/** @param {number} id */
export const oneHot = (id) => LETTERS.map((_, k) => Number(k === id));

/** @param {number[]} logits */
export function softmax(logits) {
  const largest = Math.max(...logits), weights = logits.map((logit) => Math.exp(logit - largest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** -log of the softmax of one logit, also where that probability is too small for a number. @param {number[]} logits @param {number} target */
export function crossEntropy(logits, target) {
  const largest = Math.max(...logits);
  return Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0)) + largest - logits[target];
}

/**
 * Reads "hell". Each step predicts the next letter of "hello".
 *
 * @param {Weights} weights
 * @param {boolean} [carries] false: every step begins with a state of zeros
 * @returns {Step[]}
 */
export function read(weights, carries = true) {
  let h = Array(HIDDEN).fill(0);
  return INPUTS.map((input, t) => {
    const before = carries ? h : Array(HIDDEN).fill(0), fromInput = times(weights.xh, oneHot(input)), fromState = times(weights.hh, before);
    h = weights.bh.map(([bias], k) => Math.tanh(fromInput[k] + fromState[k] + bias));
    const logits = times(weights.hy, h).map((sum, k) => sum + weights.by[k][0]);
    return { input, target: TARGETS[t], before, h, logits, probabilities: softmax(logits), loss: crossEntropy(logits, TARGETS[t]) };
  });
}

/** @param {Step[]} steps */
export const totalLoss = (steps) => steps.reduce((sum, { loss }) => sum + loss, 0);
/** The likeliest letter, as an id; the first of equals. @param {Step} step */
export const said = ({ probabilities }) => probabilities.indexOf(Math.max(...probabilities));

/**
 * The gradient of the total loss with respect to every weight: backpropagation through time.
 *
 * @param {Weights} weights
 * @param {Step[]} steps that carried the state
 */
export function gradientOf(weights, steps) {
  const gradient = makeWeights(() => 0);
  let later = Array(HIDDEN).fill(0); // what later steps say about h
  for (const { input, target, before, h, probabilities } of steps.toReversed()) {
    const atLogits = probabilities.map((probability, k) => probability - Number(k === target));
    const inside = h.map((value, k) => (later[k] + atLogits.reduce((sum, d, row) => sum + d * weights.hy[row][k], 0)) * (1 - value * value));
    atLogits.forEach((d, row) => {
      gradient.by[row][0] += d;
      h.forEach((value, k) => { gradient.hy[row][k] += d * value; });
    });
    inside.forEach((d, row) => {
      gradient.bh[row][0] += d;
      gradient.xh[row][input] += d;
      before.forEach((value, k) => { gradient.hh[row][k] += d * value; });
    });
    later = before.map((_, k) => inside.reduce((sum, d, row) => sum + d * weights.hh[row][k], 0));
  }
  return gradient;
}

/**
 * The weights after some steps of gradient descent from random ones.
 *
 * @param {number} seed
 * @param {number} steps
 */
export function trainedWeights(seed, steps) {
  let weights = randomWeights(seed);
  for (let k = 0; k < steps; k++) {
    const before = weights, gradient = gradientOf(before, read(before));
    weights = makeWeights((name, row, column) => before[name][row][column] - RATE * gradient[name][row][column]);
  }
  return weights;
}

/** Weights with two decimals, so that what is shown is what is computed with. @param {Weights} weights */
export const rounded = (weights) => makeWeights((name, row, column) => Math.round(weights[name][row][column] * 100) / 100);

/**
 * Weights changed by hand, as an address says them: "xh.0.2=1.5,by.3.0=-2".
 *
 * @param {string} written
 * @returns {Map<string, number>} "xh.0.2" -> 1.5; what means nothing is left out
 */
export function editsIn(written) {
  const found = new Map();
  for (const part of written.split(",")) {
    const match = /^(xh|hh|bh|hy|by)\.(\d)\.(\d)=(-?\d{1,2}(?:\.\d{1,2})?)$/.exec(part);
    if (!match) continue;
    const [rows, columns] = SHAPES[/** @type {keyof Weights} */ (match[1])];
    if (Number(match[2]) < rows && Number(match[3]) < columns) found.set(`${match[1]}.${match[2]}.${match[3]}`, Number(match[4]));
  }
  return found;
}

/** @param {Map<string, number>} edits */
export const editsText = (edits) => [...edits].map(([key, value]) => `${key}=${value}`).join(",");
/** @param {Weights} weights @param {Map<string, number>} edits */
export const edited = (weights, edits) => makeWeights((name, row, column) => edits.get(`${name}.${row}.${column}`) ?? weights[name][row][column]);
