// @ts-check
// Generate: a network writes where the reader sits. One column free; a second one with units held, from the same random
// numbers. All texts follow from the plan; only the temperature and forced characters act from where the text is.

import { openEngine } from "../engine/client.js";
import { distribution } from "../engine/sampling.js";
import { glyphOf } from "../reader/glyphs.js";
import { nextUnit } from "../reader/reading.js";
import { DEFAULT_VIEW, changedView, possibleView } from "../reader/view.js";
import { SYMBOLS, activationText, unitName } from "../reader/words.js";
import { Choices, choicesFrom } from "./choices.js";
import { Column } from "./column.js";
import { compared, whatFollowed } from "./compare.js";
import { keysOf } from "./keys.js";
import { Parts } from "./parts.js";
import { DEFAULT_PLAN } from "./plan.js";
import { trialIn } from "./trial_button.js";

/** @import { Engine } from "../engine/client.js" */
/** @import { Clamp } from "../engine/types.js" */
/** @import { View } from "../reader/types.js" */
/** @import { Plan } from "./plan.js" */
/** @import { Options } from "./types.js" */

export const LONGEST = 5000; // written characters: each keeps the states of all units
const messageOf = (/** @type {unknown} */ error) => (error instanceof Error ? error.message : String(error));

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
    this.running = false;
    this.life = new AbortController();
    this.frame = 0;
    /** @type {Engine | null} */
    this.engine = null;
    /** @type {Column[]} the free one, and the held one if units are held */
    this.columns = [];
    this.parts = new Parts(this.about, {
      onView: (wanted) => this.show(changedView(this.about.reading, this.view, wanted)),
      onStepUnit: (by) => this.show(changedView(this.about.reading, this.view, nextUnit(this.about.reading, this.view, by))),
      onPlan: (changed) => this.change(changed),
      onStart: (start) => this.begin(start),
      onProblem: (message) => this.note(message),
      onRun: () => this.run(!this.running),
      onStep: () => this.step(),
      onRestart: () => this.rewrite(0),
      onSpeed: (speed) => this.#all((column) => column.ask((writer) => writer.set({ speed }))),
      onType: (typed) => this.type(typed), liveUrl: options.liveUrl && (() => options.liveUrl?.(this.view, this.plan) ?? ""),
    });
    this.choices = new Choices(this.about.config.vocabulary, (id) => this.force(id));
    root.className = "reader generate";
    root.replaceChildren(this.parts.root);
    this.parts.aside.append(this.choices.root);
  }

  /** Loads the network; then the page can write. */
  async start() {
    const { about, options, life: { signal } } = this;
    this.note(options.problems?.join(" ") ?? "");
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
    await this.rewrite(0);
    this.show(this.view);
    if (options.plays) this.run(true);
  }

  destroy() {
    this.life.abort();
    cancelAnimationFrame(this.frame);
    for (const column of this.columns) column.destroy();
  }

  // ---- what is written -----------------------------------------------------------------------------------

  /** Begins with one of the starts that are offered. @param {Partial<Plan> & { holds?: Clamp[] }} start */
  begin({ prompt = "", temperature = DEFAULT_PLAN.temperature, holds = [], count = "" }) {
    const [hold] = holds;
    if (hold) this.show(changedView(this.about.reading, this.view, { layer: hold.layer, unit: hold.unit, state: this.about.memory }));
    this.change({ prompt, temperature, holds, count });
    this.run(true);
  }

  /** Changes the plan; all but the temperature and what is counted starts the texts anew. @param {Partial<Plan>} changed */
  change(changed) {
    this.note("");
    this.plan = { ...this.plan, ...changed };
    this.trial?.clear();
    this.parts.showPlan(this.plan, this.view);
    const { temperature } = changed, anew = ["prompt", "seed", "holds"].some((name) => name in changed);
    if (anew) this.rewrite("prompt" in changed ? 0 : this.written);
    else if (temperature !== undefined) this.#all((column) => column.ask((writer) => writer.set({ temperature })));
    this.options.onChange?.(this.view, this.plan);
    this.schedule();
  }

  /** Writes the texts anew from the prompt, as far as they were. @param {number} length characters to write at once */
  rewrite(length) {
    const { engine, plan } = this;
    if (!engine) return Promise.resolve();
    this.#columnsFor(plan.holds.length ? 2 : 1, engine);
    const { prompt, seed, temperature } = plan, speed = this.parts.controls.rate;
    const watch = [{ state: this.view.state, column: this.about.reading.column(this.view) }];
    return this.#all(async (column) => {
      const clamps = column === this.columns[1] ? plan.holds : [];
      await column.begin({ prompt, seed, temperature, speed, clamps, watch });
      if (length) {
        await column.ask((writer) => writer.step(length));
        await column.reached(length);
      }
      if (this.running) await column.ask((writer) => writer.start());
    });
  }

  /** @param {number} count @param {Engine} engine */
  #columnsFor(count, engine) {
    while (this.columns.length > count) this.columns.pop()?.destroy();
    while (this.columns.length < count) {
      this.columns.push(new Column(engine, this.columns.length ? "Held" : "Free", {
        onBatch: () => this.#heard(),
        onSelect: (i) => this.select(i),
        onError: (message) => this.note(message),
      }));
    }
    this.parts.columns.replaceChildren(...this.columns.map(({ root }) => root));
    this.columns[0].title.hidden = count < 2;
  }

  /** @param {boolean} running */
  run(running) {
    this.running = running && this.written < LONGEST;
    this.#all((column) => column.ask((writer) => (this.running ? writer.start() : writer.pause())));
    this.schedule();
  }

  step() {
    this.run(false);
    if (this.written < LONGEST) this.#all((column) => column.ask((writer) => writer.step(1)));
  }

  /** Writes a character after the selected one, or at the end, and goes on from there. @param {number} id */
  force(id) {
    const at = this.selected;
    this.select(-1);
    this.#all((column) => column.ask(async (writer) => {
      if (at >= 0 && at + 1 < column.length) await writer.goTo(at + 1);
      await writer.force(id);
    }));
  }

  /** Writes what somebody typed. @param {string} typed */
  type(typed) {
    const ids = Array.from(typed, (character) => this.about.config.vocabulary.indexOf(character));
    const unknown = Array.from(typed).find((_, k) => ids[k] < 0);
    if (unknown !== undefined) {
      this.note(`The model has not seen “${glyphOf(unknown, true).text}” in training and cannot read it. Type another character.`);
      return;
    }
    this.note("");
    for (const id of ids) this.force(id);
  }

  /** Takes the texts back to the selected character. */
  goBack() {
    const at = this.selected;
    if (at < 0) return;
    this.select(-1);
    this.run(false);
    this.#all((column) => column.ask((writer) => writer.goTo(Math.max(at + 1, column.text.prompt))));
  }

  get written() {
    return Math.min(...this.columns.map((column) => column.written), LONGEST);
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
    if (moved) this.#all((column) => column.watch({ state, column: reading.column(view) })).then(() => this.schedule());
    this.schedule();
  }

  get selected() {
    return this.columns[0]?.text.selected ?? -1;
  }

  /** Selects a character in all columns; -1 for none. @param {number} i */
  select(i) {
    for (const column of this.columns) column.text.selected = i < column.length ? i : -1;
    this.schedule();
  }

  #heard() {
    if (this.running && this.written >= LONGEST) {
      this.run(false);
      this.note(`The text has ${LONGEST.toLocaleString("en")} characters, the most that are kept. Go back to a character, or write from the prompt again.`);
    }
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
    if (this.life.signal.aborted || !this.columns.length) return;
    const { view, about: { reading } } = this, largest = reading.arrays.cell_scale?.[reading.column(view)];
    const [free, held] = this.columns;
    if (held) {
      const start = free.text.prompt, { first, share } = compared(free.text.ids, held.text.ids, start);
      free.text.difference = held.text.difference = first;
      const { holds, count } = this.plan;
      this.parts.sentence.textContent = whatFollowed({
        holds, count, first: first < 0 ? -1 : first - start, share, free: free.text.written, held: held.text.written,
      });
    } else {
      free.text.difference = -1;
      this.parts.sentence.textContent = "";
    }
    for (const column of this.columns) column.draw(view, largest);
    this.parts.controls.showRunning(this.running, this.written >= LONGEST);
    this.parts.showText(free);
    this.#showChoices(free);
    this.root.dataset.written = String(this.written);
  }

  /** @param {Column} column */
  #showChoices(column) {
    const { text, last } = column, at = text.selected, { temperature } = this.plan;
    if (!last) return;
    const atEnd = at < 0 || at === text.ids.length - 1, i = atEnd ? text.ids.length - 1 : at;
    const after = i < 0 ? "At the beginning" : `After “${glyphOf(text.characters[i], true).text}”`;
    const value = text.values[i], { state, layer, unit } = this.view;
    const facts = value === undefined ? "" : `${unitName(layer, unit)} ${SYMBOLS.get(state)} = ${activationText(value)} here.`;
    if (atEnd) {
      const choices = choicesFrom(last.logits, temperature);
      const rest = 1 - choices.reduce((sum, { probability }) => sum + probability, 0);
      const all = distribution(last.logits, temperature).filter((probability) => probability >= 0.01).length;
      this.choices.show(`${after}, at temperature ${temperature.toFixed(2)}`, choices,
        `${facts} All others together: ${(100 * Math.max(0, rest)).toFixed(1)} %; ${all} of ${last.logits.length} characters have 1 % or more.`);
    } else {
      const n = text.predictions;
      const choices = Array.from({ length: n }, (_, k) => ({ id: text.arrays.top_char[i * n + k], probability: text.arrays.top_prob[i * n + k] }));
      this.choices.show(`${after}, at temperature 1`, choices, `${facts} Press one to go back here and write it.`, text.ids[i + 1]);
    }
  }

  /** @template T @param {(column: Column) => Promise<T>} act */
  #all(act) {
    return Promise.all(this.columns.map(act)).catch((error) => {
      if (!this.life.signal.aborted) this.note(messageOf(error));
    });
  }
}

