// @ts-check
// Numbers and colors as all lessons show them: blue below zero, orange above, as in Read.

import { element } from "../reader/dom.js";

/** @param {number} value @param {number} [digits] */
export const fixed = (value, digits = 2) => value.toFixed(digits).replace(/^-(?=[0.]*$)/, "").replace("-", "−");

/** A background for a value; -1 and 1 are the strongest. @param {number} value */
export function shade(value) {
  const share = Math.round(Math.min(1, Math.abs(value)) * 58);
  return `color-mix(in srgb, ${value < 0 ? "rgb(74 148 232)" : "rgb(245 130 20)"} ${share}%, transparent)`;
}

/** "W_xh" with what follows the line as a subscript. @param {string} text @returns {(Node | string)[]} */
export function subscripted(text) {
  const [letter, below = ""] = text.split("_");
  return below ? [letter, element("sub", "", below)] : [letter];
}
