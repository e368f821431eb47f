// @ts-check
// The chain of states of an unrolled network: grey where values go forward, orange where a gradient comes back.

import { svg } from "./svg.js";

/**
 * From one state to the next.
 *
 * @param {number} left
 * @param {number} right
 * @param {number} y
 * @param {number} share of the strongest gradient that comes back here; 0: none
 * @param {number} [widest] the line of the strongest
 */
export function connection(left, right, y, share, widest = 11) {
  const line = svg("path", { class: "forward", d: `M${left} ${y}H${right}` });
  if (!share) return [line];
  const width = 1.5 + (widest - 1.5) * Math.min(1, share);
  return [line, svg("path", { class: "back", d: `M${right - 1} ${y}H${left + 6}`, "stroke-width": width }), arrow(left + 1, y, "left", width)];
}

/** @param {number} x @param {number} y @param {"down" | "left"} way @param {number} width of the line that it ends */
export function arrow(x, y, way, width) {
  const wide = 4 + width * 0.7;
  return svg("path", { class: "tip", d: way === "down" ? `M${x} ${y}l${-wide} -9h${2 * wide}z` : `M${x} ${y}l9 ${-wide}v${2 * wide}z` });
}
