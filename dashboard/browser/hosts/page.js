// @ts-check
// An exported page, which contains everything that the reader needs. It may stand alone or in a frame.

import { element } from "../reader/dom.js";
import { Reader, messageOf } from "../reader/reader.js";
import { InlineSource } from "../reader/sources.js";
import { viewIn } from "../reader/view.js";

/** Opens the page that this module is in. */
export async function openPage() {
  const place = inPage("reader");
  document.documentElement.classList.toggle("framed", window.parent !== window); // as in a notebook
  try {
    const { view } = JSON.parse(inPage("view").textContent ?? "");
    const reader = new Reader(place, new InlineSource(inPage("frame").textContent ?? ""), viewIn(view));
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => reader.recolor());
    await reader.start();
  } catch (error) {
    place.replaceChildren(element("p", "broken", `This page cannot be shown (${messageOf(error)}).`));
  }
}

/** @param {string} id */
function inPage(id) {
  const node = document.getElementById(id);
  if (!node) throw new Error(`the page has no part called ${id}`);
  return node;
}
