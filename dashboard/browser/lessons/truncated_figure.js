// @ts-check
// The drawn parts of the lesson on truncated backpropagation: the chain in pieces, two gradients as arrows, and the
// angle between them against the window.

import { connection } from "../learn/chain.js";
import { fixed } from "../learn/marks.js";
import { svg } from "../learn/svg.js";
import { STEPS, WINDOWS } from "./truncated_gradient.js";

/** @import { Comparison, inPieces } from "./truncated_gradient.js" */
/** @typedef {ReturnType<typeof inPieces>} Gradients */

export const PER_ROW = 24;
const WIDE = 36, CHAIN = 74, ROUND = 8, TALLEST = 48; // of a step, the chain, a state, a bar, in units of the figure

/**
 * One row of the chain: bars for the gradient at each state, the states, and what goes between them.
 *
 * @param {SVGElement} figure
 * @param {number} first step of the row
 * @param {Gradients} found
 * @param {Gradients} full
 * @param {number} window
 * @param {boolean} carries
 */
export function chainRow(figure, first, found, full, window, carries) {
  const most = Math.max(...full.atStates, ...found.atStates, 1e-12), strongest = Math.max(...full.flows, ...found.flows, 1e-12);
  const nodes = Array.from({ length: PER_ROW }, (_, k) => {
    const t = first + k, x = WIDE * k + WIDE / 2, isLast = (t + 1) % window === 0 || t === STEPS - 1, isFirst = t % window === 0;
    const group = svg("g", {}, pieceOf(k, isFirst, isLast));
    group.append(bar(x, TALLEST * found.atStates[t] / most, "got"), bar(x, TALLEST * full.atStates[t] / most, "full"));
    if (t < STEPS - 1) group.append(...between(x + ROUND, WIDE * k + WIDE * 1.5 - ROUND, found.flows[t] / strongest, isLast, carries));
    if (k === 0 && t > 0 && !(isFirst && !carries)) group.append(svg("path", { class: "forward", d: `M0 ${CHAIN}H${x - ROUND}` }));
    group.append(svg("circle", { class: found.flows[t] > 0 ? "state reached" : "state", cx: x, cy: CHAIN, r: ROUND }));
    return group;
  });
  figure.setAttribute("viewBox", `0 0 ${WIDE * PER_ROW} 92`);
  figure.replaceChildren(...nodes);
}

/** The part of a piece's box that belongs to one step. @param {number} k @param {boolean} isFirst @param {boolean} isLast */
function pieceOf(k, isFirst, isLast) {
  const left = WIDE * k + (isFirst ? 4 : 0), right = WIDE * (k + 1) - (isLast ? 4 : 0);
  const d = `M${left} 1H${right}${isLast ? "V91" : "M"}${isLast ? "" : `${right} 91`}H${left}${isFirst ? "V1" : ""}`;
  return svg("g", {}, svg("rect", { class: "piece", x: left, y: 1, width: right - left, height: 90 }), svg("path", { class: "edge", d }));
}

/** @param {number} x @param {number} height @param {string} name */
const bar = (x, height, name) => svg("rect", { class: name, x: x - 9, y: TALLEST + 8 - height, width: 18, height });

/** @param {number} left @param {number} right @param {number} share @param {boolean} isCut @param {boolean} carries */
function between(left, right, share, isCut, carries) {
  if (!isCut) return connection(left, right, CHAIN, share, 9);
  const middle = (left + right) / 2, cut = svg("path", { class: "cut", d: `M${middle} ${CHAIN - 15}V${CHAIN + 15}` });
  return carries ? [svg("path", { class: "forward", d: `M${left} ${CHAIN}H${right}` }), cut] : [cut];
}

/** The full gradient to the right, the truncated one at its angle. @param {SVGElement} figure @param {Comparison} comparison */
export function arrowsOf(figure, { angle: found, length }) {
  const angle = found ?? 0;
  const unit = 145 / Math.max(1, length), turned = (angle * Math.PI) / 180, from = [angle > 90 ? 165 : 20, 172];
  const to = (/** @type {number} */ long, /** @type {number} */ by) => [from[0] + long * unit * Math.cos(by), from[1] - long * unit * Math.sin(by)];
  figure.setAttribute("viewBox", "0 0 330 184");
  const [ends, arc] = [[to(1, 0), to(length, turned)], to(Math.min(1, length) * 0.35, turned)], round = Math.min(1, length) * 0.35 * unit;
  const names = [svg("text", { x: ends[0][0] + 8, y: ends[0][1] + 4 }, "full"), svg("text", { x: ends[1][0] + 8, y: Math.min(ends[1][1], 158) }, "truncated")];
  figure.replaceChildren(svg("path", { class: "arc", d: `M${from[0] + round} ${from[1]}A${round} ${round} 0 0 0 ${arc}` }), arrowTo(from, ends[0], "full"), arrowTo(from, ends[1], "got"), ...names);
}

/** @param {number[]} from @param {number[]} to @param {string} name */
function arrowTo([x, y], [a, b], name) {
  const long = Math.hypot(a - x, b - y) || 1, [c, s] = [(a - x) / long, (b - y) / long], tip = Math.min(11, long);
  const back = [a - tip * c, b - tip * s];
  return svg("g", { class: name }, svg("path", { class: "line", d: `M${x} ${y}L${back}` }), svg("path", { class: "tip", d: `M${a} ${b}L${back[0] - 6 * s} ${back[1] + 6 * c}L${back[0] + 6 * s} ${back[1] - 6 * c}z` }));
}

const PLOT = { left: 40, right: 316, top: 12, bottom: 150, most: 120 };

/**
 * The angle against the window, with the state carried and reset.
 *
 * @param {SVGElement} figure
 * @param {(number | null)[]} carried for each of WINDOWS; null is no gradient, and no point
 * @param {(number | null)[]} reset
 * @param {number} window
 * @param {number | null} angle
 */
export function anglesPlot(figure, carried, reset, window, angle) {
  const x = (/** @type {number} */ k) => PLOT.left + (PLOT.right - PLOT.left) * Math.log(k) / Math.log(STEPS);
  const y = (/** @type {number} */ degrees) => PLOT.bottom - (PLOT.bottom - PLOT.top) * Math.min(degrees, PLOT.most) / PLOT.most;
  const points = (/** @type {(number | null)[]} */ angles) => WINDOWS.flatMap((k, at) => (angles[at] === null ? [] : [`${x(k)} ${y(angles[at])}`]));
  const line = (/** @type {(number | null)[]} */ angles, /** @type {string} */ name) => svg("path", { class: name, d: points(angles).length ? `M${points(angles).join("L")}` : "" });
  const levels = [0, 30, 60, 90, 120].map((degrees) => svg("g", {}, svg("path", { class: "grid", d: `M${PLOT.left} ${y(degrees)}H${PLOT.right}` }), svg("text", { x: PLOT.left - 6, y: y(degrees) + 4, class: "end" }, `${degrees}°`)));
  const marks = [1, 2, 4, 8, 16, 48].map((k) => svg("text", { x: x(k), y: PLOT.bottom + 18 }, String(k)));
  figure.setAttribute("viewBox", "0 0 330 184");
  figure.setAttribute("aria-label", angle === null ? `With a window of ${window} there is no gradient` : `With a window of ${window} the angle is ${fixed(angle, 0)} degrees`);
  figure.replaceChildren(...levels, ...marks, line(reset, "reset"), line(carried, "carried"), ...(angle === null ? [] : [svg("circle", { class: "here", cx: x(window), cy: y(angle), r: 6 })]));
}
