// @ts-check
// The addresses of a view: in the address bar, and of its exported page.

import { DEFAULT_VIEW } from "./view.js";

/** @import { View } from "./types.js" */

/**
 * The query string of a view: model and text as the server names them, then the view.
 *
 * @param {{ [name: string]: string }} address from the server
 * @param {View} view
 * @returns {URLSearchParams}
 */
export function queryOf(address, view) {
  const query = new URLSearchParams(address);
  for (const [name, value] of inWords(view)) query.set(name, value);
  return query;
}

/**
 * @param {string} url of the reading
 * @param {View} view
 */
export const exportUrl = (url, view) => `${url}/export?${new URLSearchParams(inWords(view))}`;

/**
 * A page with the network that read this.
 *
 * @param {string} url of the reading
 * @param {View} view
 */
export const liveUrl = (url, view) => `${url}/live?${new URLSearchParams(inWords(view))}`;

/**
 * The view as pairs of words, without the defaults but always with the unit.
 *
 * @param {View} view
 * @returns {[string, string][]}
 */
function inWords({ state, layer, unit, concept, mode, palette, signals }) {
  /** @type {[string, string][]} */
  const pairs = [["unit", `L${layer}.u${unit}`], ["state", state]];
  if (concept) pairs.push(["concept", concept]);
  if (mode !== DEFAULT_VIEW.mode) pairs.push(["mode", mode]);
  if (palette !== DEFAULT_VIEW.palette) pairs.push(["palette", palette]);
  if (signals) pairs.push(["signals", "1"]);
  return pairs;
}
