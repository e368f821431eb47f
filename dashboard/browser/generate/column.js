// @ts-check
// One column: a text that the network writes, with some units held or none.

import { element } from "../reader/dom.js";
import { GrowingText } from "./text.js";

/** @import { Engine, Writer } from "../engine/client.js" */
/** @import { Batch, Clamp, Watched } from "../engine/types.js" */
/** @import { View } from "../reader/types.js" */

/**
 * @typedef {object} Beginning How a text begins.
 * @property {string} prompt
 * @property {number} seed
 * @property {number} temperature
 * @property {number} speed characters per second
 * @property {Clamp[]} clamps
 * @property {Watched[]} watch
 */

export class Column {
  /** @type {Writer | null} */
  #writer = null;
  /** Of all texts that were begun here, the last: what an earlier one still tells is not heard. */
  #turn = 0;
  /** @type {{ count: number, resolve: () => void } | null} */
  #awaited = null;

  /**
   * @param {Engine} engine
   * @param {string} name
   * @param {{ onBatch: () => void, onSelect: (i: number) => void, onError: (message: string) => void }} events
   */
  constructor(engine, name, events) {
    this.engine = engine;
    this.events = events;
    this.title = element("h3", "column-title", name);
    this.scroll = element("div", "scroll");
    this.scroll.tabIndex = 0;
    this.scroll.ariaLabel = name;
    this.root = element("section", "column", this.title, this.scroll);
    this.text = new GrowingText(this.scroll, engine.info.vocabulary);
    /** The last batch: its logits are what is predicted next. @type {Batch | null} */
    this.last = null;
    this.scroll.addEventListener("click", (event) => {
      const i = this.text.painter?.characterAt(event.clientX, event.clientY) ?? -1;
      events.onSelect(i === this.text.selected ? -1 : i);
    });
  }

  get length() {
    return this.last?.length ?? 0;
  }

  /** Written characters, without the prompt. */
  get written() {
    return this.last ? Math.max(0, this.last.length - this.last.prompt) : 0;
  }

  /** Begins a new text in place of the one that is there. @param {Beginning} beginning */
  async begin(beginning) {
    const turn = ++this.#turn;
    this.#close();
    this.#awaited?.resolve();
    this.#awaited = null;
    this.last = null;
    const writer = await this.engine.write({
      ...beginning,
      onBatch: (batch) => turn === this.#turn && this.#take(batch),
      onError: (message) => turn === this.#turn && this.events.onError(message),
    });
    if (turn === this.#turn) this.#writer = writer;
    else writer.close().catch(() => {});
  }

  /** Waits until so many characters are written, or another text was begun. @param {number} count */
  reached(count) {
    return new Promise((resolve) => {
      this.#awaited?.resolve();
      this.#awaited = { count, resolve: () => resolve(undefined) };
      this.#tellAwaited();
    });
  }

  #tellAwaited() {
    if (!this.#awaited || this.written < this.#awaited.count) return;
    this.#awaited.resolve();
    this.#awaited = null;
  }

  /** Does something with the text's writer, if it has one. @template T @param {(writer: Writer) => Promise<T>} act */
  async ask(act) {
    return this.#writer ? act(this.#writer) : undefined;
  }

  /** Colors the text by another unit from now on. @param {Watched} unit */
  async watch(unit) {
    const turn = this.#turn;
    await this.ask((writer) => writer.set({ watch: [unit] }));
    const values = await this.ask((writer) => writer.activation(unit.state, unit.column));
    if (turn === this.#turn && values) this.text.values = Array.from(values.subarray(0, this.text.ids.length));
  }

  /** @param {Batch} batch */
  #take(batch) {
    this.last = batch;
    this.text.take(batch);
    this.#tellAwaited();
    this.events.onBatch();
  }

  /** @param {View} view @param {number} [largest] */
  draw(view, largest) {
    this.text.draw(view, largest);
  }

  #close() {
    this.#writer?.close().catch(() => {});
    this.#writer = null;
  }

  destroy() {
    this.#turn += 1;
    this.#close();
    this.text.destroy();
  }
}
