// @ts-check
// A small LSTM learns quoted text; each unit is judged by how well it tells inside from outside. Needs no DOM.

import { clipNorm, makeOptimizer } from "../learn/optimizers.js";
import { RecurrentNetwork, crossEntropy } from "../learn/recurrent.js";
import { Timeline } from "../learn/training.js";
import { CHARACTERS, QuotedText, encode, insideOf, verbEndsNext } from "./emergence_text.js";

/** @import { Weights } from "../learn/recurrent.js" */

/**
 * What is kept of the network after some steps of training.
 *
 * @typedef {object} Snapshot
 * @property {Weights} weights
 * @property {Float32Array} cells c of each unit at each character of the held-out text, character by character
 * @property {number} bits mean loss on the held-out text, in bits for each character
 * @property {number} ending the same for the end of a verb only
 * @property {number[]} aurocs of each unit, on the half that chooses
 * @property {number} best the unit that tells the two apart best there, up or down
 * @property {number} judged its AUROC on the other half, turned as in the first
 */

export const UNITS = 16, HALF = 1000, PIECE = 64, RATE = 0.01, LIMIT = 1, EVERY = 100;
const TRAINING_TEXT = 1, HELD_OUT_TEXT = 2, CHUNK = 200;

export const HELD_OUT = new QuotedText(HELD_OUT_TEXT).take(2 * HALF);
export const INSIDE = insideOf(HELD_OUT);
const ENDS = verbEndsNext(HELD_OUT), IDS = encode(HELD_OUT);

/** @param {number} [seed] */
export const networkOf = (seed) => new RecurrentNetwork({ cell: "lstm", characters: CHARACTERS.length, units: UNITS, seed });

/**
 * Training from random weights, on text that never comes twice: 64 characters at each step, the state carried on.
 *
 * @param {number} seed
 * @param {number} [every]
 * @returns {Timeline<Snapshot>}
 */
export function timelineOf(seed, every = EVERY) {
  const network = networkOf(seed), optimizer = makeOptimizer("adam", { rate: RATE }), text = new QuotedText(TRAINING_TEXT);
  let state = network.zeroState(), next = encode(text.take(1));
  const train = () => {
    const ids = Uint8Array.of(...next, ...encode(text.take(PIECE)));
    next = ids.slice(PIECE);
    state = network.forward(ids.subarray(0, PIECE), state).state;
    network.clearGradients();
    network.backward(ids.subarray(1), 1 / PIECE);
    clipNorm(network.gradientList(), LIMIT);
    optimizer.step(network.parameterList(), network.gradientList());
  };
  return new Timeline({ train, keep: () => judge(network), every });
}

/**
 * Reads the held-out text and judges each unit, in pieces that are short enough for a slice.
 *
 * @param {RecurrentNetwork} network
 * @returns {Generator<void, Snapshot>}
 */
export function* judge(network) {
  const cells = new Float32Array(IDS.length * UNITS), aurocs = [];
  let state = network.zeroState(), bits = 0, ending = 0;
  for (let from = 0; from < IDS.length; from += CHUNK) {
    const read = network.forward(IDS.subarray(from, from + CHUNK), state);
    state = read.state;
    read.steps.forEach(({ c, logits }, k) => {
      const t = from + k, loss = t + 1 < IDS.length ? crossEntropy(logits, IDS[t + 1]) / Math.LN2 : 0;
      cells.set(c, t * UNITS);
      bits += loss;
      ending += loss * ENDS[t];
    });
    yield;
  }
  for (let unit = 0; unit < UNITS; unit++) {
    aurocs.push(auroc(alongText(cells, unit).subarray(0, HALF), INSIDE.slice(0, HALF)));
    if (unit % 4 === 3) yield;
  }
  const best = bestOf(aurocs), judged = turned(aurocs[best], auroc(alongText(cells, best).subarray(HALF), INSIDE.slice(HALF)));
  return { weights: network.copy(), cells, bits: bits / (IDS.length - 1), ending: ending / ENDS.reduce((a, b) => a + b), aurocs, best, judged };
}

/** The unit whose AUROC is furthest from one half. @param {number[]} aurocs */
export const bestOf = (aurocs) => aurocs.reduce((found, value, unit) => (Math.abs(value - 0.5) > Math.abs(aurocs[found] - 0.5) ? unit : found), 0);
/** An AUROC, turned around if the unit is lower inside, as another half said. @param {number} chosen @param {number} value */
export const turned = (chosen, value) => (chosen < 0.5 ? 1 - value : value);

/** c of one unit along the held-out text. @param {Float32Array} cells @param {number} unit */
export const alongText = (cells, unit) => Float32Array.from({ length: cells.length / UNITS }, (_, t) => cells[t * UNITS + unit]);

/**
 * The area under the ROC curve: how probable it is that a value inside is above one outside; equal ones count half.
 *
 * @param {ArrayLike<number>} values
 * @param {ArrayLike<number>} labels 1 inside, 0 outside
 */
export function auroc(values, labels) {
  const order = Uint32Array.from({ length: values.length }, (_, k) => k).sort((a, b) => values[a] - values[b]);
  let ranks = 0, inside = 0;
  for (let from = 0, to = 0; from < order.length; from = to) {
    while (to < order.length && values[order[to]] === values[order[from]]) to++;
    for (let k = from; k < to; k++) {
      if (!labels[order[k]]) continue;
      ranks += (from + to + 1) / 2; // equal values share their mean rank, counted from 1
      inside += 1;
    }
  }
  return (ranks - (inside * (inside + 1)) / 2) / (inside * (order.length - inside));
}

/**
 * What lies halfway between the mean inside and the mean outside, and the standard deviation: for the colors.
 *
 * @param {Float32Array} values along the whole held-out text
 */
export function centreOf(values) {
  const mean = (/** @type {number} */ label) => values.reduce((sum, value, t) => (INSIDE[t] === label ? sum + value : sum), 0) / INSIDE.filter((inside) => inside === label).length;
  const middle = (mean(0) + mean(1)) / 2, all = values.reduce((a, b) => a + b, 0) / values.length;
  return { middle, deviation: Math.sqrt(values.reduce((sum, value) => sum + (value - all) ** 2, 0) / values.length) };
}

/**
 * How often each value comes inside and outside, on the half that judges: shares of each group.
 *
 * @param {Float32Array} values along the whole held-out text
 * @param {number} bins
 */
export function histogramOf(values, bins) {
  const judged = values.subarray(HALF), least = judged.reduce((a, b) => Math.min(a, b)), span = judged.reduce((a, b) => Math.max(a, b)) - least || 1;
  const inside = Array(bins).fill(0), outside = Array(bins).fill(0), count = INSIDE.slice(HALF).reduce((a, b) => a + b);
  judged.forEach((value, k) => {
    const bin = Math.min(bins - 1, Math.floor((bins * (value - least)) / span));
    if (INSIDE[HALF + k]) inside[bin] += 1 / count;
    else outside[bin] += 1 / (HALF - count);
  });
  return { inside, outside, least, most: least + span };
}

/**
 * What is shown after some steps of training, for a test.
 *
 * @param {number} seed
 * @param {number} steps
 */
export function report(seed, steps) {
  const timeline = timelineOf(seed, steps);
  while (timeline.step(steps));
  const shown = timeline.at(steps), values = alongText(shown.cells, shown.best);
  return { ...shown, first: timeline.at(0), judgedInside: auroc(values.subarray(HALF), INSIDE.slice(HALF)), centre: centreOf(values), histogram: histogramOf(values, 5) };
}
