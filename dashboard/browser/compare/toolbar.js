// @ts-check
// The controls of the row in focus: its model, what it shows, which unit, and what is subtracted.

import { PALETTES } from "../reader/colors.js";
import { labelOf, menuOf } from "../reader/detectors.js";
import { button, element } from "../reader/dom.js";
import { statesOf } from "../reader/states.js";
import { rowWritten, rowLabel, sameKind, signalOf, stateName } from "./row.js";

/** @import { Reading } from "../reader/types.js" */
/** @import { Row, Signal } from "./types.js" */

/**
 * @typedef {object} ToolbarEvents
 * @property {(wanted: Partial<Signal>) => void} onChange the row's signal is to change
 * @property {(by: number) => void} onStep
 * @property {(signal: Signal | null) => void} onMinus
 * @property {(palette: string) => void} onPalette
 */

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
    /** @type {Reading | null} */
    this.reading = null;
  }

  /** @param {string} concept */
  find(concept) {
    const found = this.reading && menuOf(this.reading).flatMap(({ entries }) => entries).find((each) => each.concept === concept);
    if (found) this.events.onChange({ kind: "unit", layer: found.layer, unit: found.unit, state: found.state });
  }

  /**
   * @param {Row[]} rows
   * @param {number} focused
   * @param {Reading | null} reading of the row's model; null until it has loaded
   * @param {string} palette
   */
  show(rows, focused, reading, palette) {
    const row = rows[focused];
    this.root.hidden = !row;
    if (!row) return;
    this.palette.value = palette;
    fill(this.model, this.models.map((name) => [name, name]), row.model);
    fill(this.kind, [...KINDS].filter(([kind]) => this.whole || kind === row.kind), row.kind);
    this.unit.hidden = row.kind === "loss";
    for (const node of this.stepped) node.hidden = row.kind !== "unit";
    this.number.value = String(row.unit);
    this.showReading(row, reading);
    this.showOthers(rows, focused);
    this.model.disabled = !this.whole && this.models.length < 2;
  }

  /** @param {Row} row @param {Reading | null} reading */
  showReading(row, reading) {
    const isNew = reading !== this.reading;
    this.reading = reading;
    this.finder.hidden = row.kind !== "unit" || !reading?.findings.length;
    const states = reading ? (row.kind === "unit" ? statesOf(reading) : reading.states) : [];
    this.state.hidden = row.kind === "loss" || states.length < 2;
    if (!reading) return;
    const at = (/** @type {{ state: string, layer: number, unit: number, rank: number }} */ each) =>
      each.rank === 1 && each.state === row.state && each.layer === row.layer && each.unit === row.unit;
    if (isNew) {
      this.finder.replaceChildren(new Option("find a detector …", ""), ...menuOf(reading).map(({ title, entries }) => {
        const group = element("optgroup", "", ...entries.map((each) => new Option(labelOf(reading, each), each.concept)));
        group.label = title;
        return group;
      }));
      fill(this.layer, Array.from({ length: reading.layers }, (_, k) => [String(k + 1), `L${k + 1}`]), "");
      this.number.max = String(reading.units - 1);
    }
    this.finder.value = reading.findings.find(at)?.concept ?? "";
    this.layer.value = String(row.layer);
    fill(this.state, states.map((state) => [state, stateName(state)]), row.state);
  }

  /** What can be subtracted: the signals of the other rows, and what is. @param {Row[]} rows @param {number} focused */
  showOthers(rows, focused) {
    const row = rows[focused], own = row.minus && rowWritten({ ...row.minus, minus: null });
    const all = new Map(rows.filter((each) => !each.minus).map((each) => [rowWritten(each), signalOf(each)]));
    if (row.minus && own) all.set(own, row.minus);
    all.delete(rowWritten({ ...row, minus: null }));
    this.others = [...all.values()].filter((each) => sameKind(each, row));
    fill(this.minus, [["", row.minus ? "subtract nothing" : "subtract …"], ...this.others.map((each, k) =>
      /** @type {[string, string]} */ ([String(k), `− ${rowLabel({ ...each, minus: null })}`]))], "");
    const chosen = this.others.findIndex((each) => rowWritten({ ...each, minus: null }) === own);
    this.minus.value = chosen < 0 ? "" : String(chosen);
    this.minus.hidden = !this.others.length;
  }
}
