// @ts-check
// Tabs, as the ARIA practices describe them: arrows move among them, the one in view is pressed by Tab.

import { button, element } from "../reader/dom.js";

export class Tabs {
  /**
   * @param {Map<string, string>} titles by name
   * @param {(name: string) => void} onShow
   */
  constructor(titles, onShow) {
    this.onShow = onShow;
    this.shown = "";
    /** @type {Map<string, { tab: HTMLButtonElement, panel: HTMLElement }>} */
    this.all = new Map(Array.from(titles, ([name, title]) => [name, this.#make(name, title)]));
    this.list = element("div", "tabs", ...Array.from(this.all.values(), ({ tab }) => tab));
    this.list.role = "tablist";
    this.list.addEventListener("keydown", (event) => this.#move(event));
  }

  /** @param {string} name @param {string} title */
  #make(name, title) {
    const tab = button(title, "", () => this.show(name)), panel = element("section", `panel ${name}-panel`);
    Object.assign(tab, { role: "tab", id: `tab-${name}` });
    panel.role = "tabpanel";
    panel.setAttribute("aria-labelledby", tab.id);
    panel.hidden = true;
    return { tab, panel };
  }

  /** @param {string} name */
  panel(name) {
    return /** @type {{ panel: HTMLElement }} */ (this.all.get(name)).panel;
  }

  /** @param {string} name */
  show(name) {
    this.shown = name;
    for (const [each, { tab, panel }] of this.all) {
      tab.ariaSelected = String(each === name);
      tab.tabIndex = each === name ? 0 : -1;
      panel.hidden = each !== name;
    }
    this.onShow(name);
  }

  /** @param {KeyboardEvent} event */
  #move(event) {
    const by = new Map([["ArrowRight", 1], ["ArrowLeft", -1]]).get(event.key);
    if (!by || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const names = [...this.all.keys()], next = names[(names.indexOf(this.shown) + by + names.length) % names.length];
    this.show(next);
    this.all.get(next)?.tab.focus();
  }
}
