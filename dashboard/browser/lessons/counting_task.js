// @ts-check
// a^n b^n: so many a, then as many b, then the end. What a network learns of it, and how far beyond. Needs no DOM.

import { makeOptimizer, clipNorm } from "../learn/optimizers.js";
import { RecurrentNetwork, crossEntropy } from "../learn/recurrent.js";
import { Timeline } from "../learn/training.js";

/** @import { Weights } from "../learn/recurrent.js" */
/** @import { CellName } from "../learn/recurrent_cells.js" */
/** @typedef {{ n: number, accuracy: number, end: number }} Result end: the number of b after which the network expects the end; 0: it never does */

export const UNITS = 10, TRAINED = 10, TESTED = 30, RATE = 0.03, LIMIT = 1;
export const SYMBOLS = ["a", "b", "."];
const A = 0, B = 1, END = 2;
const LONGEST = 45; // so many b are read in search of the end

/**
 * What is read and what is to follow each character. The first character read is the end of the string before.
 *
 * @param {number} n
 */
export function stringOf(n) {
  const as = Array(n).fill(A), bs = Array(n).fill(B);
  return { ids: [END, ...as, ...bs], targets: [...as, ...bs, END] };
}

const TRAINING = Array.from({ length: TRAINED }, (_, k) => stringOf(k + 1));
const CHARACTERS = TRAINING.reduce((sum, { ids }) => sum + ids.length, 0);

/** @param {CellName} cell @param {number} [seed] */
export const networkOf = (cell, seed) => new RecurrentNetwork({ cell, characters: SYMBOLS.length, units: UNITS, seed });

/**
 * Training on all strings with n up to TRAINED at each step: Adam, the gradient clipped.
 *
 * @param {CellName} cell
 * @param {number} seed
 * @param {number} every
 * @returns {Timeline<Weights>}
 */
export function timelineOf(cell, seed, every) {
  const network = networkOf(cell, seed), optimizer = makeOptimizer("adam", { rate: RATE });
  const train = () => {
    network.clearGradients();
    for (const { ids, targets } of TRAINING) {
      network.forward(ids);
      network.backward(targets, 1 / CHARACTERS);
    }
    clipNorm(network.gradientList(), LIMIT);
    optimizer.step(network.parameterList(), network.gradientList());
  };
  return new Timeline({ train, keep: () => network.copy(), every });
}

/** The mean loss on the strings of the training, in nats for each character. @param {RecurrentNetwork} network */
export function lossOf(network) {
  const sums = TRAINING.map(({ ids, targets }) => network.forward(ids).steps.reduce((sum, { logits }, t) => sum + crossEntropy(logits, targets[t]), 0));
  return sums.reduce((a, b) => a + b) / CHARACTERS;
}

/** @param {Float64Array} values */
const best = (values) => values.indexOf(Math.max(...values));

/**
 * How well it does at one n. From the first b on, all that follows is determined: n - 1 more b, then the end. The
 * accuracy is the share of these n predictions that are right.
 *
 * @param {RecurrentNetwork} network
 * @param {number} n
 * @returns {Result}
 */
export function resultAt(network, n) {
  const { targets } = stringOf(n), ids = [END, ...Array(n).fill(A), ...Array(LONGEST).fill(B)];
  const said = network.forward(ids).steps.slice(n + 1).map(({ logits }) => best(logits));
  const right = targets.slice(n + 1).filter((target, k) => target === said[k]).length;
  return { n, accuracy: right / n, end: said.indexOf(END) + 1 };
}

/** The results for n from 1 up to TESTED. @param {RecurrentNetwork} network */
export const resultsOf = (network) => Array.from({ length: TESTED }, (_, k) => resultAt(network, k + 1));

/** The largest n up to which every string is right. @param {Result[]} results */
export function reach(results) {
  const first = results.findIndex(({ accuracy }) => accuracy < 1);
  return first < 0 ? results.length : first;
}

/** How many a are still without their b, after each character of a string. @param {number[]} ids */
export function countsAlong(ids) {
  let count = 0;
  return ids.map((id) => (count += id === A ? 1 : id === B ? -1 : 0));
}

/** Pearson's correlation; 0 if one of the two does not vary. @param {number[]} xs @param {number[]} ys */
export function correlation(xs, ys) {
  const mean = (/** @type {number[]} */ values) => values.reduce((a, b) => a + b, 0) / values.length, x = mean(xs), y = mean(ys);
  const covariance = xs.reduce((sum, value, k) => sum + (value - x) * (ys[k] - y), 0);
  const scale = Math.sqrt(xs.reduce((sum, value) => sum + (value - x) ** 2, 0) * ys.reduce((sum, value) => sum + (value - y) ** 2, 0));
  return scale > 0 ? covariance / scale : 0;
}

/**
 * What the memory of each unit does along a string: c of an LSTM, h of the others. And how it goes with the count.
 *
 * @param {RecurrentNetwork} network
 * @param {number} n
 */
export function alongString(network, n) {
  const { ids, targets } = stringOf(n), { steps } = network.forward(ids), counts = countsAlong(ids);
  const memory = Array.from({ length: UNITS }, (_, unit) => steps.map(({ c, h }) => (network.cell === "lstm" ? c : h)[unit]));
  return { ids, targets, counts, memory, said: steps.map(({ logits }) => best(logits)), correlations: memory.map((values) => correlation(values, counts)) };
}

/** The unit that goes with the count most closely, up or down. @param {number[]} correlations */
export const counterOf = (correlations) => correlations.reduce((found, value, unit) => (Math.abs(value) > Math.abs(correlations[found]) ? unit : found), 0);

/**
 * All that is shown after some steps of training, and the weights, for a test.
 *
 * @param {CellName} cell
 * @param {number} seed
 * @param {number} steps
 * @param {number} n
 */
export function report(cell, seed, steps, n) {
  const timeline = timelineOf(cell, seed, steps || 1), network = networkOf(cell);
  while (timeline.step(steps));
  const weights = timeline.at(steps);
  network.load(weights);
  const along = alongString(network, n), probabilities = network.forward(stringOf(n).ids).steps.map((step) => [...step.probabilities]);
  return { weights, loss: lossOf(network), results: resultsOf(network), along, probabilities };
}
