// @ts-check
// Rows of text, each shifted so that its marked character is in the same column.

import { cellsOf } from "./glyphs.js";

/** @import { Layout } from "./types.js" */

/** @param {string[]} characters */
const cellsIn = (characters) => characters.reduce((sum, character) => sum + cellsOf(character), 0);

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
    const leading = rows.map(({ marked }, row) => cellsIn(pieces[row].slice(0, marked)));
    const before = Math.max(0, ...leading);
    /** Spaces at the start of each row. */
    this.shifts = leading.map((cells) => before - cells);
    this.rows = rows.length;
    /** @type {string[]} */
    this.characters = [];
    /** @type {number[]} */
    this.rowStarts = [];
    /** The marked character of each row. @type {number[]} */
    this.marked = [];
    for (const [row, piece] of pieces.entries()) {
      this.rowStarts.push(this.characters.length);
      this.marked.push(this.characters.length + this.shifts[row] + rows[row].marked);
      this.characters.push(...Array(this.shifts[row]).fill(" "), ...piece);
    }
    this.stride = Math.max(1, ...pieces.map((piece, row) => this.shifts[row] + cellsIn(piece)));
    this.width = Uint8Array.from(this.characters, cellsOf);
    this.cell = new Int32Array(this.characters.length);
    /** The character of each cell, or -1. */
    this.owner = new Int32Array(this.rows * this.stride).fill(-1);
    for (let row = 0; row < this.rows; row++) {
      let at = row * this.stride;
      for (let i = this.rowStarts[row]; i < this.rowEnd(row); i++) {
        this.cell[i] = at;
        this.owner.fill(i, at, at += this.width[i]);
      }
    }
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
    return row >= 0 && row < this.rows && column >= 0 && column < this.stride ? this.owner[row * this.stride + column] : -1;
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
