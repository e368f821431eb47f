// @ts-check
// Text in cells of equal width, whatever width the font gives a character.

import { element } from "./dom.js";
import { glyphOf } from "./glyphs.js";

/** @import { Layout } from "./layout.js" */
/** @import { Glyph } from "./types.js" */

const TOLERANCE = 0.05; // CSS pixels by which a glyph may miss its cell

/** Measures clusters in the current font; what is not exactly one cell wide gets its own node. */
export class CellRuler {
  /**
   * @param {(text: string) => number} measure the width of a text in the font
   * @param {number} cellWidth
   */
  constructor(measure, cellWidth) {
    this.measure = measure;
    this.cellWidth = cellWidth;
    /** @type {Map<string, number>} */
    this.known = new Map();
  }

  /** The width of a text in cells. @param {string} text */
  cells(text) {
    const known = this.known.get(text);
    if (known !== undefined) return known;
    const cells = this.measure(text) / this.cellWidth;
    this.known.set(text, cells);
    return cells;
  }

  /** Whether a text is one code point of one cell. @param {string} text */
  fits(text) {
    if (isPlain(text)) return true;
    if (text.length > 2 || (text.length > 1 && text.charCodeAt(0) < 0xd800) || ALTERS.test(text)) return false;
    return Math.abs(this.cells(text) - 1) * this.cellWidth < TOLERANCE;
  }
}

/** @param {string} text */
const isPlain = (text) => text.length === 1 && text >= " " && text <= "~";
const ALTERS = /\p{M}|\p{Cf}/u; // what has no width, or changes what is beside it

/** A line that the browser lays out, as it was written: its node, and where each cluster is in it. */
/** @typedef {{ node: HTMLElement, row: number, places: { first: number, node: Node, offset: number, length: number }[] }} ShapedLine */

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
   * @param {Glyph} glyph of one cluster
   * @param {number} width cells that it fills
   * @param {string} [className]
   */
  put({ text, mark }, width, className = "") {
    const fits = this.ruler.fits(text);
    if (mark) {
      this.flush();
      const node = element("span", fits ? "mark" : "mark misfit");
      node.dataset.glyph = text; // drawn by CSS: copied text stays clean
      this.pre.append(node);
    } else if (fits && !className) {
      this.run += text;
    } else {
      this.flush();
      this.pre.append(fits ? element("span", className, text) : misfit(text, width, this.ruler.cells(text), className));
      if (!fits) return;
    }
    if (width > 1) this.run += " ".repeat(width - 1);
  }

  /**
   * The characters of a row in its cells.
   *
   * @param {Layout} layout
   * @param {number} row
   * @param {(i: number) => string} [classOf] of a character
   */
  putRow(layout, row, classOf = NO_CLASS) {
    const { characters, first, left, right } = layout, end = layout.rowEnd(row);
    for (let i = layout.rowStarts[row], next; i < end; i = next) {
      next = first[i + 1] === i + 1 ? i + 1 : layout.clusterEnd(i);
      const character = characters[i];
      if (next > i + 1) {
        const width = Math.round(right[next - 1] - left[i]);
        this.put({ text: characters.slice(i, next).join(""), mark: false }, width, classOf(i));
      } else if (isPlain(character) && classOf === NO_CLASS) this.run += character;
      else this.put(glyphOf(character), right[i] - left[i], classOf(i));
    }
    this.endLine();
  }

  /**
   * The characters of a row as the browser lays them out: letters join, and may run from right to left.
   *
   * @param {Layout} layout
   * @param {number} row
   * @param {(i: number) => string} [classOf] of a character
   * @returns {ShapedLine}
   */
  putShaped(layout, row, classOf = NO_CLASS) {
    const { characters } = layout, node = element("span", "line"), end = layout.rowEnd(row);
    /** @type {ShapedLine} */
    const line = { node, row, places: [] };
    node.dir = layout.directions[row];
    let run = document.createTextNode(""), runClass = "";
    const begin = (/** @type {string} */ className) => {
      run = document.createTextNode("");
      node.append(className ? element("span", className, run) : run);
      runClass = className;
    };
    begin("");
    for (let i = layout.rowStarts[row], next; i < end; i = next) {
      next = layout.clusterEnd(i);
      const text = characters.slice(i, next).join(""), glyph = glyphOf(text);
      if (glyph.mark && !INVISIBLE.test(text)) {
        const mark = element("span", "mark", ...(text === "\t" ? [text] : []));
        mark.dataset.glyph = glyph.text;
        node.append(mark);
        line.places.push({ first: i, node: mark, offset: 0, length: 0 });
        begin("");
      } else {
        if (classOf(i) !== runClass) begin(classOf(i));
        line.places.push({ first: i, node: run, offset: run.length, length: text.length });
        run.appendData(text);
      }
    }
    this.flush();
    this.pre.append(node);
    this.endLine();
    return line;
  }

  endLine() {
    this.run += "\n";
  }

  flush() {
    if (this.run) this.pre.append(this.run);
    this.run = "";
  }
}

const MARKED = /^[\p{L}\p{N}\p{P}\p{S} ]\p{M}+$/u;
const NO_CLASS = () => "";
const INVISIBLE = /^\p{Cf}$/u; // where the browser lays a line out, it obeys these

/**
 * A node of some cells for a text of another width; one that is too wide is drawn smaller.
 *
 * @param {string} text
 * @param {number} width cells
 * @param {number} measured cells that the text would take
 * @param {string} className
 */
function misfit(text, width, measured, className) {
  const node = element("span", `misfit${className && " "}${className}`, text.normalize("NFC")); // fonts place composed letters best
  if (width !== 1) {
    node.style.setProperty("--cells", String(width));
    node.dataset.cells = String(width);
  }
  if (MARKED.test(text)) { // the marks stand on the letter, whatever a font that lacks them says of their width
    if (measured > width + 0.01) node.classList.add("stacked");
  } else if (measured > width + 0.01) {
    node.classList.add("squeezed");
    node.style.setProperty("--squeeze", (width / measured).toFixed(3));
  }
  return node;
}
