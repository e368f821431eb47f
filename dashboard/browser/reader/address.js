// @ts-check
// The addresses that a view has: in the address bar, and of its exported page.

import { DEFAULT_VIEW } from "./view.js";

/** @import { View } from "./types.js" */

/**
 * The query string of a view: what the server says about model and text, then the view.
 *
 * @param {{ [name: string]: string }} address as the server words it
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
 * The view as pairs of words; what is by default is left out, but for the unit.
 *
 * @param {View} view
 * @returns {[string, string][]}
 */
function inWords({ state, layer, unit, concept, mode, palette }) {
  /** @type {[string, string][]} */
  const pairs = [["unit", `L${layer}.u${unit}`], ["state", state]];
  if (concept) pairs.push(["concept", concept]);
  if (mode !== DEFAULT_VIEW.mode) pairs.push(["mode", mode]);
  if (palette !== DEFAULT_VIEW.palette) pairs.push(["palette", palette]);
  return pairs;
}
