// @ts-check
// The texts of both columns. Both follow from the plan and the edits, so that either can be written again at any time.

import { Column } from "./column.js";

/** @import { Engine } from "../engine/client.js" */
/** @import { Edit, Watched } from "../engine/types.js" */
/** @import { Plan } from "./plan.js" */

export const LONGEST = 5000; // written characters: each keeps the states of all units

export class Texts {
  running = false;
  /** Forced characters and changes of the temperature, since the texts were begun. @type {Edit[]} */
  edits = [];
  /** Written characters that both texts are to have. */
  target = 0;
  /** The free one, and the held one if units are held. @type {Column[]} */
  columns = [];
  /** The temperature that the texts were begun with. */
  #temperature = 0;

  /**
   * @param {Engine} engine
   * @param {Plan} plan
   * @param {{ speed: () => number, watched: () => Watched, onBatch: () => void, onSelect: (column: Column, i: number) => void,
   *   onColumns: () => void, onError: (message: string) => void }} page
   */
  constructor(engine, plan, page) {
    this.engine = engine;
    this.plan = plan;
    this.page = page;
  }

  /** Characters that every text has. */
  get written() {
    return this.columns.length ? Math.min(...this.columns.map((column) => column.written)) : 0;
  }

  get prompt() {
    return Array.from(this.plan.prompt).length;
  }

  /** Whether no more is written. */
  get full() {
    return this.target >= LONGEST;
  }

  /** Begins both texts anew. @param {Plan} plan @param {number} length characters to write at once */
  begin(plan, length = 0) {
    this.plan = plan;
    this.#temperature = plan.temperature;
    this.edits = [];
    this.target = length;
    this.#arrange();
    return this.#each((column) => this.#open(column));
  }

  /** Holds other units: the free text stays, the held one is written again. @param {Plan} plan */
  hold(plan) {
    this.plan = plan;
    this.#arrange();
    return this.#each((column) => (column === this.columns[1] ? this.#open(column) : Promise.resolve()));
  }

  #arrange() {
    const wanted = this.plan.holds.length ? 2 : 1;
    while (this.columns.length > wanted) this.columns.pop()?.destroy();
    while (this.columns.length < wanted) {
      const column = new Column(this.engine, this.columns.length ? "Held" : "Free", {
        onBatch: () => this.#heard(), onSelect: (i) => this.page.onSelect(column, i), onError: (message) => this.fail(message),
      });
      this.columns.push(column);
    }
    this.page.onColumns();
  }

  /** @param {Column} column */
  #open(column) {
    const { prompt, seed, holds } = this.plan, clamps = column === this.columns[1] ? holds : [];
    return column.begin({
      prompt, seed, clamps, temperature: this.#temperature, edits: this.edits, speed: this.page.speed(), watch: [this.page.watched()],
    });
  }

  // ---- on and back ---------------------------------------------------------------------------------------

  /** @param {boolean} running */
  run(running) {
    this.running = running && !this.full;
    return this.#each((column) => (this.running ? Promise.resolve() : column.pause()));
  }

  /** Writes some characters more, then pauses. */
  async step(count = 1) {
    await this.run(false);
    this.target = Math.min(LONGEST, Math.max(this.target, ...this.columns.map(({ written }) => written)) + count);
    this.#advance();
  }

  /** Writes with another temperature from here on. @param {Plan} plan */
  heat(plan) {
    this.plan = plan;
    const at = this.#end, { temperature } = plan;
    if (at === 0 && !this.edits.length) this.#temperature = temperature;
    return this.#edit([{ at, temperature }], at, at);
  }

  /**
   * Writes these characters at a place, and goes on from there.
   *
   * @param {number[]} ids
   * @param {number} [at] the written character, from 0; the end if left out
   * @returns {number} how many of them there was room for
   */
  force(ids, at = this.#end) {
    const taken = ids.slice(0, Math.max(0, LONGEST - at));
    if (taken.length) void this.#edit(taken.map((id, k) => ({ at: at + k, id })), at, at + taken.length);
    return taken.length;
  }

  /** Takes both texts back. @param {number} kept written characters */
  goBack(kept) {
    return this.#edit([], kept, kept);
  }

  get #furthest() {
    return Math.max(0, ...this.columns.map(({ written }) => written));
  }

  /** Where the texts end once all has come that was asked for. */
  get #end() {
    return Math.max(this.target, this.#furthest);
  }

  /**
   * Keeps what is before a character, with its edits, adds some, and writes on to a length.
   *
   * @param {Edit[]} edits
   * @param {number} kept written characters
   * @param {number} target
   */
  #edit(edits, kept, target) {
    this.edits = [...this.edits.filter(({ at, id }) => at < kept || (at === kept && id === undefined && !edits.some((edit) => edit.id === undefined))), ...edits];
    this.target = target;
    return this.#each((column) => column.edit(this.edits, kept, this.prompt));
  }

  /** @param {number} speed */
  setSpeed(speed) {
    return this.#each((column) => column.setSpeed(speed));
  }

  /** @param {Watched} unit */
  watch(unit) {
    return this.#each((column) => column.watch(unit));
  }

  // ---- what comes ----------------------------------------------------------------------------------------

  #heard() {
    this.target = Math.min(LONGEST, Math.max(this.target, this.#furthest));
    if (this.running && this.full) void this.run(false);
    this.#advance();
    this.page.onBatch();
  }

  #advance() {
    for (const column of this.columns) column.advance(this.target, this.running).catch((error) => this.fail(messageOf(error)));
  }

  /** @param {(column: Column) => Promise<unknown>} act */
  async #each(act) {
    try {
      await Promise.all(this.columns.map(act));
      this.#advance();
    } catch (error) {
      this.fail(messageOf(error));
    }
  }

  /** @param {string} message */
  fail(message) {
    this.running = false;
    this.page.onError(message);
  }

  destroy() {
    for (const column of this.columns) column.destroy();
  }
}

/** @param {unknown} error */
const messageOf = (error) => (error instanceof Error ? error.message : String(error));
