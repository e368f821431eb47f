// @ts-check
// Read, live: a field for a text, and below it the reader on the text while the network reads it.

import { button, element } from "../reader/dom.js";
import { Reader, messageOf } from "../reader/reader.js";
import { LiveSource } from "./source.js";
import { textIn } from "./typed.js";

/** @import { Engine } from "../engine/client.js" */
/** @import { View } from "../reader/types.js" */
/** @import { About } from "../generate/about.js" */

const LONG_PASTE = 2000; // characters
const UNTIL_READ = 1 / 200, LONGEST_WAIT = 150; // milliseconds per character of the text, and at most

export class LiveRead {
  /**
   * @param {HTMLElement} root where to build
   * @param {object} options
   * @param {About} options.about
   * @param {Engine} options.engine
   * @param {string} options.text the page's own
   * @param {string | null} options.typed read in its place
   * @param {Partial<View>} options.view
   * @param {(changed: { view?: View, typed?: string | null }) => void} options.onChange
   * @param {(text: string) => void} options.onWriteOn
   */
  constructor(root, options) {
    this.options = options;
    this.timer = 0;
    this.turn = 0;
    this.life = new AbortController();
    /** @type {LiveSource | null} */
    this.source = null;
    /** @type {Reader | null} */
    this.reader = null;
    this.remark = "";
    this.field = element("textarea", "own");
    Object.assign(this.field, {
      rows: 4, spellcheck: false, value: options.typed ?? options.text, placeholder: "Type or paste a text",
      autocapitalize: "off",
    });
    this.field.addEventListener("input", () => this.#typed());
    this.field.addEventListener("beforeinput", (event) => this.#pasted(event));
    this.back = button("The page's text", "read the text that came with this page", () => this.#take(options.text));
    this.clear = button("Clear", "empty the field and type", () => {
      this.#take("");
      this.field.focus();
    });
    this.writeOn = button("Write on from here", "let the network go on after this text, in Generate", () => options.onWriteOn(this.field.value));
    this.status = element("p", "status");
    this.status.role = "status";
    this.bar = element("progress", "read-bar");
    this.place = element("div", "reader");
    root.replaceChildren(
      element("div", "own-text",
        element("label", "own-label", element("span", "", "Type or paste a text of your own: the network reads it here, as you type."), this.field),
        this.bar,
        element("div", "own-row", this.status, element("div", "own-buttons", this.back, this.clear, this.writeOn))),
      this.place,
    );
  }

  start() {
    return this.#read();
  }

  destroy() {
    this.life.abort();
    window.clearTimeout(this.timer);
    this.source?.reading.close().catch(() => {});
    this.reader?.destroy();
  }

  /** @param {string} text */
  #take(text) {
    this.field.value = text;
    this.#typed();
  }

  /** Takes in a long text at once: an edit of many lines holds Chromium up for half a second. @param {InputEvent} event */
  #pasted(event) {
    const { data } = event, { field } = this;
    if (!data || data.length < LONG_PASTE) return;
    event.preventDefault();
    field.setRangeText(data, field.selectionStart, field.selectionEnd, "end");
    this.#typed();
  }

  #typed() {
    const { value } = this.field, { text, onChange } = this.options;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      void this.#read();
      onChange({ typed: value === text ? null : value });
    }, Math.min(LONGEST_WAIT, value.length * UNTIL_READ));
  }

  /** Reads the text in the field, in place of the one before. */
  async #read() {
    const { about, engine } = this.options, turn = ++this.turn, before = this.source;
    const { text, remark } = textIn(this.field.value);
    this.remark = remark;
    this.back.hidden = this.field.value === this.options.text;
    this.clear.disabled = this.writeOn.disabled = !text;
    if (!text) return this.#empty();
    if (before?.text === text && !this.place.hidden) return this.#say();
    const source = (this.source = new LiveSource(engine, text, {
      ...about.reading, after: before ?? undefined, onChunk: (first, last) => turn === this.turn && this.#grown(first, last),
    }));
    this.began = performance.now();
    try {
      await this.#show(source);
      const whole = await source.done();
      if (whole && turn === this.turn) await this.#finished();
    } catch (error) {
      if (turn === this.turn && !this.life.signal.aborted) this.#broken(messageOf(error));
    }
  }

  /** @param {LiveSource} source */
  async #show(source) {
    this.place.hidden = false;
    this.#say();
    if (this.reader?.screen) return this.reader.replace(source);
    this.reader?.destroy();
    const { onChange, view } = this.options;
    this.reader = new Reader(this.place, source, view, { onView: (next) => onChange({ view: next }) });
    await this.reader.start();
  }

  /** @param {number} first @param {number} last */
  #grown(first, last) {
    this.#say();
    void this.reader?.grown(first, last);
  }

  async #finished() {
    await this.reader?.grown(0, 0);
    this.#say();
    this.place.dataset.read = String(this.source?.length);
  }

  /** Nothing to read. */
  #empty() {
    this.source?.reading.cancel().catch(() => {});
    this.place.hidden = true;
    this.bar.hidden = true;
    this.status.textContent = "Type or paste a text: it is read on the spot.";
  }

  #say() {
    const { source } = this;
    if (!source) return;
    const { known, length } = source, going = known < length;
    this.bar.hidden = !going;
    this.bar.max = length;
    this.bar.value = known;
    const [count, all] = [known, length].map((each) => each.toLocaleString("en"));
    const state = going ? `Read ${count} of ${all} characters …`
      : `${all} ${length === 1 ? "character" : "characters"}${length > 1 ? `; the model needs ${source.bits.toFixed(2)} bits for each.` : "."}`;
    this.status.replaceChildren(state, ...(this.remark ? [element("span", "remark", ` ${this.remark}`)] : []));
  }

  /** @param {string} message */
  #broken(message) {
    this.bar.hidden = true;
    this.status.replaceChildren(element("span", "broken", message));
  }

  /** @param {View} view */
  show(view) {
    void this.reader?.change(view);
  }

  recolor() {
    this.reader?.recolor();
  }
}
