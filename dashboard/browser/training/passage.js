// @ts-check
// The passage that every snapshot read, colored by one unit as it then was, as Read colors a text.

import { activationLevels } from "../reader/codes.js";
import { activationColors } from "../reader/colors.js";
import { element } from "../reader/dom.js";
import { Legend } from "../reader/legend.js";
import { TextPane } from "../reader/pane.js";
import { lastBy } from "./history.js";

/** @import { Frame, Reading } from "../reader/types.js" */

/**
 * @typedef {{ text: string, steps: number[], codes: Int8Array, length: number }} Codes at all snapshots; 127 stands for 1
 * @typedef {Codes & { unit: string, state: string }} Snapshots
 */

/** @param {Frame} frame @returns {Codes} */
export function snapshotsIn({ header, arrays }) {
  const text = new TextDecoder().decode(/** @type {Uint8Array} */ (/** @type {unknown} */ (arrays.text)));
  const { steps, length } = /** @type {{ steps: number[], length: number }} */ (/** @type {unknown} */ (header));
  return { text, steps, length, codes: /** @type {Int8Array} */ (/** @type {unknown} */ (arrays.activations)) };
}

/** The codes at a step: those of the last snapshot up to it. @param {Codes} snapshots @param {number} step */
export function codesAt({ steps, codes, length }, step) {
  const at = Math.max(0, lastBy(steps, step));
  return codes.subarray(at * length, (at + 1) * length);
}

export class Passage {
  constructor() {
    this.legend = new Legend();
    this.scroll = element("div", "scroll passage");
    this.scroll.tabIndex = 0;
    this.scroll.setAttribute("aria-label", "The passage that was read, colored by the unit");
    this.root = element("div", "", this.scroll, element("div", "under", this.legend.root));
    /** @type {TextPane | null} */
    this.pane = null;
    this.text = "";
    /** @type {[Snapshots, number] | null} */
    this.shown = null;
    this.observer = new ResizeObserver(() => this.refit());
    this.observer.observe(this.scroll);
  }

  destroy() {
    this.observer.disconnect();
    this.pane?.destroy();
  }

  refit() {
    if (this.pane ? this.pane.refit() : this.shown) this.repaint();
  }

  /** @param {Snapshots} snapshots @param {number} step */
  show(snapshots, step) {
    this.shown = [snapshots, step];
    this.repaint();
  }

  /** Paints what is shown; also after the theme has changed. */
  repaint() {
    if (!this.shown || !this.scroll.isConnected || !this.scroll.clientWidth) return;
    const [snapshots, step] = this.shown;
    if (!this.pane || this.text !== snapshots.text) {
      this.pane?.destroy();
      this.text = snapshots.text;
      const reading = /** @type {Reading} */ (/** @type {unknown} */ ({ characters: Array.from(snapshots.text) }));
      this.pane = new TextPane(this.scroll, reading, "colors");
    }
    const palette = "blue–orange", { theme, painter } = this.pane;
    painter.paintActivation(codesAt(snapshots, step), activationColors(activationLevels("hidden"), palette, theme)); // tanh c is stored as h is
    this.legend.show(snapshots.state, palette, theme);
  }
}
