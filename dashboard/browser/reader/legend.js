// @ts-check
// The legend of the colors and of the keys.

import { rampOf } from "./colors.js";
import { element } from "./dom.js";
import { isGate, isShare } from "./states.js";
import { titleOf } from "./words.js";

/** @import { Theme } from "./types.js" */

/** The colors from low to high between their two values. */
export class Legend {
  constructor() {
    this.lowest = element("span");
    this.highest = element("span");
    this.root = element("div", "legend", this.lowest, element("i", "ramp"), this.highest);
  }

  /**
   * @param {string} state
   * @param {string} palette
   * @param {Theme} theme
   */
  show(state, palette, theme) {
    const share = isShare(state), gate = isGate(state) ? titleOf(state) : "";
    this.lowest.textContent = share ? `${gate}: 0 shut` : `${gate || (state === "hidden" ? "h" : "tanh c")} = −1`;
    this.highest.textContent = share ? "1 open" : "+1";
    this.root.title = share ? "how open the gate is; where it is shut there is no color" : "the unit's activation; zero has no color";
    this.root.style.setProperty("--ramp", rampOf(palette, theme, share));
  }
}

/**
 * A line of keys and what they do.
 *
 * @param {boolean} hasDetectors
 * @param {boolean} hasBrush
 * @param {{ states: string[], gates: string[] }} reading
 */
export function keysLine(hasDetectors, hasBrush, { states, gates }) {
  const pairs = [
    ["[ ]", hasDetectors ? "detector" : "unit"], ["↑ ↓", "unit"],
    ...(states.length + gates.length > 1 ? [["s", "state"]] : []), ...(gates.length ? [["a", "all signals"]] : []), ["← →", "character"], ["space", "pin"], ["esc", "clear"],
    ...(hasBrush ? [["shift ← →", "mark"]] : []),
  ];
  return element("p", "keys", ...pairs.flatMap(([key, does]) => [element("kbd", "", key), ` ${does}  `]));
}
