// @ts-check
// A random plain RNN, and how the gradient fades or grows on its way back: h_t = tanh(W h_(t-1) + x_t), or without tanh.
//
// The norm of a Jacobian J is its Frobenius norm by √n: the root mean square of what it makes of a gradient of norm 1
// in a random direction. It is at most the largest singular value of J. Equals autograd: tests/lessons/test_vanishing.py.

import { uniformAt } from "../engine/sampling.js";

/** @typedef {number[][]} Matrix by rows */

export const UNITS = 16, DISTANCE = 60;
const WARM_UP = 40, INPUT = 0.3; // steps before those that count; the standard deviation of each input
const SQUARINGS = 14; // a power of 2 ** 14: the norm of a matrix to that power gives its largest eigenvalue to 1e-3

/** Of the last seed, so that a drag of sigma draws nothing anew. @type {{ seed: number, rows: Matrix }} */
let drawn = { seed: -1, rows: [] };

/** Rows of the standard normal distribution (Box and Muller): those of the matrix, then the inputs. @param {number} seed @returns {Matrix} */
function normals(seed) {
  if (drawn.seed !== seed) {
    const at = (/** @type {number} */ n) => Math.sqrt(-2 * Math.log(1 - uniformAt(seed, 2 * n))) * Math.cos(2 * Math.PI * uniformAt(seed, 2 * n + 1));
    drawn = { seed, rows: Array.from({ length: UNITS + WARM_UP + DISTANCE + 1 }, (_r, row) => Array.from({ length: UNITS }, (_c, k) => at(row * UNITS + k))) };
  }
  return drawn.rows;
}

/**
 * A recurrent matrix whose largest singular value is sigma. Those of an orthogonal one are all equal.
 *
 * @param {number} seed
 * @param {string} kind "random" or "orthogonal"
 * @param {number} sigma
 * @returns {Matrix}
 */
export function matrixOf(seed, kind, sigma) {
  const rows = normals(seed).slice(0, UNITS), made = kind === "orthogonal" ? orthogonal(rows) : rows, by = sigma / largestSingularValue(made);
  return made.map((row) => row.map((value) => value * by));
}

/** Gram and Schmidt's rows, twice over so that rounding does not add up. @param {Matrix} rows @returns {Matrix} */
function orthogonal(rows) {
  /** @type {Matrix} */
  const done = [];
  for (const row of rows) {
    let rest = row;
    for (const other of [...done, ...done]) {
      const share = dot(rest, other);
      rest = rest.map((value, k) => value - share * other[k]);
    }
    const length = Math.hypot(...rest);
    done.push(rest.map((value) => value / length));
  }
  return done;
}

/** @param {number[]} a @param {number[]} b */
const dot = (a, b) => a.reduce((sum, value, k) => sum + value * b[k], 0);
/** @param {Matrix} a @returns {Matrix} */
const transposed = (a) => a[0].map((_, k) => a.map((row) => row[k]));
/** @param {Matrix} a @param {Matrix} b @returns {Matrix} */
function product(a, b) {
  const columns = transposed(b);
  return a.map((row) => columns.map((column) => dot(row, column)));
}

/** Root of the sum of squares. @param {Matrix} a */
const frobenius = (a) => Math.hypot(...a.flat());

/** The matrix to the power 2 ** SQUARINGS, scaled to norm 1, and the logarithm of the scale. @param {Matrix} matrix */
function highPower(matrix) {
  let power = matrix, log = 0;
  for (let k = 0; k <= SQUARINGS; k++) {
    if (k) [power, log] = [product(power, power), 2 * log];
    const norm = frobenius(power);
    power = power.map((row) => row.map((value) => value / norm));
    log += Math.log(norm);
  }
  return { power, log };
}

/** The largest absolute value of an eigenvalue (Gelfand's formula). @param {Matrix} matrix */
export const spectralRadius = (matrix) => Math.exp(highPower(matrix).log / 2 ** SQUARINGS);

/** The most by which a matrix stretches a vector. @param {Matrix} matrix */
export function largestSingularValue(matrix) {
  const { power } = highPower(product(transposed(matrix), matrix));
  const direction = power.reduce((most, row) => (Math.hypot(...row) > Math.hypot(...most) ? row : most));
  return Math.hypot(...matrix.map((row) => dot(row, direction))) / Math.hypot(...direction);
}

/**
 * The states while the network reads random inputs, the last DISTANCE + 1 of them.
 *
 * @param {Matrix} matrix
 * @param {number} seed
 * @returns {{ inputs: number[][], states: number[][] }}
 */
export function statesOf(matrix, seed) {
  const inputs = normals(seed).slice(UNITS).map((row) => row.map((value) => INPUT * value));
  /** @type {number[][]} */
  const states = [];
  let h = Array(UNITS).fill(0);
  for (const x of inputs) {
    h = matrix.map((row, k) => Math.tanh(dot(row, h) + x[k]));
    states.push(h);
  }
  return { inputs: inputs.slice(WARM_UP), states: states.slice(WARM_UP) };
}

/**
 * The norm of d h_t / d h_(t-k) for k = 0, 1, … DISTANCE, where t is the last step.
 *
 * @param {Matrix} matrix
 * @param {number[][] | null} states of tanh; without them the network is linear, the same at all steps
 */
export function jacobianNorms(matrix, states) {
  let jacobian = matrix.map((row, k) => row.map((_, other) => Number(other === k)));
  const norms = [1];
  for (let k = 0; k < DISTANCE; k++) {
    const h = states?.at(-1 - k);
    jacobian = product(jacobian, h ? matrix.map((row, unit) => row.map((value) => (1 - h[unit] ** 2) * value)) : matrix);
    norms.push(frobenius(jacobian) / Math.sqrt(UNITS));
  }
  return norms;
}

/** All curves of one network. @param {number} seed @param {string} kind @param {number} sigma */
export function gradientsOf(seed, kind, sigma) {
  const matrix = matrixOf(seed, kind, sigma);
  return {
    radius: spectralRadius(matrix), bound: Array.from({ length: DISTANCE + 1 }, (_, k) => sigma ** k),
    linear: jacobianNorms(matrix, null), tanh: jacobianNorms(matrix, statesOf(matrix, seed).states),
  };
}

/** The mean on a logarithmic scale. @param {number[]} values */
export const geometricMean = (values) => Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
