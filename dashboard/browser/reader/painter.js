// @ts-check
// Paints the text: real text in <pre> blocks, and behind each block a canvas with one pixel per character cell.

import { LineWriter } from "./cells.js";
import { predictionColor } from "./colors.js";
import { drawingOn, element } from "./dom.js";
import { glyphOf } from "./glyphs.js";
import { Outlines } from "./outlines.js";

/** @import { CellRuler } from "./cells.js" */
/** @import { Cell, Layout } from "./types.js" */

/**
 * @typedef {object} Predictions The likeliest next characters, to be written under each character.
 * @property {number} predictions how many there are
 * @property {string[]} vocabulary
 * @property {{ top_char: ArrayLike<number>, top_prob: ArrayLike<number> }} arrays
 *
 * @typedef {{ node: HTMLElement, canvas: HTMLCanvasElement, pre: HTMLPreElement, first: number, rows: number }} Block
 * Rows of the text that are laid out and painted together.
 */

const BLOCK_LINES = 48; // lines of one <pre>; the browser skips the blocks out of sight

export class Painter {
  /**
   * @param {HTMLElement} scroll what the text scrolls in
   * @param {Layout} grid
   * @param {CellRuler} ruler
   * @param {Cell} cell
   * @param {Predictions | null} shown null to show none
   */
  constructor(scroll, grid, ruler, cell, shown) {
    this.scroll = scroll;
    this.grid = grid;
    this.ruler = ruler;
    this.cell = cell;
    this.shown = shown;
    this.lines = shown ? 1 + shown.predictions + 1 : 1; // per row of the grid: the text, the predictions, a gap
    this.rowsPerBlock = Math.max(1, Math.floor(BLOCK_LINES / this.lines));
    /** @type {Block[]} */
    this.blocks = [];
    this.pixels = new Uint32Array(grid.rows * this.lines * grid.stride);
    this.cursorMark = element("div", "cursor");
    this.cursorMark.hidden = true;
    this.text = element("div", "text", this.cursorMark);
    for (let row = 0; row < grid.rows; row += this.rowsPerBlock) this.addBlock(row);
    scroll.replaceChildren(this.text);
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
    this.grid = grid;
    this.pixels = new Uint32Array(grid.rows * this.pixelsPerRow);
    for (let first = this.blocks.length * this.rowsPerBlock; first < grid.rows; first += this.rowsPerBlock) this.addBlock(first);
    if (this.shown) this.paintPredictions(this.shown);
    this.outlines = this.shown && new Outlines(this, this.shown);
  }

  get pixelsPerRow() {
    return this.lines * this.grid.stride;
  }

  get rowHeight() {
    return this.lines * this.cell.height;
  }

  // ---- text ----------------------------------------------------------------------------------------------

  /** @param {number} first row */
  addBlock(first) {
    const rows = Math.min(this.rowsPerBlock, this.grid.rows - first);
    const canvas = element("canvas", "colors"), pre = element("pre");
    canvas.width = this.grid.stride;
    canvas.height = rows * this.lines;
    this.writeRows(pre, first, rows);
    const node = element("div", "block", canvas, pre), height = rows * this.rowHeight;
    node.style.height = `${height}px`;
    node.style.containIntrinsicSize = `auto ${height}px`;
    canvas.style.width = `${this.grid.stride * this.cell.width}px`;
    canvas.style.height = `${height}px`;
    this.cursorMark.before(node);
    this.blocks.push({ node, canvas, pre, first, rows });
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
      this.outlines?.redraw(block);
    }
  }

  /**
   * @param {LineWriter} writer
   * @param {number} row
   */
  writeRow(writer, row) {
    const { characters, width, rowStarts } = this.grid, { shown } = this;
    const start = rowStarts[row], end = this.grid.rowEnd(row);
    for (let i = start; i < end; i++) writer.put(glyphOf(characters[i]), width[i]);
    writer.endLine();
    if (!shown) return;
    for (let k = 0; k < shown.predictions; k++) {
      for (let i = start; i < end; i++) {
        const character = shown.vocabulary[shown.arrays.top_char[i * shown.predictions + k]] ?? " "; // not read yet
        writer.put(glyphOf(character, true), width[i]);
      }
      writer.endLine();
    }
    writer.endLine();
  }

  // ---- colors --------------------------------------------------------------------------------------------

  /**
   * @param {Int8Array} activation a code per character
   * @param {Uint32Array} colors of each code, from -128 on
   */
  paintActivation(activation, colors) {
    const { cell, width, stride } = this.grid, { pixels, lines } = this;
    for (let i = 0; i < activation.length; i++) {
      const row = (cell[i] / stride) | 0;
      const at = cell[i] + row * (lines - 1) * stride;
      const color = colors[activation[i] + 128];
      for (let k = 0; k < width[i]; k++) pixels[at + k] = color;
    }
    for (const { canvas, first, rows } of this.blocks) {
      const part = pixels.subarray(first * this.pixelsPerRow, (first + rows) * this.pixelsPerRow);
      const bytes = new Uint8ClampedArray(part.buffer, part.byteOffset, part.byteLength);
      drawingOn(canvas).putImageData(new ImageData(bytes, stride, canvas.height), 0, 0);
    }
  }

  /**
   * @param {Predictions} shown
   * @param {number} [first] character
   * @param {number} [last] the one after the last
   */
  paintPredictions({ predictions, arrays }, first = 0, last = this.grid.characters.length) {
    const { grid, pixels } = this;
    for (let i = first; i < last; i++) {
      const at = grid.rowOf(i) * this.pixelsPerRow + grid.columnOf(i);
      for (let k = 0; k < predictions; k++) {
        const color = predictionColor(arrays.top_prob[i * predictions + k]);
        for (let w = 0; w < grid.width[i]; w++) pixels[at + (k + 1) * grid.stride + w] = color;
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
    return this.grid.at(Math.floor((clientY - top) / this.rowHeight), Math.floor((clientX - left) / this.cell.width));
  }

  /** Where a character stands on the screen. @param {number} i */
  boxOf(i) {
    const { left, top } = this.text.getBoundingClientRect();
    const x = left + this.grid.columnOf(i) * this.cell.width, y = top + this.grid.rowOf(i) * this.rowHeight;
    return { left: x, top: y, bottom: y + this.cell.height };
  }

  /** Outlines a character; -1 for none. @param {number} i */
  mark(i) {
    this.cursorMark.hidden = i < 0;
    if (i >= 0) this.outline(this.cursorMark, i);
  }

  /**
   * Lays a node over a character and its predictions.
   *
   * @param {HTMLElement} node
   * @param {number} i
   */
  outline(node, i) {
    Object.assign(node.style, {
      left: `${this.grid.columnOf(i) * this.cell.width}px`,
      top: `${this.grid.rowOf(i) * this.rowHeight}px`,
      width: `${this.grid.width[i] * this.cell.width}px`,
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
