// @ts-check
// The text itself, in a box that scrolls: laid out for its width, painted for its unit.

import { CellRuler } from "./cells.js";
import { themeOf } from "./colors.js";
import { drawingOn, element } from "./dom.js";
import { Grid } from "./grid.js";
import { firstDifference } from "./layout.js";
import { Painter } from "./painter.js";

/** @import { Cell, Mode, Reading } from "./types.js" */

const FEWEST_COLUMNS = 20, MOST_COLUMNS = 160;
const PADDING = 28; // CSS pixels of the box that no cell uses

/**
 * The size of a character cell where `place` stands.
 *
 * @param {HTMLElement} place
 * @returns {Cell}
 */
export function measureCell(place) {
  const probe = element("pre", "probe", "0".repeat(100));
  place.append(probe);
  const { width, height } = probe.getBoundingClientRect();
  probe.remove();
  return { width: width / 100, height };
}

/**
 * A ruler for the font that `place` has.
 *
 * @param {HTMLElement} place
 * @param {Cell} cell
 */
export function rulerFor(place, cell) {
  const context = drawingOn(element("canvas")), { fontSize, fontFamily } = getComputedStyle(place);
  context.font = `${fontSize} ${fontFamily}`;
  return new CellRuler((text) => context.measureText(text).width, cell.width);
}

export class TextPane {
  /**
   * @param {HTMLElement} scroll where the text goes; it must be in the page
   * @param {Reading} reading
   * @param {Mode} mode
   */
  constructor(scroll, reading, mode) {
    this.scroll = scroll;
    this.reading = reading;
    this.mode = mode;
    this.fittedWidth = 0;
    this.columns = 0;
    this.painter = this.layOut();
  }

  destroy() {
    this.painter.outlines?.destroy();
  }

  /** @returns {Painter} */
  layOut() {
    this.painter?.outlines?.destroy();
    const cell = measureCell(this.scroll);
    this.fittedWidth = this.scroll.clientWidth;
    const fits = Math.floor((this.fittedWidth - PADDING) / cell.width) - 1;
    this.columns = Math.max(FEWEST_COLUMNS, Math.min(MOST_COLUMNS, fits));
    const ruler = rulerFor(this.scroll, cell), shown = this.mode === "predictions" ? this.reading : null;
    this.painter = new Painter(this.scroll, this.gridFor(ruler), ruler, cell, shown, this.reading.unknown);
    return this.painter;
  }

  /** @param {CellRuler} ruler */
  gridFor(ruler) {
    return new Grid(this.reading.characters, this.columns, { spreads: this.mode === "predictions", measure: (cluster) => ruler.cells(cluster) });
  }

  /** The reading has another text, which begins with the same characters. @param {number} same how many */
  regrow(same) {
    const { painter } = this, grid = this.gridFor(painter.ruler);
    painter.unknown = this.reading.unknown;
    painter.regrow(grid, firstDifference(painter.grid, grid, same));
  }

  /**
   * Lays the text out again if its width (or, with a late font, its cell) has changed. Returns whether it did. A text
   * outside the page has no width, and waits.
   */
  refit() {
    if (!this.scroll.isConnected || !this.scroll.clientWidth) return false;
    if (this.scroll.clientWidth === this.fittedWidth && measureCell(this.scroll).width === this.painter.cell.width) return false;
    this.layOut();
    return true;
  }

  /** @param {Mode} mode */
  setMode(mode) {
    this.mode = mode;
    this.layOut();
  }

  get theme() {
    return themeOf(this.scroll);
  }
}
