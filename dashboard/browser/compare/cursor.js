// @ts-check
// One cursor for all rows, and a card with the value of each. A click or the space bar pins it.

import { element } from "../reader/dom.js";

/** @import { Lines } from "./lines.js" */

/**
 * @typedef {object} CursorEvents
 * @property {(card: HTMLElement, i: number) => void} fill
 * @property {(lane: number) => void} onLane a row was clicked
 */

export class Cursor {
  /**
   * @param {HTMLElement} root
   * @param {Lines} lines
   * @param {CursorEvents} events
   * @param {AbortSignal} signal ends it
   */
  constructor(root, lines, events, signal) {
    this.root = root;
    this.lines = lines;
    this.events = events;
    this.at = -1;
    this.pinned = false;
    this.card = element("div", "card");
    this.card.hidden = true;
    const { scroll } = lines;
    scroll.addEventListener("mousemove", (event) => this.hover(event), { signal });
    scroll.addEventListener("mouseleave", () => this.pinned || this.clear(), { signal });
    scroll.addEventListener("click", (event) => this.click(event), { signal });
    scroll.addEventListener("scroll", () => this.follow(), { passive: true, signal });
  }

  /** @param {MouseEvent} event */
  hover(event) {
    if (this.pinned || event.buttons & 1) return;
    const { character } = this.lines.at(event.clientX, event.clientY);
    if (character === this.at) return;
    if (character < 0) this.clear();
    else this.point(character);
  }

  /** @param {MouseEvent} event */
  click(event) {
    const { character, lane } = this.lines.at(event.clientX, event.clientY);
    if (lane >= 0) this.events.onLane(lane);
    if (character < 0) return this.clear();
    this.pinned = !(this.pinned && character === this.at);
    this.point(character);
  }

  clear() {
    this.pinned = false;
    this.at = -1;
    this.card.hidden = true;
    this.lines.mark(-1);
  }

  /** @param {number} i */
  point(i) {
    this.at = i;
    this.refresh();
  }

  /** Points at a character, pins it and scrolls it into sight. @param {number} i */
  pinAt(i) {
    this.pinned = true;
    this.lines.reveal(i);
    this.point(i);
  }

  togglePin() {
    this.pinned = !this.pinned;
    this.refresh();
  }

  /** To the next or previous character, from the first in sight if it is at none. @param {number} by */
  move(by) {
    const from = this.at < 0 ? this.lines.firstInSight - (by > 0 ? 1 : 0) : this.at;
    this.pinAt(Math.max(0, Math.min(this.lines.characters.length - 1, from + by)));
  }

  /** The text was laid out, or rows have changed. */
  refresh() {
    this.lines.mark(this.at);
    if (this.at < 0) return;
    this.events.fill(this.card, this.at);
    this.card.classList.toggle("pinned", this.pinned);
    this.card.hidden = false;
    this.place();
  }

  /** The card goes with its character, and hides while that is out of sight. */
  follow() {
    if (this.at < 0) return;
    const box = this.lines.boxOf(this.at), frame = this.lines.scroll.getBoundingClientRect();
    this.card.hidden = box.bottom < frame.top || box.top > frame.bottom;
    if (!this.card.hidden) this.place();
  }

  /** Below all rows, else above them; where there is no room for either, beside the character. */
  place() {
    const at = this.lines.boxOf(this.at), frame = this.root.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.card, { innerHeight } = window;
    const x = at.left - frame.left, rightmost = Math.max(0, frame.width - width);
    let left = x - 20, top = at.bottom + 8;
    if (innerHeight - at.bottom <= height + 16) top = at.top - height - 8;
    if (top < 0) {
      left = x + 32 <= rightmost ? x + 32 : x - width - 12;
      top = Math.max(8, Math.min(at.top, innerHeight - height - 8));
    }
    Object.assign(this.card.style, { left: `${Math.min(Math.max(0, left), rightmost)}px`, top: `${top - frame.top}px` });
  }
}
