// @ts-check
// What the colors of the row in focus stand for.

import { rampOf } from "../reader/colors.js";
import { element } from "../reader/dom.js";

/** @import { Theme } from "../reader/types.js" */
/** @import { Shown } from "./types.js" */

/**
 * @param {HTMLElement} legend
 * @param {Shown} shown
 * @param {string} title of the row
 * @param {string} palette
 * @param {Theme} theme
 */
export function fillLegend(legend, { ends: [low, high], rises }, title, palette, theme) {
  legend.replaceChildren(element("span", "", low), element("i", "ramp"), element("span", "", high));
  legend.title = title;
  legend.style.setProperty("--ramp", rampOf(palette, theme, rises));
}
