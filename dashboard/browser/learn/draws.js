// @ts-check
// Draws from the same logits at a temperature, with the random numbers of the sampler.

import { choose, distribution, uniformAt } from "../engine/sampling.js";

/**
 * How often each character is drawn.
 *
 * @param {Float32Array} logits the last character is never drawn
 * @param {number} temperature
 * @param {number} seed
 * @param {number} times
 */
export function countsOf(logits, temperature, seed, times) {
  const counts = Array(logits.length).fill(0);
  for (let n = 0; n < times; n++) counts[choose(logits, temperature, uniformAt(seed, n))] += 1;
  return counts;
}

/**
 * The likeliest characters and one group of all others: their probabilities at the temperature.
 *
 * @param {Float32Array} logits
 * @param {number} temperature
 * @param {number} shown how many characters stand alone
 */
export function groupsOf(logits, temperature, shown) {
  const probabilities = distribution(logits, temperature);
  const order = [...probabilities.keys()].slice(0, -1).sort((a, b) => logits[b] - logits[a] || a - b), ids = order.slice(0, shown);
  const others = order.slice(shown);
  return { ids, others, probabilities: [...ids.map((id) => probabilities[id]), others.reduce((sum, id) => sum + probabilities[id], 0)] };
}

/** How uncertain a distribution is. @param {ArrayLike<number>} probabilities @returns {number} its entropy in bits */
export const entropyOf = (probabilities) => Array.from(probabilities).reduce((sum, p) => (p > 0 ? sum - p * Math.log2(p) : sum), 0);
