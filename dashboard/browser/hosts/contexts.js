// @ts-check
// Contexts of a unit as a Streamlit component: the server names them, the reader's modules color them.

import { Contexts } from "../reader/contexts.js";
import { element } from "../reader/dom.js";

/** @import { ContextsOfUnit } from "../reader/contexts.js" */

/** @type {WeakMap<HTMLElement, { contexts: Contexts, asJson: string, life: AbortController }>} */
const mounted = new WeakMap();

/**
 * Shows what the server says; called again whenever that or the theme changes.
 *
 * @param {{ parentElement: HTMLElement, data: { shown: ContextsOfUnit } }} component
 */
export function show({ parentElement, data: { shown } }) {
  const known = mounted.get(parentElement), asJson = JSON.stringify(shown);
  if (known?.asJson === asJson) return known.contexts.recolor();
  remove(parentElement);
  const place = parentElement.querySelector(".contexts-place") ?? parentElement, root = element("div");
  const life = new AbortController();
  place.replaceChildren(root);
  const contexts = new Contexts(root, shown);
  mounted.set(parentElement, { contexts, asJson, life });
  document.fonts?.ready.then(() => { // a late font may change the width of a cell
    if (!life.signal.aborted && root.isConnected) mounted.set(parentElement, { contexts: new Contexts(root, shown), asJson, life });
  });
}

/** The component was removed. @param {HTMLElement} parentElement */
export function remove(parentElement) {
  mounted.get(parentElement)?.life.abort();
  mounted.delete(parentElement);
}
