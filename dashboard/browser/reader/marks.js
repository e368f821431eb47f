// @ts-check
// Marked ranges of the text: a line under each row of a range, and its ends.

import { element } from "./dom.js";

/** @import { Painter } from "./painter.js" */
/** @import { Range } from "./types.js" */

/** @type {(one: Range, other: Range) => boolean} */
export const touches = ([first, last], [from, to]) => first <= to && from <= last;

/**
 * A layer over the text that shows the ranges; the colors behind the text do not change.
 *
 * @param {Painter} painter
 * @param {Range[]} ranges
 */
export function drawMarks({ grid, cell, rowHeight }, ranges) {
  const layer = element("div", "ranges");
  for (const [first, last] of ranges) {
    const [top, bottom] = [grid.rowOf(first), grid.rowOf(last - 1)];
    for (let row = top; row <= bottom; row++) {
      const from = row === top ? first : grid.rowStarts[row], to = row === bottom ? last : grid.rowEnd(row);
      const pieces = grid.stretches(from, to);
      for (const [k, [begin, end]] of pieces.entries()) {
        const isFirst = row === top && k === 0, isLast = row === bottom && k === pieces.length - 1;
        const node = element("i", `range${isFirst ? " begins" : ""}${isLast ? " ends" : ""}`);
        Object.assign(node.style, {
          left: `${begin * cell.width}px`,
          top: `${row * rowHeight}px`,
          width: `${(end - begin) * cell.width}px`,
          height: `${cell.height + 2}px`,
        });
        layer.append(node);
      }
    }
  }
  return layer;
}
