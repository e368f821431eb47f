// @ts-check
// Smaller parts of the slider's page.

import { element } from "../reader/dom.js";
import { lossesAt } from "./history.js";
import { named } from "./words.js";

/** @import { Chosen } from "./chooser.js" */
/** @import { History } from "./history.js" */

/** A row of large figures: name, figure, more about it. @param {[string, string, string][]} figures */
export const figureNodes = (figures) => figures.map(([name, figure, more]) => element("div", "", name, element("b", "", figure), element("span", "", more)));

/** All samples, one below the other; those that are there stay. @param {HTMLElement} place a details element @param {History} history */
export function allSamples(place, { samples, rows, run }) {
  const [title] = place.children, key = JSON.stringify([run, samples.length, rows.length]);
  if (place.dataset.key === key) return;
  place.dataset.key = key;
  place.hidden = !samples.length;
  title.textContent = `All ${samples.length} samples, one below the other`;
  const all = samples.flatMap(({ step, text }) => {
    const { train } = lossesAt(rows, step), loss = train === null ? "" : `, training loss ${train.toFixed(3)} nats`;
    return [element("p", "", element("b", "", `Step ${step.toLocaleString("en")}`), loss), element("pre", "written", text)];
  });
  place.replaceChildren(title, ...all);
}

/** The way to all that is known of the unit, once the network is trained. @param {History | null} history @param {Chosen} chosen */
export function unitLink(history, { unit, state, concept }) {
  if (history?.status !== "finished") return [];
  const query = new URLSearchParams({ model: history.run, unit, state, ...(concept ? { concept } : {}) });
  const link = Object.assign(element("a", "", `All about ${named(unit)} in the trained network`), { href: `unit?${query}`, target: "_blank" });
  return [link];
}
