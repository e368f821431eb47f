// @ts-check
// The brush: selected text can be marked, to find units that are on exactly there. The browser's own selection is the
// brush, so copying works as usual and there is no mode.

import { button, element } from "./dom.js";
import { drawMarks, touches } from "./marks.js";
import { selectCharacters, selectedCharacters } from "./selection.js";

/** @import { Painter } from "./painter.js" */
/** @import { Range } from "./types.js" */

/**
 * @typedef {object} Surface What the brush draws on.
 * @property {HTMLElement} root
 * @property {HTMLElement} scroll
 * @property {Painter} painter the one that painted last
 *
 * @typedef {object} BrushEvents
 * @property {(ranges: Range[]) => void} onMarks these ranges are to be marked
 * @property {(i: number) => void} onExtend the selection was extended to a character
 * @property {(selecting: boolean) => void} onSelect whether anything is selected has changed
 */

export class Brush {
  /**
   * @param {Surface} surface
   * @param {BrushEvents} events
   * @param {AbortSignal} signal ends it
   */
  constructor(surface, events, signal) {
    this.surface = surface;
    this.events = events;
    /** @type {Range[]} */
    this.ranges = [];
    /** @type {Range | null} */
    this.selected = null;
    /** @type {Range | null} the selection that is to become a mark */
    this.wanted = null;
    this.anchor = -1; // where a selection by keyboard began
    this.dragging = false;
    this.layer = element("div", "ranges");
    this.find = button("", "", () => this.selected && this.want([this.selected]));
    this.add = button("", "", () => this.selected && this.want([...this.ranges, this.selected]));
    this.unmark = button("Unmark", "", () => this.want(this.ranges.filter((range) => !this.isSelected(range))));
    this.count = element("span", "count");
    this.offer = element("div", "offer", this.add, this.find, this.unmark, this.count);
    Object.assign(this.offer, { hidden: true, role: "group", ariaLabel: "Selected text" });
    this.offer.addEventListener("mousedown", (event) => event.preventDefault()); // keeps selection and focus
    surface.root.append(this.offer);
    document.addEventListener("selectionchange", () => this.look(), { signal });
    document.addEventListener("mouseup", () => this.release(), { signal });
    surface.scroll.addEventListener("mousedown", () => { this.dragging = true; }, { signal });
    surface.scroll.addEventListener("scroll", () => this.place(), { passive: true, signal });
  }

  /** @param {Range[]} ranges */
  want(ranges) {
    this.wanted = this.selected;
    this.offer.hidden = true;
    this.events.onMarks(ranges);
  }

  /** Presses the first button, for Enter. Returns whether there is one. */
  press() {
    if (!this.selected) return false;
    (this.add.hidden ? this.find : this.add).click();
    return true;
  }

  // ---- the selection -------------------------------------------------------------------------------------

  /** @param {Range} range */
  isSelected(range) {
    return this.selected !== null && touches(range, this.selected);
  }

  release() {
    if (!this.dragging) return;
    this.dragging = false;
    this.look();
  }

  /** Notes the selection, and shows its buttons once the mouse is up. */
  look() {
    this.selected = selectedCharacters(this.surface.painter);
    if (!this.selected) this.anchor = -1;
    this.events.onSelect(this.selected !== null);
    this.offer.hidden = !this.selected || this.dragging;
    if (!this.selected || this.dragging) return;
    const { length } = this.ranges, count = this.selected[1] - this.selected[0];
    this.find.textContent = length ? "Find units for this range only" : "Find units that are on exactly here";
    this.add.textContent = `Add to the ${length === 1 ? "range" : `${length} ranges`}`;
    this.add.hidden = !length;
    this.unmark.hidden = !this.ranges.some((range) => this.isSelected(range));
    this.count.textContent = count === 1 ? "1 character" : `${count.toLocaleString("en")} characters`;
    this.place();
  }

  /** Places the buttons below the end of the selection, or above its start where there is no room below. */
  place() {
    if (this.offer.hidden || !this.selected) return;
    const { painter, root, scroll } = this.surface;
    const start = painter.boxOf(this.selected[0]), end = painter.boxOf(this.selected[1] - 1);
    const frame = root.getBoundingClientRect(), sight = scroll.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.offer;
    const below = Math.min(end.bottom, sight.bottom - height - 12) + 6;
    const fits = below + height < window.innerHeight && end.top < sight.bottom;
    const top = fits ? Math.max(below, sight.top) : Math.max(start.top, sight.top + height + 12) - height - 6;
    const left = Math.min(Math.max(0, end.left - frame.left - width / 2), Math.max(0, frame.width - width));
    Object.assign(this.offer.style, { left: `${left}px`, top: `${top - frame.top}px` });
  }

  /**
   * Extends the selection from where it began, by a number of characters or rows.
   *
   * @param {number} cursor the character at the pointer, where a selection begins
   * @param {number} by
   * @param {number} rows
   */
  extend(cursor, by, rows) {
    const { painter } = this.surface, { grid } = painter;
    let from = cursor;
    if (this.anchor < 0) {
      if (this.selected) from = this.selected[1] - 1;
      this.anchor = this.selected ? this.selected[0] : from;
    }
    const row = grid.rowOf(from) + rows, column = (grid.left[from] + grid.right[from]) / 2;
    const inRow = row < 0 ? 0 : row >= grid.rows ? grid.characters.length - 1 : grid.at(row, column);
    const to = rows ? (inRow < 0 ? grid.rowEnd(row) - 1 : inRow) : by > 0 ? grid.clusterEnd(from) : grid.first[from] - 1; // a cluster is selected whole
    const i = Math.max(0, Math.min(grid.characters.length - 1, to));
    this.events.onExtend(i);
    selectCharacters(painter, Math.min(this.anchor, i), Math.max(this.anchor, i) + 1);
  }

  drop() {
    if (this.selected) document.getSelection()?.removeAllRanges();
  }

  // ---- the marks -----------------------------------------------------------------------------------------

  /** Draws the marked ranges, and scrolls to one if they are new. @param {Range[]} ranges */
  show(ranges) {
    if (JSON.stringify(ranges) === JSON.stringify(this.ranges)) return;
    this.ranges = ranges;
    this.surface.root.classList.toggle("marked", ranges.length > 0);
    this.draw();
    const { wanted } = this;
    const shown = wanted ? ranges.find((range) => touches(range, wanted)) : ranges[0];
    if (shown) this.surface.painter.reveal(shown[0]);
    if (wanted) this.drop();
    this.wanted = null;
  }

  /** Redraws the marks, after the text was laid out. */
  draw() {
    this.layer.remove();
    this.layer = drawMarks(this.surface.painter, this.ranges);
    this.surface.painter.text.append(this.layer);
  }
}
