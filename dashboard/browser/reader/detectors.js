// @ts-check
// The menu of detectors: each concept's best unit, grouped by the search's verdict.

import { findingInView } from "./findings.js";
import { isGate, symbolOf } from "./states.js";
import { sameUnit } from "./view.js";
import { scoreText, unitName } from "./words.js";

/** @import { Finding, Reading, View } from "./types.js" */

/** @param {Finding} finding */
const isDetector = (finding) => finding.verdict === "detector" || finding.verdict === "ramp";

/** @type {{ title: string, holds: (finding: Finding) => boolean }[]} */
const GROUPS = [
  { title: "Detectors", holds: (finding) => isDetector(finding) && finding.clear },
  { title: "Detectors by the lax rule only", holds: (finding) => isDetector(finding) && !finding.clear },
  { title: "Local: a baseline does as well", holds: (finding) => finding.verdict === "local" },
  { title: "No unit found", holds: (finding) => finding.verdict === "none" },
];

/**
 * The entries that can be shown, in their groups; a group without entries is left out.
 *
 * @param {Reading} reading
 * @returns {{ title: string, entries: Finding[] }[]}
 */
export function menuOf(reading) {
  const entries = reading.findings.filter(
    (finding) => finding.rank === 1 && reading.has(finding.state, finding.layer, finding.unit),
  );
  return GROUPS.map(({ title, holds }) => ({ title, entries: entries.filter(holds) })).filter((group) => group.entries.length);
}

/**
 * The label of an entry: the concept, the unit, its score.
 *
 * @param {Reading} reading
 * @param {Finding} finding
 */
export function labelOf({ states, gates }, { title, where, state, layer, unit, score, verdict }) {
  const symbol = states.length > 1 || isGate(state) ? [symbolOf(state, gates)] : []; // a GRU and a plain RNN have only h
  const name = [unitName(layer, unit), ...symbol].join(" ");
  const what = where ? `${title}, ${where}` : title;
  return verdict === "none" ? `${what} · at best ${name} · ${scoreText(score)}` : `${what} · ${name} · ${scoreText(score)}`;
}

/**
 * The first line of the menu: an invitation, or the reason why there is nothing to choose.
 *
 * @param {Reading} reading
 */
export function invitationOf(reading) {
  if (!reading.findings.length) return "not searched for detectors yet";
  return reading.findings.some(isDetector) ? "find a detector …" : "no detectors in this model";
}

/**
 * The units that `[` and `]` step through: the first group, in the menu's order.
 *
 * @param {Reading} reading
 */
export function detectorsOf(reading) {
  const [first] = menuOf(reading);
  return first?.title === GROUPS[0].title ? first.entries : [];
}

/**
 * The selected entry of the menu, if any: the concept in view, if its best unit is in view.
 *
 * @param {Reading} reading
 * @param {View} view
 */
export function entryInView(reading, view) {
  const finding = findingInView(reading.findings, view);
  return finding?.rank === 1 ? finding : undefined;
}

/**
 * The detector after or before the one in view; if none is in view, after or before the last one that was.
 *
 * @param {Reading} reading
 * @param {View} view
 * @param {number} by 1 or -1
 * @param {string} [last] concept of the detector that was in view last
 * @returns {Finding | undefined} undefined if there is no other
 */
export function nextDetector(reading, view, by, last = "") {
  const detectors = detectorsOf(reading), count = detectors.length;
  const inView = entryInView(reading, view);
  const from = detectors.findIndex((each) => each.concept === (inView?.concept ?? last));
  const next = detectors[from < 0 ? (by > 0 ? 0 : count - 1) : (from + by + count) % count];
  return next && !(sameUnit(next, view) && next.concept === inView?.concept) ? next : undefined;
}
