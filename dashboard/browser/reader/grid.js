// @ts-check
// A text in rows of equal cells, so that coloring and hit-testing are arithmetic. Rows that only the browser can lay out
// have estimates here, until they are measured.

import { cellsOf, clustersOf, shapedLinesOf } from "./clusters.js";
import { Layout } from "./layout.js";

/** @import { Direction } from "./clusters.js" */

const WRAP_LOOKBACK = 24; // a line breaks at a space if there is one this near its end

const NEVER_FIRST = /^[\p{Pe}\p{Pf}、。，．！？：；・…ー]/u; // in a line

/**
 * @typedef {object} GridOptions
 * @property {boolean} [joinsEmpty] whether an empty line stands at the end of the line before it
 * @property {boolean} [spreads] whether each code point of a cluster has a cell of its own: predictions stand below it
 * @property {(cluster: string) => number} [measure] the width of a cluster in cells where the browser lays it out
 */

/** Rows of at most `columns` cells, plus one cell for the newline mark. */
export class Grid extends Layout {
  /**
   * @param {string[]} characters
   * @param {number} columns
   * @param {GridOptions} [options]
   */
  constructor(characters, columns, { joinsEmpty = false, spreads = false, measure = cellsOf } = {}) {
    super();
    this.characters = characters;
    this.columns = columns;
    this.joinsEmpty = joinsEmpty;
    this.spreads = spreads;
    this.measure = measure;
    this.stride = columns + 1;
    this.tab = columns < 60 ? 4 : 8;
    this.first = clustersOf(characters);
    this.left = new Float32Array(characters.length);
    this.right = new Float32Array(characters.length);
    this.row = new Int32Array(characters.length);
    this.place(shapedLinesOf(characters));
    this.rows = this.rowStarts.length;
  }

  /** Gives each character its cells. @param {Map<number, Direction>} shaped */
  place(shaped) {
    const { characters, columns } = this, { length } = characters;
    let column = 0, lastSpace = -1;
    /** @type {Direction} */
    let direction = "";
    const newRow = (/** @type {number} */ start) => {
      column = 0; lastSpace = -1;
      this.rowStarts.push(start);
      this.directions.push(direction);
      this.fine.push(direction !== "");
    };
    for (let i = 0, begins = true; i < length;) {
      if (begins) {
        direction = shaped.get(i) ?? "";
        newRow(i);
      }
      const end = this.clusterEnd(i), character = characters[i];
      const width = this.needed(i, end, direction);
      if (column + (character === "\t" ? 1 : width) > columns && character !== "\n") {
        const start = lastSpace >= 0 && i - lastSpace <= WRAP_LOOKBACK ? lastSpace + 1 : i;
        newRow(start);
        for (let j = start, next; j < i; j = next) {
          next = this.clusterEnd(j);
          column = this.put(j, next, column, this.needed(j, next, direction));
        }
      }
      column = this.put(i, end, column, width);
      if (character === " " || (width === 2 && !direction && !NEVER_FIRST.test(characters[end] ?? ""))) lastSpace = end - 1; // lines of wide characters break anywhere
      begins = character === "\n" && !(this.joinsEmpty && characters[i + 1] === "\n" && column < this.stride);
      i = end;
    }
    if (!length) newRow(0);
  }

  /** Cells of a cluster. @param {number} start @param {number} end @param {Direction} direction */
  needed(start, end, direction) {
    const { characters } = this;
    if (end - start === 1 && !direction) return cellsOf(characters[start]);
    const cluster = end - start === 1 ? characters[start] : characters.slice(start, end).join("");
    if (direction) return this.measure(cluster);
    return this.spreads ? Math.max(cellsOf(cluster), end - start) : cellsOf(cluster);
  }

  /**
   * Puts a cluster behind a column. Returns where the next begins.
   *
   * @param {number} start
   * @param {number} end
   * @param {number} column
   * @param {number} width cells; a tab reaches to the next stop
   */
  put(start, end, column, width) {
    const row = this.rowStarts.length - 1;
    const filled = this.characters[start] === "\t" ? Math.min(this.tab - (column % this.tab), this.stride - column) : width;
    this.row[start] = row;
    this.left[start] = column;
    this.right[start] = column + filled;
    if (end - start > 1) {
      this.row.fill(row, start, end);
      this.divide(start, end, column, column + filled);
      this.fine[row] ||= !Number.isInteger(filled / (end - start));
    }
    return column + filled;
  }
}
