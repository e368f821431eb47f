// @ts-check
// An exported comparison, which contains all that its rows show.

import { Comparison } from "../compare/compare.js";
import { PageSupply } from "../compare/supply.js";
import { element } from "../reader/dom.js";
import { messageOf } from "../reader/reader.js";

/** @import { Names, PairedInPage } from "../compare/supply.js" */
/** @import { Row } from "../compare/types.js" */

/** Opens the page that this module is in. */
export async function openComparison() {
  const place = document.getElementById("compare");
  if (!place) return;
  try {
    const described = document.getElementById("comparison")?.textContent ?? "";
    const { rows, palette, paired, names } = /** @type {{ rows: Row[], palette: string, paired: PairedInPage[], names: { [model: string]: Names } }} */ (JSON.parse(described));
    const frames = new Map(Array.from(document.querySelectorAll("script.frame"), (node) =>
      [node.getAttribute("data-model") ?? "", node.textContent ?? ""]));
    const comparison = new Comparison(place, new PageSupply(frames, paired, names), { rows, palette });
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => comparison.recolor());
    await comparison.start();
  } catch (error) {
    place.replaceChildren(element("p", "broken", `This page cannot be shown (${messageOf(error)}).`));
  }
}
