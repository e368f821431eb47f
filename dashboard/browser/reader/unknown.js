// @ts-check
// The characters that a model does not know: a dotted line below them, and a sentence that names them.

import { isFromRight } from "./clusters.js";
import { element } from "./dom.js";
import { codeName, nameOf } from "./glyphs.js";

/** @import { Block, Painter } from "./painter.js" */

const FROM_BOTTOM = 4; // CSS pixels
const NAMED = 8; // characters that a sentence names

/**
 * Underlines the unknown characters of a block.
 *
 * @param {Painter} painter
 * @param {Block} block
 * @param {Uint8Array} unknown 1 for each such character
 */
export function underline({ grid, cell, rowHeight }, { node, first, rows }, unknown) {
  for (let row = first; row < first + rows; row++) {
    const end = grid.rowEnd(row);
    for (let i = grid.rowStarts[row]; i < end; i++) {
      if (!unknown[i]) continue;
      const from = i;
      while (i + 1 < end && unknown[i + 1]) i++;
      for (const [left, right] of grid.stretches(from, i + 1)) {
        const line = element("i", "not-known"), top = (row - first) * rowHeight + cell.height - FROM_BOTTOM;
        Object.assign(line.style, { left: `${left * cell.width}px`, width: `${(right - left) * cell.width}px`, top: `${top}px` });
        node.append(line);
      }
    }
  }
}

/** A character as a sentence names it: “é”, or U+0000 if it does not show by itself. @param {string} character */
export function quoted(character) {
  if (nameOf(character) !== character) return codeName(character);
  return isFromRight(character) ? `“\u2068${character}\u2069”` : `“${character}”`; // isolated: what follows stays where it is
}

/**
 * Names characters with their counts, the most frequent first: “é” 12 times, U+0000 once.
 *
 * @param {string[]} characters
 */
export function countsOf(characters) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const character of characters) counts.set(character, (counts.get(character) ?? 0) + 1);
  const sorted = [...counts].sort(([, one], [, other]) => other - one);
  const named = sorted.slice(0, NAMED).map(([character, count]) => `${quoted(character)} ${count === 1 ? "once" : `${count.toLocaleString("en")} times`}`);
  const more = sorted.length - named.length;
  return named.join(", ") + (more ? ` and ${more.toLocaleString("en")} other${more === 1 ? "" : "s"}` : "");
}

/**
 * A sentence on the characters that a model does not know; "" if it knows them all.
 *
 * @param {{ characters: string[], unknown: Uint8Array | null }} reading
 */
export function aboutUnknown({ characters, unknown }) {
  if (!unknown) return "";
  const found = characters.filter((_, i) => unknown[i]), count = found.length.toLocaleString("en");
  const what = found.length === 1 ? "1 character is" : `${count} characters are`;
  return `${what} not in this model’s vocabulary and read as U+FFFD (dotted line): ${countsOf(found)}.`;
}
