// @ts-check
// The loss surface as a relief, seen from its low side, and paths upon it.

import { pointsOf, svg } from "../learn/svg.js";
import { Slices } from "../learn/training.js";
import { drawingOn, element } from "../reader/dom.js";
import { RANGE, lossesAlong } from "./cliff.js";

/** @import { Place } from "./cliff.js" */

const WIDTH = 480, HEIGHT = 400, SHARP = 2, COLUMNS = 110, ROWS = 90, HIGHEST = 1.5; // of the root of the loss
const ANGLE = 0.32, TILT = 0.62, LOW = [38, 84, 150], HIGH = [240, 228, 204];

/** Where a point of the surface is seen. @param {number} w @param {number} b @param {number} loss @returns {[number, number]} */
export function seen(w, b, loss) {
  const across = (w - RANGE.w[0]) / (RANGE.w[1] - RANGE.w[0]) - 0.5, near = (b - RANGE.b[0]) / (RANGE.b[1] - RANGE.b[0]) - 0.5;
  const x = across * Math.cos(ANGLE) - near * Math.sin(ANGLE), y = across * Math.sin(ANGLE) + near * Math.cos(ANGLE);
  return [WIDTH / 2 - 12 + 330 * x, 224 + 330 * y * TILT - (120 * Math.sqrt(loss)) / HIGHEST];
}

/** The figure: a canvas for the relief, and above it an SVG for the paths. */
export function reliefOf() {
  const canvas = element("canvas", "relief"), above = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": "The loss over the weight w and the bias b: a low plain that ends at a cliff, and the paths of gradient descent" });
  const painter = new Painter(canvas);
  return {
    node: element("div", "figure", canvas, above),
    /** @param {number} time @param {{ places: Place[], kind: string }[]} paths each up to where it is */
    show(time, paths) {
      painter.show(time);
      above.replaceChildren(...axes(), ...paths.map(({ places, kind }) => pathDrawn(places, kind)));
    },
    destroy: () => painter.slices.destroy(),
  };
}

/** @typedef {{ height: number, x: number, y: number }} Corner height: from 0 to 1 */

/** Paints the relief row by row, out of sight, from back to front, so that what is near hides what is behind. */
class Painter {
  #time = 0;
  #row = 0;
  /** @type {Corner[]} */
  #before = [];

  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    const hidden = element("canvas");
    canvas.width = hidden.width = WIDTH * SHARP;
    canvas.height = hidden.height = HEIGHT * SHARP;
    this.brush = drawingOn(hidden);
    this.brush.scale(SHARP, SHARP);
    this.brush.lineWidth = 0.6;
    this.slices = new Slices({
      step: () => this.#paintRow(),
      draw(isDone) {
        if (!isDone) return;
        drawingOn(canvas).clearRect(0, 0, canvas.width, canvas.height);
        drawingOn(canvas).drawImage(hidden, 0, 0);
      },
    });
  }

  /** @param {number} time */
  show(time) {
    if (time === this.#time) return;
    this.#time = time;
    this.#row = 0;
    this.brush.clearRect(0, 0, WIDTH, HEIGHT);
    this.slices.start();
  }

  #paintRow() {
    const [least, most] = RANGE.b, b = least + ((most - least) * this.#row) / (ROWS - 1);
    const corners = lossesAlong(b, this.#time, COLUMNS).map(({ w, loss }) => {
      const [x, y] = seen(w, b, loss);
      return { height: Math.sqrt(loss) / HIGHEST, x, y };
    });
    if (this.#row) for (let column = 0; column + 1 < COLUMNS; column++) fourCorners(this.brush, [this.#before[column], this.#before[column + 1], corners[column + 1], corners[column]]);
    this.#before = corners;
    this.#row += 1;
    return this.#row < ROWS;
  }
}

/** @param {CanvasRenderingContext2D} brush @param {Corner[]} corners */
function fourCorners(brush, corners) {
  brush.fillStyle = brush.strokeStyle = colorOf(corners.map(({ height }) => height));
  brush.beginPath();
  for (const { x, y } of corners) brush.lineTo(x, y);
  brush.closePath();
  brush.fill();
  brush.stroke();
}

/** Light is high, dark is steep. @param {number[]} heights of the corners */
function colorOf(heights) {
  const mean = heights.reduce((sum, height) => sum + height, 0) / heights.length, slope = Math.max(...heights) - Math.min(...heights);
  const light = 1 - Math.min(0.35, 0.9 * slope);
  return `rgb(${LOW.map((low, k) => Math.round((low + (HIGH[k] - low) * mean) * light)).join(" ")})`;
}

/** The names of the two axes along the near edges, with their ends. */
function axes() {
  const [w0, w1] = RANGE.w, [b0, b1] = RANGE.b;
  /** @param {number} w @param {number} b @param {string | number} said @param {string} anchor @param {number} right @param {number} below */
  const text = (w, b, said, anchor, right, below) => {
    const [x, y] = seen(w, b, 0);
    return svg("text", { x: x + right, y: y + below, "text-anchor": anchor }, String(said).replace("-", "−"));
  };
  return [
    text(w0, b1, w0, "middle", 0, 20), text((w0 + w1) / 2, b1, "weight w", "middle", -14, 24), text(w1, b1, w1, "middle", -8, 20),
    text(w1, b1, b1, "start", 8, 2), text(w1, (b0 + b1) / 2, "bias b", "start", 10, 8), text(w1, b0, b0, "start", 8, 6),
  ];
}

/** A path as far as it is on the relief; a ring where it is, or where it left. @param {Place[]} places @param {string} kind */
function pathDrawn(places, kind) {
  const isIn = (/** @type {Place} */ { w, b }) => w >= RANGE.w[0] && w <= RANGE.w[1] && b >= RANGE.b[0] && b <= RANGE.b[1];
  const gone = places.findIndex((place) => !isIn(place)), inside = gone < 0 ? places : places.slice(0, gone);
  const points = inside.map(({ w, b, loss }) => seen(w, b, loss)), last = points[points.length - 1];
  const group = svg("g", { class: `path ${kind}` });
  if (gone > 0) points.push(edgeOf(places[gone - 1], places[gone]));
  const line = pointsOf(points);
  group.append(svg("polyline", { class: "halo", points: line }), svg("polyline", { class: "line", points: line }));
  for (const [x, y] of points.slice(1, gone > 0 ? -1 : undefined)) group.append(svg("circle", { class: "dot", cx: x, cy: y, r: 2.4 }));
  if (gone > 0) {
    const [x, y] = points[points.length - 1], [dx, dy] = [x - last[0], y - last[1]], length = Math.hypot(dx, dy) || 1;
    const [ux, uy] = [dx / length, dy / length];
    group.append(svg("path", { class: "tip", d: `M${x + 8 * ux} ${y + 8 * uy}L${x - 5 * uy} ${y + 5 * ux}L${x + 5 * uy} ${y - 5 * ux}Z` }));
  } else group.append(svg("circle", { class: "now", cx: last[0], cy: last[1], r: 6 }));
  return group;
}

/** Where a step leaves the relief, at the height it leaves from. @param {Place} from @param {Place} to @returns {[number, number]} */
function edgeOf(from, to) {
  const shares = /** @type {const} */ (["w", "b"]).flatMap((name) => RANGE[name].map((end) => (end - from[name]) / (to[name] - from[name]))).filter((share) => share > 0 && share <= 1);
  const share = Math.min(...shares);
  return seen(from.w + share * (to.w - from.w), from.b + share * (to.b - from.b), 0.06);
}
