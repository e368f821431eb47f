// @ts-check
// Rows of text, each shifted so that its marked character is in the same column.

import { cellsOf, clustersOf, shapedLinesOf } from "./clusters.js";
import { Layout } from "./layout.js";

/** @typedef {{ text: string, marked: number }} Row A piece of text, and which of its characters is marked. */

/** A layout of one row per piece. Spaces fill a row at its start, and count as its characters. */
export class AlignedRows extends Layout {
  /** @param {Row[]} rows */
  constructor(rows) {
    super();
    const pieces = rows.map(({ text }) => pieceOf(text)), leading = pieces.map((piece, row) => leadingOf(piece, rows[row].marked));
    const before = Math.max(0, ...leading);
    /** Cells before the marked characters. */
    this.before = before;
    /** Spaces at the start of each row. */
    this.shifts = leading.map((cells) => before - cells);
    this.rows = rows.length;
    /** The marked character of each row. @type {number[]} */
    this.marked = [];
    for (const [row, { characters, direction }] of pieces.entries()) {
      this.rowStarts.push(this.characters.length);
      this.directions.push(direction);
      this.marked.push(this.characters.length + this.shifts[row] + rows[row].marked);
      this.characters.push(...Array(this.shifts[row]).fill(" "), ...characters);
    }
    this.first = Int32Array.from(this.characters, (_, i) => i);
    this.left = new Float32Array(this.characters.length);
    this.right = new Float32Array(this.characters.length);
    this.row = new Int32Array(this.characters.length);
    pieces.forEach((piece, row) => this.place(piece, row));
    this.stride = Math.max(1, Math.ceil(Math.max(...this.right)));
  }

  /** @param {Piece} piece @param {number} row */
  place({ first, direction }, row) {
    const start = this.rowStarts[row] + this.shifts[row];
    first.forEach((of, k) => { this.first[start + k] = start + of; });
    this.fine.push(direction !== "");
    let column = 0;
    for (let i = this.rowStarts[row], end; i < this.rowEnd(row); i = end) {
      end = this.clusterEnd(i);
      const width = cellsOf(this.characters.slice(i, end).join(""));
      this.row.fill(row, i, end);
      this.divide(i, end, column, column + width);
      this.fine[row] ||= end - i > 1;
      column += width;
    }
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

/** @typedef {{ characters: string[], first: Int32Array, direction: import("./clusters.js").Direction }} Piece */

/** @param {string} text @returns {Piece} */
function pieceOf(text) {
  const characters = Array.from(text), shaped = shapedLinesOf(characters);
  return { characters, first: clustersOf(characters), direction: [...shaped.values()][0] ?? "" };
}

/**
 * Cells before the marked character. Where the browser lays the row out, what follows it may stand there.
 *
 * @param {Piece} piece
 * @param {number} marked
 */
function leadingOf({ characters, first, direction }, marked) {
  const cells = (/** @type {number} */ from, /** @type {number} */ to) => {
    let sum = 0;
    for (let i = from, end; i < to; i = end) {
      end = i + 1;
      while (end < to && first[end] === first[i]) end++;
      sum += cellsOf(characters.slice(i, end).join(""));
    }
    return sum;
  };
  const before = cells(0, first[marked] ?? 0);
  return direction ? Math.max(before, cells(marked + 1, characters.length)) : before;
}
