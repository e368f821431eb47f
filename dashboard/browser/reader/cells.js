// @ts-check
// Text in cells of equal width, whatever width the font gives a character.

import { element } from "./dom.js";
import { isWide } from "./glyphs.js";

/** @import { Glyph } from "./types.js" */

/** Measures which characters are exactly one cell wide in the current font; each of the others gets its own node. */
export class CellRuler {
  /**
   * @param {(text: string) => number} measure the width of a text in the font
   * @param {number} cellWidth
   */
  constructor(measure, cellWidth) {
    this.measure = measure;
    this.cellWidth = cellWidth;
    /** @type {Map<string, boolean>} */
    this.known = new Map();
  }

  /** @param {string} text */
  fits(text) {
    if (text.length === 1 && text >= " " && text <= "~") return true;
    const known = this.known.get(text);
    if (known !== undefined) return known;
    const combining = /\p{M}|\p{Cf}/u.test(text);
    const fits = !combining && Math.abs(this.measure(text) - this.cellWidth) < 0.05;
    this.known.set(text, fits);
    return fits;
  }
}

/** Appends lines of cells to a <pre>: plain runs of text, and a node only for marks and misfits. */
export class LineWriter {
  /**
   * @param {HTMLPreElement} pre
   * @param {CellRuler} ruler
   */
  constructor(pre, ruler) {
    this.pre = pre;
    this.ruler = ruler;
    this.run = "";
  }

  /**
   * @param {Glyph} glyph
   * @param {number} width cells that it fills
   */
  put({ text, mark }, width) {
    if (mark) {
      this.flush();
      const node = element("span", this.ruler.fits(text) ? "mark" : "mark misfit");
      node.dataset.glyph = text; // drawn by CSS: copied text stays clean
      this.pre.append(node);
    } else if (this.ruler.fits(text)) {
      this.run += text;
    } else {
      this.flush();
      this.pre.append(element("span", `misfit${isWide(text) ? (width > 1 ? " wide" : " squeezed") : ""}`, text));
    }
    if (width > 1) this.run += " ".repeat(width - 1);
  }

  endLine() {
    this.run += "\n";
  }

  flush() {
    if (this.run) this.pre.append(this.run);
    this.run = "";
  }
}
