// @ts-check
// A text that a network writes after a prompt: character by character, with units held, back to any character.

import { History } from "./history.js";
import { choose, requireSeed, requireTemperature, uniformAt } from "./sampling.js";
import { Rows } from "./store.js";
import { Stream } from "./stream.js";
import { PREDICTIONS } from "./reading.js";

/** @import { Network } from "./network.js" */
/** @import { Batch, Edit, WriteOptions } from "./types.js" */

const FINE = 32767; // steps of a gate from 0 to 1

export class Writing {
  /** @param {Network} network @param {WriteOptions} [options] */
  constructor(network, { prompt = "", seed = 0, temperature = 0.8, clamps = [], edits = [] } = {}) {
    this.network = network;
    this.prompt = network.encode(prompt);
    this.seed = requireSeed(seed);
    this.temperature = requireTemperature(temperature);
    /** @type {Edit[]} */
    this.edits = this.#checked(edits);
    this.stream = new Stream(network, clamps);
    this.history = new History(this.stream);
    this.predictions = Math.min(PREDICTIONS, network.vocabulary.length);
    /**
     * One row for each character: what it cost, its predictions, and the states after it.
     *
     * @type {Record<string, Rows>}
     */
    this.rows = {
      loss: new Rows(1), top_char: new Rows(this.predictions), top_prob: new Rows(this.predictions),
      ...Object.fromEntries(network.kind.states.map((state) => [state, new Rows(network.layers * network.units)])),
    };
    /** The gates after each character, in half the memory. @type {Map<string, Rows>} */
    this.gates = new Map(network.kind.gates.map((gate) => [`${gate}_gate`, new Rows(network.layers * network.units, Int16Array)]));
  }

  /** Characters of the prompt and of what was written. */
  get length() {
    return this.history.length;
  }

  /** Write the next character; while the prompt is not read to its end, read its next. */
  advance() {
    if (this.length < this.prompt.length) return this.#take(this.prompt[this.length]);
    const n = this.length - this.prompt.length, forced = this.edits.find(({ at, id }) => at === n && id !== undefined);
    if (forced?.id !== undefined) return this.#take(forced.id);
    const heat = this.edits.findLast(({ at, temperature }) => at <= n && temperature !== undefined)?.temperature;
    return this.#take(choose(this.stream.logits, heat ?? this.temperature, uniformAt(this.seed, n)));
  }

  /**
   * Replaces all edits, and takes the text back to its first characters if it is longer.
   *
   * @param {Edit[]} edits
   * @param {number} kept characters, prompt included
   */
  edit(edits, kept) {
    const checked = this.#checked(edits);
    if (this.length > kept) this.#keep(kept);
    this.edits = checked;
  }

  /** @param {Edit[]} edits */
  #checked(edits) {
    for (const { id, temperature } of edits) {
      if (id !== undefined) this.network.ofCharacter(id); // an error if it has no such character
      if (temperature !== undefined) requireTemperature(temperature);
    }
    return edits.toSorted((one, other) => one.at - other.at);
  }

  /** @param {number} id */
  #take(id) {
    const { stream, rows, network } = this;
    rows.loss.add()[0] = stream.loss(id);
    this.history.step(id);
    const top = stream.top(this.predictions);
    rows.top_char.add().set(top.ids);
    rows.top_prob.add().set(top.probabilities);
    for (const state of network.kind.states) {
      const row = rows[state].add();
      for (let layer = 0; layer < network.layers; layer++) row.set(stream.state(state, layer + 1), layer * network.units);
    }
    for (const [gate, kept] of this.gates) {
      const row = kept.add();
      for (let layer = 0; layer < network.layers; layer++) {
        const values = stream.state(gate, layer + 1), from = layer * network.units;
        for (let k = 0; k < values.length; k++) row[from + k] = Math.round(FINE * values[k]);
      }
    }
    return id;
  }

  /** @param {number} kept characters, not less than the prompt */
  #keep(kept) {
    if (kept < Math.min(this.prompt.length, this.length)) {
      throw new Error(`Wanted a character from ${this.prompt.length} on, the end of the prompt, got ${kept}.`);
    }
    this.history.goTo(kept);
    for (const rows of [...Object.values(this.rows), ...this.gates.values()]) rows.cut(kept);
  }

  /**
   * A unit after each character, from one on; a gate in steps of 1 / 32767.
   *
   * @param {string} state
   * @param {number} column (layer - 1) times units + unit
   * @param {number} [start]
   */
  activation(state, column, start = 0) {
    const gate = this.gates.get(state), rows = this.network.kind.states.some((known) => known === state) ? this.rows[state] : gate;
    if (!rows || !(Number.isInteger(column) && column >= 0 && column < rows.width)) {
      const { kind, layers, units } = this.network;
      throw new Error(`Wanted ${[...kind.states, ...this.gates.keys()].join(" or ")} and a unit below ${layers * units}, got ${state}/${column}.`);
    }
    const values = rows.column(column, start);
    return gate ? values.map((value) => value / FINE) : values;
  }

  /** What came from one character on, and what the network predicts now. @param {number} start @returns {Batch} */
  batch(start) {
    const { rows } = this;
    return {
      start,
      length: this.length,
      prompt: this.prompt.length,
      ids: Uint16Array.from(this.history.ids.slice(start)),
      loss: rows.loss.slice(start),
      top_char: Uint16Array.from(rows.top_char.slice(start)),
      top_prob: rows.top_prob.slice(start),
      logits: this.stream.logits.slice(),
      watched: [],
      running: false,
    };
  }
}
