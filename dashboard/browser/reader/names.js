// @ts-check
// Names of units in the toolbar: a star, and a box of all named units, which says what the unit in view is called.

import { button, element } from "./dom.js";
import { unitName } from "./words.js";

/** @import { Unit, View } from "./types.js" */

/**
 * @typedef {Unit & { name: string, starred: boolean }} NamedUnit
 * @typedef {{ [slug: string]: NamedUnit }} NamedUnits by `L2.u217`
 *
 * @typedef {object} NamesEvents
 * @property {(unit: Unit) => void} onJump a unit of the box was chosen
 * @property {((unit: Unit, starred: boolean) => void) | undefined} onStar the unit in view gets a star or loses it; without it there is no star
 */

/** @param {Pick<Unit, "layer" | "unit">} unit */
export const slugOf = ({ layer, unit }) => `L${layer}.u${unit}`;

/** The label of a unit in the box: `★ L2·u217 · quotes`. @param {NamedUnit} unit */
export const labelOfNamed = ({ layer, unit, name, starred }) =>
  `${starred ? "★ " : ""}${unitName(layer, unit)}${name ? ` · ${name}` : ""}`;

export class NamesBar {
  /** @type {NamedUnits} */
  units = {};
  /** @type {View | null} */
  view = null;

  /** @param {NamesEvents} events */
  constructor(events) {
    this.events = events;
    this.box = element("select", "named-units");
    this.box.ariaLabel = "Named units";
    this.box.addEventListener("change", () => {
      const chosen = this.units[this.box.value];
      if (chosen) events.onJump({ layer: chosen.layer, unit: chosen.unit, state: chosen.state });
    });
    this.star = button("☆", "", () => this.#toggle());
    this.star.classList.add("star");
    this.root = element("span", "names", ...(events.onStar ? [this.star] : []), this.box);
  }

  /** Takes what units are called. @param {NamedUnits} units */
  know(units) {
    this.units = units;
    const known = Object.entries(units);
    this.box.replaceChildren(new Option("named units …", ""), ...known.map(([slug, unit]) => new Option(labelOfNamed(unit), slug)));
    this.box.hidden = !known.length;
    if (this.view) this.show(this.view);
  }

  /** The unit in view. @param {View} view */
  show(view) {
    this.view = view;
    const slug = slugOf(view), known = Object.hasOwn(this.units, slug) ? this.units[slug] : null;
    this.box.value = known ? slug : "";
    this.box.title = known?.name ?? "";
    const starred = known?.starred ?? false;
    this.star.textContent = starred ? "★" : "☆";
    this.star.ariaPressed = String(starred);
    this.star.ariaLabel = `star ${unitName(view.layer, view.unit)}`;
    this.star.title = starred ? "remove the star of this unit" : "star this unit: it is kept in the list of named units";
  }

  #toggle() {
    const { view } = this;
    if (!view) return;
    const starred = this.star.ariaPressed !== "true", slug = slugOf(view), { layer, unit, state } = view;
    this.events.onStar?.({ layer, unit, state }, starred);
    const known = Object.hasOwn(this.units, slug) ? this.units[slug] : { layer, unit, state, name: "" };
    this.know({ ...this.units, [slug]: { ...known, starred } }); // the server says the same when it has heard it
  }
}
