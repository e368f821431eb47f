// @ts-check
// The values of a lesson's controls, as its address says them. `hide=a,b` in an address removes controls, `lock=a` keeps
// a value as it is. Needs no DOM.

import { requireNumber } from "../generate/plan.js";

/**
 * @typedef {number | string | boolean} Value
 *
 * @typedef {object} Common
 * @property {string} name in the address; short, and none of RESERVED
 * @property {string} label
 * @property {boolean} [drawn] false if the widget draws it itself
 * @property {(values: Values) => boolean} [isUsed] whether it does anything as the others are; if not, its field is disabled
 *
 * @typedef {Common & { first: number, least: number, most: number, step: number }} Ranged
 * @typedef {(Ranged & { kind: "slider" }) | (Ranged & { kind: "number" })} NumberControl
 * @typedef {Common & { kind: "choice", first: string, options: [string, string][] }} ChoiceControl options: value, label
 * @typedef {Common & { kind: "toggle", first: boolean }} ToggleControl
 * @typedef {Common & { kind: "text", first: string, longest: number, check?: (written: string) => string | null }} TextControl check: what was wanted, for words that mean nothing; else null
 * @typedef {NumberControl | ChoiceControl | ToggleControl | TextControl} Control
 * @typedef {{ [name: string]: Value }} Changes
 */

/** Names that mean something else in an address. */
export const RESERVED = ["lesson", "glossary", "teacher", "quiz", "hide", "lock", "model", "text", "start", "length", "own", "held", "marks", "unit", "state", "concept", "mode", "palette", "signals"];

export class Values {
  /**
   * @param {readonly Control[]} controls
   * @param {URLSearchParams} query
   */
  constructor(controls, query) {
    this.controls = controls;
    /** A sentence for each part of the address that is wrong; the other parts are used. @type {string[]} */
    this.problems = [];
    this.hidden = this.named("hide", query);
    this.locked = this.named("lock", query);
    /** @type {Map<string, Value>} */
    this.values = new Map(controls.map(({ name, first }) => [name, first]));
    /** @type {Set<(changed: Set<string>) => void>} */
    this.listeners = new Set();
    for (const control of controls) {
      const written = query.get(control.name);
      try {
        if (written !== null) this.values.set(control.name, valueOf(control, written));
      } catch (error) {
        this.problems.push(error instanceof Error ? error.message : String(error));
      }
    }
  }

  /** The controls that a part of the address names. @param {"hide" | "lock"} part @param {URLSearchParams} query */
  named(part, query) {
    const known = this.controls.map(({ name }) => name);
    const names = (query.get(part) ?? "").split(",").map((name) => name.trim()).filter(Boolean);
    const unknown = names.filter((name) => !known.includes(name));
    if (unknown.length) this.problems.push(`This lesson has no control ${unknown.join(", ").slice(0, 60)} to ${part}. It has ${known.join(", ")}.`);
    return new Set(names.filter((name) => known.includes(name)));
  }

  /** @param {string} name */
  control(name) {
    const found = this.controls.find((each) => each.name === name);
    if (!found) throw new Error(`This lesson has no control ${name}.`);
    return found;
  }

  /** @param {string} name @returns {Value} */
  get(name) {
    this.control(name);
    return /** @type {Value} */ (this.values.get(name));
  }

  /** @param {string} name */
  number(name) {
    return Number(this.get(name));
  }

  /** @param {string} name */
  text(name) {
    return String(this.get(name));
  }

  /** @param {string} name */
  isOn(name) {
    return this.get(name) === true;
  }

  /** Sets some values; locked ones stay. @param {Changes} changes */
  set(changes) {
    const changed = new Set(Object.keys(changes).filter((name) => {
      const control = this.control(name), value = valueOf(control, inWords(changes[name]));
      if (this.locked.has(name) || this.values.get(name) === value) return false;
      this.values.set(name, value);
      return true;
    }));
    if (changed.size) for (const listener of this.listeners) listener(changed);
  }

  /** All values of a stop: those that it does not name are the first ones. @param {{ [name: string]: string }} stop @returns {Changes} */
  ofStop(stop) {
    return Object.fromEntries(this.controls.map((control) => {
      const written = stop[control.name];
      return [control.name, written === undefined ? control.first : valueOf(control, written)];
    }));
  }

  /** Whether what is shown is what a stop shows; locked controls that it does not name aside. @param {{ [name: string]: string }} stop */
  isAt(stop) {
    return Object.entries(this.ofStop(stop)).every(([name, value]) => this.get(name) === value || (this.locked.has(name) && !(name in stop)));
  }

  /** Whether a locked control keeps a stop from being reached. @param {{ [name: string]: string }} stop */
  isBarred(stop) {
    return Object.keys(stop).some((name) => this.locked.has(name) && this.ofStop(stop)[name] !== this.get(name));
  }

  /** Calls back after every change. @param {(changed: Set<string>) => void} listener */
  onChange(listener) {
    this.listeners.add(listener);
  }

  /** As pairs of words for an address, without the first values. @returns {[string, string][]} */
  words() {
    const changed = this.controls.filter(({ name, first }) => this.values.get(name) !== first || this.locked.has(name));
    /** @type {[string, string][]} */
    const pairs = changed.map(({ name }) => [name, inWords(this.get(name))]);
    if (this.hidden.size) pairs.push(["hide", [...this.hidden].join(",")]);
    if (this.locked.size) pairs.push(["lock", [...this.locked].join(",")]);
    return pairs;
  }
}

/** @param {Value} value */
export const inWords = (value) => (typeof value === "boolean" ? (value ? "on" : "off") : String(value));

/**
 * The value that is written; throws one clear line if it is none of the control's.
 *
 * @param {Control} control
 * @param {string} written
 * @returns {Value}
 */
export function valueOf(control, written) {
  if (control.kind === "slider" || control.kind === "number") {
    return onStep(requireNumber(control.name, written, control.least, control.most, Number.isInteger(control.step)), control);
  }
  if (control.kind === "text") {
    const wanted = control.check?.(written);
    if (wanted) throw new Error(`Wanted ${wanted} as the ${control.name}, got “${written.slice(0, 40)}”.`);
    if (Array.from(written).length <= control.longest) return written;
    throw new Error(`Wanted at most ${control.longest} characters as the ${control.name}, got ${Array.from(written).length}.`);
  }
  const known = control.kind === "choice" ? control.options.map(([value]) => value) : ["on", "off"];
  if (!known.includes(written)) throw new Error(`Wanted ${known.join(" or ")} as the ${control.name}, got “${written.slice(0, 40)}”.`);
  return control.kind === "toggle" ? written === "on" : written;
}

/**
 * The nearest value that the control's field can have; a field counts its steps from the least one.
 *
 * @param {number} value from the least to the most
 * @param {{ least: number, most: number, step: number }} control
 */
function onStep(value, { least, most, step }) {
  const last = Math.floor((most - least) / step + 1e-9), steps = Math.min(last, Math.round((value - least) / step));
  const near = Number((least + steps * step).toFixed(10)); // without what adding tenths leaves behind
  return Math.abs(near - value) < 1e-9 ? value : near;
}
