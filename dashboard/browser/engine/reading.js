// @ts-check
// A text that a network reads, character by character: predictions in chunks, states as one byte each for every unit.
//
// The codes are those of dashboard/codes.py, which reader/codes.js decodes. The steps of c depend on its largest value,
// known only at the end; until then c keeps 16 bits, scaled by the chunk's largest.

import { compress } from "../reader/codes.js";
import { rankOf } from "./predictions.js";
import { Stream } from "./stream.js";

/** @import { Network } from "./network.js" */
/** @import { Chunk, Kept, ReadOptions, Snapshot } from "./types.js" */

const CHUNK = 256; // characters
const FULL = 127, FINE = 32767;
const LEAST = 1e-6; // a lower bound of each unit's largest |c|: no division by zero
const LATEST = 16; // short chunks at the end that a text may go on from
export const PREDICTIONS = 5;

/**
 * @typedef {{ length: number, codes: Int8Array | Int16Array, largest?: Float32Array }} Coded one chunk, [column][time]
 */

export class TextReading {
  #position = 0;
  /** @type {Map<string, Float32Array>} of the chunk at hand, [time][column] */
  #rows = new Map();
  /** @type {Map<string, Coded[]>} */
  #coded = new Map();
  /** Of each complete chunk: where it ends, and what the next step depends on. @type {{ end: number, length: number, snapshot?: Snapshot }[]} */
  #ends = [];

  /** @param {Network} network @param {string} text @param {ReadOptions} [options] */
  constructor(network, text, { clamps = [], states = network.kind.states, send = [] } = {}) {
    this.network = network;
    this.ids = network.encode(text);
    this.stream = new Stream(network, clamps);
    this.columns = network.layers * network.units;
    this.send = send;
    this.predictions = Math.min(PREDICTIONS, network.vocabulary.length);
    for (const state of new Set([...states, ...send])) {
      this.stream.state(state, 1); // an error if the network has no such state
      this.#coded.set(state, []);
      this.#rows.set(state, new Float32Array(CHUNK * this.columns));
    }
    this.chunk = this.#emptyChunk();
  }

  /**
   * Take over the chunks that an earlier reading of the same beginning has completed.
   *
   * @param {TextReading} before
   * @returns {Kept}
   */
  takeOver(before) {
    let common = 0;
    while (common < Math.min(this.ids.length, before.ids.length) && this.ids[common] === before.ids[common]) common++;
    const last = this.#readsLike(before) ? before.#ends.findLastIndex(({ end, snapshot }) => snapshot && end <= common) : -1;
    const { end, snapshot } = before.#ends[last] ?? {};
    if (!end || !snapshot) return { kept: 0, loss: 0, rank: 0 };
    this.#ends = before.#ends.slice(0, last + 1).map((each, k) => (each.length < CHUNK && k <= last - LATEST ? { ...each, snapshot: undefined } : each));
    for (const [state, coded] of this.#coded) coded.push(...(before.#coded.get(state) ?? []).slice(0, last + 1));
    this.stream.restore(snapshot);
    this.#position = end;
    this.chunk = this.#emptyChunk();
    if (this.finished) return { kept: end, loss: 0, rank: 0 };
    const following = this.ids[end];
    return { kept: end, loss: this.stream.loss(following), rank: rankOf(this.stream.logits, following) };
  }

  /** Whether an earlier reading kept the same states of the same network. @param {TextReading} before */
  #readsLike(before) {
    const settings = (/** @type {TextReading} */ reading) => JSON.stringify([[...reading.#coded.keys()], reading.stream.clamps, reading.send]);
    return before.network === this.network && settings(before) === settings(this);
  }

  get finished() {
    return this.#position === this.ids.length;
  }

  /** Read one character; the chunk that it completes, if it does. @returns {Chunk | undefined} */
  advance() {
    const { stream, ids, chunk, network, columns } = this, next = this.#position + 1, t = this.#position - chunk.start;
    stream.step(ids[this.#position]);
    this.#predict(t, next < ids.length ? ids[next] : undefined);
    for (const [state, rows] of this.#rows) {
      for (let layer = 0; layer < network.layers; layer++) {
        rows.set(stream.state(state, layer + 1), t * columns + layer * network.units);
      }
    }
    this.#position = next;
    return t + 1 === chunk.length ? this.#complete() : undefined;
  }

  /** @param {number} t @param {number | undefined} following */
  #predict(t, following) {
    const { chunk, stream, predictions } = this, { ids, probabilities } = stream.top(predictions);
    chunk.top_char.set(ids, t * predictions);
    chunk.top_prob.set(probabilities, t * predictions);
    if (following === undefined) return; // 0 and 0, as in a frame
    chunk.loss[t] = stream.loss(following);
    chunk.rank[t] = rankOf(stream.logits, following);
  }

  #complete() {
    const { chunk, columns } = this;
    for (const [state, rows] of this.#rows) {
      const coded = state === "cell" ? codesOfCell(rows, chunk.length, columns) : codesOf(rows, chunk.length, columns);
      this.#coded.get(state)?.push(coded);
      if (this.send.includes(state)) chunk.states[state] = rows.slice(0, chunk.length * columns);
    }
    this.#ends.push({ end: this.#position, length: chunk.length, snapshot: this.stream.snapshot() });
    this.chunk = this.#emptyChunk();
    return chunk;
  }

  /** @returns {Chunk} */
  #emptyChunk() {
    const start = this.#position, length = Math.min(CHUNK, this.ids.length - start);
    return {
      start,
      length,
      ids: this.ids.slice(start, start + length),
      top_char: new Uint16Array(length * this.predictions),
      top_prob: new Float32Array(length * this.predictions),
      loss: new Float32Array(length),
      rank: new Uint16Array(length),
      states: {},
    };
  }

  /**
   * The codes of one unit over all complete chunks, and for c the largest |c| that they are scaled by.
   *
   * @param {string} state
   * @param {number} column (layer - 1) times units + unit
   */
  activation(state, column) {
    const chunks = this.#coded.get(state);
    if (!chunks || !(Number.isInteger(column) && column >= 0 && column < this.columns)) {
      throw new Error(`Wanted ${[...this.#coded.keys()].join(" or ")} and a unit below ${this.columns}, got ${state}/${column}.`);
    }
    const largest = Math.max(LEAST, ...chunks.map((chunk) => chunk.largest?.[column] ?? 0));
    const codes = new Int8Array(chunks.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const { length, codes: of, largest: ofChunk } of chunks) {
      const own = of.subarray(column * length, (column + 1) * length);
      const scale = ofChunk ? (FULL / FINE) * (compress(ofChunk[column]) / compress(largest)) : 1;
      codes.set(ofChunk ? own.map((code) => Math.round(code * scale)) : own, at);
      at += length;
    }
    return { codes, largest };
  }

  /** The largest |c| of each unit so far. */
  largest() {
    const all = new Float32Array(this.columns).fill(LEAST);
    for (const { largest } of this.#coded.get("cell") ?? []) largest?.forEach((c, k) => (all[k] = Math.max(all[k], c)));
    return all;
  }
}

/**
 * Round 127 v, for values between -1 and 1.
 *
 * @param {Float32Array} rows
 * @param {number} length
 * @param {number} columns
 * @returns {Coded}
 */
function codesOf(rows, length, columns) {
  const codes = new Int8Array(length * columns);
  for (let t = 0, from = 0; t < length; t++) {
    for (let column = 0; column < columns; column++) codes[column * length + t] = Math.round(FULL * rows[from++]);
  }
  return { length, codes };
}

/**
 * c in 16 bits, scaled by the chunk's largest.
 *
 * @param {Float32Array} rows
 * @param {number} length
 * @param {number} columns
 * @returns {Coded}
 */
function codesOfCell(rows, length, columns) {
  const codes = new Int16Array(length * columns), largest = new Float32Array(columns).fill(LEAST);
  for (let k = 0; k < length * columns; k++) largest[k % columns] = Math.max(largest[k % columns], Math.abs(rows[k]));
  const steps = largest.map((c) => FINE / compress(c));
  for (let t = 0, from = 0; t < length; t++) {
    for (let column = 0; column < columns; column++) {
      const c = rows[from++];
      codes[column * length + t] = Math.round(steps[column] * Math.sign(c) * compress(Math.abs(c)));
    }
  }
  return { length, codes, largest };
}
