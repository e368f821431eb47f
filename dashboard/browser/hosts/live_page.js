// @ts-check
// An exported live page, which contains the network. It keeps what it shows behind the # of its address.

import { queryOf, shownIn } from "../live/address.js";
import { Live } from "../live/live.js";
import { aboutIn, textIn, weightsIn } from "../live/packed.js";
import { element } from "../reader/dom.js";
import { messageOf } from "../reader/reader.js";

/** @import { Shown } from "../live/live.js" */

const WRITE_MS = 300; // browsers refuse an address that is written too often

/** Opens the page that this module is in. */
export async function openLivePage() {
  const place = document.getElementById("live");
  if (!place) return;
  try {
    const about = aboutIn("about"), { text, query } = described();
    const shown = shownIn(askedFor(query), about);
    const typed = shown.typed ?? window.history.state?.typed ?? null;
    const weights = await weightsIn("weights");
    const live = new Live(place, { ...shown, typed, about, text, weights, onChange: writer() });
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => live.recolor());
    window.addEventListener("hashchange", () => window.location.reload()); // somebody wrote another address
    await live.start();
  } catch (error) {
    place.replaceChildren(element("p", "broken", `This page cannot be shown (${messageOf(error)}).`));
  }
}

/** What the page says of itself: the text, and what to begin with. @returns {{ text: string, query: string }} */
function described() {
  try {
    return JSON.parse(textIn("page"));
  } catch (error) {
    throw new Error("its description is damaged. Export or download it again", { cause: error });
  }
}

/**
 * What the address asks for, with the page's own unit if it names none; or else all that the page was made with.
 *
 * @param {string} query of the page
 */
function askedFor(query) {
  const own = new URLSearchParams(query), asked = new URLSearchParams(window.location.hash.slice(1));
  if (!asked.size) return own;
  for (const name of asked.has("unit") ? [] : ["unit", "state", "concept"]) {
    const value = own.get(name);
    if (value !== null && !asked.has(name)) asked.set(name, value);
  }
  return asked;
}

/** Writes what is shown into the address, and a text of one's own, however long, into the history. */
function writer() {
  let timer = 0;
  return (/** @type {Shown} */ shown) => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      window.history.replaceState({ typed: shown.typed }, "", `#${queryOf(shown)}`);
    }, WRITE_MS);
  };
}
