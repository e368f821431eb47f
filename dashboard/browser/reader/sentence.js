// @ts-check
// One or two plain sentences about the unit in view, from the search table.

import { bestFinding, findingInView } from "./findings.js";
import { aboutGate, isGate } from "./states.js";
import { measuredText, scoreText, unitName } from "./words.js";

/** @import { Finding, View } from "./types.js" */

/**
 * What the unit does, with its color: it is on or off, it rises or falls.
 *
 * @param {Finding} finding
 * @param {string} palette
 */
function does({ measure, sign, title }, palette) {
  const [low, high] = palette.split("–");
  if (measure === "AUROC") return `is ${sign > 0 ? `on (${high})` : `off (${low})`} ${title}`;
  return `${sign > 0 ? `rises (to ${high})` : `falls (to ${low})`} with ${title}`;
}

/**
 * The unit as the subject of a sentence, with the text in which the concept applies.
 *
 * @param {Finding} finding
 */
const subject = ({ layer, unit, where }) => `Unit ${unitName(layer, unit)}${where ? `, ${where},` : ""}`;

/**
 * @param {Finding} finding
 * @param {string} palette
 */
function aboutFinding(finding, palette) {
  const { layer, unit, title, where, measure, verdict, clear, rank } = finding;
  const evidence = `${measuredText(measure, finding.score)} on text it never saw`;
  const untrained = `untrained networks reach ${scoreText(finding.untrained ?? 0)}`;
  const name = `Unit ${unitName(layer, unit)}`, concept = `“${title}${where ? `, ${where}` : ""}”`;
  if (verdict === "detector" || verdict === "ramp") {
    const hedge = clear ? "" : ", but only by the lax rule";
    return `${subject(finding)} ${does(finding, palette)}${hedge}: ${evidence} (${untrained}).`;
  }
  if (verdict === "local") {
    const ngram = finding.ngram ?? 0;
    const baseline = ngram >= (finding.untrained ?? 0) ? `the last five characters alone reach ${scoreText(ngram)}` : untrained;
    return `${subject(finding)} ${does(finding, palette)}, but that is local: ${evidence}, and ${baseline}.`;
  }
  if (rank === 1) return `No unit was found for ${concept}. The best is unit ${unitName(layer, unit)}: ${evidence} (${untrained}).`;
  return `${name} is no detector. It correlates most with ${concept}: ${evidence} (${untrained}).`;
}

/**
 * A sentence on the concept that the unit tracks more clearly than the chosen one.
 *
 * @param {Finding | undefined} best
 * @param {Finding} chosen
 */
function alsoTracks(best, chosen) {
  if (!best?.clear || best.concept === chosen.concept) return "";
  const { measure, sign, title, where, score } = best;
  const verb = measure === "AUROC" ? `is also ${sign > 0 ? "on" : "off"}` : `also ${sign > 0 ? "rises" : "falls"} with`;
  return ` It ${verb} ${title}${where ? `, ${where}` : ""} (${scoreText(score)}).`;
}

/**
 * The sentences for a view; `findings` are the rows of the search table, the clearest concept first.
 *
 * @param {Finding[]} findings
 * @param {View} view
 * @param {string[]} [gates] of the cell
 */
export function sentenceAbout(findings, view, gates = []) {
  const name = `Unit ${unitName(view.layer, view.unit)}`, finding = findingInView(findings, view);
  if (isGate(view.state)) {
    return aboutGate(view.state, unitName(view.layer, view.unit), gates) + (finding ? ` ${aboutFinding(finding, view.palette)}` : "");
  }
  if (finding) return aboutFinding(finding, view.palette) + alsoTracks(bestFinding(findings, view), finding);
  if (!findings.length) return `${name}. This model has not been searched yet.`;
  return `${name}: the search found no concept for it.`;
}
