// @ts-check
// Generate: a network writes where the reader sits. One column free; a second one with units held, from the same random
// numbers. All texts follow from the plan; only the temperature and forced characters act from where the text is.

import { openEngine } from "../engine/client.js";
import { themeOf } from "../reader/colors.js";
import { glyphOf } from "../reader/glyphs.js";
import { nextUnit } from "../reader/reading.js";
import { DEFAULT_VIEW, changedView, possibleView } from "../reader/view.js";
import { unitName } from "../reader/words.js";
import { Choices } from "./choices.js";
import { compared, whatFollowed } from "./compare.js";
import { keysOf } from "./keys.js";
import { Parts } from "./parts.js";
import { DEFAULT_PLAN, unknownIn } from "./plan.js";
import { LONGEST, Texts } from "./texts.js";
import { trialIn } from "./trial_button.js";

/** @import { Engine } from "../engine/client.js" */
/** @import { Clamp } from "../engine/types.js" */
/** @import { View } from "../reader/types.js" */
/** @import { Column } from "./column.js" */
/** @import { Plan } from "./plan.js" */
/** @import { Options } from "./types.js" */

const FULL = `The text has ${LONGEST.toLocaleString("en")} characters, the most that are kept. Go back to a character, or start over.`;
const MANY = 200; // characters that are missed before the page says that it writes them again

export class Generate {
  /**
   * @param {HTMLElement} root where to build; it must be in the page
   * @param {Options} options
   */
  constructor(root, options) {
    this.root = root;
    this.options = options;
    this.about = options.about;
    this.plan = options.plan ?? DEFAULT_PLAN;
    this.view = possibleView(this.about.reading, { ...DEFAULT_VIEW, ...options.view });
    this.life = new AbortController();
    this.frame = 0;
    /** @type {Engine | null} */
    this.engine = null;
    /** @type {Texts | null} null until the network has loaded */
    this.texts = null;
    /** The column whose choices are shown. @type {Column | null} */
    this.from = null;
    this.theme = "";
    this.parts = new Parts(this.about, {
      onView: (wanted) => this.show(changedView(this.about.reading, this.view, wanted)),
      onStepUnit: (by) => this.show(changedView(this.about.reading, this.view, nextUnit(this.about.reading, this.view, by))),
      onPlan: (changed) => this.change(changed),
      onStart: (start) => this.begin(start),
      onProblem: (message) => this.note(message),
      onRun: (running = !this.texts?.running) => this.run(running),
      onStep: () => this.step(),
      onRestart: () => this.startOver(),
      onSpeed: (speed) => this.texts?.setSpeed(speed),
      onType: (typed) => this.type(typed), liveUrl: options.liveUrl && (() => options.liveUrl?.(this.view, this.plan) ?? ""),
    });
    this.choices = new Choices(this.about.config.vocabulary, (id) => this.force(id), this.about.reading.gates);
    root.className = "reader generate";
    root.replaceChildren(this.parts.root);
    this.parts.aside.append(this.choices.root);
  }

  /** Loads the network; then the page can write. */
  async start() {
    const { about, options, life: { signal } } = this;
    this.note([...(options.problems ?? []), this.unknown].filter(Boolean).join(" "));
    this.parts.waiting("Loading the network …");
    const engine = options.engine ?? await openEngine({
      config: about.config, weights: options.weights,
      onProgress: (share) => this.parts.waiting(`Loading the network: ${Math.round(100 * share)} %`),
    });
    if (signal.aborted) return options.engine ? undefined : engine.close();
    this.engine = engine;
    if (!options.engine) signal.addEventListener("abort", () => engine.close());
    this.parts.waiting("");
    this.root.dataset.kernel = engine.info.kernel;
    this.trial = trialIn(this.parts.trial, engine, () => this.plan);
    const observer = new ResizeObserver(() => this.schedule());
    observer.observe(this.parts.columns);
    signal.addEventListener("abort", () => observer.disconnect());
    document.addEventListener("keydown", (event) => this.root.closest("[hidden]") || keysOf(this, event), { signal });
    this.texts = new Texts(engine, this.plan, {
      speed: () => this.parts.controls.rate,
      watched: () => ({ state: this.view.state, column: about.reading.column(this.view) }),
      onBatch: () => this.schedule(),
      onSelect: (column, i) => this.select(column, i),
      onColumns: () => this.parts.showColumns(this.columns, this.plan),
      onError: (message) => signal.aborted || this.note(message),
    });
    await this.texts.begin(this.plan);
    this.show(this.view);
    if (options.plays) this.run(true);
  }

  destroy() {
    this.life.abort();
    cancelAnimationFrame(this.frame);
    this.texts?.destroy();
  }

  // ---- what is written -----------------------------------------------------------------------------------

  /** Begins with one of the starts that are offered. @param {Partial<Plan> & { holds?: Clamp[] }} start */
  begin({ prompt = "", seed = DEFAULT_PLAN.seed, temperature = DEFAULT_PLAN.temperature, holds = [], count = "" }) {
    const [hold] = holds;
    if (hold) this.show(changedView(this.about.reading, this.view, { layer: hold.layer, unit: hold.unit, state: this.about.memory }));
    this.change({ prompt, seed, temperature, holds, count });
    this.run(true);
  }

  /** Changes the plan. Another prompt or seed begins other texts; other holds, another held text. @param {Partial<Plan>} changed */
  change(changed) {
    const { texts } = this;
    this.plan = { ...this.plan, ...changed };
    this.note(this.unknown);
    this.trial?.clear();
    this.parts.showPlan(this.plan, this.view);
    if ("prompt" in changed) texts?.begin(this.plan);
    else if ("seed" in changed) texts?.begin(this.plan, texts.target);
    else if ("holds" in changed) texts?.hold(this.plan);
    else if ("temperature" in changed) texts?.heat(this.plan);
    this.options.onChange?.(this.view, this.plan);
    this.schedule();
  }

  startOver() {
    this.note(this.unknown);
    this.texts?.begin(this.plan);
  }

  /** @param {boolean} running */
  run(running) {
    if (running) this.note(this.texts?.full ? FULL : this.unknown);
    this.texts?.run(running);
    this.schedule();
  }

  step() {
    this.texts?.step();
  }

  /** Writes a character after the selected one, or at the end. @param {number} id */
  force(id) {
    this.forceAll([id]);
  }

  /** @param {number[]} ids */
  forceAll(ids) {
    const { texts, selected } = this;
    if (!texts) return;
    const at = selected < 0 ? undefined : selected + 1 - texts.prompt;
    if (at !== undefined && at < 0) return this.note("This is part of the prompt. Change it above.");
    this.select(null, -1);
    this.note(texts.force(ids, at) < ids.length ? FULL : "");
  }

  /** Writes what somebody typed, but for what the network cannot read. @param {string} typed */
  type(typed) {
    const characters = Array.from(typed), { vocabulary } = this.about.config;
    const unknown = characters.filter((character) => !vocabulary.includes(character));
    this.forceAll(characters.map((character) => vocabulary.indexOf(character)).filter((id) => id >= 0));
    if (unknown.length) this.note(`The model has not seen “${glyphOf(unknown[0], true).text}” in training and cannot read it. Type another character.`);
  }

  /** Takes the texts back to the selected character. */
  goBack() {
    const { texts, selected } = this;
    if (!texts || selected < 0) return;
    const kept = selected + 1 - texts.prompt;
    if (kept < 0) return this.note("This is part of the prompt. Change it above.");
    this.select(null, -1);
    this.note("");
    void texts.run(false);
    void texts.goBack(kept);
  }

  /** What the network cannot read in the prompt, as a sentence. */
  get unknown() {
    return unknownIn(this.plan.prompt, this.about.config.vocabulary);
  }

  // ---- what is shown -------------------------------------------------------------------------------------

  /** @param {View} view */
  show(view) {
    const { reading } = this.about, { state, layer, unit } = view;
    if (!reading.has(state, layer, unit)) {
      this.parts.showView(this.view);
      return this.note(`No unit ${unitName(layer, unit)}: units run from 0 to ${reading.units - 1}, layers from 1 to ${reading.layers}.`);
    }
    const moved = reading.column(view) !== reading.column(this.view) || state !== this.view.state;
    this.view = view;
    this.parts.showView(view);
    this.parts.showPlan(this.plan, view);
    this.options.onChange?.(view, this.plan);
    if (moved) this.texts?.watch({ state, column: reading.column(view) }).then(() => this.schedule());
    this.schedule();
  }

  /** The selected character, prompt included; -1 for none. */
  get selected() {
    return this.columns[0]?.text.selected ?? -1;
  }

  get columns() {
    return this.texts?.columns ?? [];
  }

  /** Selects a character in all columns, -1 for none; the choices are then those of this column. @param {Column | null} column @param {number} i */
  select(column, i) {
    const again = column !== null && column === this.from && i === this.selected;
    if (column) this.from = column;
    for (const { text, length } of this.columns) text.selected = i < length && !again ? i : -1;
    this.schedule();
  }

  /** @param {string} message */
  note(message) {
    this.parts.note.textContent = message;
  }

  schedule() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.draw());
  }

  draw() {
    const { texts, view, about: { reading } } = this;
    if (this.life.signal.aborted || !texts?.columns.length) return;
    const largest = reading.arrays.cell_scale?.[reading.column(view)], [free, held] = texts.columns;
    this.#followTheme();
    if (held) {
      const start = free.text.prompt, { first, share } = compared(free.text.ids, held.text.ids, start);
      free.text.difference = held.text.difference = first;
      const { holds, count } = this.plan;
      this.parts.sentence.textContent = whatFollowed({
        holds, count, prompt: this.plan.prompt, first: first < 0 ? -1 : first - start, share, free: free.text.written, held: held.text.written,
      });
    } else {
      free.text.difference = -1;
      this.parts.sentence.textContent = "";
    }
    for (const column of this.columns) column.draw(view, largest);
    this.parts.controls.showRunning(texts.running, texts.full);
    const missing = texts.target - texts.written;
    this.parts.waiting(missing > MANY && !texts.running ? `Writing again: ${texts.written.toLocaleString("en")} of ${texts.target.toLocaleString("en")} characters …` : "");
    const from = held && this.from === held ? held : free;
    this.choices.showIn(from, view, this.plan.temperature, held ? `${from.name}, ` : "");
    this.root.dataset.written = String(texts.written);
  }

  /** Another theme has other colors: of the legend, and of the outlines in the text. */
  #followTheme() {
    const theme = themeOf(this.root);
    if (theme === this.theme) return;
    this.theme = theme;
    this.parts.showView(this.view);
    for (const { text } of this.columns) text.fitted = "";
  }
}
