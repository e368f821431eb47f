// @ts-check
// The units that are held: for each a slider over the range that it has on real text.

import { button, element } from "../reader/dom.js";
import { activationText } from "../reader/words.js";
import { MOST_HOLDS, holdName } from "./plan.js";

/** @import { Clamp } from "../engine/types.js" */
/** @typedef {{ low: number, high: number }} Extent */

/**
 * A value in few digits, not beyond the unit's range.
 *
 * @param {number} value
 * @param {number} low
 * @param {number} high
 */
export function rounded(value, low, high) {
  return Math.max(Math.min(low, value), Math.min(Math.max(high, value), Number(value.toPrecision(4))));
}

export class Holds {
  /**
   * @param {{ symbol: string, extentOf: (hold: Clamp) => Extent, onChange: (holds: Clamp[]) => void, onShow: (hold: Clamp) => void }} options
   *   `symbol` of the state that is held
   */
  constructor(options) {
    this.options = options;
    /** @type {Clamp[]} */
    this.holds = [];
    /** @type {{ root: HTMLElement, show: (hold: Clamp) => void }[]} */
    this.rows = [];
    this.list = element("div", "holds-list");
    this.add = button("Hold this unit", "write a second text with the unit in view held at a value", () => {});
    this.add.className = "hold-this";
    this.root = element("div", "holds", this.add, this.list);
  }

  /** Shows the units that are held. @param {Clamp[]} holds */
  show(holds) {
    const names = (/** @type {Clamp[]} */ of) => of.map(holdName).join();
    const same = names(holds) === names(this.holds); // then the rows stay, and with them the focus and a drag
    this.holds = holds;
    if (!same) this.rows = holds.map((hold, k) => this.#row(hold, k));
    if (!same) this.list.replaceChildren(...this.rows.map(({ root }) => root));
    for (const [k, hold] of holds.entries()) this.rows[k].show(hold);
  }

  /** Offers to hold the unit in view. @param {Clamp} unit @param {(hold: Clamp) => void} onAdd */
  offer(unit, onAdd) {
    const known = this.holds.some((hold) => hold.layer === unit.layer && hold.unit === unit.unit);
    this.add.textContent = `Hold ${holdName(unit)}`;
    this.add.disabled = known || this.holds.length >= MOST_HOLDS;
    this.add.onclick = () => onAdd(unit);
  }

  /** @param {Clamp} unit @param {number} k */
  #row(unit, k) {
    const { low, high } = this.options.extentOf(unit), { symbol } = this.options, slider = element("input", "hold-value");
    const number = element("output"), beyond = element("b", "", ", held beyond it");
    slider.type = "range";
    slider.step = "any";
    slider.ariaLabel = `Value of ${holdName(unit)}`;
    slider.addEventListener("input", () => { number.textContent = activationText(Number(slider.value)); });
    slider.addEventListener("change", () => {
      const value = rounded(Number(slider.value), Number(slider.min), Number(slider.max));
      this.options.onChange(this.holds.map((each, i) => (i === k ? { ...each, value } : each)));
    });
    const name = button(`${holdName(unit)} ${symbol}`, "color the texts by this unit", () => this.options.onShow(unit));
    const free = button("×", "hold it no longer", () => this.options.onChange(this.holds.filter((_, i) => i !== k)));
    free.ariaLabel = `Hold ${holdName(unit)} no longer`;
    const range = element("span", "hold-range", `${activationText(low)} … ${activationText(high)} on real text`, beyond);
    const show = (/** @type {Clamp} */ { value }) => {
      // a value from an address may lie beyond what the unit does on real text
      Object.assign(slider, { min: Math.min(low, value), max: Math.max(high, value), value });
      number.textContent = activationText(value);
      beyond.hidden = value >= low && value <= high;
    };
    return { root: element("div", "hold", name, slider, number, range, free), show };
  }
}
