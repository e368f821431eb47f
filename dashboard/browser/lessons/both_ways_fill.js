// @ts-check
// Which character stands in a blank, by a network that reads to the right: from what is left of it, and from both sides.
// Needs no DOM.

import { logSumExp, lossOf } from "../engine/predictions.js";
import { Stream } from "../engine/stream.js";

/** @import { Network } from "../engine/network.js" */
/** @typedef {{ left: number[], both: number[] }} Filling the probability of each character of the vocabulary */

/**
 * The two sides of a blank; nothing if there is not exactly one.
 *
 * @param {string} sentence with one "_"
 */
export function sidesOf(sentence) {
  const parts = sentence.split("_");
  return parts.length === 2 ? { left: parts[0], right: parts[1] } : null;
}

/**
 * Tries one character after the other; the generator yields after each, so that others may run in between.
 *
 * From the left side the network gives p(v | left). From both sides, by Bayes' rule, p(v | left, right) is proportional
 * to p(v | left) p(right | left v): how probable the whole sentence is with v in the blank.
 *
 * @param {Network} network
 * @param {{ left: string, right: string }} sides
 * @returns {Generator<void, Filling>}
 */
export function* fill(network, { left, right }) {
  const stream = new Stream(network), after = network.encode(right);
  for (const id of network.encode(left)) stream.step(id);
  const start = stream.snapshot(), total = logSumExp(start.logits);
  const ofLeft = Array.from(start.logits, (logit) => logit - total), ofBoth = [];
  for (let id = 0; id < ofLeft.length; id++) {
    stream.restore(start);
    stream.step(id);
    let nats = 0;
    for (const next of after) {
      nats += lossOf(stream.logits, next);
      stream.step(next);
    }
    ofBoth.push(ofLeft[id] - nats);
    yield;
  }
  const all = logSumExp(Float32Array.from(ofBoth));
  return { left: ofLeft.map(Math.exp), both: ofBoth.map((log) => Math.exp(log - all)) };
}
