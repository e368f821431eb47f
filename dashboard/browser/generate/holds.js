// @ts-check
// The units that are held: for each a slider over the range that it has on real text.

import { button, element } from "../reader/dom.js";
import { activationText } from "../reader/words.js";
import { MOST_HOLDS, holdName } from "./plan.js";

/** @import { Clamp } from "../engine/types.js" */
/** @typedef {{ low: number, high: number }} Extent */

const STEPS = 200;

export class Holds {
  /**
   * @param {{ symbol: string, extentOf: (hold: Clamp) => Extent, onChange: (holds: Clamp[]) => void, onShow: (hold: Clamp) => void }} options
   *   `symbol` of the state that is held
   */
  constructor(options) {
    this.options = options;
    /** @type {Clamp[]} */
    this.holds = [];
    this.list = element("div", "holds-list");
    this.add = button("Hold this unit", "write a second text with the unit in view held at a value", () => {});
    this.add.className = "hold-this";
    this.root = element("div", "holds", this.add, this.list);
  }

  /** Shows the units that are held. @param {Clamp[]} holds */
  show(holds) {
    this.holds = holds;
    this.list.replaceChildren(...holds.map((hold, k) => this.#row(hold, k)));
  }

  /** Offers to hold the unit in view. @param {Clamp} unit @param {(hold: Clamp) => void} onAdd */
  offer(unit, onAdd) {
    const known = this.holds.some((hold) => hold.layer === unit.layer && hold.unit === unit.unit);
    this.add.textContent = `Hold ${holdName(unit)}`;
    this.add.disabled = known || this.holds.length >= MOST_HOLDS;
    this.add.onclick = () => onAdd(unit);
  }

  /** @param {Clamp} hold @param {number} k */
  #row(hold, k) {
    const { low, high } = this.options.extentOf(hold), { symbol } = this.options;
    const slider = element("input", "hold-value"), number = element("output");
    // a value from elsewhere may lie beyond what the unit does on real text
    const least = Math.min(low, hold.value), most = Math.max(high, hold.value);
    Object.assign(slider, { type: "range", min: least, max: most, step: (most - least) / STEPS || "any", value: hold.value });
    slider.ariaLabel = `Value of ${holdName(hold)}`;
    const beyond = hold.value < low || hold.value > high;
    const tell = (/** @type {number} */ value) => { number.textContent = activationText(value); };
    tell(hold.value);
    slider.addEventListener("input", () => tell(Number(slider.value)));
    slider.addEventListener("change", () => {
      const value = Number(Number(slider.value).toPrecision(4));
      this.options.onChange(this.holds.map((each, i) => (i === k ? { ...each, value } : each)));
    });
    const name = button(`${holdName(hold)} ${symbol}`, "color the texts by this unit", () => this.options.onShow(hold));
    const free = button("×", "hold it no longer", () => this.options.onChange(this.holds.filter((_, i) => i !== k)));
    free.ariaLabel = `Hold ${holdName(hold)} no longer`;
    const range = element("span", "hold-range", `${activationText(low)} … ${activationText(high)} on real text`);
    if (beyond) range.append(element("b", "", ", held beyond it"));
    return element("div", "hold", name, slider, number, range, free);
  }
}
