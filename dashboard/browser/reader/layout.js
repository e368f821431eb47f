// @ts-check
// Where each code point stands: a row, and in it a stretch that is measured in cells. The code points of one cluster
// share its box from left to right, so that each shows its own color.

/** @import { Direction } from "./clusters.js" */

export class Layout {
  /** @type {string[]} code points */
  characters = [];
  /** First code point of the cluster of each. @type {Int32Array} */
  first = new Int32Array(0);
  /** Where each begins and ends in its row, in cells. @type {Float32Array} */
  left = new Float32Array(0);
  /** @type {Float32Array} */
  right = new Float32Array(0);
  /** Row of each. @type {Int32Array} */
  row = new Int32Array(0);
  /** First code point of each row. @type {number[]} */
  rowStarts = [];
  /** Of each row: how the browser is to lay it out; "" if its characters stand in cells. @type {Direction[]} */
  directions = [];
  /** Of each row: whether a boundary between two code points may be within a cell. @type {boolean[]} */
  fine = [];
  /** Cells of a row. */
  stride = 1;
  /** Cells that a line of the browser may fill; 0 for as many as it needs. */
  columns = 0;
  /** Cells from one tab stop to the next. */
  tab = 8;
  rows = 0;

  /** @param {number} i */
  rowOf(i) {
    return this.row[i];
  }

  /** @param {number} i */
  columnOf(i) {
    return this.left[i];
  }

  /** The code point after the last of a row. @param {number} row */
  rowEnd(row) {
    return row + 1 < this.rowStarts.length ? this.rowStarts[row + 1] : this.characters.length;
  }

  /** The code point after the last of a cluster. @param {number} i of any of them */
  clusterEnd(i) {
    const { first } = this, start = first[i];
    let end = i + 1;
    if (first[end] === end) return end;
    while (end < first.length && first[end] === start) end++;
    return end;
  }

  /** The cluster that a code point belongs to. @param {number} i */
  clusterOf(i) {
    return this.characters.slice(this.first[i], this.clusterEnd(i)).join("");
  }

  /**
   * The code point at a row and a column, or -1.
   *
   * @param {number} row
   * @param {number} column in cells; within one where it matters
   */
  at(row, column) {
    if (row < 0 || row >= this.rows) return -1;
    const { left, right } = this;
    for (let i = this.rowStarts[row]; i < this.rowEnd(row); i++) if (left[i] <= column && column < right[i]) return i;
    return -1;
  }

  /** Left and right end of the whole cluster of a code point. @param {number} i @returns {[left: number, right: number]} */
  boxOf(i) {
    const start = this.first[i], last = this.clusterEnd(i) - 1;
    return [this.left[start], this.right[last]];
  }

  /**
   * The stretches of a row that some of its code points fill: several where directions are mixed.
   *
   * @param {number} from
   * @param {number} to the one after the last
   * @returns {[left: number, right: number][]}
   */
  stretches(from, to) {
    const { left, right } = this;
    /** @type {[number, number][]} */
    const found = [];
    for (let i = from; i < to; i++) if (right[i] > left[i]) found.push([left[i], right[i]]);
    if (this.directions[this.row[from]]) found.sort(([one], [other]) => one - other);
    /** @type {[number, number][]} */
    const joined = [];
    for (const [begin, end] of found) {
      const last = joined[joined.length - 1];
      if (last && begin - last[1] < SAME) last[1] = Math.max(last[1], end);
      else joined.push([begin, end]);
    }
    return joined;
  }

  /** Divides a box among the code points of a cluster. @param {number} start @param {number} end @param {number} from @param {number} to */
  divide(start, end, from, to) {
    const step = (to - from) / (end - start);
    for (let i = start; i < end; i++) {
      this.left[i] = from + (i - start) * step;
      this.right[i] = i + 1 === end ? to : from + (i + 1 - start) * step;
    }
  }
}

const SAME = 0.02; // of a cell

/**
 * The first row that another layout of a text has differently, if both texts begin the same.
 *
 * @param {Layout} before
 * @param {Layout} next
 * @param {number} same code points with which both begin
 */
export function firstDifference(before, next, same) {
  let row = 0;
  const most = Math.min(before.rows, next.rows);
  while (row < most && before.rowEnd(row) < same && before.rowEnd(row) === next.rowEnd(row) && before.directions[row] === next.directions[row]) row++;
  return row;
}
