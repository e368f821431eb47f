// @ts-check
// A stretch of text with the forget gate at each character, and two lines above: the direct path and the whole gradient.

import { svg } from "../learn/svg.js";

const COLUMN = 10, LEFT = 40, TOP = 14, HEIGHT = 150, GATES = 46, GAP = 30, LOW = -0.25, HIGH = 1.25;
const ZERO = TOP + HEIGHT + GAP + GATES, LETTERS = ZERO + 18;
/** @param {number} k */
const x = (k) => LEFT + (k + 0.5) * COLUMN;
/** @param {number} value */
const y = (value) => TOP + ((HIGH - Math.min(HIGH, Math.max(LOW, value))) / (HIGH - LOW)) * HEIGHT;
/** @param {string} character */
export const glyphOf = (character) => (character === "\n" ? "↵" : character === " " ? "␣" : character);

/** @param {number} span steps that are shown at most */
export function pathFigure(span) {
  const width = LEFT + (span + 1) * COLUMN + 6, below = LETTERS + 10;
  const node = svg("svg", { viewBox: `0 0 ${width} ${below}`, width, height: below, role: "img", "aria-label": "The direct path, the whole gradient and the forget gate at each character after the start" });
  for (const tick of [0, 0.5, 1]) {
    node.append(svg("line", { class: "grid", x1: LEFT, x2: width - 6, y1: y(tick), y2: y(tick) }));
    node.append(svg("text", { class: "tick", x: LEFT - 6, y: y(tick) + 4, "text-anchor": "end" }, String(tick)));
  }
  node.append(svg("text", { class: "tick", x: LEFT, y: TOP + HEIGHT + GAP - 6 }, "forget gate of each step"));
  node.append(svg("line", { class: "grid", x1: LEFT, x2: width - 6, y1: ZERO, y2: ZERO }));
  const content = svg("g", {});
  node.append(content);
  return {
    node,
    /**
     * @param {object} shown
     * @param {string[]} shown.characters from the start on
     * @param {number[]} shown.forget at each of them
     * @param {number[]} shown.direct
     * @param {number[]} shown.whole as far as it is known
     * @param {number} shown.steps
     */
    show({ characters, forget, direct, whole, steps }) {
      const band = svg("rect", { class: "band", x: x(0) - COLUMN / 2, y: TOP, width: (steps + 1) * COLUMN, height: LETTERS + 6 - TOP, rx: 3 });
      const letters = characters.map((character, k) => svg("text", { class: k === 0 ? "letter start" : k === steps ? "letter end" : "letter", x: x(k), y: LETTERS }, glyphOf(character)));
      const gates = forget.slice(1).map((f, k) => svg("rect", { class: f < 0.5 ? "gate closed" : "gate", x: x(k + 1) - 4, width: 8, y: ZERO - f * GATES, height: Math.max(0.5, f * GATES) }));
      const closed = forget.slice(1).flatMap((f, k) => (f < 0.5 ? [svg("rect", { class: "gap", x: x(k + 1) - 4, width: 8, y: ZERO - GATES, height: GATES })] : []));
      content.replaceChildren(band, ...closed, ...gates, ...letters, lineOf("whole", whole), lineOf("direct", direct));
      for (const [kind, values] of /** @type {[string, number[]][]} */ ([["whole", whole], ["direct", direct]])) {
        if (values.length > steps) content.append(svg("circle", { class: kind, cx: x(steps), cy: y(values[steps]), r: kind === "whole" ? 5.5 : 3.5 }));
      }
    },
  };
}

/** @param {string} kind @param {number[]} values */
const lineOf = (kind, values) => svg("polyline", { class: kind, points: values.map((value, k) => `${x(k)},${y(value).toFixed(1)}`).join(" ") });
