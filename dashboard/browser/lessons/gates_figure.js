// @ts-check
// The text of lesson 11 in passage: below each character its gates as cells, c as a curve, and h.

import { element } from "../reader/dom.js";
import { fixed, shade } from "../learn/marks.js";

/** @import { Trace } from "./gates_trace.js" */

const ROWS = /** @type {const} */ (["text", "f", "i", "g", "c", "o", "h"]);
const LABEL = 34, NARROWEST = 11.5, HIGH = 60; // pixels
const SHORTEST = 8; // characters of a row of its own
const SVG = "http://www.w3.org/2000/svg";

/** @param {string} character */
export const glyph = (character) => ({ "\n": "↵", " ": "␣" })[character] ?? character;

/** How a gate's or a state's value is colored: gates have their own color, as they have no sign. @param {string} row @param {number} value @param {number} largest of |c| */
export function colorOf(row, value, largest) {
  if (row === "c") return shade(value / largest);
  return row === "g" || row === "h" ? shade(value) : `color-mix(in srgb, rgb(60 160 110) ${Math.round(value * 62)}%, transparent)`;
}

export class Figure {
  /** @param {string[]} characters @param {(t: number) => void} onChoose */
  constructor(characters, onChoose) {
    this.characters = characters;
    this.node = element("div", "passage");
    this.columns = 0;
    /** @type {Map<string, HTMLElement[]>} */
    this.cells = new Map();
    this.node.addEventListener("click", ({ target }) => {
      const chosen = target instanceof Element ? target.closest("[data-t]") : null;
      if (chosen instanceof HTMLElement) onChoose(Number(chosen.dataset.t));
    });
  }

  /** Lays the passage out anew if another number of characters fits into one. @returns {boolean} whether it did */
  layOut() {
    const columns = Math.max(12, Math.floor((this.node.clientWidth - LABEL) / NARROWEST));
    if (columns === this.columns) return false;
    this.columns = columns;
    this.cells = new Map(ROWS.map((row) => [row, []]));
    this.passage = stretchesOf(this.characters, columns).map(([start, end]) => this.#strip(start, end - start));
    this.node.replaceChildren(...this.passage.map(({ node }) => node));
    return true;
  }

  /** @param {number} start @param {number} length */
  #strip(start, length) {
    const node = element("div", "stretch"), most = element("small"), least = element("small");
    node.style.gridTemplateColumns = `${LABEL}px repeat(${this.columns}, minmax(0, 1fr))`;
    const labels = ROWS.map((row, k) => place(element("i", `name name-${row}`, row === "text" ? "" : row), 1, k + 1));
    labels[ROWS.indexOf("c")].prepend(most);
    labels[ROWS.indexOf("c")].append(least);
    const curve = document.createElementNS(SVG, "svg"), chosen = element("span", "chosen");
    curve.setAttribute("viewBox", `0 0 ${length} ${HIGH}`);
    curve.setAttribute("preserveAspectRatio", "none");
    curve.setAttribute("aria-hidden", "true");
    const wrapped = place(element("span", "curve"), 2, 5);
    wrapped.style.gridColumnEnd = `span ${length}`;
    wrapped.append(curve);
    node.append(...labels, wrapped, chosen);
    for (let k = 0; k < length; k++) {
      ROWS.forEach((row, at) => {
        const cell = place(element("span", row === "text" ? "letter" : `cell of-${row}`, row === "text" ? glyph(this.characters[start + k]) : ""), k + 2, at + 1);
        cell.dataset.t = String(start + k);
        this.cells.get(row)?.push(cell);
        node.append(cell);
      });
    }
    return { node, curve, chosen, start, length, most, least };
  }

  /**
   * @param {Trace} trace
   * @param {Trace} free without a held gate
   * @param {{ chosen: number, held: string, largest: number }} look `held` is a row, or ""
   */
  show(trace, free, { chosen, held, largest }) {
    for (const row of /** @type {const} */ (["f", "i", "g", "o", "h"])) {
      this.cells.get(row)?.forEach((cell, t) => { cell.style.background = colorOf(row, trace[row][t], largest); });
    }
    for (const strip of this.passage ?? []) {
      for (const name of strip.node.querySelectorAll(".name")) name.classList.toggle("held", Boolean(held) && name.classList.contains(`name-${held}`));
      const curves = [zeroLine(strip.length), ...(held ? [curveOf(free.c, strip, largest, "free")] : []), curveOf(trace.c, strip, largest, held ? "changed" : "")];
      strip.curve.replaceChildren(...curves);
      [strip.most.textContent, strip.least.textContent] = [fixed(largest, 1), fixed(-largest, 1)];
      const at = chosen - strip.start, isHere = at >= 0 && at < strip.length;
      strip.chosen.hidden = !isHere;
      if (isHere) strip.chosen.style.gridColumn = String(at + 2);
    }
  }
}

/**
 * Where each row of the passage begins and ends: a line of the text, or as much of it as fits. A short rest stays on the row.
 *
 * @param {string[]} characters
 * @param {number} columns
 */
export function stretchesOf(characters, columns) {
  /** @type {[number, number][]} */
  const found = [];
  for (let start = 0; start < characters.length; start = found[found.length - 1][1]) {
    const line = characters.indexOf("\n", start) + 1, full = Math.min(start + columns, characters.length);
    found.push([start, line && line < full && characters.length - line > SHORTEST ? line : full]);
  }
  return found;
}

/** @param {HTMLElement} node @param {number} column @param {number} row */
function place(node, column, row) {
  node.style.gridColumn = String(column);
  node.style.gridRow = String(row);
  return node;
}

/** @param {number} value @param {number} largest */
const heightOf = (value, largest) => HIGH / 2 - (Math.max(-1, Math.min(1, value / largest)) * (HIGH - 4)) / 2;

/** @param {number[]} values @param {{ start: number, length: number }} strip @param {number} largest @param {string} look */
function curveOf(values, { start, length }, largest, look) {
  const line = document.createElementNS(SVG, "polyline"), first = Math.max(0, start - 1);
  const points = values.slice(first, start + length + 1).map((value, k) => `${first + k - start + 0.5},${heightOf(value, largest).toFixed(2)}`);
  line.setAttribute("points", points.join(" "));
  line.setAttribute("class", look);
  return line;
}

/** @param {number} length */
function zeroLine(length) {
  const line = document.createElementNS(SVG, "line");
  for (const [name, value] of Object.entries({ x1: 0, x2: length, y1: HIGH / 2, y2: HIGH / 2 })) line.setAttribute(name, String(value));
  line.setAttribute("class", "zero");
  return line;
}
