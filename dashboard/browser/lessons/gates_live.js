// @ts-check
// The network of lesson 11 in its worker: it reads the text again with a gate held.

import { openShipped } from "../learn/shipped.js";
import { STATES, clampsOf, traceOf } from "./gates_trace.js";

/** @import { Engine } from "../engine/client.js" */
/** @import { Chunk } from "../engine/types.js" */
/** @import { Networks } from "../learn/types.js" */
/** @import { RecordedUnit, Trace } from "./gates_trace.js" */

export class HeldReadings {
  /** @type {Map<string, Trace & { bits: number }>} */
  #read = new Map();
  /** The last that was asked for: others are not worth reading any more. @type {{ key: string, unit: RecordedUnit, gate: string, value: number } | null} */
  #wanted = null;
  #isReading = false;
  #isClosed = false;

  /**
   * @param {{ model: string, text: string }} data
   * @param {Networks} network
   * @param {() => void} onRead called when what was asked for is there, or cannot be had
   */
  constructor(data, network, onRead) {
    this.data = data;
    this.onRead = onRead;
    this.problem = "";
    /** @type {Promise<Engine>} */
    this.engine = openShipped(network, data.model).then(({ engine }) => engine);
    this.engine.then((engine) => this.#isClosed && engine.close(), (error) => this.#fail(error));
  }

  /**
   * The unit with a gate held; nothing if the network is still to read that: then `onRead` is called.
   *
   * @param {RecordedUnit} unit
   * @param {string} gate
   * @param {number} value
   */
  of(unit, gate, value) {
    const key = [unit.layer, unit.unit, gate, value].join(" "), found = this.#read.get(key);
    this.#wanted = found ? null : { key, unit, gate, value };
    this.#go();
    return found;
  }

  async #go() {
    if (this.#isReading || !this.#wanted || this.problem) return;
    this.#isReading = true;
    const { key, unit, gate, value } = this.#wanted;
    try {
      this.#read.set(key, await this.#readWith(unit, gate, value));
    } catch (error) {
      this.#fail(error);
    }
    this.#isReading = false;
    if (!this.#isClosed) this.onRead();
  }

  /** @param {RecordedUnit} unit @param {string} gate @param {number} value */
  async #readWith(unit, gate, value) {
    const engine = await this.engine, { layers, units } = engine.info, states = Object.values(STATES);
    /** @type {Chunk[]} */
    const chunks = [];
    const reading = engine.read(this.data.text, { clamps: clampsOf(unit, gate, value), states, send: states, onChunk: (chunk) => chunks.push(chunk) });
    await reading.done;
    reading.close();
    return traceOf(chunks, (unit.layer - 1) * units + unit.unit, layers * units);
  }

  /** @param {unknown} error */
  #fail(error) {
    if (this.#isClosed || this.problem) return;
    this.problem = error instanceof Error ? error.message : String(error);
    this.onRead();
  }

  close() {
    this.#isClosed = true;
    this.engine.then((engine) => engine.close(), () => {});
  }
}
