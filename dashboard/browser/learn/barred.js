// @ts-check
// Buttons that can be barred for a while. They keep the keyboard's focus, which a disabled button loses to the page.

import { button } from "../reader/dom.js";

/**
 * @param {string} text
 * @param {string} title
 * @param {() => void} onClick not called while it is barred
 */
export function barrable(text, title, onClick) {
  const node = button(text, title, () => node.getAttribute("aria-disabled") !== "true" && onClick());
  return node;
}

/** @param {HTMLButtonElement} node of `barrable` @param {boolean} isBarred */
export const bar = (node, isBarred) => node.setAttribute("aria-disabled", String(isBarred));
