// @ts-check
// The keys of Compare. They work wherever the focus is, except in a text field or a menu.

import { element } from "../reader/dom.js";

/** @import { Key } from "../reader/keys.js" */
/** @import { Comparison } from "./compare.js" */

/**
 * Does what a key asks for. Returns whether it was used.
 *
 * @param {Comparison} comparison
 * @param {Key} pressed
 */
export function act(comparison, pressed) {
  const { key } = pressed;
  if (key === "]" || key === "[") comparison.step(key === "]" ? 1 : -1);
  else if (key === "s") comparison.nextState();
  else if (key === "Escape" && comparison.cursor) comparison.cursor.clear();
  else return actInText(comparison, pressed);
  return true;
}

/**
 * The other keys act while the cursor is at a character, or the text or the name of a row has the focus.
 *
 * @param {Comparison} comparison
 * @param {Key} pressed
 */
function actInText(comparison, { key, shift, inControl }) {
  const { root, scroll, chips, cursor } = comparison;
  const { activeElement } = /** @type {Document | ShadowRoot} */ (root.getRootNode());
  const atRow = chips.list.contains(activeElement);
  if (!cursor || (inControl && !atRow) || !(atRow || cursor.at >= 0 || activeElement === scroll)) return false;
  const by = key === "ArrowDown" ? 1 : key === "ArrowUp" ? -1 : 0;
  if (by && shift) comparison.move(comparison.focused, comparison.focused + by);
  else if (by) {
    comparison.focus(comparison.focused + by);
    chips.follow(comparison.focused);
  } else if (key === "ArrowRight" || key === "ArrowLeft") cursor.move(key === "ArrowRight" ? 1 : -1);
  else if (key === " " && !atRow && cursor.at >= 0) cursor.togglePin();
  else return false;
  return true;
}

/** A line of keys and what they do. */
export function keysLine() {
  const pairs = [["[ ]", "unit of the row"], ["s", "state"], ["↑ ↓", "row"], ["shift ↑ ↓", "sort"], ["← →", "character"], ["space", "pin"], ["esc", "clear"]];
  return element("p", "keys", ...pairs.flatMap(([key, does]) => [element("kbd", "", key), ` ${does}  `]));
}
