// @ts-check
// A text while the engine reads it, as a source for the reader: the text is there at once, what is read follows.

import { PREDICTIONS } from "../engine/reading.js";

/** @import { Engine } from "../engine/client.js" */
/** @import { Chunk } from "../engine/types.js" */
/** @import { BaseArrays, Finding, Frame, Source } from "../reader/types.js" */

const MOST_GATED = 10e6; // activations of a state: the gates of a longer text would fill the memory of a phone
const NONE = 0xffff; // in place of a prediction where the text has not been read: no vocabulary is that large

/** What c was scaled by in the text before: close to what it will be. @param {LiveSource | undefined} before */
const scaleAfter = (before) => before?.arrays.cell_scale?.slice();

/** @implements {Source} */
export class LiveSource {
  /**
   * @param {Engine} engine
   * @param {string} text not empty
   * @param {{ model: string, findings: Finding[], after?: LiveSource, onChunk?: (first: number, last: number) => void }} about
   *   the network, as in a frame; a text read before, of which the same beginning is not read again
   */
  constructor(engine, text, { model, findings, after, onChunk }) {
    const { layers, units, states, vocabulary } = engine.info, columns = layers * units;
    this.text = text;
    this.length = Array.from(text).length;
    const gates = columns * this.length <= MOST_GATED ? engine.info.gates.map((gate) => `${gate}_gate`) : [];
    /** Characters that have been read. */
    this.known = 0;
    this.predictions = Math.min(PREDICTIONS, vocabulary.length);
    const header = { length: this.length, layers, units, columns, states, gates, vocabulary, findings, model, blobs: [] };
    /** @type {BaseArrays} */
    this.arrays = {
      text: new TextEncoder().encode(text),
      top_char: new Uint16Array(this.length * this.predictions).fill(NONE),
      top_prob: new Float32Array(this.length * this.predictions),
      loss: new Float32Array(this.length),
      rank: new Uint16Array(this.length),
      ...(states.includes("cell") ? { cell_scale: scaleAfter(after) ?? new Float32Array(columns).fill(1) } : {}),
    };
    this.frame = { header, arrays: /** @type {Frame["arrays"]} */ (this.arrays) };
    this.reading = engine.read(text, {
      after: after?.reading,
      states: [...states, ...gates],
      onChunk: (chunk) => {
        this.#take(chunk);
        onChunk?.(chunk.start, this.known);
      },
    });
    this.kept = this.reading.kept.then(({ kept, loss, rank }) => {
      this.#takeOver(after, kept);
      if (kept) [this.arrays.loss[kept - 1], this.arrays.rank[kept - 1]] = [loss, rank];
    });
    this.kept.catch(() => {}); // `done` says so too
  }

  /** @param {Chunk} chunk */
  #take({ start, length, top_char, top_prob, loss, rank }) {
    const { arrays, predictions } = this;
    arrays.top_char.set(top_char, start * predictions);
    arrays.top_prob.set(top_prob, start * predictions);
    arrays.loss.set(loss, start);
    arrays.rank.set(rank, start);
    this.known = start + length;
  }

  /** The predictions of the beginning, which is not read again. @param {LiveSource | undefined} before @param {number} kept characters */
  #takeOver(before, kept) {
    if (!before) return;
    for (const name of /** @type {const} */ (["top_char", "top_prob", "loss", "rank"])) {
      const width = this.arrays[name].length / this.length;
      this.arrays[name].set(before.arrays[name].subarray(0, kept * width));
    }
    this.known = kept;
  }

  /** Whether all was read: false if another text came first. */
  async done() {
    return (await this.reading.done).whole;
  }

  /** Bits that the model needs for a character, over those that have been read. */
  get bits() {
    const { loss } = this.arrays, known = Math.min(this.known, this.length - 1);
    return loss.subarray(0, known).reduce((sum, nats) => sum + nats, 0) / Math.max(1, known) / Math.LN2;
  }

  /** @returns {Promise<Frame>} */
  async base() {
    await this.kept;
    return this.frame;
  }

  /** A unit; 0 where the text has not been read. @param {string} state @param {number} column */
  async activation(state, column) {
    const { codes, largest } = await this.reading.activation(state, column), all = new Int8Array(this.length);
    all.set(codes);
    if (state === "cell" && this.arrays.cell_scale) this.arrays.cell_scale[column] = largest;
    return all;
  }
}
