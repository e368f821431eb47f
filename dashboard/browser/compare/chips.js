// @ts-check
// The rows by name, in their order: to choose one, to sort them by hand, to remove one.

import { button, element } from "../reader/dom.js";
import { rowLabel } from "./row.js";

/** @import { Called } from "./row.js" */
/** @import { Row } from "./types.js" */

/**
 * @typedef {object} ChipEvents
 * @property {(k: number) => void} onFocus
 * @property {(from: number, to: number) => void} onMove
 * @property {(k: number) => void} onRemove
 * @property {() => void} onAdd
 */

export class Chips {
  /** @param {ChipEvents} events */
  constructor(events) {
    this.events = events;
    this.dragged = -1;
    this.list = element("ol", "chips");
    this.list.role = "list"; // which browsers forget where the list is laid out with what is beside it
    this.list.ariaLabel = "Rows";
    this.add = button("+ Add a row", "a copy of this row, to be changed", events.onAdd);
    this.add.className = "add";
    this.root = element("div", "rows-bar", this.list, this.add);
  }

  /**
   * @param {Row[]} rows
   * @param {number} focused
   * @param {boolean} full whether no more rows can be added
   * @param {Called} called
   */
  show(rows, focused, full, called) {
    this.add.disabled = full || !rows.length;
    while (this.list.children.length > rows.length) this.list.lastElementChild?.remove();
    while (this.list.children.length < rows.length) this.list.append(this.#chip(this.list.children.length));
    for (const [k, row] of rows.entries()) {
      const chip = /** @type {HTMLElement} */ (this.list.children[k]);
      const [choose, up, down, remove] = /** @type {HTMLButtonElement[]} */ ([...chip.querySelectorAll("button")]);
      const label = rowLabel(row, called);
      choose.replaceChildren(element("b", "", String(k + 1)), ` ${label}`);
      choose.title = `${label}: choose this row; drag it to sort`;
      choose.ariaPressed = String(k === focused);
      [up.disabled, down.disabled] = [k === 0, k === rows.length - 1];
      up.ariaLabel = `move row ${k + 1} up`;
      down.ariaLabel = `move row ${k + 1} down`;
      remove.ariaLabel = `remove row ${k + 1}`;
    }
  }

  /** Gives the focus of the keyboard to a row, if some row has it. @param {number} k */
  follow(k) {
    const tree = /** @type {Document | ShadowRoot} */ (this.root.getRootNode());
    if (!this.list.contains(tree.activeElement)) return;
    /** @type {HTMLButtonElement | null | undefined} */ (this.list.children[k]?.querySelector("button"))?.focus();
  }

  /** @param {number} k */
  #chip(k) {
    const { events } = this;
    const choose = button("", "choose this row; drag it to sort", () => events.onFocus(k));
    choose.className = "choose";
    choose.addEventListener("focus", () => events.onFocus(k));
    const chip = element("li", "chip", choose,
      button("↑", "move up", () => events.onMove(k, k - 1)), button("↓", "move down", () => events.onMove(k, k + 1)),
      button("×", "remove", () => events.onRemove(k)));
    chip.draggable = true;
    chip.addEventListener("dragstart", (event) => {
      this.dragged = k;
      event.dataTransfer?.setData("text/plain", String(k));
    });
    chip.addEventListener("dragover", (event) => { if (this.dragged >= 0) event.preventDefault(); });
    chip.addEventListener("drop", (event) => {
      event.preventDefault();
      if (this.dragged >= 0 && this.dragged !== k) events.onMove(this.dragged, k);
    });
    chip.addEventListener("dragend", () => { this.dragged = -1; });
    return chip;
  }
}
