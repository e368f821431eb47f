// @ts-check
// Lines that the browser has laid out: where their clusters stand, measured.

/** @import { ShapedLine } from "./cells.js" */
/** @import { Layout } from "./layout.js" */
/** @import { Cell } from "./types.js" */

const LEGIBLE = 0.7; // cells that the glyph of a prediction needs at least
const SMALLEST = 0.5; // a line that is too long for its row is drawn smaller, down to this

/**
 * Measures lines that are in the page, and notes in the layout where their characters stand.
 *
 * @param {Layout} layout
 * @param {ShapedLine[]} lines
 * @param {Cell} cell
 * @param {HTMLElement} origin its left end is column 0
 */
export function measureLines(layout, lines, cell, origin) {
  if (!lines.length) return;
  const { columns } = layout;
  for (const { node } of lines) {
    node.style.tabSize = String(layout.tab);
    node.style.height = `${cell.height}px`;
    if (columns) node.style.width = `${columns * cell.width}px`;
  }
  if (columns) fit(lines, columns * cell.width);
  const { left } = origin.getBoundingClientRect(), range = document.createRange();
  for (const { places } of lines) {
    for (const { first, node, offset, length } of places) {
      const box = boxOf(range, node, offset, length);
      layout.divide(first, layout.clusterEnd(first), (box.left - left) / cell.width, (box.right - left) / cell.width);
    }
  }
}

/** Draws the lines that are too long smaller. @param {ShapedLine[]} lines @param {number} width */
function fit(lines, width) {
  const needed = lines.map(({ node }) => node.scrollWidth);
  for (const [k, { node }] of lines.entries()) {
    if (needed[k] > width + 1) node.style.fontSize = `${Math.max(SMALLEST, Math.floor((1000 * width) / needed[k]) / 1000)}em`;
  }
}

/**
 * @param {globalThis.Range} range
 * @param {Node} node
 * @param {number} offset
 * @param {number} length 0 for the whole node
 */
function boxOf(range, node, offset, length) {
  if (!length) return /** @type {Element} */ (node).getBoundingClientRect();
  range.setStart(node, offset);
  range.setEnd(node, offset + length);
  return range.getBoundingClientRect();
}

/** @typedef {{ row: number, nodes: HTMLElement[][] }} PlacedRow Predictions below a line that the browser has laid out, for each of their lines */

/** Puts predictions below their characters. @param {Layout} layout @param {PlacedRow[]} rows @param {Cell} cell */
export function placeBelow({ left, right, rowStarts }, rows, { width }) {
  for (const { row, nodes } of rows) {
    for (const line of nodes) {
      for (const [k, node] of line.entries()) {
        const i = rowStarts[row] + k, room = right[i] - left[i];
        Object.assign(node.style, { left: `${left[i] * width}px`, width: `${room * width}px` });
        if (room < LEGIBLE) node.textContent = "";
      }
    }
  }
}

/**
 * Shifts the lines that the browser has laid out, so that their marked characters are in the column of the others.
 *
 * @param {Layout} layout
 * @param {HTMLElement[]} lines
 * @param {Cell} cell
 * @param {number[]} marked of each row
 * @param {number} column
 */
export function align(layout, lines, cell, marked, column) {
  const rows = marked.filter((i) => layout.directions[layout.row[i]]);
  for (const [k, i] of rows.entries()) {
    const by = column - layout.boxOf(i)[0], row = layout.row[i];
    lines[k].style.marginLeft = `${by * cell.width}px`;
    for (let j = layout.rowStarts[row]; j < layout.rowEnd(row); j++) {
      layout.left[j] += by;
      layout.right[j] += by;
    }
  }
}
