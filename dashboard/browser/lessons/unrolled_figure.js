// @ts-check
// The drawn parts of the lesson on backpropagation through time: the chain of states, and matrices as small pictures.

import { arrow, connection } from "../learn/chain.js";
import { shade } from "../learn/marks.js";
import { svg } from "../learn/svg.js";
import { STEPS } from "./unrolled_gradients.js";

/** @import { Contributions, wentBack } from "./unrolled_gradients.js" */

const WIDE = 60, MIDDLE = 56, ROUND = 15; // of a step, the chain and a state, in units of the figure
const CELL = 8, FAINTEST = 0.01; // a cell, and the share of the largest entry that still has a color

/** The chain: grey where values go forward, orange where a gradient comes back. @param {ReturnType<typeof wentBack>} found @param {number} chosen */
export function figureOf({ atStates, flows }, chosen) {
  const most = Math.max(...atStates, 1e-12), at = (/** @type {number} */ t) => WIDE * t + WIDE / 2;
  return Array.from({ length: STEPS }, (_, t) => {
    const x = at(t), isSource = !chosen || chosen === t + 1, parts = [svg("path", { class: "forward", d: `M${x} 112V${MIDDLE + ROUND}M${x} ${MIDDLE - ROUND}V0` })];
    if (isSource) parts.push(svg("path", { class: "back", d: `M${x} 2V${MIDDLE - ROUND - 2}`, "stroke-width": 3.5 }), arrow(x, MIDDLE - ROUND - 1, "down", 3.5));
    if (t + 1 < STEPS) parts.push(...connection(x + ROUND, at(t + 1) - ROUND, MIDDLE, flows[t] / most));
    const dot = svg("circle", { class: atStates[t] ? "state reached" : "state", cx: x, cy: MIDDLE, r: ROUND });
    dot.style.fill = shade(atStates[t] / most);
    return svg("g", {}, ...parts, dot);
  });
}

/**
 * Matrices side by side, a cell for each entry.
 *
 * @param {SVGElement} figure
 * @param {Float64Array[]} matrices
 * @param {Contributions} shape
 * @param {number} most the entry that gets the strongest color; the others get their share's root, so that small ones can be seen
 * @param {number} marked the entry with a frame, or -1
 */
export function contributionsRow(figure, matrices, { rows, columns }, most, marked) {
  const isSum = matrices.length === 1, width = isSum ? CELL * columns + 2 : WIDE, left = isSum ? 1 : (WIDE - CELL * columns) / 2;
  figure.setAttribute("viewBox", `0 0 ${width * matrices.length} ${CELL * rows + 2}`);
  figure.replaceChildren(...matrices.map((values, t) => {
    const x = width * t + left, isZero = values.every((value) => value === 0);
    const group = svg("g", { transform: `translate(${x} 1)` }, svg("rect", { class: isZero ? "edge none" : "edge", width: CELL * columns, height: CELL * rows }));
    values.forEach((value, k) => { if (Math.abs(value) > FAINTEST * most) group.append(cell(Math.sign(value) * Math.sqrt(Math.abs(value) / most), k % columns, Math.floor(k / columns), "")); });
    if (marked >= 0) group.append(cell(0, marked % columns, Math.floor(marked / columns), "marked"));
    return group;
  }));
}

/** @param {number} value @param {number} column @param {number} row @param {string} name */
function cell(value, column, row, name) {
  const node = svg("rect", { class: name || "cell", x: CELL * column, y: CELL * row, width: CELL, height: CELL });
  if (!name) node.style.fill = shade(value);
  return node;
}
