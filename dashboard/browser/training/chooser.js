// @ts-check
// The fields that choose a unit, its state and a concept.

import { element } from "../reader/dom.js";
import { named, symbolOf } from "./words.js";

/** @import { Listed } from "./history.js" */

/**
 * @typedef {object} Choices
 * @property {Listed[]} detectors
 * @property {Listed[]} emerging
 * @property {Listed[]} following the units that follow the chosen concept best
 * @property {string[]} kept the units of a packed run that are in none of these lists
 * @property {string[]} states
 * @property {{ name: string, title: string }[]} concepts
 *
 * @typedef {{ unit: string, state: string, concept: string }} Chosen
 */

export class Chooser {
  /** @param {(chosen: Partial<Chosen>) => void} onChoose what the reader chose */
  constructor(onChoose) {
    this.units = element("select");
    this.typed = Object.assign(element("input"), { type: "text", size: 9, placeholder: "L2.u217", autocomplete: "off", spellcheck: false });
    this.states = element("select");
    this.concepts = element("select");
    this.root = element("div", "fields",
      field("Unit", this.units), field("or any", this.typed), field("State", this.states), field("Concept", this.concepts));
    this.units.addEventListener("change", () => {
      const [unit, state, concept] = this.units.value.split(" ");
      onChoose(state ? { unit, state, concept } : { unit });
    });
    this.typed.addEventListener("change", () => {
      const unit = this.typed.value.trim().replace("·", ".").replace(/^l/, "L").replace("U", "u");
      if (unit) onChoose({ unit });
    });
    this.states.addEventListener("change", () => onChoose({ state: this.states.value }));
    this.concepts.addEventListener("change", () => onChoose({ concept: this.concepts.value }));
  }

  /** @param {Choices} choices @param {Chosen} chosen */
  show({ detectors, emerging, following, kept, states, concepts }, chosen) {
    const wanted = concepts.find(({ name }) => name === chosen.concept)?.title ?? "the concept";
    const lists = [
      grouped("Detectors that the search found", detectors), grouped("Units that changed most", emerging), grouped(`Best for: ${wanted}`, following),
      kept.length ? [Object.assign(element("optgroup", "", ...kept.map((unit) => option(unit, named(unit)))), { label: "Other units that are kept" })] : [],
    ].flat();
    this.units.replaceChildren(...lists);
    const written = `${chosen.unit} ${chosen.state} ${chosen.concept}`, options = Array.from(this.units.options);
    const match = options.find(({ value }) => value === written) ?? options.find(({ value }) => value === chosen.unit);
    if (!match) this.units.prepend(option("", named(chosen.unit)));
    this.units.value = match?.value ?? "";
    if (this.typed !== /** @type {Document | ShadowRoot} */ (this.typed.getRootNode()).activeElement) this.typed.value = named(chosen.unit);
    this.states.replaceChildren(...states.map((state) => option(state, symbolOf(state))));
    this.states.value = chosen.state;
    this.concepts.replaceChildren(...concepts.map(({ name, title }) => option(name, title)));
    this.concepts.value = chosen.concept;
    this.concepts.disabled = !concepts.length;
  }
}

/** @param {string} label @param {Listed[]} units */
const grouped = (label, units) => (units.length
  ? [Object.assign(element("optgroup", "", ...units.map(({ unit, state, concept, title }) => option(`${unit} ${state} ${concept}`, `${named(unit)} (${symbolOf(state)}): ${title}`))), { label })]
  : []);

/** @param {string} value @param {string} label */
const option = (value, label) => Object.assign(element("option", "", label), { value });

/** @param {string} label @param {HTMLElement} input */
function field(label, input) {
  input.setAttribute("aria-label", label); // a label's text would include all options
  return element("label", "field", element("span", "label", label), input);
}
