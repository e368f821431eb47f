// @ts-check
// The controls above the text: unit, state and display.

import { PALETTES } from "./colors.js";
import { entryInView, invitationOf, labelOf, menuOf } from "./detectors.js";
import { button, element } from "./dom.js";
import { statesOf, symbolOf } from "./states.js";
import { titleOf } from "./words.js";

/** @import { Finding, Reading, View } from "./types.js" */

/**
 * @typedef {object} ToolbarEvents
 * @property {(finding: Finding) => void} onFind an entry of the menu was chosen
 * @property {(wanted: Partial<View>) => void} onChange part of the view is to change
 * @property {(by: number) => void} onStep to the next or previous unit
 * @property {() => void} [onSignals] all signals of the unit are to be shown, or hidden; without it they are not offered
 * @property {((view: View) => string) | undefined} exportUrl the address of an exported page; without it there is none
 * @property {((view: View) => string) | undefined} [liveUrl] of one that holds the network
 */

const MODES = new Map([["colors", "Colors"], ["predictions", "Predictions"]]);
const MODE_TITLES = new Map([
  ["colors", "color only"], ["predictions", "the five likeliest next characters under each character"],
]);

export class Toolbar {
  /**
   * @param {Reading} reading
   * @param {ToolbarEvents} events
   */
  constructor(reading, events) {
    this.reading = reading;
    this.events = events;
    this.finder = this.menu();
    this.layer = this.select("layer", "Layer", () => this.chooseUnit());
    for (let layer = 1; layer <= reading.layers; layer++) this.layer.append(new Option(`L${layer}`, String(layer)));
    this.number = element("input", "number");
    Object.assign(this.number, { type: "number", min: 0, max: reading.units - 1, ariaLabel: "Unit" });
    this.number.addEventListener("change", () => this.chooseUnit());
    this.offered = "";
    this.state = element("span", "states");
    this.setState = /** @type {(state: string) => void} */ (() => {});
    this.signals = button("Signals", "all signals of the unit at the pointer: its gates and states  a", () => events.onSignals?.());
    this.mode = this.choice("mode", MODES, MODE_TITLES, (mode) =>
      events.onChange({ mode: mode === "predictions" ? "predictions" : "colors" }));
    this.palette = this.select("palette", "Palette", (palette) => events.onChange({ palette }));
    for (const name of PALETTES.keys()) this.palette.append(new Option(name, name));
    this.root = element(
      "div", "toolbar", this.finder, this.unitGroup(), this.state,
      ...(reading.predictions ? [this.mode.root] : []), this.palette,
    );
    this.export = element("a", "export", "Export");
    Object.assign(this.export, { title: "Save this text as one HTML file that works offline", download: "" });
    this.live = element("a", "export live-export", "Export live page");
    Object.assign(this.live, { title: "Save text and network as one HTML file: it reads any text and writes, offline", download: "" });
    if (events.exportUrl) this.root.append(this.export);
    if (events.liveUrl) this.root.append(this.live);
  }

  /** One entry for each concept, in groups; the value of an entry is the concept. */
  menu() {
    const { reading } = this, groups = menuOf(reading);
    const finder = this.select("finder", "Detector", (concept) => {
      const chosen = groups.flatMap(({ entries }) => entries).find((finding) => finding.concept === concept);
      if (chosen) this.events.onFind(chosen);
    });
    finder.append(new Option(invitationOf(reading), ""));
    for (const { title, entries } of groups) {
      const group = element("optgroup", "", ...entries.map((finding) => new Option(labelOf(reading, finding), finding.concept)));
      group.label = title;
      finder.append(group);
    }
    return finder;
  }

  /** The states and gates that can be chosen; nothing where there is only h. A text that replaces another may have others. */
  offerStates() {
    const { reading, events } = this, states = statesOf(reading);
    if (this.offered === states.join()) return;
    this.offered = states.join();
    const symbols = new Map(states.map((state) => [state, symbolOf(state, reading.gates)]));
    const titles = new Map(states.map((state) => [state, `${titleOf(state)}  s`]));
    const { root, set } = this.choice("state", symbols, titles, (state) => events.onChange({ state }));
    this.setState = set;
    root.querySelector(`[data-value="${reading.gates[0]}"]`)?.classList.add("first-gate");
    this.state.replaceChildren(...(states.length > 1 ? [root] : []), ...(reading.gates.length && events.onSignals ? [this.signals] : []));
    this.state.hidden = !this.state.childElementCount;
  }

  unitGroup() {
    const previous = button("‹", "previous unit  ↑", () => this.events.onStep(-1));
    const next = button("›", "next unit  ↓", () => this.events.onStep(1));
    previous.ariaLabel = "previous unit";
    next.ariaLabel = "next unit";
    return element("span", "group unit", previous, this.layer, element("span", "dot", "u"), this.number, next);
  }

  chooseUnit() {
    this.events.onChange({ layer: Number(this.layer.value), unit: Number(this.number.value) });
  }

  /**
   * @param {string} name
   * @param {string} label
   * @param {(value: string) => void} onChange
   */
  select(name, label, onChange) {
    const node = element("select", name);
    node.ariaLabel = label;
    node.addEventListener("change", () => onChange(node.value));
    return node;
  }

  /**
   * @param {string} name
   * @param {Map<string, string>} options
   * @param {Map<string, string>} titles
   * @param {(value: string) => void} onChoose
   */
  choice(name, options, titles, onChoose) {
    const buttons = Array.from(options, ([value, text]) => {
      const node = button(text, titles.get(value) ?? "", () => onChoose(value));
      node.dataset.value = value;
      return node;
    });
    const root = element("span", `group ${name}`, ...buttons);
    /** @param {string} value */
    const set = (value) => buttons.forEach((node) => { node.ariaPressed = String(node.dataset.value === value); });
    return { root, set };
  }

  /** Brings the controls in line with a view. @param {View} view */
  show(view) {
    this.finder.value = entryInView(this.reading, view)?.concept ?? "";
    this.layer.value = String(view.layer);
    this.number.value = String(view.unit);
    this.offerStates();
    this.setState(view.state);
    this.signals.ariaPressed = String(view.signals);
    this.mode.set(view.mode);
    this.palette.value = view.palette;
    if (this.events.exportUrl) this.export.href = this.events.exportUrl(view);
    if (this.events.liveUrl) this.live.href = this.events.liveUrl(view);
  }
}
