// @ts-check
// Dropout: each unit is left out with a probability p, and what is left is scaled up (inverted dropout). Its random
// numbers follow from the seed; they are the many of training, so they come from a fast generator (xorshift, Marsaglia, 2003).

import { uniformAt } from "../engine/sampling.js";

/** @param {number} seed @returns {() => number} 0 <= u < 1, one after the other */
export function fastNumbers(seed) {
  let state = Math.floor(uniformAt(seed, 0) * (2 ** 32 - 1)) + 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/**
 * Factors for `RecurrentNetwork.forward`: 0 with probability p, else 1 / (1 - p).
 *
 * @param {number} size
 * @param {number} p
 * @param {() => number} next
 */
export function dropout(size, p, next) {
  const keep = new Float64Array(size), kept = 1 / (1 - p);
  for (let k = 0; k < size; k++) keep[k] = next() < p ? 0 : kept;
  return keep;
}
