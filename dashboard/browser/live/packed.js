// @ts-check
// What an exported page holds of a network: its description and its weights, as base64 in two scripts that are none.

import { aboutFrom } from "../generate/about.js";
import { bytesOfBase64 } from "../reader/sources.js";

/** @param {string} id of a part of the page */
export function textIn(id) {
  const node = document.getElementById(id);
  if (!node) throw new Error(`the page has no part called ${id}`);
  return node.textContent ?? "";
}

/**
 * A network's description.
 *
 * @param {string} id
 */
export function aboutIn(id) {
  try {
    return aboutFrom(bytesOfBase64(textIn(id)).buffer);
  } catch (error) {
    throw new Error("its description is damaged. Export or download it again", { cause: error });
  }
}

/**
 * A network's weights: base64 of gzip.
 *
 * @param {string} id
 */
export async function weightsIn(id) {
  if (!("DecompressionStream" in globalThis)) throw new Error("this browser cannot unpack its weights. Use a current one");
  try {
    const stream = new Blob([bytesOfBase64(textIn(id))]).stream().pipeThrough(new DecompressionStream("gzip"));
    return await new Response(stream).arrayBuffer();
  } catch (error) {
    throw new Error("its weights are damaged. Export or download it again", { cause: error });
  }
}
