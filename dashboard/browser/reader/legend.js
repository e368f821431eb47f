// @ts-check
// The legend of the colors and of the keys.

import { rampOf } from "./colors.js";
import { element } from "./dom.js";

/** @import { Theme } from "./types.js" */

/** The colors from low to high between their two values. */
export class Legend {
  constructor() {
    this.lowest = element("span");
    this.highest = element("span");
    this.root = element("div", "legend", this.lowest, element("i", "ramp"), this.highest);
    this.root.title = "the unit's activation; zero has no color";
  }

  /**
   * @param {string} state
   * @param {string} palette
   * @param {Theme} theme
   */
  show(state, palette, theme) {
    this.lowest.textContent = `${state === "hidden" ? "h" : "tanh c"} = −1`;
    this.highest.textContent = "+1";
    this.root.style.setProperty("--ramp", rampOf(palette, theme));
  }
}

/**
 * A line of keys and what they do.
 *
 * @param {boolean} hasDetectors
 * @param {boolean} hasBrush
 */
export function keysLine(hasDetectors, hasBrush) {
  const pairs = [
    ["[ ]", hasDetectors ? "detector" : "unit"], ["↑ ↓", "unit"], ["← →", "character"], ["space", "pin"], ["esc", "clear"],
    ...(hasBrush ? [["shift ← →", "mark"]] : []),
  ];
  return element("p", "keys", ...pairs.flatMap(([key, does]) => [element("kbd", "", key), ` ${does}  `]));
}
