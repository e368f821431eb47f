// @ts-check
// A text whose characters have backgrounds and marks.

import { element } from "../reader/dom.js";

/** @typedef {{ background?: string, mark?: string, title?: string }} Paint `mark` is a class */

/**
 * Neighbours that look alike share an element. A line break is shown as ↵ if it is painted.
 *
 * @param {HTMLElement} node
 * @param {string[]} characters
 * @param {(i: number) => Paint} paintOf
 */
export function paintText(node, characters, paintOf) {
  /** @type {Node[]} */
  const runs = [];
  let look = "", text = "", paint = /** @type {Paint} */ ({});
  const end = () => {
    if (!text) return;
    const run = element("span", paint.mark ?? "", text);
    if (paint.background) run.style.background = paint.background;
    if (paint.title) run.title = paint.title;
    runs.push(run);
    text = "";
  };
  characters.forEach((character, i) => {
    const next = paintOf(i), nextLook = `${next.background ?? ""}/${next.mark ?? ""}/${next.title ?? ""}`;
    if (nextLook !== look || next.mark) end();
    [look, paint] = [nextLook, next];
    text += character === "\n" && (next.background || next.mark) ? "↵\n" : character;
  });
  end();
  node.replaceChildren(...runs);
}
