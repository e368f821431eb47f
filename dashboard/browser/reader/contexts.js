// @ts-check
// Contexts of a unit: pieces of text around characters where it has certain values, aligned at these characters.

import { activationColors, themeOf } from "./colors.js";
import { activationLevels } from "./codes.js";
import { element } from "./dom.js";
import { Legend } from "./legend.js";
import { measureCell, rulerFor } from "./pane.js";
import { Painter } from "./painter.js";
import { AlignedRows } from "./rows.js";
import { align } from "./shaped.js";
import { signedText } from "./words.js";

/**
 * @typedef {object} Context
 * @property {string} text
 * @property {number} marked which of its characters has the value
 * @property {number} value
 * @property {number} [times] how many equal contexts it stands for
 * @property {number[]} codes of all its characters
 *
 * @typedef {object} ContextGroup
 * @property {string} title
 * @property {Context[]} contexts
 *
 * @typedef {object} ContextsOfUnit
 * @property {string} state
 * @property {number} largest what the code 127 of a cell state stands for
 * @property {string} palette
 * @property {ContextGroup[]} groups
 */

export class Contexts {
  /**
   * @param {HTMLElement} root where to build; it must be in the page
   * @param {ContextsOfUnit} shown
   */
  constructor(root, shown) {
    this.root = root;
    this.shown = shown;
    this.legend = new Legend();
    const note = element("p", "note", "The value at the left is that of the outlined character.");
    root.className = "reader contexts";
    root.replaceChildren(element("div", "under", this.legend.root, note));
    this.groups = shown.groups.filter(({ contexts }) => contexts.length).map((group) => this.build(group));
    this.recolor();
  }

  /** @param {ContextGroup} group */
  build({ title, contexts }) {
    const rows = new AlignedRows(contexts);
    const values = element("div", "values", ...contexts.map(({ value, times = 1 }) => element("b", "", ...(times > 1 ? [element("small", "", `${times} times `)] : []), signedText(value))));
    values.classList.toggle("with-times", contexts.some(({ times = 1 }) => times > 1));
    const lines = element("div", "lines");
    this.root.append(element("h6", "", title), element("div", "group-of-lines", values, lines));
    const cell = measureCell(lines), painter = new Painter(lines, rows, rulerFor(lines, cell), cell, null);
    align(rows, Array.from(lines.querySelectorAll("span.line")), cell, rows.marked, rows.before);
    for (const i of rows.marked) {
      const mark = element("i", "marked");
      painter.outline(mark, i);
      painter.text.append(mark);
    }
    const middle = (rows.before + 0.5) * cell.width;
    lines.scrollLeft = middle - lines.clientWidth / 2; // keeps the marked characters in sight
    values.style.lineHeight = `${cell.height}px`;
    return { painter, codes: rows.spread(contexts.map(({ codes }) => codes)) };
  }

  recolor() {
    const { state, largest, palette } = this.shown, theme = themeOf(this.root);
    const colors = activationColors(activationLevels(state, largest), palette, theme);
    for (const { painter, codes } of this.groups) painter.paintActivation(codes, colors);
    this.legend.show(state, palette, theme);
  }
}
