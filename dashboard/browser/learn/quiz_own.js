// @ts-check
// A visitor's own text, colored by the unit of a quiz as it is typed. The model is loaded at the first letter.

import { element } from "../reader/dom.js";
import { paintLevels } from "./levels.js";
import { openShipped, readText } from "./shipped.js";

/** @import { Engine } from "../engine/client.js" */
/** @import { Networks } from "./types.js" */
/** @import { Question } from "./quiz_state.js" */

const LONGEST = 600;
const WAIT_MS = 60; // after a key, until the text is read

export class OwnText {
  /** @type {Promise<Engine> | null} */
  #engine = null;
  #stop = new AbortController();
  #timer = 0;
  /** @type {Question | null} */
  #question = null;

  /** @param {Networks} network @param {string} model */
  constructor(network, model) {
    this.network = network;
    this.model = model;
    this.field = Object.assign(element("textarea"), { rows: 3, maxLength: LONGEST, placeholder: "Type or paste something that tells your guess from another", spellcheck: false });
    this.painted = element("div", "text");
    this.status = element("p", "hint");
    this.status.setAttribute("aria-live", "polite");
    this.field.addEventListener("input", () => this.#follow(WAIT_MS));
    this.node = element("div", "own-text", element("label", "", element("span", "label", "Try a text of your own"), this.field), this.painted, this.status);
  }

  /** The unit to color by; the text stays. @param {Question} question */
  show(question) {
    this.#question = question;
    this.#follow(0);
  }

  /** @param {number} wait */
  #follow(wait) {
    this.#stop.abort();
    window.clearTimeout(this.#timer);
    const { signal } = (this.#stop = new AbortController());
    this.node.dataset.length = "";
    if (!this.field.value) {
      this.painted.replaceChildren();
      this.status.textContent = "";
      return;
    }
    this.#timer = window.setTimeout(() => this.#read(this.field.value, signal).catch((error) => {
      if (!signal.aborted) this.status.textContent = `The text could not be read (${error instanceof Error ? error.message : error}).`;
    }), wait);
  }

  /** @param {string} text @param {AbortSignal} signal */
  async #read(text, signal) {
    const { unit, state, column } = /** @type {Question} */ (this.#question);
    if (!this.#engine) this.status.textContent = "Loading the model …";
    this.#engine ??= openShipped(this.network, this.model).then(({ engine }) => engine, (error) => {
      this.#engine = null; // the next letter tries again
      throw error;
    });
    const engine = await this.#engine;
    signal.throwIfAborted();
    const { ids, states } = await readText(engine, text, { send: [state] }, signal), values = states[state].map((row) => row[column]);
    const levels = state === "cell" ? values.map(Math.tanh) : values, last = engine.info.vocabulary.length - 1;
    paintLevels(this.painted, Array.from(text), levels);
    const unknown = ids.filter((id) => id === last).length;
    this.status.textContent = unknown ? `${unknown} of these characters the model does not know: it reads each as the same sign.` : "";
    Object.assign(this.node.dataset, { unit, length: String(levels.length), levels: levels.map((level) => level.toFixed(4)).join(" ") });
  }

  close() {
    this.#stop.abort();
    window.clearTimeout(this.#timer);
    this.#engine?.then((engine) => engine.close()).catch(() => {});
  }
}
