// @ts-check
// The curves of the training and the histogram of a unit, as wide as their places, so that letters keep their size.

import { fixed } from "../learn/marks.js";
import { svg } from "../learn/svg.js";

/** @import { Snapshot } from "./emergence_task.js" */

const LEFT = 34, RIGHT = 6, PANEL = 96, TOP = 22, GAP = 34, HIGHEST = 2; // HIGHEST: bits; above, the curves leave the frame

/** @param {number} x @param {number} y @param {string} text @param {string} [anchor] */
const label = (x, y, text, anchor = "middle") => svg("text", { x, y, "text-anchor": anchor }, text);

/** @param {HTMLElement} place @param {number} height @param {string} said */
function canvasIn(place, height, said) {
  const width = Math.max(240, place.clientWidth), root = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": said });
  place.replaceChildren(root);
  return { root, inner: width - LEFT - RIGHT };
}

/**
 * AUROC above, bits below, from the beginning to the step that is shown.
 *
 * @param {HTMLElement} place
 * @param {Snapshot[]} kept
 * @param {number} most how many there can be after the first
 */
export function drawCurves(place, kept, most) {
  const last = kept[kept.length - 1], said = `AUROC ${fixed(last.judged, 3)}, ${fixed(last.bits)} bits per character, ${fixed(last.ending)} bits at the end of a verb`;
  const { root, inner } = canvasIn(place, TOP + 2 * PANEL + GAP + 38, said), x = (/** @type {number} */ k) => LEFT + (inner * k) / most;
  const upper = (/** @type {number} */ value) => TOP + PANEL * (1 - (value - 0.5) / 0.5), lower = (/** @type {number} */ bits) => TOP + PANEL + GAP + PANEL * (1 - bits / HIGHEST);
  const line = (/** @type {string} */ name, /** @type {number[]} */ values, /** @type {(value: number) => number} */ y) => svg("polyline", { class: name, points: values.map((value, k) => `${x(k).toFixed(1)},${y(value).toFixed(1)}`).join(" ") });
  for (const value of [0.5, 0.75, 1]) root.append(grid(inner, upper(value), String(value)));
  for (const value of [0, 1, 2]) root.append(grid(inner, lower(value), String(value)));
  root.append(label(LEFT, TOP - 9, "AUROC of the best unit", "start"), label(LEFT, lower(HIGHEST) - 9, "Bits for a character", "start"));
  const end = x(kept.length - 1), bottom = lower(0), ceiling = lower(HIGHEST), frame = { y: ceiling, width: LEFT + inner + RIGHT, height: PANEL + 4 };
  root.append(svg("line", { class: "now", x1: end, x2: end, y1: TOP, y2: bottom }), svg("line", { class: "untrained", x1: LEFT, x2: LEFT + inner, y1: upper(kept[0].judged), y2: upper(kept[0].judged) }));
  root.append(svg("svg", { ...frame, viewBox: `0 ${frame.y} ${frame.width} ${frame.height}` }, line("bits", kept.map(({ bits }) => bits), lower), line("ending", kept.map(({ ending }) => ending), lower)), line("auroc", kept.map(({ judged }) => judged), upper));
  root.append(svg("circle", { class: "at", cx: end, cy: upper(last.judged), r: 4 }), last.ending > HIGHEST ? label(end + 6, ceiling + 14, `↑ ${fixed(last.ending)} where a verb ends`, "start") : svg("circle", { class: "at", cx: end, cy: lower(last.ending), r: 4 }));
  for (let k = 0; k <= most; k += most / 3) root.append(label(x(k), bottom + 16, String(100 * k), k ? (k === most ? "end" : "middle") : "start"));
  root.append(label(LEFT + inner, bottom + 31, "steps of training", "end"));
}

/** @param {number} inner @param {number} y @param {string} text */
const grid = (inner, y, text) => svg("g", {}, svg("line", { class: "grid", x1: LEFT, x2: LEFT + inner, y1: y, y2: y }), label(LEFT - 5, y + 4, text, "end"));

/**
 * How often each value comes: inside upward, outside downward.
 *
 * @param {HTMLElement} place
 * @param {{ inside: number[], outside: number[], least: number, most: number }} histogram
 */
export function drawHistogram(place, { inside, outside, least, most }) {
  const half = 56, middle = half + 4, { root, inner } = canvasIn(place, 2 * half + 26, `Cell states from ${fixed(least, 1)} to ${fixed(most, 1)}, inside above and outside below`);
  const largest = Math.max(...inside, ...outside), column = inner / inside.length;
  const bars = (/** @type {number[]} */ shares, /** @type {string} */ name, /** @type {number} */ sign) => shares.map((share, k) => {
    const height = (half * share) / largest;
    return svg("rect", { class: name, x: LEFT + k * column + 0.5, y: sign > 0 ? middle - height : middle, width: column - 1, height });
  });
  root.append(...bars(inside, "in", 1), ...bars(outside, "out", -1), svg("line", { class: "grid", x1: LEFT, x2: LEFT + inner, y1: middle, y2: middle }));
  root.append(label(LEFT - 5, middle - 8, "in", "end"), label(LEFT - 5, middle + 17, "out", "end"));
  for (const [value, at, anchor] of /** @type {[number, number, string][]} */ ([[least, LEFT, "start"], [most, LEFT + inner, "end"]])) root.append(label(at, 2 * half + 22, `c = ${fixed(value, 1)}`, anchor));
}
