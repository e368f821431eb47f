// @ts-check
// What a unit does at each character, as the colors of Read: levels from -1 to 1, of which 1 is the strongest.

import { bytesOfBase64 } from "../reader/sources.js";
import { shade } from "./marks.js";
import { paintText } from "./painted.js";

/** Levels as Python's `level_bytes` writes them. @param {string} packed */
export const levelsOf = (packed) => Array.from(new Int8Array(bytesOfBase64(packed).buffer), (byte) => byte / 127);

/** In steps of a tenth, so that neighbours share an element. @param {HTMLElement} node @param {string[]} characters @param {ArrayLike<number>} levels */
export function paintLevels(node, characters, levels) {
  paintText(node, characters, (k) => ({ background: shade(Math.round(10 * levels[k]) / 10) }));
}
