// @ts-check
// The controls of the row in focus: its model, what it shows, which unit, and what is subtracted.

import { PALETTES } from "../reader/colors.js";
import { labelOf, menuOf } from "../reader/detectors.js";
import { button, element } from "../reader/dom.js";
import { statesOf } from "../reader/states.js";
import { unitName } from "../reader/words.js";
import { rowWritten, rowLabel, sameKind, signalOf, stateName } from "./row.js";

/** @import { Called } from "./row.js" */
/** @import { Book, Row, Signal } from "./types.js" */

/**
 * @typedef {object} ToolbarEvents
 * @property {(wanted: Partial<Signal>) => void} onChange the row's signal is to change
 * @property {(by: number) => void} onStep
 * @property {(signal: Signal | null) => void} onMinus
 * @property {(palette: string) => void} onPalette
 */

const NAMED = "named:"; // before a unit in the menu, where detectors are concepts
const KINDS = new Map([["unit", "Unit"], ["layer", "Layer"], ["loss", "Surprise"]]);

/** @param {string} name @param {string} label @param {(value: string) => void} onChange */
function select(name, label, onChange) {
  const node = element("select", name);
  node.ariaLabel = label;
  node.addEventListener("change", () => onChange(node.value));
  return node;
}

/** @param {HTMLSelectElement} node @param {[value: string, text: string][]} options @param {string} value */
function fill(node, options, value) {
  node.replaceChildren(...options.map(([each, text]) => new Option(text, each)));
  node.value = value;
}

export class Toolbar {
  /**
   * @param {string[]} models
   * @param {ToolbarEvents} events
   * @param {boolean} whole whether all units of the models are there
   */
  constructor(models, events, whole) {
    this.models = models;
    this.events = events;
    this.whole = whole;
    /** @type {Signal[]} */
    this.others = [];
    this.model = select("model", "Model", (model) => events.onChange({ model }));
    this.kind = select("kind", "What the row shows", (kind) => events.onChange({ kind: /** @type {Signal["kind"]} */ (kind) }));
    this.finder = select("finder", "Detector", (concept) => this.find(concept));
    this.layer = select("layer", "Layer", (layer) => events.onChange({ layer: Number(layer) }));
    this.number = element("input", "number");
    Object.assign(this.number, { type: "number", min: 0, ariaLabel: "Unit" });
    this.number.addEventListener("change", () => events.onChange({ unit: Number(this.number.value) }));
    this.dot = element("span", "dot", "u");
    const previous = button("‹", "previous unit  [", () => events.onStep(-1)), next = button("›", "next unit  ]", () => events.onStep(1));
    [previous.ariaLabel, next.ariaLabel] = ["previous unit", "next unit"];
    this.stepped = [previous, this.dot, this.number, next];
    this.unit = element("span", "group unit", previous, this.layer, this.dot, this.number, next);
    this.state = select("state", "State", (state) => events.onChange({ state }));
    this.minus = select("minus", "Subtract", (k) => events.onMinus(k === "" ? null : this.others[Number(k)]));
    this.palette = select("palette", "Palette", events.onPalette);
    fill(this.palette, [...PALETTES.keys()].map((name) => [name, name]), "");
    this.root = element("div", "toolbar", this.model, this.kind, this.finder, this.unit, this.state, this.minus, this.palette);
    /** @type {Book | null} */
    this.book = null;
  }

  /** @param {string} chosen a concept, or a unit that has a name */
  find(chosen) {
    const [, layer, unit] = chosen.match(/^named:L(\d+)\.u(\d+)$/) ?? [];
    if (layer) return this.events.onChange({ kind: "unit", layer: Number(layer), unit: Number(unit) });
    const found = this.book && menuOf(this.book.reading).flatMap(({ entries }) => entries).find((each) => each.concept === chosen);
    if (found) this.events.onChange({ kind: "unit", layer: found.layer, unit: found.unit, state: found.state });
  }

  /**
   * @param {Row[]} rows
   * @param {number} focused
   * @param {Book | null} book of the row's model; null until it has loaded
   * @param {string} palette
   * @param {Called} called
   */
  show(rows, focused, book, palette, called) {
    const row = rows[focused];
    this.root.hidden = !row;
    if (!row) return;
    this.palette.value = palette;
    fill(this.model, this.models.map((name) => [name, name]), row.model);
    fill(this.kind, [...KINDS].filter(([kind]) => this.whole || kind === row.kind), row.kind);
    this.unit.hidden = row.kind === "loss";
    for (const node of this.stepped) node.hidden = row.kind !== "unit";
    this.number.value = String(row.unit);
    this.showBook(row, book);
    this.showOthers(rows, focused, called);
    this.model.disabled = !this.whole && this.models.length < 2;
  }

  /** @param {Row} row @param {Book | null} book */
  showBook(row, book) {
    const isNew = book !== this.book, reading = book?.reading, states = reading ? (row.kind === "unit" ? statesOf(reading) : reading.states) : [];
    this.book = book;
    this.finder.hidden = row.kind !== "unit" || !(reading?.findings.length || book?.names.size);
    this.state.hidden = row.kind === "loss" || states.length < 2;
    if (!book || !reading) return;
    const at = (/** @type {{ state: string, layer: number, unit: number, rank: number }} */ each) =>
      each.rank === 1 && each.state === row.state && each.layer === row.layer && each.unit === row.unit;
    if (isNew) {
      this.offer(book);
      fill(this.layer, Array.from({ length: reading.layers }, (_, k) => [String(k + 1), `L${k + 1}`]), "");
      this.number.max = String(reading.units - 1);
    }
    this.finder.value = reading.findings.find(at)?.concept ?? `${NAMED}L${row.layer}.u${row.unit}`;
    if (this.finder.selectedIndex < 0) this.finder.value = "";
    this.layer.value = String(row.layer);
    fill(this.state, states.map((state) => [state, stateName(state)]), row.state);
  }

  /** Fills the menu: units that have names, and detectors. @param {Book} book */
  offer({ reading, names }) {
    const units = Array.from(names, ([slug, name]) => ({ slug, name, layer: Number(slug.slice(1).split(".")[0]), unit: Number(slug.split("u")[1]) }));
    const named = units.filter(({ layer, unit }) => statesOf(reading).some((state) => reading.has(state, layer, unit)))
      .map(({ slug, name, layer, unit }) => new Option(`${unitName(layer, unit)} · ${name}`, `${NAMED}${slug}`));
    const groups = menuOf(reading).map(({ title, entries }) => ({
      title, options: entries.map((each) => new Option(labelOf(reading, each), each.concept)),
    }));
    const all = [{ title: "Named units", options: named }, ...groups].filter(({ options }) => options.length);
    this.finder.replaceChildren(new Option("find a unit …", ""), ...all.map(({ title, options }) => {
      const group = element("optgroup", "", ...options);
      group.label = title;
      return group;
    }));
  }

  /** What can be subtracted: the signals of the other rows, and what is. @param {Row[]} rows @param {number} focused @param {Called} called */
  showOthers(rows, focused, called) {
    const row = rows[focused], own = row.minus && rowWritten({ ...row.minus, minus: null });
    const all = new Map(rows.filter((each) => !each.minus).map((each) => [rowWritten(each), signalOf(each)]));
    if (row.minus && own) all.set(own, row.minus);
    all.delete(rowWritten({ ...row, minus: null }));
    this.others = [...all.values()].filter((each) => sameKind(each, row));
    fill(this.minus, [["", row.minus ? "subtract nothing" : "subtract …"], ...this.others.map((each, k) =>
      /** @type {[string, string]} */ ([String(k), `− ${rowLabel({ ...each, minus: null }, called)}`]))], "");
    const chosen = this.others.findIndex((each) => rowWritten({ ...each, minus: null }) === own);
    this.minus.value = chosen < 0 ? "" : String(chosen);
    this.minus.hidden = !this.others.length;
  }
}
