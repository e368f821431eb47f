// @ts-check
// All signals of the unit in view, as they come from the source: its gates and its states.

import { activationOf } from "./codes.js";

/** @import { Reading, Source } from "./types.js" */

export class Signals {
  /** @type {Map<string, Int8Array>} */
  #codes = new Map();
  /** @type {Set<string>} */
  #asked = new Set();
  #column = -1;
  /** @type {Source | null} */
  #source = null;

  /** @param {() => void} onCome some have come */
  constructor(onCome) {
    this.onCome = onCome;
  }

  /** What has come may be out of date: it is asked for again, and serves until the new comes. */
  stale() {
    this.#asked.clear();
  }

  /**
   * The codes of these signals of a unit that have come; the others are asked for.
   *
   * @param {Source} source
   * @param {number} column
   * @param {string[]} names
   */
  of(source, column, names) {
    if (source !== this.#source || column !== this.#column) {
      [this.#source, this.#column, this.#codes] = [source, column, new Map()];
      this.#asked.clear();
    }
    for (const name of names.filter((each) => !this.#asked.has(each))) void this.#ask(name, this.#codes);
    return this.#codes;
  }

  /** @param {string} name @param {Map<string, Int8Array>} codes of the unit that is asked for */
  async #ask(name, codes) {
    const source = this.#source, column = this.#column;
    if (!source) return;
    this.#asked.add(name);
    try {
      codes.set(name, await (source.signal?.(name, column) ?? source.activation(name, column)));
      if (codes === this.#codes) this.onCome();
    } catch {
      if (codes === this.#codes) this.#asked.delete(name); // the next who looks asks again
    }
  }
}

/**
 * The values of a unit's signals at a character.
 *
 * @param {Reading} reading
 * @param {Map<string, Int8Array>} codes
 * @param {number} i
 * @param {number} [largest] its largest |c|
 * @returns {Map<string, number>}
 */
export function valuesAt(reading, codes, i, largest) {
  if (i < 0) return new Map(reading.exported ? [] : Array.from(codes.keys(), (name) => [name, 0])); // all begin at 0
  return new Map(Array.from(codes, ([name, of]) => [name, activationOf(name, of[i], largest)]));
}
