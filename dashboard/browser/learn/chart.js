// @ts-check
// Curves over steps, as an SVG of the width that the page gives: its texts have the same size on a phone.

import { pointsOf, svg } from "./svg.js";

/** @typedef {{ color: string, values: ArrayLike<number>, start?: number, every?: number, dash?: string, label?: string }} Curve `start`: the step of the first value; `every`: steps between values; `label`: written at its end */
/** @typedef {{ name: string, low: number, high: number, ticks: number[], isLog?: boolean }} Axis */

const LEFT = 46, RIGHT = 14, TOP = 26, BOTTOM = 40;

export class Chart {
  /** @type {() => void} */
  #again = () => {};

  /** @param {object} options @param {string} options.label for who cannot see it @param {number} options.height in pixels */
  constructor({ label, height }) {
    this.height = height;
    this.node = svg("svg", { class: "chart", role: "img", "aria-label": label, height, width: "100%" });
    this.observer = new ResizeObserver(() => this.#again());
    this.observer.observe(this.node);
  }

  destroy() {
    this.observer.disconnect();
  }

  /**
   * @param {object} shown
   * @param {Axis} shown.x
   * @param {Axis} shown.y
   * @param {Curve[]} shown.curves
   * @param {{ x: number, y?: number, text?: string }[]} [shown.marks] vertical lines, each with a dot at y
   */
  show({ x, y, curves, marks = [] }) {
    this.#again = () => this.#draw(x, y, curves, marks);
    this.#again();
  }

  /** @param {Axis} x @param {Axis} y @param {Curve[]} curves @param {{ x: number, y?: number, text?: string }[]} marks */
  #draw(x, y, curves, marks) {
    const width = Math.max(200, this.node.clientWidth || 340), right = width - RIGHT, bottom = this.height - BOTTOM;
    const atX = scaleOf(x, LEFT, right), atY = scaleOf(y, bottom, TOP);
    const grid = y.ticks.flatMap((tick) => [svg("line", { class: "grid", x1: LEFT, x2: right, y1: atY(tick), y2: atY(tick) }), svg("text", { x: LEFT - 6, y: atY(tick) + 4, "text-anchor": "end" }, numberOf(tick))]);
    const below = x.ticks.map((tick) => svg("text", { x: atX(tick), y: bottom + 16, "text-anchor": "middle" }, numberOf(tick)));
    const names = [svg("text", { x: 0, y: 13 }, y.name), svg("text", { x: right, y: bottom + 34, "text-anchor": "end" }, x.name)];
    const lines = curves.map((curve) => curveDrawn(curve, atX, atY));
    const stops = marks.flatMap((mark) => markDrawn(mark, atX, atY, bottom, right));
    this.node.replaceChildren(...grid, ...below, ...names, ...lines, ...stops);
  }
}

/** @param {Curve} curve @param {(value: number) => number} atX @param {(value: number) => number} atY */
function curveDrawn({ color, values, start = 0, every = 1, dash = "", label = "" }, atX, atY) {
  const points = Array.from(values, (value, k) => [atX(start + k * every), atY(value)]), [x, y] = points.at(-1) ?? [0, 0];
  const group = svg("g", {}, svg("polyline", { class: "curve", points: pointsOf(points), stroke: color, "stroke-dasharray": dash }));
  if (label && points.length) group.append(svg("text", { class: "name", x: x - 4, y: y - 8, "text-anchor": "end" }, label));
  return group;
}

/** @param {{ x: number, y?: number, text?: string }} mark @param {(value: number) => number} atX @param {(value: number) => number} atY @param {number} bottom @param {number} right */
function markDrawn({ x, y, text = "" }, atX, atY, bottom, right) {
  const at = atX(x), isLeft = at > right - 110;
  const nodes = [svg("line", { class: "mark", x1: at, x2: at, y1: TOP, y2: bottom })];
  if (y !== undefined) nodes.push(svg("circle", { class: "mark", cx: at, cy: atY(y), r: 4 }));
  if (text) nodes.push(svg("text", { class: "name", x: at + (isLeft ? -6 : 6), y: TOP + 10, "text-anchor": isLeft ? "end" : "start" }, text));
  return nodes;
}

/** Where a value stands; beyond the ends it stands at the end, and so does what is no number. @param {Axis} axis @param {number} from @param {number} to */
function scaleOf({ low, high, isLog = false }, from, to) {
  const place = isLog ? Math.log : (/** @type {number} */ value) => value, first = place(low), span = place(high) - first;
  return (/** @type {number} */ value) => from + (to - from) * ((place(Math.min(high, Math.max(low, Number.isNaN(value) ? high : value))) - first) / span);
}

/** @param {number} value */
const numberOf = (value) => (value >= 1e4 || (value > 0 && value < 1e-3) ? value.toExponential(0).replace("e+", "e").replace("e-", "e−") : String(Number(value.toPrecision(3))).replace("-", "−"));
