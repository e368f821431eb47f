// @ts-check
// The text, laid out once: each of its lines stands there once per row, so that a character is in the same column in all
// rows. Only lines in sight are in the page.

import { LineWriter } from "../reader/cells.js";
import { drawingOn, element } from "../reader/dom.js";
import { Grid } from "../reader/grid.js";
import { measureCell, rulerFor } from "../reader/pane.js";
import { measureLines } from "../reader/shaped.js";

/** @typedef {{ name: string, more: string, title: string, colors: Uint32Array | null, codes: Int8Array | null, unknown: Uint8Array | null }} Lane A row as it is drawn; null until it has loaded. */
/** @typedef {{ node: HTMLElement, canvas: HTMLCanvasElement, pre: HTMLPreElement, labels: HTMLElement[] }} Line */

const FEWEST_COLUMNS = 16, MOST_COLUMNS = 160;
const PADDING = 30; // CSS pixels beside the cells
const GAP = 10; // CSS pixels between two lines of the text
const LABEL_CELLS = 28, MEDIUM_LABEL_CELLS = 16, NARROW_LABEL_CELLS = 2; // widths of the labels
const MEDIUM = 900, NARROW = 560; // CSS pixels: below these, labels have no names, and only numbers
const FINE = 12; // pixels of a cell that characters share
const BESIDE = 1; // lines that are drawn beyond each end of what is in sight

export class Lines {
  /**
   * @param {HTMLElement} scroll what the text scrolls in; it must be in the page
   * @param {string[]} characters
   */
  constructor(scroll, characters) {
    this.scroll = scroll;
    this.characters = characters;
    /** @type {Lane[]} */
    this.lanes = [];
    this.focused = -1;
    this.printing = false; // then all lines are drawn
    /** @type {Map<number, Line>} */
    this.drawn = new Map();
    this.cursorMark = element("div", "cursor");
    this.cursorMark.hidden = true;
    this.text = element("div", "text", this.cursorMark);
    scroll.replaceChildren(this.text);
    this.layout = this.fit();
    this.redraw();
  }

  get grid() {
    return this.layout.grid;
  }

  get cell() {
    return this.layout.cell;
  }

  get gutter() {
    return this.layout.gutter;
  }

  /** The text as it fits into the box as it is now. */
  fit() {
    const { scroll } = this, cell = measureCell(scroll), width = scroll.clientWidth, isNarrow = width < NARROW;
    const cells = isNarrow ? NARROW_LABEL_CELLS : width < MEDIUM ? MEDIUM_LABEL_CELLS : LABEL_CELLS;
    const gutter = cells * cell.width + 8;
    const fits = Math.floor((width - PADDING - gutter) / cell.width) - 1;
    const ruler = rulerFor(scroll, cell);
    const grid = new Grid(this.characters, Math.max(FEWEST_COLUMNS, Math.min(MOST_COLUMNS, fits)), { joinsEmpty: true, measure: (cluster) => ruler.cells(cluster) });
    return { grid, cell, width, isNarrow, gutter, ruler };
  }

  /** Lays the text out again if its box has changed. Returns whether it did. */
  refit() {
    if (!this.scroll.isConnected || !this.scroll.clientWidth) return false;
    if (this.scroll.clientWidth === this.layout.width && measureCell(this.scroll).width === this.cell.width) {
      this.draw(); // it may be higher
      return false;
    }
    const first = this.firstInSight;
    this.layout = this.fit();
    this.redraw();
    this.scroll.scrollTop = this.grid.rowOf(first) * this.lineHeight;
    this.draw();
    return true;
  }

  /** CSS pixels of one line of the text with all its rows. */
  get lineHeight() {
    return Math.max(1, this.lanes.length) * this.cell.height + GAP;
  }

  /** Draws all lines for a printer, and then those in sight again. @param {AbortSignal} signal ends it */
  whenPrinted(signal) {
    for (const [event, printing] of /** @type {const} */ ([["beforeprint", true], ["afterprint", false]])) {
      window.addEventListener(event, () => {
        this.printing = printing;
        this.draw();
      }, { signal });
    }
  }

  // ---- rows ----------------------------------------------------------------------------------------------

  /** Shows other rows. Where only colors and names are others, the text stays. @param {Lane[]} lanes @param {number} focused */
  show(lanes, focused) {
    const first = this.firstInSight, before = this.lanes;
    const same = lanes.length === before.length && lanes.every((lane, k) => lane.unknown === before[k].unknown);
    this.lanes = lanes;
    this.focused = focused;
    if (same) return this.recolor();
    this.redraw();
    if (lanes.length === before.length) return;
    this.scroll.scrollTop = this.grid.rowOf(first) * this.lineHeight;
    this.draw();
  }

  recolor() {
    for (const [row, line] of this.drawn) this.paint(row, line);
  }

  /** Draws all lines anew. */
  redraw() {
    for (const { node } of this.drawn.values()) node.remove();
    this.drawn.clear();
    this.text.style.height = `${this.grid.rows * this.lineHeight}px`;
    this.draw();
  }

  /** Draws the lines in sight, and drops the others. */
  draw() {
    const [first, end] = this.linesInSight(BESIDE);
    for (const [row, { node }] of this.drawn) {
      if (row >= first && row < end) continue;
      node.remove();
      this.drawn.delete(row);
    }
    for (let row = first; row < end; row++) if (!this.drawn.has(row)) this.add(row);
  }

  /** @param {number} row of the grid */
  add(row) {
    const { cell, gutter, grid, lanes } = this;
    const labels = lanes.map(() => element("span", "label", element("span"), element("span", "more"))), pre = element("pre"), canvas = element("canvas", "colors");
    const writer = new LineWriter(pre, this.layout.ruler), shaped = [];
    for (const { unknown } of lanes) {
      const classOf = (/** @type {number} */ i) => (unknown?.subarray(i, grid.clusterEnd(i)).includes(1) ? "unknown" : "");
      if (grid.directions[row]) shaped.push(writer.putShaped(grid, row, classOf));
      else writer.putRow(grid, row, unknown ? classOf : undefined);
    }
    writer.flush();
    for (const node of pre.querySelectorAll(".unknown")) /** @type {HTMLElement} */ (node).title = "The model does not know this character.";
    Object.assign(canvas, { width: grid.stride * (grid.fine[row] ? FINE : 1), height: Math.max(1, lanes.length) });
    Object.assign(canvas.style, { left: `${gutter}px`, width: `${grid.stride * cell.width}px`, height: `${lanes.length * cell.height}px` });
    pre.style.marginLeft = `${gutter}px`;
    const names = element("div", "labels", ...labels), node = element("div", "line", names, canvas, pre);
    names.style.width = `${gutter - 8}px`;
    for (const label of labels) label.style.height = `${cell.height}px`;
    Object.assign(node.style, { top: `${row * this.lineHeight}px`, height: `${this.lineHeight - GAP}px` });
    this.cursorMark.before(node);
    measureLines(grid, shaped, cell, pre);
    const line = { node, canvas, pre, labels };
    this.drawn.set(row, line);
    this.paint(row, line);
  }

  /** Colors a line and names its rows. @param {number} row @param {Line} line */
  paint(row, { canvas, labels }) {
    const { grid, lanes } = this, { width } = canvas, scale = width / grid.stride;
    const pixels = new Uint32Array(width * canvas.height), start = grid.rowStarts[row], end = grid.rowEnd(row);
    for (const [k, lane] of lanes.entries()) {
      const { codes, colors } = lane;
      this.label(labels[k], lane, k);
      if (!codes || !colors) continue;
      for (let i = start; i < end; i++) {
        const color = colors[codes[i] + 128], stop = Math.min(width, Math.round(grid.right[i] * scale));
        for (let at = Math.max(0, Math.round(grid.left[i] * scale)); at < stop; at++) pixels[k * width + at] = color;
      }
    }
    drawingOn(canvas).putImageData(new ImageData(new Uint8ClampedArray(pixels.buffer), width, canvas.height), 0, 0);
  }

  /** Names a row before a line. @param {HTMLElement} label @param {Lane} lane @param {number} k */
  label(label, { name, more, title }, k) {
    const { isNarrow } = this.layout, [first, second] = label.children;
    const texts = isNarrow ? [String(k + 1), ""] : [`${k + 1} ${name}`, more];
    if (first.textContent !== texts[0]) first.textContent = texts[0];
    if (second.textContent !== texts[1]) second.textContent = texts[1];
    if (label.title !== title) label.title = title;
    label.classList.toggle("focused", k === this.focused);
  }

  // ---- geometry ------------------------------------------------------------------------------------------

  /** First line in sight and the one after the last. @param {number} [beside] @returns {[number, number]} */
  linesInSight(beside = 0) {
    const { scrollTop, clientHeight } = this.scroll, { rows } = this.grid;
    if (this.printing) return [0, rows];
    const first = Math.max(0, Math.floor(scrollTop / this.lineHeight) - beside);
    return [Math.min(first, rows), Math.min(rows, Math.ceil((scrollTop + clientHeight) / this.lineHeight) + beside)];
  }

  /** The first character in sight. */
  get firstInSight() {
    return this.grid.rowStarts[Math.min(this.grid.rows - 1, this.linesInSight()[0])];
  }

  /**
   * The character and the row at a point; -1 for none.
   *
   * @param {number} clientX
   * @param {number} clientY
   * @returns {{ character: number, lane: number }}
   */
  at(clientX, clientY) {
    const { left, top } = this.text.getBoundingClientRect(), y = clientY - top;
    const row = Math.floor(y / this.lineHeight), lane = Math.floor((y - row * this.lineHeight) / this.cell.height);
    if (row < 0 || row >= this.grid.rows || lane >= this.lanes.length) return { character: -1, lane: -1 };
    return { character: this.grid.at(row, (clientX - left - this.gutter) / this.cell.width), lane };
  }

  /** Where a character stands on the screen, in all rows. @param {number} i */
  boxOf(i) {
    const { left, top } = this.text.getBoundingClientRect();
    const y = top + this.grid.rowOf(i) * this.lineHeight;
    return { left: left + this.gutter + this.grid.boxOf(i)[0] * this.cell.width, top: y, bottom: y + this.lineHeight - GAP };
  }

  /** Outlines a character in all rows; -1 for none. @param {number} i */
  mark(i) {
    this.cursorMark.hidden = i < 0;
    if (i < 0) return;
    const [left, right] = this.grid.boxOf(i);
    Object.assign(this.cursorMark.style, {
      left: `${this.gutter + left * this.cell.width}px`, top: `${this.grid.rowOf(i) * this.lineHeight}px`,
      width: `${(right - left) * this.cell.width}px`, height: `${this.lineHeight - GAP}px`,
    });
  }

  /** Scrolls a character into sight. @param {number} i */
  reveal(i) {
    const top = this.grid.rowOf(i) * this.lineHeight, { scrollTop, clientHeight } = this.scroll;
    if (top < scrollTop) this.scroll.scrollTop = Math.max(0, top - GAP);
    else if (top + this.lineHeight > scrollTop + clientHeight) this.scroll.scrollTop = top + this.lineHeight - clientHeight + GAP;
    this.draw();
  }
}
