// @ts-check
// The slider over the steps of a training, and the button that moves it to the end.

import { button, element } from "../reader/dom.js";

const EVERY_MS = 650;

export class Slide {
  /** @param {(place: number) => void} onMove the reader, or Play, moved it */
  constructor(onMove) {
    this.onMove = onMove;
    /** @type {ReturnType<typeof setInterval> | undefined} */
    this.timer = undefined;
    this.input = Object.assign(element("input"), { type: "range", min: "0", max: "0", step: "1", value: "0" });
    this.input.setAttribute("aria-label", "Training step");
    this.input.addEventListener("input", () => {
      this.stop();
      onMove(Number(this.input.value));
    });
    this.play = button("Play", "From the first step on", () => (this.timer === undefined ? this.start() : this.stop()));
    this.play.className = "play";
    this.said = element("output");
    this.root = element("div", "slide", this.play, this.input, this.said);
  }

  /** @param {number} place @param {number} count @param {string} words */
  show(place, count, words) {
    this.input.max = String(count - 1);
    this.input.value = String(place);
    this.input.disabled = this.play.disabled = count < 2;
    this.input.setAttribute("aria-valuetext", words);
    this.said.textContent = words;
  }

  /** @param {number} by */
  moveBy(by) {
    const to = Math.min(Number(this.input.max), Math.max(0, Number(this.input.value) + by));
    this.stop();
    this.onMove(to);
  }

  start() {
    const isAtEnd = this.input.value === this.input.max;
    this.timer = setInterval(() => this.next(), EVERY_MS);
    Object.assign(this.play, { textContent: "Stop", title: "Stay at this step" });
    this.onMove(isAtEnd ? 0 : Number(this.input.value) + 1);
  }

  next() {
    const to = Number(this.input.value) + 1, last = Number(this.input.max);
    if (to >= last) this.stop();
    this.onMove(Math.min(to, last));
  }

  stop() {
    clearInterval(this.timer);
    this.timer = undefined;
    Object.assign(this.play, { textContent: "Play", title: "From the first step on" });
  }
}
