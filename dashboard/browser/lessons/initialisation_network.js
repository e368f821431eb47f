// @ts-check
// An untrained plain recurrent network that reads a text: its states, how many of them are saturated, and what theory
// expects of both. Equals PyTorch: tests/lessons/test_initialisation.py.

import { drawn, SCHEMES, uniforms } from "./initialisation_schemes.js";

/** @import { Matrix } from "./initialisation_schemes.js" */
/** @typedef {"tanh" | "sigmoid" | "relu"} Name */
/** @typedef {{ xh: Matrix, hh: Matrix, bias: Float64Array }} Weights */

export const TEXT = "a small boat left the harbour before dawn", UNITS = 100;
const CHARACTERS = Array.from(TEXT), ALPHABET = [...new Set(CHARACTERS)];
export const IDS = CHARACTERS.map((character) => ALPHABET.indexOf(character)), STEPS = IDS.length;

/**
 * Each with its slope as a function of its value, and the values at which it hardly has one.
 *
 * @type {Record<Name, { value: (x: number) => number, slope: (h: number) => number, isSaturated: (h: number) => boolean }>}
 */
export const ACTIVATIONS = {
  tanh: { value: Math.tanh, slope: (h) => 1 - h * h, isSaturated: (h) => Math.abs(h) > 0.9 },
  sigmoid: { value: (x) => 1 / (1 + Math.exp(-x)), slope: (h) => h * (1 - h), isSaturated: (h) => h < 0.1 || h > 0.9 },
  relu: { value: (x) => Math.max(0, x), slope: (h) => Number(h > 0), isSaturated: (h) => h === 0 },
};

/** @param {string} scheme @param {number} seed @returns {Weights} */
export function weightsOf(scheme, seed) {
  const uniform = uniforms(seed), hh = drawn(scheme, UNITS, UNITS, UNITS, uniform), xh = drawn(scheme, UNITS, ALPHABET.length, UNITS, uniform);
  const bias = new Float64Array(UNITS);
  if (SCHEMES[scheme].hasBias) for (let twice = 0; twice < 2; twice++) drawn(scheme, UNITS, 1, UNITS, uniform).values.forEach((value, k) => { bias[k] += value; });
  return { xh, hh, bias };
}

/**
 * The states while the text is read, from a state of zeros.
 *
 * @param {Weights} weights
 * @param {number} scale by which W_hh is multiplied
 * @param {Name} activation
 */
export function statesOf({ xh, hh, bias }, scale, activation) {
  const { value } = ACTIVATIONS[activation];
  let h = new Float64Array(UNITS);
  return IDS.map((id) => {
    const before = h;
    return (h = bias.map((b, row) => {
      let sum = 0;
      for (let k = 0, at = row * UNITS; k < UNITS; k++, at++) sum += hh.values[at] * before[k];
      return value(scale * sum + xh.values[row * xh.columns + id] + b);
    }));
  });
}

/** Of each step: the mean square of the state, the share of saturated units, the mean slope. @param {Float64Array[]} states @param {Name} activation */
export function measured(states, activation) {
  const { slope, isSaturated } = ACTIVATIONS[activation], mean = (/** @type {(h: number) => number} */ f) => states.map((h) => h.reduce((sum, value) => sum + f(value), 0) / h.length);
  return { squares: mean((h) => h * h), saturated: mean((h) => Number(isSaturated(h))), slopes: mean(slope) };
}

/**
 * The same for a network with infinitely many units, whose sums are normal with variance q (mean field: Poole et al.,
 * 2016): q_t = scale^2 H Var(W_hh) E[h_(t-1)^2] + Var(W_xh) + Var(b).
 *
 * @param {string} scheme
 * @param {number} scale
 * @param {Name} activation
 */
export function expected(scheme, scale, activation) {
  const { variance, hasBias } = SCHEMES[scheme], { value, slope, isSaturated } = ACTIVATIONS[activation];
  const fromState = scale * scale * UNITS * variance(UNITS, UNITS, UNITS);
  const fromInput = variance(UNITS, ALPHABET.length, UNITS) + (hasBias ? 2 * variance(UNITS, 1, UNITS) : 0);
  let square = 0;
  const steps = IDS.map(() => {
    const deviation = Math.sqrt(fromState * square + fromInput), step = { square: 0, saturated: 0, slope: 0 };
    for (const [z, share] of GRID) {
      const h = value(deviation * z);
      step.square += share * h * h;
      step.slope += share * slope(h);
      if (isSaturated(h)) step.saturated += share;
    }
    square = step.square;
    return step;
  });
  return { squares: steps.map((step) => step.square), saturated: steps.map(({ saturated }) => saturated), slopes: steps.map((step) => step.slope) };
}

/** A fine grid for normal z with variance 1, and the probability of each of its parts. @type {[number, number][]} */
const GRID = Array.from({ length: 1600 }, (_, k) => {
  const z = (k + 0.5) / 100 - 8;
  return [z, (Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI)) / 100];
});

/** How many units of a state lie in each of some equal parts of a range; beyond it they count at its ends. @param {Float64Array} state @param {number} low @param {number} high @param {number} parts */
export function histogram(state, low, high, parts) {
  const counts = Array(parts).fill(0);
  for (const value of state) counts[Math.min(parts - 1, Math.max(0, Math.floor(((value - low) / (high - low)) * parts)))] += 1;
  return counts;
}
