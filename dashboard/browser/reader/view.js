// @ts-check
// A view: which unit is shown, and how. Views from outside, such as from an address, are checked here.

import { PALETTES } from "./colors.js";
import { statesOf } from "./states.js";

/** @import { Mode, Reading, Unit, View } from "./types.js" */

/** @type {Readonly<View>} */
export const DEFAULT_VIEW = Object.freeze({
  state: "hidden", layer: 1, unit: 0, concept: "", mode: "colors", palette: "blue–orange", signals: false,
});
/** @type {Map<unknown, Mode>} words for a mode; older links say guesses */
const MODES = new Map([["colors", "colors"], ["predictions", "predictions"], ["guesses", "predictions"]]);

/**
 * The valid parts of a view: without an unknown palette or an unknown mode.
 *
 * @param {{ [name: string]: unknown }} wanted
 * @returns {Partial<View>}
 */
export function viewIn({ state, layer, unit, concept, mode, palette, signals }) {
  /** @type {Partial<View>} */
  const view = {};
  if (typeof state === "string") view.state = state;
  if (typeof layer === "number") view.layer = layer;
  if (typeof unit === "number") view.unit = unit;
  if (typeof concept === "string") view.concept = concept;
  const known = MODES.get(mode);
  if (known) view.mode = known;
  if (typeof palette === "string" && PALETTES.has(palette)) view.palette = palette;
  if (signals === true || signals === "1") view.signals = true;
  else if (signals === false) view.signals = false;
  return view;
}

/**
 * The view after a change. Another unit drops the concept, unless the change names one; another state of the same unit
 * keeps it. A concept that the search did not try on the unit is dropped.
 *
 * @param {Reading} reading
 * @param {View} view
 * @param {Partial<View>} wanted
 * @returns {View}
 */
export function changedView(reading, view, wanted) {
  const next = { ...view, ...wanted };
  const moved = next.layer !== view.layer || next.unit !== view.unit;
  if (moved && wanted.concept === undefined) next.concept = "";
  const tried = reading.findings.some((finding) => finding.concept === next.concept && sameUnit(finding, next));
  return tried ? next : { ...next, concept: "" };
}

/**
 * The view that a reading can show: another model's cell may lack a state, an exported page most units, a
 * recording predictions.
 *
 * @param {Reading} reading
 * @param {View} view
 * @returns {View}
 */
export function possibleView(reading, view) {
  const mode = reading.predictions ? view.mode : "colors";
  const next = { ...view, mode, state: statesOf(reading).includes(view.state) ? view.state : reading.states[0] };
  if (reading.has(next.state, next.layer, next.unit) || !reading.exported) return changedView(reading, next, {});
  const { state, column } = reading.exported[0];
  return changedView(reading, next, { state, layer: 1 + Math.floor(column / reading.units), unit: column % reading.units });
}

/**
 * @param {Unit} one
 * @param {Unit} other
 */
export const sameUnit = (one, other) =>
  one.state === other.state && one.layer === other.layer && one.unit === other.unit;

/**
 * @param {View} one
 * @param {View | null} other
 */
export const sameView = (one, other) =>
  other !== null && sameUnit(one, other)
  && one.concept === other.concept && one.mode === other.mode && one.palette === other.palette && one.signals === other.signals;
