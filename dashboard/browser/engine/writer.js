// @ts-check
// The page's side of a text that the worker writes.

/** @import { Calls } from "./client.js" */
/** @import { Clamp, Edit, Watched } from "./types.js" */

/** A text that the network writes. Each call's effect comes with a batch; errors reject. */
export class Writer {
  #calls;
  #id;

  /** @param {Calls} calls @param {number} id */
  constructor(calls, id) {
    this.#calls = calls;
    this.#id = id;
  }

  /** @param {string} method @param {unknown} [given] @returns {Promise<any>} */
  #call(method, given) {
    return this.#calls.call(method, given, this.#id);
  }

  start() {
    return this.#call("start");
  }

  pause() {
    return this.#call("pause");
  }

  /** Write some characters, running or not. */
  step(count = 1) {
    return this.#call("step", count);
  }

  /**
   * Change how it goes on from the next character.
   *
   * @param {{ temperature?: number, clamps?: Clamp[], speed?: number, watch?: Watched[] }} options
   */
  set(options) {
    return this.#call("set", options);
  }

  /**
   * Replace all edits, and keep at most the first characters: so a text is taken back, and a character forced.
   *
   * @param {Edit[]} edits
   * @param {number} kept characters, prompt included
   */
  edit(edits, kept) {
    return this.#call("edit", { edits, kept });
  }

  /**
   * A unit after each character, prompt included.
   *
   * @param {string} state
   * @param {number} column
   * @returns {Promise<Float32Array>}
   */
  activation(state, column) {
    return this.#call("activation", { state, column });
  }

  /**
   * A layer's state or gate ("forget_gate") after the last character.
   *
   * @param {string} state
   * @param {number} layer
   * @returns {Promise<Float32Array>}
   */
  state(state, layer) {
    return this.#call("state", { state, layer });
  }

  /** Forget the text. */
  close() {
    this.#calls.forget(this.#id);
    return this.#call("close");
  }
}
