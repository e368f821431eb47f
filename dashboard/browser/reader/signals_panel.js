// @ts-check
// The panel below the text: every signal of the unit in view around the character at the pointer, one under the other,
// and what one step made of them.

import { activationLevels } from "./codes.js";
import { button, element } from "./dom.js";
import { glyphOf, nameOf } from "./glyphs.js";
import { valuesAt } from "./signals.js";
import { isShare, signalsOf, symbolOf } from "./states.js";
import { Strip } from "./strip.js";
import { updateOf } from "./update.js";
import { activationText, titleOf, unitName } from "./words.js";

/** @import { Range, Reading, View } from "./types.js" */
/**
 * @typedef {object} Shown
 * @property {Reading} reading
 * @property {View} view
 * @property {Map<string, Int8Array>} codes of the signals that have come
 * @property {number} cursor the character at the pointer, or -1
 * @property {number} first in sight
 * @property {number} [largest] |c| of the unit
 */

const WIDTH = 13; // CSS pixels of a character, at least
const FEWEST = 12, MOST = 60;

export class SignalsPanel {
  /**
   * @param {() => Shown | null} shown what to show in the next frame; null for nothing
   * @param {{ onPoint: (i: number) => void, onClose: () => void }} events
   */
  constructor(shown, events) {
    this.shown = shown;
    this.events = events;
    this.asked = false;
    this.offered = "";
    this.at = -1; // the character that was at the pointer last
    /** @type {Range} */
    this.sight = [0, 0];
    this.title = element("span", "signals-title");
    this.rows = element("div", "signals-rows");
    this.text = element("div", "signals-text");
    this.update = element("div", "signals-update");
    /** @type {{ state: string, strip: Strip, value: HTMLElement }[]} */
    this.strips = [];
    this.root = element("section", "signals",
      element("div", "signals-head", this.title, button("Close", "close all signals  a", events.onClose)), this.rows, this.update);
    this.root.ariaLabel = "All signals of the unit";
    this.root.hidden = true;
  }

  /** Draws with the next frame, once however often this is called. */
  schedule() {
    if (this.asked || this.root.hidden) return;
    this.asked = true;
    requestAnimationFrame(() => {
      this.asked = false;
      const shown = this.root.isConnected && !this.root.hidden ? this.shown() : null;
      if (shown) this.draw(shown);
    });
  }

  /** Another text: what was at the pointer is no more. */
  forget() {
    this.at = -1;
  }

  /** @param {Shown} shown */
  draw(shown) {
    const { reading, view, codes, cursor, first, largest } = shown, length = reading.characters.length;
    this.#offer(reading);
    if (cursor >= 0) this.at = cursor;
    if (this.at < 0 || this.at >= length) this.at = Math.min(first, length - 1);
    const { at } = this;
    this.#look(at, reading.characters);
    const now = valuesAt(reading, codes, at, largest), before = valuesAt(reading, codes, at - 1, largest);
    const where = cursor >= 0 ? "" : ". Point at a character to see it.";
    this.title.replaceChildren(element("b", "", `All signals of ${unitName(view.layer, view.unit)}`), " after ", element("kbd", "", nameOf(reading.characters[at])), `, character ${at.toLocaleString("en")}${where}`);
    for (const { state, strip, value } of this.strips) {
      const known = now.get(state);
      value.textContent = known === undefined ? "…" : activationText(known);
      const activation = codes.get(state);
      if (activation) {
        strip.draw({ activation, levels: activationLevels(state, largest), sight: this.sight, cursor: at, palette: view.palette, rises: isShare(state) });
      }
    }
    this.update.replaceChildren(...updateOf(now, before).map((line) => element("p", "", line)));
  }

  /** A row for each signal. @param {Reading} reading */
  #offer(reading) {
    const signals = signalsOf(reading);
    if (this.offered === signals.join()) return;
    this.offered = signals.join();
    this.strips = signals.map((state) => ({ state, strip: new Strip(() => null, this.events.onPoint), value: element("span", "signal-value") }));
    this.rows.replaceChildren(
      ...this.strips.flatMap(({ state, strip, value }) => {
        const symbol = symbolOf(state, reading.gates), levels = state === "cell" ? "tanh c" : symbol;
        const range = isShare(state) ? `${levels} from 0, shut, to 1, open` : `${levels} from −1 to 1`;
        strip.canvas.title = `${titleOf(state)}: ${range}`;
        return [element("span", "signal-name", element("b", "", symbol), element("span", "", ` ${titleOf(state)}`)), strip.canvas, value];
      }),
      element("span"), this.text, element("span"),
    );
  }

  /**
   * The characters around the one at the pointer: those that were shown before, while it is among them.
   *
   * @param {number} at
   * @param {string[]} characters
   */
  #look(at, characters) {
    const room = this.strips[0].strip.canvas.clientWidth;
    const count = Math.min(characters.length, Math.max(FEWEST, Math.min(MOST, Math.floor(room / WIDTH))));
    let [first, last] = this.sight;
    if (at < first || at >= last || last - first !== count || last > characters.length) {
      first = Math.max(0, Math.min(characters.length - count, at - Math.floor(count / 2)));
      last = first + count;
    }
    this.sight = [first, last];
    this.text.replaceChildren(...characters.slice(first, last).map((character, k) => {
      const { text, mark } = glyphOf(character, true), node = element("span", mark ? "shape" : "", text);
      if (first + k === at) node.classList.add("here");
      return node;
    }));
  }
}
