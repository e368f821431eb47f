// @ts-check
// Rows of text, each shifted so that its marked character is in the same column.

/** @import { Layout } from "./types.js" */

/** @typedef {{ text: string, marked: number }} Row A piece of text, and which of its characters is marked. */

/**
 * A layout of one row per piece. Spaces fill a row at its start, and count as its characters.
 *
 * @implements {Layout}
 */
export class AlignedRows {
  /** @param {Row[]} rows */
  constructor(rows) {
    const pieces = rows.map(({ text }) => Array.from(text));
    const before = Math.max(0, ...rows.map(({ marked }) => marked));
    /** Spaces at the start of each row. */
    this.shifts = rows.map(({ marked }) => before - marked);
    this.rows = rows.length;
    /** @type {string[]} */
    this.characters = [];
    /** @type {number[]} */
    this.rowStarts = [];
    /** The marked character of each row. @type {number[]} */
    this.marked = [];
    for (const [row, piece] of pieces.entries()) {
      this.rowStarts.push(this.characters.length);
      this.marked.push(this.characters.length + before);
      this.characters.push(...Array(this.shifts[row]).fill(" "), ...piece);
    }
    this.stride = Math.max(1, ...pieces.map((piece, row) => this.shifts[row] + piece.length));
    this.width = new Uint8Array(this.characters.length).fill(1);
    this.cell = Int32Array.from(this.characters, (_, i) => {
      const row = this.rowStarts.findLastIndex((start) => start <= i);
      return row * this.stride + i - this.rowStarts[row];
    });
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
   * @param {number} row
   * @param {number} column
   */
  at(row, column) {
    const i = this.rowStarts[row] + column;
    return column >= 0 && i < this.rowEnd(row) ? i : -1;
  }

  /**
   * The codes of all characters, from those of the pieces: 0 for the filling spaces.
   *
   * @param {number[][]} codes of each piece
   */
  spread(codes) {
    return Int8Array.from(codes.flatMap((ofPiece, row) => [...Array(this.shifts[row]).fill(0), ...ofPiece]));
  }
}
