// @ts-check
// What the search found of a unit, and which of it is spoken of.

import { sameUnit } from "./view.js";

/** @import { Finding, View } from "./types.js" */

/**
 * The finding that tells a unit best: of the clear ones that for which it is the best unit, else the first.
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
 * The finding in view: that of the concept that somebody chose, else the one that tells the unit best.
 *
 * @param {Finding[]} findings
 * @param {View} view
 * @returns {Finding | undefined}
 */
export function findingInView(findings, view) {
  const chosen = view.concept && findings.find((each) => each.concept === view.concept && sameUnit(each, view));
  return chosen || bestFinding(findings, view);
}
