// @ts-check
// The two figures of the lesson on counting: how far it counts, and what a unit does along a string. Each is as wide as
// its place, so that its letters keep their size.

import { fixed } from "../learn/marks.js";
import { svg } from "../learn/svg.js";
import { SYMBOLS, TESTED, TRAINED } from "./counting_task.js";

/** @import { Result } from "./counting_task.js" */

const LEFT = 42, RIGHT = 8, UPPER = 190, HIGHEST = 34, LOWER = 34;

/** @param {HTMLElement} place @param {number} height @param {string} label */
function canvasIn(place, height, label) {
  const width = Math.max(260, place.clientWidth), root = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label });
  place.replaceChildren(root);
  return { root, width, inner: width - LEFT - RIGHT };
}

/** @param {number} x @param {number} y @param {string} text @param {string} [anchor] */
const label = (x, y, text, anchor = "middle") => svg("text", { x, y, "text-anchor": anchor }, text);

/**
 * After how many b the end is expected, and the accuracy, for each n.
 *
 * @param {HTMLElement} place
 * @param {Result[]} results
 * @param {number} chosen
 */
export function drawResults(place, results, chosen) {
  const said = results.map(({ n, accuracy, end }) => `n = ${n}: end after ${end || "none"}, ${Math.round(100 * accuracy)} %`).join("; ");
  const { root, inner } = canvasIn(place, UPPER + LOWER + 42, `Where the end is expected. ${said}`), column = inner / TESTED, bottom = UPPER + LOWER + 14;
  const x = (/** @type {number} */ n) => LEFT + (n - 0.5) * column, y = (/** @type {number} */ end) => UPPER - (UPPER - 14) * (Math.min(end, HIGHEST) / HIGHEST);
  root.append(svg("rect", { class: "trained", x: LEFT, y: 4, width: TRAINED * column, height: bottom - 4 }));
  root.append(svg("rect", { class: "chosen", x: x(chosen) - column / 2, y: 4, width: column, height: bottom - 4 }));
  for (const tick of [0, 10, 20, 30]) root.append(svg("line", { class: "grid", x1: LEFT, x2: LEFT + inner, y1: y(tick), y2: y(tick) }), label(LEFT - 6, y(tick) + 4, String(tick), "end"));
  root.append(svg("line", { class: "right", x1: x(1), y1: y(1), x2: x(TESTED), y2: y(TESTED) }));
  for (const { n, accuracy, end } of results) {
    const state = accuracy === 1 ? "hit" : "miss", height = (LOWER - 4) * accuracy;
    root.append(end && end <= HIGHEST ? svg("circle", { class: state, cx: x(n), cy: y(end), r: Math.min(5, column / 2.4) }) : svg("path", { class: "miss", d: `M${x(n) - 4} 14 h8 l-4 -8 z` }));
    root.append(svg("rect", { class: `bar ${state}`, x: x(n) - column * 0.36, y: bottom - height, width: column * 0.72, height }));
    if (n === 1 || n % 5 === 0) root.append(label(x(n), bottom + 15, String(n)));
  }
  root.append(label(LEFT - 6, bottom - LOWER + 14, "100 %", "end"), label(LEFT - 6, bottom, "0", "end"), label(LEFT + inner, bottom + 28, "n, the number of a", "end"));
}

/**
 * The memory of all units along a string, one of them in front, and a count that is scaled to it.
 *
 * @param {HTMLElement} place
 * @param {ReturnType<typeof import("./counting_task.js").alongString>} along
 * @param {number} unit
 */
export function drawString(place, { ids, targets, counts, memory, said }, unit) {
  const n = (ids.length - 1) / 2, high = 190, { root, inner } = canvasIn(place, high + 52, `The memory of u${unit}: ${memory[unit].map((value) => fixed(value, 1)).join(", ")}`);
  const column = inner / ids.length, x = (/** @type {number} */ t) => LEFT + (t + 0.5) * column, fit = fitted(counts, memory[unit]);
  const values = [...memory[unit], ...fit, 0], low = Math.min(...values), span = Math.max(...values) - low || 1;
  const y = (/** @type {number} */ value) => high - 10 - (high - 24) * ((value - low) / span);
  const line = (/** @type {number[]} */ row, /** @type {string} */ name) => svg("polyline", { class: name, points: row.map((value, t) => `${x(t).toFixed(1)},${y(value).toFixed(1)}`).join(" ") });
  const clip = svg("clipPath", { id: "counting-clip" }, svg("rect", { x: LEFT, y: 0, width: inner, height: high }));
  const pale = svg("g", { "clip-path": "url(#counting-clip)" }, ...memory.map((row, k) => (k === unit ? "" : line(row, "pale"))).filter(Boolean));
  root.append(clip, svg("line", { class: "grid", x1: LEFT, x2: LEFT + inner, y1: y(0), y2: y(0) }), pale, line(fit, "fit"), line(memory[unit], "unit"));
  for (const value of [low, 0, low + span].filter((each) => each === 0 || Math.abs(y(each) - y(0)) > 13)) root.append(label(LEFT - 6, y(value) + 4, fixed(value, 1), "end"));
  ids.forEach((id, t) => {
    if (column >= 9) root.append(label(x(t), high + 14, SYMBOLS[id]));
    if (t > n) root.append(svg("rect", { class: `bar ${said[t] === targets[t] ? "hit" : "miss"}`, x: x(t) - column * 0.36, y: high + 22, width: column * 0.72, height: 8 }));
  });
  if (column < 9) root.append(label(x(n / 2), high + 14, `${n} × a`), label(x(1.5 * n), high + 14, `${n} × b`));
  root.append(label(x(n) + column / 2 - 6, high + 31, "right?", "end"), label(LEFT + inner, high + 48, "the string, character by character", "end"));
}

/** The count, shifted and scaled to be as near as it can to what a unit does (least squares). @param {number[]} counts @param {number[]} values */
function fitted(counts, values) {
  const mean = (/** @type {number[]} */ row) => row.reduce((a, b) => a + b, 0) / row.length, count = mean(counts), value = mean(values);
  const slope = counts.reduce((sum, c, k) => sum + (c - count) * (values[k] - value), 0) / counts.reduce((sum, c) => sum + (c - count) ** 2, 0);
  return counts.map((c) => value + slope * (c - count));
}
