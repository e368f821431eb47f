// @ts-check
// A text that grows while it is written: the characters, their predictions, and one unit after each of them.

import { activationLevels, codeOf } from "../reader/codes.js";
import { activationColors, themeOf } from "../reader/colors.js";
import { element } from "../reader/dom.js";
import { Grid } from "../reader/grid.js";
import { firstDifference } from "../reader/layout.js";
import { Painter } from "../reader/painter.js";
import { measureCell, rulerFor } from "../reader/pane.js";

/** @import { Batch } from "../engine/types.js" */
/** @import { View } from "../reader/types.js" */

const FEWEST_COLUMNS = 16, MOST_COLUMNS = 110;
const PADDING = 28; // CSS pixels of the box that no cell uses
const AT_END = 40; // CSS pixels from the end, within which the text goes on scrolling

export class GrowingText {
  /**
   * @param {HTMLElement} scroll where the text goes
   * @param {string[]} vocabulary
   */
  constructor(scroll, vocabulary) {
    this.scroll = scroll;
    this.vocabulary = vocabulary;
    /** @type {number[]} */
    this.ids = [];
    /** @type {string[]} */
    this.characters = [];
    /** @type {{ top_char: number[], top_prob: number[] }} */
    this.arrays = { top_char: [], top_prob: [] };
    this.predictions = 0;
    /** The unit in view after each character. @type {number[]} */
    this.values = [];
    this.prompt = 0;
    this.selected = -1;
    this.difference = -1;
    /** First character that has changed since the text was drawn. */
    this.changed = 0;
    /** @type {Painter | null} */
    this.painter = null;
    this.mode = "";
    this.fitted = "";
    this.differenceMark = element("div", "difference");
    this.promptMark = element("div", "prompt-end");
  }

  /** Characters that were written, without the prompt. */
  get written() {
    return this.characters.slice(this.prompt).join("");
  }

  /** Takes what the engine tells; the characters from its start on replace what was. @param {Batch} batch */
  take({ start, prompt, ids, top_char, top_prob, watched }) {
    if (ids.length) this.predictions = top_char.length / ids.length;
    this.prompt = prompt;
    this.ids.length = this.characters.length = start;
    this.values.length = Math.min(this.values.length, start);
    for (const list of Object.values(this.arrays)) list.length = start * this.predictions;
    for (const id of ids) {
      this.ids.push(id);
      this.characters.push(this.vocabulary[id]);
    }
    this.arrays.top_char.push(...top_char);
    this.arrays.top_prob.push(...top_prob);
    if (watched.length) this.values.push(...watched[0]);
    this.changed = Math.min(this.changed, start);
    if (this.selected >= this.ids.length) this.selected = -1;
  }

  /**
   * Draws what has changed, colored by the unit in view.
   *
   * @param {View} view
   * @param {number} [largest] the largest |c| of the unit
   */
  draw(view, largest) {
    if (!this.scroll.clientWidth) return;
    if (!this.characters.length) return this.#clear();
    const { scroll } = this, atEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < AT_END;
    this.#layOut(view.mode);
    const painter = /** @type {Painter} */ (this.painter);
    const levels = activationLevels(view.state, largest), codes = Int8Array.from(this.values, (value) => codeOf(view.state, value, largest));
    painter.paintActivation(codes, activationColors(levels, view.palette, themeOf(scroll)));
    painter.mark(this.selected);
    this.#lay(this.differenceMark, this.difference);
    this.#lay(this.promptMark, this.prompt - 1);
    if (atEnd && this.selected < 0) scroll.scrollTop = scroll.scrollHeight;
  }

  #clear() {
    this.painter?.destroy();
    this.painter = null;
    this.scroll.replaceChildren();
  }

  /** @param {string} mode */
  #layOut(mode) {
    const cell = measureCell(this.scroll), fits = `${mode} ${this.scroll.clientWidth} ${cell.width}`;
    const columns = Math.floor((this.scroll.clientWidth - PADDING) / cell.width) - 1;
    if (this.painter && fits === this.fitted && this.changed >= this.characters.length && this.painter.grid.characters.length === this.characters.length) return;
    const grows = this.painter && fits === this.fitted, ruler = grows ? /** @type {Painter} */ (this.painter).ruler : rulerFor(this.scroll, cell);
    const grid = new Grid(this.characters.slice(), Math.max(FEWEST_COLUMNS, Math.min(MOST_COLUMNS, columns)), {
      spreads: mode === "predictions", measure: (cluster) => ruler.cells(cluster),
    });
    if (this.painter && grows) {
      const same = Math.min(this.changed, this.painter.grid.characters.length);
      this.painter.regrow(grid, firstDifference(this.painter.grid, grid, same));
    } else {
      this.painter?.destroy();
      const shown = mode === "predictions" ? this : null;
      this.painter = new Painter(this.scroll, grid, ruler, cell, shown);
      this.painter.text.append(this.differenceMark, this.promptMark);
    }
    this.fitted = fits;
    this.changed = this.characters.length;
  }

  /**
   * @param {HTMLElement} mark
   * @param {number} i
   */
  #lay(mark, i) {
    mark.hidden = i < 0 || i >= this.characters.length;
    if (!mark.hidden) this.painter?.outline(mark, i);
  }

  destroy() {
    this.painter?.destroy();
  }
}
