// @ts-check
// The position of each character in a grid of equal cells, so that coloring and hit-testing are arithmetic.

import { cellsOf } from "./glyphs.js";

/** @import { Layout } from "./types.js" */

const WRAP_LOOKBACK = 24; // a line breaks at a space if there is one this near its end

/**
 * Lays characters out in rows of at most `columns` cells, plus one cell for the newline mark.
 * cell[i] is the first cell of character i (row * stride + column), width[i] the number of its cells.
 *
 * @implements {Layout}
 */
export class Grid {
  /**
   * @param {string[]} characters
   * @param {number} columns
   * @param {boolean} [joinsEmpty] whether an empty line stands at the end of the line before it
   */
  constructor(characters, columns, joinsEmpty = false) {
    this.characters = characters;
    this.columns = columns;
    this.joinsEmpty = joinsEmpty;
    this.stride = columns + 1;
    this.tab = columns < 60 ? 4 : 8;
    this.cell = new Int32Array(characters.length);
    this.width = new Uint8Array(characters.length);
    this.rowStarts = [0];
    this.rows = this.place();
    /** Character of each cell, or -1. */
    this.owner = new Int32Array(this.rows * this.stride).fill(-1); // cell -> character
    for (let i = 0; i < characters.length; i++) {
      this.owner.fill(i, this.cell[i], this.cell[i] + this.width[i]);
    }
  }

  /** Gives each character its cells. Returns the number of rows. */
  place() {
    let row = 0, column = 0, lastSpace = -1;
    /** @param {number} i */
    const put = (i) => {
      const character = this.characters[i];
      this.width[i] = character === "\t" ? Math.min(this.tab - (column % this.tab), this.stride - column) : cellsOf(character);
      this.cell[i] = row * this.stride + column;
      column += this.width[i];
    };
    /** @param {number} start */
    const newRow = (start) => {
      row += 1; column = 0; lastSpace = -1;
      this.rowStarts.push(start);
    };
    for (let i = 0; i < this.characters.length; i++) {
      const character = this.characters[i];
      const needed = character === "\t" ? 1 : cellsOf(character);
      if (column + needed > this.columns && character !== "\n") {
        const start = lastSpace >= 0 && i - lastSpace <= WRAP_LOOKBACK ? lastSpace + 1 : i;
        newRow(start);
        for (let j = start; j < i; j++) put(j);
      }
      put(i);
      if (character === " ") lastSpace = i;
      const joined = this.joinsEmpty && this.characters[i + 1] === "\n" && column < this.stride;
      if (character === "\n" && i + 1 < this.characters.length && !joined) newRow(i + 1);
    }
    return row + 1;
  }

  /** @param {number} i */
  rowOf(i) {
    return Math.floor(this.cell[i] / this.stride);
  }

  /** @param {number} i */
  columnOf(i) {
    return this.cell[i] % this.stride;
  }

  /** @param {number} row */
  rowEnd(row) {
    return row + 1 < this.rowStarts.length ? this.rowStarts[row + 1] : this.characters.length;
  }

  /**
   * The character at a row and column, or -1.
   *
   * @param {number} row
   * @param {number} column
   */
  at(row, column) {
    if (row < 0 || row >= this.rows || column < 0 || column >= this.stride) return -1;
    return this.owner[row * this.stride + column];
  }
}
