// @ts-check
// The strip chart: one unit over some characters, as a line around zero or, if it is never below, from zero up.

import { css, endsOf, themeOf } from "./colors.js";
import { drawingOn, element } from "./dom.js";

/** @import { Color } from "./colors.js" */
/** @import { Range } from "./types.js" */

/**
 * @typedef {object} Trace What the strip shows.
 * @property {Int8Array} activation a code per character
 * @property {Float32Array} levels of each code, from -128 on
 * @property {Range} sight the characters to show
 * @property {number} cursor the character at the pointer, or -1
 * @property {string} palette
 * @property {boolean} [rises] whether zero is at the bottom: of what is never below it
 */

export class Strip {
  /**
   * @param {() => Trace | null} trace what to show in the next frame; null for nothing
   * @param {(i: number) => void} onPoint gets the character at the pointer; -1 for none
   */
  constructor(trace, onPoint) {
    this.trace = trace;
    this.canvas = element("canvas", "strip");
    this.asked = false;
    /** @type {Range} */
    this.sight = [0, 0];
    this.canvas.addEventListener("mousemove", (event) => {
      const i = this.characterAt(event.clientX);
      if (i >= 0) onPoint(i);
    });
    this.canvas.addEventListener("mouseleave", () => onPoint(-1));
  }

  /** Draws with the next frame, once however often this is called. */
  schedule() {
    if (this.asked) return;
    this.asked = true;
    requestAnimationFrame(() => {
      this.asked = false;
      const trace = this.canvas.isConnected ? this.trace() : null;
      if (trace) this.draw(trace);
    });
  }

  /** @param {number} clientX */
  characterAt(clientX) {
    const { left, width } = this.canvas.getBoundingClientRect(), [first, last] = this.sight;
    const i = first + Math.floor(((clientX - left) / width) * (last - first));
    return i >= first && i < last ? i : -1;
  }

  /** @param {Trace} trace */
  draw({ activation, levels, sight: [first, last], cursor, palette, rises = false }) {
    this.sight = [first, last];
    const { canvas } = this, ratio = window.devicePixelRatio || 1;
    const width = Math.round(canvas.clientWidth * ratio), height = Math.round(canvas.clientHeight * ratio);
    if (!width || !height) return;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const context = drawingOn(canvas), step = width / Math.max(1, last - first), zero = rises ? height : height / 2;
    context.clearRect(0, 0, width, height);
    const { low, high } = endsOf(palette, themeOf(canvas));
    for (const [color, sign] of /** @type {[Color, number][]} */ ([[high, 1], [low, -1]])) {
      context.fillStyle = css(color, 0.8);
      context.beginPath();
      context.moveTo(0, zero);
      for (let i = first; i < last; i++) {
        const y = zero - sign * Math.max(0, sign * levels[activation[i] + 128]) * (zero - ratio);
        context.lineTo((i - first) * step, y);
        context.lineTo((i - first + 1) * step, y);
      }
      context.lineTo(width, zero);
      context.fill();
    }
    context.fillStyle = getComputedStyle(canvas).color;
    context.globalAlpha = 0.35;
    if (!rises) context.fillRect(0, Math.floor(zero), width, Math.max(1, Math.floor(ratio / 2)));
    context.globalAlpha = 1;
    if (cursor >= first && cursor < last) context.fillRect((cursor - first + 0.5) * step, 0, ratio, height);
  }
}
