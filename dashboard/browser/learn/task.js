// @ts-check
// A task that a teacher sets: the values of a lesson's controls, and which of them are hidden or locked. Needs no DOM.

import { Values, inWords } from "./values.js";

/** @import { Control } from "./values.js" */
/** @typedef {"hide" | "lock"} Bar */

export class Task {
  /** @param {readonly Control[]} controls @param {URLSearchParams} query as in the lesson's own address */
  constructor(controls, query) {
    const given = new Values(controls, query), free = new URLSearchParams(query);
    free.delete("hide");
    free.delete("lock");
    this.problems = given.problems;
    /** @type {{ [bar in Bar]: Set<string> }} */
    this.barred = { hide: given.hidden, lock: given.locked };
    /** What the teacher sets: nothing is locked for the teacher. */
    this.values = new Values(controls, free);
  }

  /** @param {Bar} bar @param {string} name @param {boolean} isBarred */
  setBarred(bar, name, isBarred) {
    this.values.control(name);
    if (isBarred) this.barred[bar].add(name);
    else this.barred[bar].delete(name);
  }

  /** The values as who follows the link gets them. */
  asOpened() {
    const { controls } = this.values, query = new URLSearchParams(controls.map(({ name }) => [name, inWords(this.values.get(name))]));
    for (const [bar, names] of Object.entries(this.barred)) query.set(bar, controls.flatMap(({ name }) => (names.has(name) ? [name] : [])).join(","));
    return new Values(controls, query);
  }

  /** What the lesson's address is to say. */
  words() {
    return this.asOpened().words();
  }

  /**
   * The task in a sentence or two.
   *
   * @param {{ name: string, set: { [control: string]: string } }[]} stops
   */
  summary(stops) {
    const opened = this.asOpened(), count = opened.controls.length, off = stops.filter(({ set }) => opened.isBarred(set)).map(({ name }) => name);
    const parts = [`${opened.hidden.size} of ${count} controls hidden, ${opened.locked.size} locked.`];
    if (off.length) parts.push(`${off.length} of ${stops.length} stops switched off: ${off.join(", ")}.`);
    return parts.join(" ");
  }
}
