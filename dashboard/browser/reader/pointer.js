// @ts-check
// The character at the pointer, and its card. A click or the space bar pins it.

import { fillCard } from "./card.js";
import { element } from "./dom.js";
import { selectedCharacters } from "./selection.js";

/** @import { Described } from "./card.js" */
/** @import { Painter } from "./painter.js" */
/** @import { Reading } from "./types.js" */

/**
 * @typedef {object} PointerSurface What the pointer moves on.
 * @property {HTMLElement} root
 * @property {HTMLElement} scroll
 * @property {Painter} painter the one that painted last
 * @property {Reading} reading
 *
 * @typedef {object} PointerEvents
 * @property {() => void} onPoint the pointer is at another character, or at none
 * @property {(i: number) => Promise<Described | null>} describe the unit in view at a character; null while it loads
 */

export class Pointer {
  /**
   * @param {PointerSurface} surface
   * @param {PointerEvents} events
   * @param {AbortSignal} signal ends it
   */
  constructor(surface, events, signal) {
    this.surface = surface;
    this.events = events;
    this.signal = signal;
    this.cursor = -1;
    this.pinned = false;
    this.card = element("div", "card");
    this.card.hidden = true;
    const { scroll } = surface;
    scroll.addEventListener("mousemove", (event) => this.hover(event), { signal });
    scroll.addEventListener("mouseleave", () => this.leave(), { signal });
    scroll.addEventListener("click", (event) => this.click(event), { signal });
    scroll.addEventListener("scroll", () => this.follow(), { passive: true, signal });
  }

  /** @param {MouseEvent} event */
  hover(event) {
    if (event.buttons & 1) return; // with the button down, text is being selected
    this.hoverOver(this.surface.painter.characterAt(event.clientX, event.clientY));
  }

  /** Points at a character unless one is pinned; -1 for none. @param {number} i */
  hoverOver(i) {
    if (this.pinned || i === this.cursor) return;
    if (i < 0) this.clear();
    else this.point(i);
  }

  leave() {
    if (!this.pinned) this.clear();
  }

  /** @param {MouseEvent} event */
  click(event) {
    if (selectedCharacters(this.surface.painter)) return; // it ends a selection
    const i = this.surface.painter.characterAt(event.clientX, event.clientY);
    if (i < 0) return this.clear();
    this.pinned = !(this.pinned && i === this.cursor);
    this.point(i);
  }

  clear() {
    this.pinned = false;
    this.cursor = -1;
    this.card.hidden = true;
    this.surface.painter.mark(-1);
    this.events.onPoint();
  }

  /** @param {number} i */
  point(i) {
    this.cursor = i;
    this.surface.painter.mark(i);
    this.showCard();
    this.events.onPoint();
  }

  /** Points at a character, pins it and scrolls it into sight. @param {number} i */
  pinAt(i) {
    this.pinned = true;
    this.surface.painter.reveal(i);
    this.point(i);
  }

  togglePin() {
    this.pinned = !this.pinned;
    this.point(this.cursor);
  }

  /**
   * To the next or previous character, from the first in sight if the pointer is at none.
   *
   * @param {number} by
   * @param {number} first
   */
  move(by, first) {
    const from = this.cursor < 0 ? first - (by > 0 ? 1 : 0) : this.cursor;
    this.pinAt(Math.max(0, Math.min(this.surface.reading.characters.length - 1, from + by)));
  }

  // ---- the card ------------------------------------------------------------------------------------------

  /** The text was laid out or colored anew. */
  refresh() {
    this.surface.painter.mark(this.cursor);
    this.showCard();
  }

  async showCard() {
    const i = this.cursor;
    if (i < 0) return;
    const described = await this.events.describe(i);
    if (!described || this.signal.aborted || this.cursor !== i) return; // the pointer has moved on
    fillCard(this.card, this.surface.reading, i, described);
    this.card.classList.toggle("pinned", this.pinned);
    this.card.hidden = false;
    this.place();
  }

  /** The card goes with its character, and hides while that is out of sight. */
  follow() {
    if (this.cursor < 0) return;
    const at = this.surface.painter.boxOf(this.cursor), frame = this.surface.scroll.getBoundingClientRect();
    this.card.hidden = at.bottom < frame.top || at.top > frame.bottom;
    if (!this.card.hidden) this.place();
  }

  /**
   * Below the character, else above it; where a small frame has no room for either, beside it. Above it also where all
   * signals are shown below the text.
   */
  place() {
    const at = this.surface.painter.boxOf(this.cursor), frame = this.surface.root.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.card, { innerHeight } = window;
    const x = at.left - frame.left, rightmost = Math.max(0, frame.width - width);
    let left = x - 20, top = at.bottom + 8;
    const above = at.top - height - 8, full = innerHeight - at.bottom <= height + 16;
    if (full || (above >= 0 && this.surface.root.classList.contains("with-signals"))) top = above;
    if (top < 0) {
      left = x + 32 <= rightmost ? x + 32 : x - width - 12;
      top = Math.max(8, Math.min(at.top, innerHeight - height - 8));
    }
    Object.assign(this.card.style, { left: `${Math.min(Math.max(0, left), rightmost)}px`, top: `${top - frame.top}px` });
  }
}
