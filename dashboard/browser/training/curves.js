// @ts-check
// Curves over the steps of a training, as an SVG, with a cursor that can be dragged. Only what a new step changes is drawn
// again while the slider plays.

import { svg, pointsOf } from "../learn/svg.js";
import { niceTicks, shareOf, stepAt, stepTicks } from "./axes.js";

/** @import { Range } from "./axes.js" */

/**
 * @typedef {{ kind: string, pairs: [step: number, value: number][] }} Line `kind` is a class
 * @typedef {{ name: string, value: number, kind: string }} Level
 *
 * @typedef {object} Shown
 * @property {number} last the step at the end of the axis
 * @property {boolean} isLog
 * @property {string} title of the values
 * @property {Range} range of the values
 * @property {Line[]} lines
 * @property {Level[]} levels
 * @property {[step: number, value: number][]} rings around values that stand out
 * @property {[kind: string, name: string][]} names of the lines, to be told apart
 */

const LEFT = 40, RIGHT = 12, TOP = 26, BOTTOM = 40;

export class Curves {
  /** @type {Shown | null} */
  #shown = null;
  #step = 0;
  /** @type {{ kind: string, step: number, value: number }[]} */
  #dots = [];

  /**
   * @param {object} options
   * @param {string} options.label for who cannot see it
   * @param {number} options.height in pixels
   * @param {(step: number) => void} options.onStep the cursor was dragged
   */
  constructor({ label, height, onStep }) {
    this.height = height;
    this.still = svg("g");
    this.moving = svg("g");
    this.node = /** @type {SVGSVGElement} */ (svg("svg", { class: "curves", role: "img", "aria-label": label, height, width: "100%" }, this.still, this.moving));
    this.observer = new ResizeObserver(() => this.draw());
    this.observer.observe(this.node);
    this.node.addEventListener("pointerdown", (event) => {
      this.node.setPointerCapture(event.pointerId);
      onStep(this.stepUnder(event));
    });
    this.node.addEventListener("pointermove", (event) => {
      if (this.node.hasPointerCapture(event.pointerId)) onStep(this.stepUnder(event));
    });
  }

  destroy() {
    this.observer.disconnect();
  }

  get width() {
    return Math.max(220, this.node.clientWidth || 340);
  }

  /** @param {PointerEvent} event */
  stepUnder(event) {
    if (!this.#shown) return 0;
    const share = (event.clientX - this.node.getBoundingClientRect().left - LEFT) / (this.width - LEFT - RIGHT);
    return stepAt(share, this.#shown.last, this.#shown.isLog);
  }

  /** @param {Shown} shown */
  show(shown) {
    this.#shown = shown;
    this.draw();
  }

  /** Moves the cursor, with dots where values were measured. @param {number} step @param {{ kind: string, step: number, value: number }[]} dots */
  move(step, dots) {
    this.#step = step;
    this.#dots = dots;
    this.drawCursor();
  }

  /** @param {number} step */
  atX(step) {
    const { last, isLog } = /** @type {Shown} */ (this.#shown);
    return LEFT + (this.width - LEFT - RIGHT) * Math.min(1, shareOf(step, last, isLog));
  }

  /** @param {number} value */
  atY(value) {
    const { low, high } = /** @type {Shown} */ (this.#shown).range, bottom = this.height - BOTTOM;
    return bottom + ((TOP - bottom) * (Math.min(high, Math.max(low, value)) - low)) / (high - low || 1);
  }

  draw() {
    if (!this.#shown) return;
    const { title, range, lines, levels, last, isLog, rings, names } = this.#shown, right = this.width - RIGHT, bottom = this.height - BOTTOM;
    const grid = niceTicks(range, 4).flatMap((tick) => [
      svg("line", { class: "grid", x1: LEFT, x2: right, y1: this.atY(tick), y2: this.atY(tick) }),
      svg("text", { x: LEFT - 6, y: this.atY(tick) + 4, "text-anchor": "end" }, String(tick)),
    ]);
    const below = stepTicks(last, isLog).map((tick) => svg("text", { x: this.atX(tick), y: bottom + 17, "text-anchor": "middle" }, tick.toLocaleString("en")));
    const titles = [svg("text", { class: "title", x: 0, y: 13 }, title), svg("text", { x: right, y: this.height - 4, "text-anchor": "end" }, "training step")];
    const drawn = lines.map(({ kind, pairs }) => svg("polyline", { class: `curve ${kind}`, points: pointsOf(pairs.map(([step, value]) => [this.atX(step), this.atY(value)])) }));
    const ringed = rings.map(([step, value]) => svg("circle", { class: "ring", cx: this.atX(step), cy: this.atY(value), r: 7 }, svg("title", {}, "best: these weights were kept")));
    const keys = names.flatMap(([kind, name], k) => [
      svg("line", { class: `curve ${kind}`, x1: right - 190 + 92 * k, x2: right - 170 + 92 * k, y1: 9, y2: 9 }), svg("text", { x: right - 164 + 92 * k, y: 13 }, name),
    ]);
    this.still.replaceChildren(...grid, ...below, ...titles, ...keys, ...levels.flatMap((level) => this.levelDrawn(level, right)), ...drawn, ...ringed);
    this.drawCursor();
  }

  /** A dashed line with its name clear of the curves: above its end if they passed it early, else below its start. @param {Level} level @param {number} right */
  levelDrawn({ name, value, kind }, right) {
    const y = this.atY(value), { lines, last, isLog } = /** @type {Shown} */ (this.#shown);
    const halfway = Math.max(...lines.map(({ pairs }) => pairs.findLast(([step]) => shareOf(step, last, isLog) <= 0.5)?.[1] ?? -Infinity)), isKnown = halfway > -Infinity;
    const isPassed = kind === "uniform" || (kind !== "limit" && isKnown && halfway < value);
    return [
      svg("line", { class: `level ${kind}`, x1: LEFT, x2: right, y1: y, y2: y }),
      svg("text", { class: "name", x: isPassed ? right - 4 : LEFT + 6, y: isPassed || kind === "limit" ? y - 6 : y + 15, "text-anchor": isPassed ? "end" : "start" }, name),
    ];
  }

  drawCursor() {
    if (!this.#shown) return;
    const x = this.atX(this.#step), bottom = this.height - BOTTOM;
    const dots = this.#dots.map(({ kind, step, value }) => svg("circle", { class: `dot ${kind}`, cx: this.atX(step), cy: this.atY(value), r: 4.5 }));
    this.moving.replaceChildren(svg("line", { class: "cursor-line", x1: x, x2: x, y1: TOP - 6, y2: bottom }), svg("path", { class: "grip", d: `M ${x - 6} ${bottom} h 12 l -6 -9 z` }), ...dots);
  }
}
