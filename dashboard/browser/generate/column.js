// @ts-check
// One column: a text that the network writes, with some units held or none.

import { element } from "../reader/dom.js";
import { GrowingText } from "./text.js";

/** @import { Engine } from "../engine/client.js" */
/** @import { Batch, Edit, Watched, WriteOptions } from "../engine/types.js" */
/** @import { Writer } from "../engine/writer.js" */
/** @import { View } from "../reader/types.js" */

export class Column {
  /** The writer of the text that was begun last. @type {Promise<Writer> | null} */
  #writer = null;
  /** Of all texts that were begun here, the last: what an earlier one still tells is not heard. */
  #turn = 0;
  /** Calls whose answer has not come: until then the batches that come are of what was before. */
  #busy = 0;
  /** Characters that were asked for and have not come. */
  #pending = 0;
  #started = false;
  /** Characters that are written, as far as is known. */
  written = 0;
  /** What the last batch told of it. */
  #told = 0;
  /** The last batch: its logits are what is predicted next. @type {Batch | null} */
  last = null;

  /**
   * @param {Engine} engine
   * @param {string} name
   * @param {{ onBatch: () => void, onSelect: (i: number) => void, onError: (message: string) => void }} events
   */
  constructor(engine, name, events) {
    this.engine = engine;
    this.name = name;
    this.events = events;
    this.title = element("h3", "column-title", name);
    this.scroll = element("div", "scroll");
    this.scroll.tabIndex = 0;
    this.scroll.ariaLabel = name;
    this.root = element("section", "column", this.title, this.scroll);
    this.text = new GrowingText(this.scroll, engine.info.vocabulary);
    this.scroll.addEventListener("click", (event) => {
      const i = this.text.painter?.characterAt(event.clientX, event.clientY) ?? -1;
      events.onSelect(i);
    });
  }

  get length() {
    return this.last?.length ?? 0;
  }

  get catchingUp() {
    return this.#pending;
  }

  /** Begins a new text in place of the one that is there. @param {WriteOptions} options */
  begin(options) {
    const turn = ++this.#turn;
    this.#close();
    [this.last, this.written, this.#told, this.#pending, this.#started, this.#busy] = [null, 0, 0, 0, false, 0];
    this.#writer = this.engine.write({
      ...options,
      onBatch: (batch) => turn === this.#turn && this.#take(batch),
      onError: (message) => turn === this.#turn && this.events.onError(message),
    });
    return this.#ask(async () => {});
  }

  /**
   * Brings the text to a length, and lets it go on from there if it is to.
   *
   * @param {number} target written characters
   * @param {boolean} running
   */
  async advance(target, running) {
    if (this.#busy || this.#started) return;
    const needed = target - this.written - this.#pending;
    if (needed > 0) {
      this.#pending += needed;
      await this.#send((writer) => writer.step(needed));
    } else if (running && !this.#pending) {
      this.#started = true;
      await this.#send((writer) => writer.start());
    }
  }

  async pause() {
    this.#started = false;
    this.#pending = 0;
    await this.#ask((writer) => writer.pause());
  }

  /** Replaces the edits and keeps at most so many written characters. @param {Edit[]} edits @param {number} kept @param {number} prompt */
  async edit(edits, kept, prompt) {
    this.#pending = 0;
    this.written = Math.min(this.written, kept);
    await this.#ask((writer) => writer.edit(edits, prompt + kept), kept);
  }

  /** @param {number} speed */
  async setSpeed(speed) {
    await this.#send((writer) => writer.set({ speed }));
  }

  /** Colors the text by another unit from now on. @param {Watched} unit */
  async watch(unit) {
    const values = await this.#send(async (writer) => {
      writer.set({ watch: [unit] }).catch(() => {}); // the next call tells of the same fault
      return writer.activation(unit.state, unit.column);
    });
    if (values) this.text.values = Array.from(values.subarray(0, this.text.ids.length));
  }

  /** Calls the writer of the present text, once it is there. @template T @param {(writer: Writer) => Promise<T>} act */
  async #send(act) {
    const turn = this.#turn, writer = await this.#writer;
    return writer && turn === this.#turn ? act(writer) : undefined;
  }

  /**
   * The same. Until it is answered, what is told may be of before, and is not believed.
   *
   * @template T
   * @param {(writer: Writer) => Promise<T>} act
   * @param {number} [kept] the most written characters that there are once it is answered
   */
  async #ask(act, kept = Infinity) {
    const turn = this.#turn;
    this.#busy += 1;
    try {
      return await this.#send(act);
    } finally {
      if (turn === this.#turn) {
        this.#told = Math.min(this.#told, kept); // all that was told before came before the cut
        if (--this.#busy === 0) this.written = this.#told;
      }
    }
  }

  /** @param {Batch} batch */
  #take(batch) {
    const written = (this.#told = Math.max(0, batch.length - batch.prompt));
    this.last = batch;
    this.text.take(batch);
    if (!this.#busy) {
      this.#pending = Math.max(0, this.#pending - Math.max(0, written - this.written));
      this.written = written;
    }
    this.events.onBatch();
  }

  /** @param {View} view @param {number} [largest] */
  draw(view, largest) {
    this.text.draw(view, largest);
  }

  #close() {
    this.#writer?.then((writer) => writer.close()).catch(() => {});
    this.#writer = null;
  }

  destroy() {
    this.#turn += 1;
    this.#close();
    this.text.destroy();
  }
}
