// @ts-check
// The search's findings about a unit, and which of them is in view.

import { sameUnit } from "./view.js";

/** @import { Finding, View } from "./types.js" */

/**
 * A unit's best finding: the first clear one in which it ranks first, else the first clear one, else the first.
 *
 * @param {Finding[]} findings the clearest concept first
 * @param {View} view
 * @returns {Finding | undefined}
 */
export function bestFinding(findings, view) {
  const ofUnit = findings.filter((finding) => sameUnit(finding, view));
  const clear = ofUnit.filter((finding) => finding.clear);
  return clear.find((finding) => finding.rank === 1) ?? clear[0] ?? ofUnit[0];
}

/**
 * The finding in view: that of the chosen concept, else the unit's best.
 *
 * @param {Finding[]} findings
 * @param {View} view
 * @returns {Finding | undefined}
 */
export function findingInView(findings, view) {
  const chosen = view.concept && findings.find((each) => each.concept === view.concept && sameUnit(each, view));
  return chosen || bestFinding(findings, view);
}
