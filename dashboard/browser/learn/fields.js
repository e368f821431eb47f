// @ts-check
// A row with some of a lesson's controls, for a widget that shows them itself.

import { element } from "../reader/dom.js";
import { fieldOf } from "./controls.js";

/** @import { Values } from "./values.js" */

/** Fields of the controls of these names, but for hidden ones. @param {Values} values @param {string[]} names */
export function fieldRow(values, names) {
  const row = element("div", "controls", ...names.filter((name) => !values.hidden.has(name)).map((name) => fieldOf(values.control(name), values)));
  row.hidden = !row.childElementCount;
  return row;
}
