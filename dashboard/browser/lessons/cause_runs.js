// @ts-check
// What lesson 21 has the network write and read, one after the other, and what it has kept of it. Needs no DOM.

import { openShipped, readText, writeText } from "../learn/shipped.js";

/** @import { Engine } from "../engine/client.js" */
/** @import { Clamp } from "../engine/types.js" */
/** @import { About } from "../generate/about.js" */
/** @import { Read, Written } from "../learn/shipped.js" */
/** @import { Networks } from "../learn/types.js" */

/**
 * @typedef {{ layer: number, unit: number }} Place
 * @typedef {{ clamps: Clamp[], seed: number, texts: number }} Wanted
 */

export class Runs {
  /** @type {Map<string, Written>} */
  #texts = new Map();
  /** @type {Map<string, Read>} */
  #reads = new Map();
  /** Texts that are being written. @type {Map<string, Written>} */
  #parts = new Map();
  /** @type {Engine | null} */
  #engine = null;
  #stop = new AbortController();
  #closed = false;
  /** @type {About | null} */
  #about = null;

  /** @param {{ model: string, units: { [name: string]: Place }, prompt: string, passage: string, length: number, temperature: number }} given @param {() => void} onNews */
  constructor(given, onNews) {
    this.given = given;
    this.onNews = onNews;
  }

  /** The characters of the model, none before it is open. */
  get vocabulary() {
    return this.#engine?.info.vocabulary ?? [];
  }

  /** From where to where a unit's memory goes on real text; null before the model is open. @param {Place} place */
  extentOf({ layer, unit }) {
    return this.#engine && this.#about && this.#about.extent(this.#about.memory, (layer - 1) * this.#engine.info.units + unit);
  }

  /** @param {Networks} network */
  async open(network) {
    const { engine, about } = await openShipped(network, this.given.model);
    if (this.#closed) return engine.close();
    [this.#engine, this.#about] = [engine, about];
  }

  /** Begins what is wanted and ends what was. @param {Wanted} wanted */
  async follow(wanted) {
    this.#stop.abort();
    const { signal } = (this.#stop = new AbortController());
    try {
      await this.#all(wanted, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /** @param {Wanted} wanted @param {AbortSignal} signal */
  async #all({ clamps, seed, texts }, signal) {
    if (!this.#engine) return;
    await Promise.all([[], clamps].map((held) => this.#write(held, seed, signal, true)));
    for (const held of [[], clamps]) await this.#read(held, signal);
    for (let k = 1; k < texts; k++) {
      for (const held of [[], clamps]) await this.#write(held, seed + k, signal);
    }
  }

  /** @param {Clamp[]} clamps @param {number} seed @param {AbortSignal} signal @param {boolean} isShown whether its beginning is news */
  async #write(clamps, seed, signal, isShown = false) {
    const { prompt, length, temperature, units } = this.given, key = keyOf(clamps, seed), engine = /** @type {Engine} */ (this.#engine);
    if (this.#texts.has(key)) return;
    const watch = Object.values(units).map(({ layer, unit }) => ({ state: engine.info.memory, column: (layer - 1) * engine.info.units + unit }));
    const written = await writeText(engine, { prompt, seed, temperature, clamps, watch }, length, signal, (part) => {
      if (!isShown) return;
      this.#parts.set(key, part);
      this.onNews();
    });
    this.#parts.delete(key);
    this.#texts.set(key, written);
    this.onNews();
  }

  /** @param {Clamp[]} clamps @param {AbortSignal} signal */
  async #read(clamps, signal) {
    const key = JSON.stringify(clamps);
    if (this.#reads.has(key)) return;
    this.#reads.set(key, await readText(/** @type {Engine} */ (this.#engine), this.given.passage, { clamps }, signal));
    this.onNews();
  }

  /** A text, or what there is of it: its characters after the prompt, and a unit at each of them. @param {string} unit @param {Clamp[]} clamps @param {number} seed */
  text(unit, clamps, seed) {
    const key = keyOf(clamps, seed), watched = Object.keys(this.given.units).indexOf(unit), whole = this.#texts.get(key), found = whole ?? this.#parts.get(key);
    const from = Array.from(this.given.prompt).length;
    return { whole: Boolean(whole), characters: (found?.ids ?? []).slice(from).map((id) => this.vocabulary[id]), values: (found?.values[watched] ?? []).slice(from) };
  }

  /** The passage as it was read, null before: `loss` has the nats of each character but the first. @param {Clamp[]} clamps */
  reading(clamps) {
    return this.#reads.get(JSON.stringify(clamps)) ?? null;
  }

  close() {
    this.#closed = true;
    this.#stop.abort();
    this.#engine?.close();
  }
}

/** @param {Clamp[]} clamps @param {number} seed */
const keyOf = (clamps, seed) => JSON.stringify([clamps, seed]);
