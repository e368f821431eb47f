// @ts-check
// A text that the engine reads, as a source for the reader: what a frame holds, without a server.

/** @import { Engine } from "./client.js" */
/** @import { Chunk } from "./types.js" */
/** @import { BaseArrays, Finding, Frame, Source } from "../reader/types.js" */

/** @implements {Source} */
export class EngineSource {
  /**
   * @param {Engine} engine
   * @param {string} text
   * @param {{ model: string, findings: Finding[], onChunk?: (chunk: Chunk) => void }} about the network, as in a frame
   */
  constructor(engine, text, { model, findings, onChunk }) {
    const { layers, units, states, vocabulary } = engine.info;
    /** @type {Chunk[]} */
    this.chunks = [];
    this.text = text;
    this.header = {
      length: Array.from(text).length, layers, units, columns: layers * units, states, vocabulary, findings, model, blobs: [],
    };
    this.reading = engine.read(text, {
      onChunk: (chunk) => {
        this.chunks.push(chunk);
        onChunk?.(chunk);
      },
    });
  }

  /** Everything except the activations, once all is read. @returns {Promise<Frame>} */
  async base() {
    const { whole, largest } = await this.reading.done;
    if (!whole) throw new Error("The text was not read to its end. Read it again.");
    /** @type {BaseArrays} */
    const arrays = {
      text: new TextEncoder().encode(this.text),
      top_char: Uint16Array.from(this.chunks.flatMap((chunk) => [...chunk.top_char])),
      top_prob: Float32Array.from(this.chunks.flatMap((chunk) => [...chunk.top_prob])),
      loss: Float32Array.from(this.chunks.flatMap((chunk) => [...chunk.loss])),
      rank: Uint16Array.from(this.chunks.flatMap((chunk) => [...chunk.rank])),
      ...(this.header.states.includes("cell") ? { cell_scale: largest } : {}),
    };
    return { header: this.header, arrays: /** @type {Frame["arrays"]} */ (arrays) };
  }

  /** @param {string} state @param {number} column */
  async activation(state, column) {
    return (await this.reading.activation(state, column)).codes;
  }
}
