// @ts-check
// An exported lesson: one file, offline. It keeps the values of its controls behind the # of its address.

import { LessonPage } from "../learn/frame.js";
import { aboutIn, weightsIn } from "../live/packed.js";
import { element } from "../reader/dom.js";

/** @import { Widget } from "../learn/types.js" */

/** A network that the page holds. @param {string} name */
const network = async (name) => ({ about: aboutIn(`about-${name}`), weights: await weightsIn(`weights-${name}`) });
const WRITE_MS = 300; // browsers refuse an address that is written too often

/** Opens the page that this module is in. @param {Widget} widget */
export function openLessonPage(widget) {
  const root = document.querySelector(".lesson"), data = document.getElementById("lesson");
  if (!(root instanceof HTMLElement) || !data) throw new Error("The page has no place for its lesson.");
  let timer = 0;
  const onChange = (/** @type {[string, string][]} */ words) => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => window.history.replaceState(null, "", `#${new URLSearchParams(words)}`), WRITE_MS);
  };
  try {
    const query = new URLSearchParams(window.location.hash.slice(1));
    new LessonPage(root, { lesson: JSON.parse(data.textContent ?? ""), widget, query, network, onChange });
  } catch (error) {
    root.replaceChildren(element("p", "broken", `This page cannot be shown (${error instanceof Error ? error.message : error}).`));
  }
}
