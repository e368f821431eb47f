// @ts-check
// A live page of a static site. The page names its files; what is shown is written into the address bar.

import { aboutFrom } from "../generate/about.js";
import { queryOf, shownIn } from "../live/address.js";
import { Live } from "../live/live.js";
import { element } from "../reader/dom.js";
import { messageOf } from "../reader/reader.js";

/** @import { Shown } from "../live/live.js" */

const WRITE_MS = 300; // browsers refuse an address that is written too often

/** Opens the page that loaded this module. */
async function openSitePage() {
  const place = document.getElementById("live");
  if (!place) return;
  const { about: aboutFile = "", weights = "", text: textFile = "", first = "" } = place.dataset;
  try {
    const [bytes, text] = await Promise.all([
      load("description", aboutFile, (response) => response.arrayBuffer()), load("text", textFile, (response) => response.text()),
    ]);
    const about = aboutFrom(bytes), query = new URLSearchParams(window.location.search);
    if (!query.has("unit")) for (const [name, value] of new URLSearchParams(first)) query.set(name, query.get(name) ?? value);
    const shown = shownIn(query, about), typed = shown.typed ?? window.history.state?.typed ?? null;
    const live = new Live(place, { about, text, weights, ...shown, typed, onChange: writer() });
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => live.recolor());
    await live.start();
  } catch (error) {
    place.replaceChildren(element("p", "broken", messageOf(error)));
  }
}

/**
 * A file whose name changes with its content: what the browser has kept of it is good for ever.
 *
 * @template T
 * @param {string} what
 * @param {string} address
 * @param {(response: Response) => Promise<T>} read
 */
async function load(what, address, read) {
  try {
    const response = await fetch(address, { cache: "force-cache" });
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    return await read(response);
  } catch (error) {
    throw new Error(`The model's ${what} did not arrive from ${address} (${messageOf(error)}). Reload the page.`, { cause: error });
  }
}

/** Writes what is shown into the address, and a text of one's own, however long, into the history. */
function writer() {
  let timer = 0;
  return (/** @type {Shown} */ shown) => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      window.history.replaceState({ typed: shown.typed }, "", `?${queryOf(shown)}`);
    }, WRITE_MS);
  };
}

await openSitePage();
