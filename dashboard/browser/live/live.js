// @ts-check
// A network where the reader sits: it reads a text, typed or pasted, and it writes. One network in one worker.
//
//   const live = new Live(root, { about, weights, text });
//   await live.start();

import { openEngine } from "../engine/client.js";
import { Generate } from "../generate/generate.js";
import { DEFAULT_PLAN, LONGEST_PROMPT } from "../generate/plan.js";
import { element } from "../reader/dom.js";
import { messageOf } from "../reader/reader.js";
import { LiveRead } from "./read.js";
import { Tabs } from "./tabs.js";

/** @import { Engine } from "../engine/client.js" */
/** @import { About } from "../generate/about.js" */
/** @import { Plan } from "../generate/plan.js" */
/** @import { View } from "../reader/types.js" */
/**
 * @typedef {"read" | "generate"} Tab
 *
 * @typedef {object} Shown All that the page shows; an address says the same.
 * @property {Partial<View>} view
 * @property {Plan} plan
 * @property {Tab} tab
 * @property {string | null} typed the text in place of the page's own
 *
 * @typedef {object} LiveOptions
 * @property {About} about
 * @property {ArrayBuffer | string} weights their bytes, or their address
 * @property {string} text the page's own
 * @property {string | null} [typed] the text in its place
 * @property {Partial<View>} [view]
 * @property {Plan} [plan]
 * @property {Tab} [tab]
 * @property {string[]} [problems] of the address
 * @property {(shown: Shown) => void} [onChange]
 */

const TITLES = new Map([["read", "Read"], ["generate", "Generate"]]);
const SLOWER = "This browser lets the page use no WebAssembly SIMD, so the network runs in plain JavaScript: the same results, but slower.";

export class Live {
  /**
   * @param {HTMLElement} root where to build; it must be in the page
   * @param {LiveOptions} options
   */
  constructor(root, options) {
    this.root = root;
    this.options = options;
    this.life = new AbortController();
    /** @type {Shown} */
    this.shown = { view: options.view ?? {}, plan: options.plan ?? DEFAULT_PLAN, tab: options.tab ?? "read", typed: options.typed ?? null };
    this.problems = element("span", "problems", options.problems?.join(" ") ?? "");
    this.note = element("p", "live-note", this.problems);
    this.note.role = "status";
    this.tabs = new Tabs(TITLES, (name) => void this.#turned(/** @type {Tab} */ (name)));
    /** @type {LiveRead | null} */
    this.read = null;
    /** @type {Generate | null} */
    this.generate = null;
    root.classList.add("live");
    root.replaceChildren(this.tabs.list, this.note, ...Array.from(TITLES.keys(), (name) => this.tabs.panel(name)));
  }

  /**
   * Loads the network, then shows what is to be shown. What goes wrong is said in the page.
   */
  async start() {
    const { about, weights } = this.options, { signal } = this.life;
    const bar = element("progress"), words = element("p", "", "Loading the network …");
    const waiting = element("div", "live-waiting", words, bar);
    this.note.after(waiting);
    try {
      const engine = await openEngine({
        config: about.config, weights,
        onProgress: (share) => {
          bar.value = share;
          words.textContent = `Loading the network: ${Math.round(100 * share)} %`;
        },
      });
      if (signal.aborted) return engine.close();
      signal.addEventListener("abort", () => engine.close());
      waiting.remove();
      this.#open(engine);
    } catch (error) {
      if (!signal.aborted) waiting.replaceChildren(element("p", "broken", messageOf(error)));
    }
  }

  /** @param {Engine} engine */
  #open(engine) {
    const { text } = this.options;
    this.engine = engine;
    this.root.dataset.kernel = engine.info.kernel;
    if (engine.info.kernel === "javascript") this.note.append(element("span", "slower", ` ${SLOWER}`));
    this.read = new LiveRead(this.tabs.panel("read"), {
      about: this.options.about, engine, text, typed: this.shown.typed, view: this.shown.view,
      onChange: (changed) => this.#change(changed), onWriteOn: (written) => this.#writeOn(written),
    });
    this.tabs.show(this.shown.tab);
  }

  destroy() {
    this.life.abort();
    this.read?.destroy();
    this.generate?.destroy();
  }

  /** Colors everything again: the theme has changed. */
  recolor() {
    this.read?.recolor();
    this.generate?.schedule();
  }

  /** @param {Partial<Shown>} changed */
  #change(changed) {
    const moved = changed.view && this.shown.view.unit !== undefined && changed.view.unit !== this.shown.view.unit;
    if (moved) this.problems.textContent = ""; // of an address that is no longer
    this.shown = { ...this.shown, ...changed };
    this.options.onChange?.(this.shown);
  }

  /** A tab came into view; what it shows is built when it first does, and shows the same unit as the other. @param {Tab} tab */
  async #turned(tab) {
    const view = /** @type {View} */ (this.shown.view);
    if (tab === "read") {
      this.generate?.run(false);
      if (this.read?.reader) this.read.show(view);
      else void this.read?.start();
    } else if (this.generate) this.generate.show({ ...this.generate.view, ...view });
    this.#change({ tab });
    if (tab === "generate" && !this.generate) await this.#openGenerate();
  }

  async #openGenerate() {
    const { about, weights } = this.options, { view, plan } = this.shown, place = element("div");
    this.tabs.panel("generate").append(place);
    this.generate = new Generate(place, {
      about, weights, engine: this.engine, view, plan, plays: true, onChange: (next, planned) => this.#change({ view: next, plan: planned }),
    });
    await this.generate.start();
  }

  /** Writes on from the end of a text. @param {string} written */
  #writeOn(written) {
    const prompt = Array.from(written.slice(-2 * LONGEST_PROMPT)).slice(-LONGEST_PROMPT).join("");
    this.shown = { ...this.shown, plan: { ...this.shown.plan, prompt } };
    const { generate } = this;
    this.tabs.show("generate");
    generate?.change({ prompt });
  }
}
