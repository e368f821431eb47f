// @ts-check
// The loss of a recurrent network with one unit, over its weight and its bias, and gradient descent on it: a flat valley
// that ends at a cliff (Pascanu, Mikolov and Bengio, 2013). Needs no DOM.

import { clipNorm, makeOptimizer, normOf } from "../learn/optimizers.js";

export const H0 = 0.5, TARGET = 0.5, STEPS = 60;
export const START = [2, 0.3];

/**
 * h_t = tanh(w h_{t-1} + b); the loss is (h_T - y)² of the last state.
 *
 * @param {number} w
 * @param {number} b
 * @param {number} time how many steps T
 * @returns {{ state: number, loss: number, gradient: [number, number] }} the gradient with respect to w and b
 */
export function unit(w, b, time) {
  const states = [H0];
  for (let t = 0; t < time; t++) states.push(Math.tanh(w * states[t] + b));
  const state = states[time];
  let atState = 2 * (state - TARGET), atW = 0, atB = 0;
  for (let t = time; t > 0; t--) {
    const inside = atState * (1 - states[t] * states[t]);
    atW += inside * states[t - 1];
    atB += inside;
    atState = inside * w;
  }
  return { state, loss: (state - TARGET) ** 2, gradient: [atW, atB] };
}

/** @typedef {{ w: number, b: number, loss: number, gradient: number[], norm: number, used: number[], isClipped: boolean }} Place `gradient` and its `norm` are before clipping, `used` is after it. */

/**
 * Gradient descent from START.
 *
 * @param {number} time
 * @param {number} rate
 * @param {number | null} limit of the gradient's norm; null: none
 * @returns {Place[]} after 0, 1, … steps
 */
export function descent(time, rate, limit) {
  const parameters = START.map((value) => Float64Array.of(value)), optimizer = makeOptimizer("sgd", { rate });
  return Array.from({ length: STEPS + 1 }, () => {
    const [[w], [b]] = parameters, { loss, gradient } = unit(w, b, time), used = gradient.map((value) => Float64Array.of(value));
    const norm = limit === null ? normOf(used) : clipNorm(used, limit);
    optimizer.step(parameters, used);
    return { w, b, loss, gradient, norm, used: used.map(([value]) => value), isClipped: limit !== null && norm > limit };
  });
}

export const RANGE = { w: [-0.7, 3], b: [-1, 1.1] };

/** The loss alone. @param {number} w @param {number} b @param {number} time */
export function lossOf(w, b, time) {
  let h = H0;
  for (let t = 0; t < time; t++) h = Math.tanh(w * h + b);
  return (h - TARGET) ** 2;
}

/** The loss at as many places along w. @param {number} b @param {number} time @param {number} columns @returns {{ w: number, b: number, loss: number }[]} */
export function lossesAlong(b, time, columns) {
  const [least, most] = RANGE.w;
  return Array.from({ length: columns }, (_, column) => {
    const w = least + ((most - least) * column) / (columns - 1);
    return { w, b, loss: lossOf(w, b, time) };
  });
}
