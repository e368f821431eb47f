// @ts-check
// Lesson 16: a network of two layers that reads a text with a wire cut, a layer skipped, or a memory cleared. Needs no
// DOM.

import { likeliest, lossOf } from "../engine/predictions.js";
import { Stream } from "../engine/stream.js";

/** @import { Network } from "../engine/network.js" */
/**
 * @typedef {object} Cut
 * @property {1 | 2} [layer] what this layer hands on is replaced
 * @property {"zero" | "mean" | "below"} [by] by zeros, by its mean over the text, or by what the layer below hands on
 * @property {1 | 2} [forgets] this layer begins each step from the zero state
 *
 * @typedef {object} Reading What came of it; a row for each character that was read.
 * @property {Float32Array[][]} cell c of each layer
 * @property {number[]} loss nats of the character after each
 * @property {{ character: string, probability: number }[]} top the likeliest after each
 */

/** @type {Record<string, Cut>} */
export const CUTS = {
  none: {},
  "wire-zero": { layer: 1, by: "zero" },
  "wire-mean": { layer: 1, by: "mean" },
  "top-zero": { layer: 2, by: "zero" },
  "top-mean": { layer: 2, by: "mean" },
  skip: { layer: 2, by: "below" },
  "forget-1": { forgets: 1 },
  "forget-2": { forgets: 2 },
};

class CutStream extends Stream {
  /** @param {Network} network @param {Cut} cut @param {Float32Array[]} means of h of each layer */
  constructor(network, cut, means) {
    super(network);
    this.cut = cut;
    this.replaced = cut.by === "zero" ? new Float32Array(network.units) : means[(cut.layer ?? 1) - 1];
  }

  /** @override @param {number} layer */
  output(layer) {
    if (layer !== this.cut.layer) return super.output(layer);
    return this.cut.by === "below" ? super.output(layer - 1) : this.replaced;
  }

  /** @override @param {number} id */
  step(id) {
    const forgetful = this.layers[(this.cut.forgets ?? 0) - 1];
    forgetful?.h.fill(0);
    forgetful?.c.fill(0);
    return super.step(id);
  }
}

/** Reads a text step by step with one of the cuts. */
export class CutReading {
  #sums;
  #stream;
  #vocabulary;

  /** @param {Network} network @param {ArrayLike<number>} ids @param {string} name of the cut @param {Float32Array[]} [means] of h of each layer, if the cut needs them */
  constructor(network, ids, name, means = []) {
    this.ids = ids;
    this.#vocabulary = network.vocabulary;
    this.#stream = new CutStream(network, CUTS[name], means);
    this.#sums = this.#stream.layers.map(() => new Float64Array(network.units));
    /** @type {Reading} */
    this.reading = { cell: this.#sums.map(() => []), loss: [], top: [] };
  }

  get done() {
    return this.reading.top.length === this.ids.length;
  }

  /** Reads the next character; whether there are more. */
  step() {
    const { reading, ids } = this, t = reading.top.length, logits = this.#stream.step(ids[t]);
    this.#stream.layers.forEach(({ c, h }, layer) => {
      reading.cell[layer].push(Float32Array.from(c));
      h.forEach((value, unit) => { this.#sums[layer][unit] += value; });
    });
    const { ids: [id], probabilities: [probability] } = likeliest(logits, 1);
    reading.top.push({ character: this.#vocabulary[id], probability });
    if (t + 1 < ids.length) reading.loss.push(lossOf(logits, ids[t + 1]));
    return !this.done;
  }

  /** The mean of h of each unit of each layer, over what was read. */
  get means() {
    return this.#sums.map((sums) => Float32Array.from(sums, (sum) => sum / this.reading.top.length));
  }
}

/**
 * A text read with each of some cuts, with the means of the network as it is.
 *
 * @param {Network} network
 * @param {string} text
 * @param {string[]} names of the cuts
 * @param {number[]} units whose c is told
 */
export function readCuts(network, text, names, units) {
  const ids = network.encode(text), whole = new CutReading(network, ids, "none");
  while (whole.step());
  return names.map((name) => {
    const cut = new CutReading(network, ids, name, whole.means);
    while (cut.step());
    const { cell, loss, top } = cut.reading;
    return { loss, top, bits: bitsOf(loss), cell: cell.map((rows) => rows.map((row) => units.map((unit) => row[unit]))) };
  });
}

/** Bits per character. @param {number[]} loss in nats */
export const bitsOf = (loss) => loss.reduce((sum, nats) => sum + nats, 0) / loss.length / Math.LN2;

/**
 * A unit at each character, from -1 to 1: its lowest and highest value while nothing is cut, the sign so that 1 is where
 * the concept is.
 *
 * @param {Float32Array[]} whole
 * @param {Float32Array[]} cut
 * @param {{ unit: number, sign: number }} of
 */
export function paintedBy(whole, cut, { unit, sign }) {
  const values = whole.map((row) => row[unit]), low = Math.min(...values), high = Math.max(...values);
  return cut.map((row) => Math.max(-1, Math.min(1, (sign * (row[unit] - (low + high) / 2)) / ((high - low) / 2 || 1))));
}
