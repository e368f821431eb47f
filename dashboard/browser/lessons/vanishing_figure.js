// @ts-check
// A figure of norms against distance, on a logarithmic scale.

import { power } from "../learn/powers.js";
import { svg } from "../learn/svg.js";

/** @typedef {{ kind: string, norms: number[] }} Line `kind` is its class */

const WIDTH = 420, HEIGHT = 250, LEFT = 52, RIGHT = 10, TOP = 12, BOTTOM = 40;
let figures = 0;

/**
 * @param {object} options
 * @param {string} options.label what a screen reader says
 * @param {number} options.low the exponent of 10 below
 * @param {number} options.high and above; lines are cut off there
 * @param {number} options.every exponents between two ticks
 * @param {number} options.distance the largest
 */
export function normFigure({ label, low, high, every, distance }) {
  const clip = `norms-${++figures}`, x = (/** @type {number} */ k) => LEFT + (k / distance) * (WIDTH - LEFT - RIGHT);
  const y = (/** @type {number} */ exponent) => HEIGHT - BOTTOM - ((exponent - low) / (high - low)) * (HEIGHT - TOP - BOTTOM);
  const node = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label });
  const frame = { x: LEFT, y: TOP, width: WIDTH - LEFT - RIGHT, height: HEIGHT - TOP - BOTTOM };
  node.append(svg("clipPath", { id: clip }, svg("rect", frame)));
  for (let exponent = low; exponent <= high; exponent++) {
    if (exponent % every) continue;
    node.append(svg("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: y(exponent), y2: y(exponent), class: exponent ? "grid" : "grid one" }));
    node.append(svg("text", { x: LEFT - 6, y: y(exponent) + 5, "text-anchor": "end" }, power(exponent)));
  }
  for (let k = 0; k <= distance; k += 20) node.append(svg("text", { x: x(k), y: HEIGHT - BOTTOM + 18, "text-anchor": k === distance ? "end" : "middle" }, String(k)));
  node.append(svg("text", { x: (LEFT + WIDTH - RIGHT) / 2, y: HEIGHT - 4, "text-anchor": "middle" }, "steps back, k"));
  const lines = svg("g", { "clip-path": `url(#${clip})` }), chosen = svg("line", { y1: TOP, y2: HEIGHT - BOTTOM, class: "chosen" });
  node.append(chosen, lines);
  return {
    node,
    /** @param {Line[]} shown @param {number} k the distance that is chosen */
    show(shown, k) {
      lines.replaceChildren(...shown.map(({ kind, norms }) => svg("polyline", { class: kind, points: norms.map((norm, at) => `${x(at).toFixed(1)},${y(Math.log10(norm)).toFixed(1)}`).join(" ") })));
      for (const { kind, norms } of shown) lines.append(svg("circle", { class: kind, cx: x(k), cy: y(Math.log10(norms[k])), r: 4 }));
      chosen.setAttribute("x1", String(x(k)));
      chosen.setAttribute("x2", String(x(k)));
    },
  };
}
