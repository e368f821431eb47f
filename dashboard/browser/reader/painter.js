// @ts-check
// Paints the text: real text in <pre> blocks, and behind each block a canvas with one pixel per character cell, or some
// where characters share a cell.

import { LineWriter } from "./cells.js";
import { predictionColor } from "./colors.js";
import { drawingOn, element } from "./dom.js";
import { glyphOf } from "./glyphs.js";
import { Outlines } from "./outlines.js";
import { measureLines, placeBelow } from "./shaped.js";
import { underline } from "./unknown.js";

/** @import { CellRuler, ShapedLine } from "./cells.js" */
/** @import { PlacedRow } from "./shaped.js" */
/** @import { Layout } from "./layout.js" */
/** @import { Cell } from "./types.js" */

/**
 * @typedef {object} Predictions The likeliest next characters, to be written under each character.
 * @property {number} predictions how many there are
 * @property {string[]} vocabulary
 * @property {{ top_char: ArrayLike<number>, top_prob: ArrayLike<number> }} arrays
 *
 * @typedef {object} Block Rows of the text that are laid out and painted together.
 * @property {HTMLElement} node
 * @property {HTMLCanvasElement} canvas
 * @property {HTMLPreElement} pre
 * @property {number} first row
 * @property {number} rows
 * @property {number} scale pixels of a cell from left to right
 * @property {Uint32Array<ArrayBuffer>} pixels
 */

const BLOCK_LINES = 24, BLOCK_LINES_WITH_PREDICTIONS = 48; // of one <pre>: the browser skips the blocks out of sight, and prints each on one sheet
const UNREAD = " "; // in place of a prediction that has not come
const FINE = 12; // pixels of a cell that characters share

export class Painter {
  /**
   * @param {HTMLElement} scroll what the text scrolls in
   * @param {Layout} grid
   * @param {CellRuler} ruler
   * @param {Cell} cell
   * @param {Predictions | null} shown null to show none
   * @param {Uint8Array | null} [unknown] 1 for each character that the model does not know
   */
  constructor(scroll, grid, ruler, cell, shown, unknown = null) {
    this.scroll = scroll;
    this.grid = grid;
    this.ruler = ruler;
    this.cell = cell;
    this.shown = shown;
    this.unknown = unknown;
    this.lines = shown ? 1 + shown.predictions + 1 : 1; // per row of the grid: the text, the predictions, a gap
    this.rowsPerBlock = Math.max(1, Math.floor((shown ? BLOCK_LINES_WITH_PREDICTIONS : BLOCK_LINES) / this.lines));
    /** @type {Block[]} */
    this.blocks = [];
    /** Lines that are to be measured. @type {ShapedLine[]} */
    this.shaped = [];
    /** @type {PlacedRow[]} */
    this.placed = [];
    this.cursorMark = element("div", "cursor");
    this.cursorMark.hidden = true;
    this.text = element("div", "text", this.cursorMark);
    for (let row = 0; row < grid.rows; row += this.rowsPerBlock) this.addBlock(row);
    scroll.replaceChildren(this.text);
    this.settle(this.blocks);
    if (shown) this.paintPredictions(shown);
    this.outlines = shown && new Outlines(this, shown);
  }

  destroy() {
    this.outlines?.destroy();
  }

  /**
   * Takes over a layout that is the same before a row: the text has grown, or its end has changed. Colors are painted
   * anew by `paintActivation`.
   *
   * @param {Layout} grid
   * @param {number} row
   */
  regrow(grid, row) {
    this.outlines?.destroy();
    while (this.blocks.length && this.blocks[this.blocks.length - 1].first + this.rowsPerBlock > row) this.blocks.pop()?.node.remove();
    const kept = grid.rowStarts[this.blocks.length * this.rowsPerBlock] ?? grid.characters.length, before = this.grid;
    grid.left.set(before.left.subarray(0, kept)); // as measured
    grid.right.set(before.right.subarray(0, kept));
    this.grid = grid;
    const unchanged = this.blocks.length;
    for (let first = this.blocks.length * this.rowsPerBlock; first < grid.rows; first += this.rowsPerBlock) this.addBlock(first);
    this.settle(this.blocks.slice(unchanged));
    if (this.shown) this.paintPredictions(this.shown);
    this.outlines = this.shown && new Outlines(this, this.shown);
  }

  get rowHeight() {
    return this.lines * this.cell.height;
  }

  // ---- text ----------------------------------------------------------------------------------------------

  /** @param {number} first row */
  addBlock(first) {
    const rows = Math.min(this.rowsPerBlock, this.grid.rows - first);
    const canvas = element("canvas", "colors"), pre = element("pre"), { fine, stride } = this.grid;
    const scale = fine.slice(first, first + rows).some(Boolean) ? FINE : 1;
    canvas.width = stride * scale;
    canvas.height = rows * this.lines;
    this.writeRows(pre, first, rows);
    const node = element("div", "block", canvas, pre), height = rows * this.rowHeight;
    node.style.height = `${height}px`;
    node.style.containIntrinsicSize = `auto ${height}px`;
    canvas.style.width = `${this.grid.stride * this.cell.width}px`;
    canvas.style.height = `${height}px`;
    this.cursorMark.before(node);
    this.blocks.push({ node, canvas, pre, first, rows, scale, pixels: new Uint32Array(canvas.width * canvas.height) });
  }

  /** Measures what the browser has laid out, and lays over the blocks what depends on it. @param {Block[]} blocks that are new */
  settle(blocks) {
    const { grid, cell } = this;
    measureLines(grid, this.shaped, cell, this.text);
    placeBelow(grid, this.placed, cell);
    this.shaped = [];
    this.placed = [];
    if (this.unknown) for (const block of blocks) underline(this, block, this.unknown);
  }

  /**
   * @param {HTMLPreElement} pre
   * @param {number} first row
   * @param {number} rows
   */
  writeRows(pre, first, rows) {
    const writer = new LineWriter(pre, this.ruler);
    for (let row = first; row < first + rows; row++) this.writeRow(writer, row);
    writer.flush();
  }

  /**
   * The characters from one to before another have got other predictions. They are colored by `paintActivation`.
   *
   * @param {number} first
   * @param {number} last
   */
  rewrite(first, last) {
    if (!this.shown) return;
    const [top, bottom] = [this.grid.rowOf(first), this.grid.rowOf(last - 1)];
    this.paintPredictions(this.shown, first, last);
    for (const block of this.blocks) {
      if (block.first > bottom || block.first + block.rows <= top) continue;
      block.pre.replaceChildren();
      this.writeRows(block.pre, block.first, block.rows);
      this.settle([]);
      this.outlines?.redraw(block);
    }
  }

  /**
   * @param {LineWriter} writer
   * @param {number} row
   */
  writeRow(writer, row) {
    const { grid, shown } = this, isShaped = grid.directions[row] !== "";
    if (isShaped) this.shaped.push(writer.putShaped(grid, row));
    else writer.putRow(grid, row);
    if (!shown) return;
    const lines = Array.from({ length: shown.predictions }, (_, k) => (isShaped ? this.placePredictions(writer, row, k) : this.writePredictions(writer, row, k)));
    if (isShaped) this.placed.push({ row, nodes: lines });
    writer.endLine();
  }

  /** @param {LineWriter} writer @param {number} row @param {number} k */
  writePredictions(writer, row, k) {
    const { left, right, rowStarts } = this.grid, end = this.grid.rowEnd(row);
    const { vocabulary, arrays: { top_char }, predictions } = /** @type {Predictions} */ (this.shown);
    for (let i = rowStarts[row]; i < end; i++) writer.put(glyphOf(vocabulary[top_char[i * predictions + k]] ?? UNREAD, true), right[i] - left[i]);
    writer.endLine();
    return [];
  }

  /** Predictions in nodes that are placed once the line above them is measured. @param {LineWriter} writer @param {number} row @param {number} k */
  placePredictions(writer, row, k) {
    const { vocabulary, arrays: { top_char }, predictions } = /** @type {Predictions} */ (this.shown), nodes = [];
    for (let i = this.grid.rowStarts[row]; i < this.grid.rowEnd(row); i++) {
      const { text, mark } = glyphOf(vocabulary[top_char[i * predictions + k]] ?? UNREAD, true);
      nodes.push(element("span", mark ? "placed faint" : "placed", text));
    }
    writer.flush();
    writer.pre.append(element("span", "line", ...nodes));
    writer.endLine();
    return nodes;
  }

  // ---- colors --------------------------------------------------------------------------------------------

  /**
   * @param {Int8Array} activation a code per character
   * @param {Uint32Array} colors of each code, from -128 on
   */
  paintActivation(activation, colors) {
    const { rowStarts, left, right, row, stride } = this.grid, { lines } = this;
    for (const block of this.blocks) {
      const { canvas, first, rows, pixels, scale } = block, end = Math.min(activation.length, this.grid.rowEnd(first + rows - 1));
      for (let i = rowStarts[first]; i < end; i++) {
        const color = colors[activation[i] + 128];
        if (scale > 1) this.fill(block, i, 0, color);
        else for (let k = left[i], start = (row[i] - first) * lines * stride; k < right[i]; k++) pixels[start + k] = color;
      }
      const bytes = new Uint8ClampedArray(pixels.buffer);
      drawingOn(canvas).putImageData(new ImageData(bytes, canvas.width, canvas.height), 0, 0);
    }
  }

  /** Colors the box of a character, in one of the lines of its row. @param {Block} block @param {number} i @param {number} line @param {number} color */
  fill({ first, scale, pixels, canvas: { width } }, i, line, color) {
    const { left, right, row } = this.grid, start = ((row[i] - first) * this.lines + line) * width;
    const from = Math.max(0, Math.round(left[i] * scale)), to = Math.min(width, Math.round(right[i] * scale));
    for (let k = from; k < to; k++) pixels[start + k] = color;
  }

  /**
   * @param {Predictions} shown
   * @param {number} [first] character
   * @param {number} [last] the one after the last
   */
  paintPredictions({ predictions, arrays }, first = 0, last = this.grid.characters.length) {
    for (const block of this.blocks) {
      const from = Math.max(first, this.grid.rowStarts[block.first]), to = Math.min(last, this.grid.rowEnd(block.first + block.rows - 1));
      for (let i = from; i < to; i++) {
        for (let k = 0; k < predictions; k++) this.fill(block, i, k + 1, predictionColor(arrays.top_prob[i * predictions + k]));
      }
    }
  }

  // ---- geometry ------------------------------------------------------------------------------------------

  /**
   * @param {number} clientX
   * @param {number} clientY
   */
  characterAt(clientX, clientY) {
    const { left, top } = this.text.getBoundingClientRect();
    return this.grid.at(Math.floor((clientY - top) / this.rowHeight), (clientX - left) / this.cell.width);
  }

  /** Where a character stands on the screen. @param {number} i */
  boxOf(i) {
    const { left, top } = this.text.getBoundingClientRect();
    const x = left + this.grid.boxOf(i)[0] * this.cell.width, y = top + this.grid.rowOf(i) * this.rowHeight;
    return { left: x, top: y, bottom: y + this.cell.height };
  }

  /** Outlines a character; -1 for none. @param {number} i */
  mark(i) {
    this.cursorMark.hidden = i < 0;
    if (i >= 0) this.outline(this.cursorMark, i);
  }

  /**
   * Lays a node over a character with what it is drawn with, and its predictions; in Predictions over the character alone.
   *
   * @param {HTMLElement} node
   * @param {number} i
   */
  outline(node, i) {
    const { grid } = this, [left, right] = this.shown && !grid.directions[grid.row[i]] ? [grid.left[i], grid.right[i]] : grid.boxOf(i);
    Object.assign(node.style, {
      left: `${left * this.cell.width}px`,
      top: `${this.grid.rowOf(i) * this.rowHeight}px`,
      width: `${(right - left) * this.cell.width}px`,
      height: `${Math.max(1, this.lines - 1) * this.cell.height}px`,
    });
  }

  /** Scrolls a character into sight. @param {number} i */
  reveal(i) {
    const box = this.boxOf(i), frame = this.scroll.getBoundingClientRect();
    if (box.top < frame.top) this.scroll.scrollTop -= frame.top - box.top + this.rowHeight;
    if (box.bottom > frame.bottom) this.scroll.scrollTop += box.bottom - frame.bottom + this.rowHeight;
  }

  /** First character in sight and the one after the last. @returns {[number, number]} */
  visibleCharacters() {
    const top = this.scroll.scrollTop, { rowStarts, rows, characters } = this.grid;
    const firstRow = Math.min(rows - 1, Math.max(0, Math.floor(top / this.rowHeight)));
    const endRow = Math.min(rows, Math.ceil((top + this.scroll.clientHeight) / this.rowHeight));
    return [rowStarts[firstRow], endRow < rows ? rowStarts[endRow] : characters.length];
  }
}
