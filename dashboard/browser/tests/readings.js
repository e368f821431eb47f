// @ts-check
// What tests of the menu, the sentence and the view share: small readings and findings.

import { readingOf } from "../reader/reading.js";

/** @import { Finding, Frame, Reading, View } from "../reader/types.js" */

/**
 * A finding of a clear detector; `more` says what is different.
 *
 * @param {string} concept
 * @param {Partial<Finding>} [more]
 * @returns {Finding}
 */
export const finding = (concept, more = {}) => ({
  concept, title: `inside ${concept}`, where: "", kind: "state", state: "hidden", layer: 1, unit: 0, sign: 1,
  measure: "AUROC", score: 0.93, untrained: 0.61, ngram: 0.7, verdict: "detector", level: "default", clear: true,
  f1: 0.8, share: 0.1, rank: 1, ...more,
});

/** The keys of a finding that is no detector by the usual rules. */
export const LAX = /** @type {const} */ ({ level: "lax", clear: false });
export const LOCAL = /** @type {const} */ ({ verdict: "local", level: "strict", clear: false });
export const NONE = /** @type {const} */ ({ verdict: "none", level: "", clear: false });
/** @type {Partial<Finding>} */
export const RAMP = { measure: "Spearman", verdict: "ramp", kind: "ramp" };

/**
 * A reading of a short text by a network of two layers of four units.
 *
 * @param {Finding[]} findings
 * @param {Partial<Frame["header"]>} [more] of the header
 * @returns {Reading}
 */
export function reading(findings, more = {}) {
  const text = new TextEncoder().encode("Hé\u{1F642}!");
  return readingOf({
    header: { length: 4, layers: 2, units: 4, columns: 8, states: ["hidden", "cell"], vocabulary: ["a"], findings, model: "m", blobs: [], ...more },
    arrays: {
      text, top_char: new Uint16Array(20), top_prob: new Float32Array(20), loss: new Float32Array(4),
      rank: new Uint16Array(4), cell_scale: new Float32Array(8), activations: new Int8Array(),
    },
  });
}

/** @type {(more?: Partial<View>) => View} */
export const view = (more = {}) => ({
  state: "hidden", layer: 1, unit: 0, concept: "", mode: "colors", palette: "blue–orange", signals: false, ...more,
});

/** Names that every object has, and that no table of ours may know. */
export const INHERITED = ["constructor", "__proto__", "toString", "hasOwnProperty", "valueOf"];
