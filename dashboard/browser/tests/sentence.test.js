// @ts-check
import assert from "node:assert/strict";
import test from "node:test";

import { sentenceAbout } from "../reader/sentence.js";
import { LAX, LOCAL, NONE, RAMP, finding, view } from "./readings.js";

/** @import { Finding, View } from "../reader/types.js" */

/** @type {(more?: Partial<Finding>, looked?: Partial<View>) => string} */
const about = (more, looked) => sentenceAbout([finding("quotes", more)], view(looked));
const EVIDENCE = "AUROC 0.930 on text it never saw (untrained networks reach 0.610).";

test("a detector is on or off, in the color that shows it", () => {
  assert.equal(about(), `Unit L1·u0 is on (orange) inside quotes: ${EVIDENCE}`);
  assert.equal(about({ sign: -1 }), `Unit L1·u0 is off (blue) inside quotes: ${EVIDENCE}`);
  assert.equal(about({}, { palette: "blue–green" }), `Unit L1·u0 is on (green) inside quotes: ${EVIDENCE}`);
  assert.equal(about(LAX), `Unit L1·u0 is on (orange) inside quotes, but only by the lax rule: ${EVIDENCE}`);
});

test("a ramp rises or falls, and says where it applies", () => {
  const ramp = { ...RAMP, title: "the position", score: 0.81 };
  const evidence = "Spearman 0.810 on text it never saw (untrained networks reach 0.610).";
  assert.equal(about(ramp), `Unit L1·u0 rises (to orange) with the position: ${evidence}`);
  assert.equal(about({ ...ramp, where: "inside links", sign: -1 }), `Unit L1·u0, inside links, falls (to blue) with the position: ${evidence}`);
});

test("what is local or nothing is said to be so, by the baseline that tells it", () => {
  assert.match(about({ ...LOCAL, ngram: 0.95 }), /, but that is local: AUROC 0\.930 .*, and the last five characters alone reach 0\.950\.$/);
  assert.match(about({ ...LOCAL, ngram: null, untrained: 0.92 }), /, and untrained networks reach 0\.920\.$/);
  assert.match(about(NONE), /^No unit was found for “inside quotes”\. The best is unit L1·u0: AUROC 0\.930/);
  assert.match(about({ ...NONE, rank: 4 }), /^Unit L1·u0 is no detector\. It correlates most with “inside quotes”:/);
});

test("the concept that somebody chose comes first, what the unit tells more clearly second", () => {
  const column = finding("column", { ...RAMP, title: "the column", score: 0.815 });
  const findings = [column, finding("headings", { ...LOCAL, score: 0.99 }), finding("links", { rank: 3 })];
  const chosen = sentenceAbout(findings, view({ concept: "headings" }));
  assert.match(chosen, /^Unit L1·u0 is on \(orange\) inside headings, but that is local: AUROC 0\.990/);
  assert.ok(chosen.endsWith(" It also rises with the column (0.815)."));
  assert.match(sentenceAbout(findings, view()), /^Unit L1·u0 rises \(to orange\) with the column: Spearman 0\.815 .*\(untrained networks reach 0\.610\)\.$/);
  assert.ok(!sentenceAbout(findings, view({ concept: "column" })).includes("also"));
  assert.ok(sentenceAbout([finding("quotes", { sign: -1 }), ...findings.slice(1)], view({ concept: "links" })).endsWith(" It is also off inside quotes (0.930)."));
});

test("a unit or a model of which nothing is known is said to be so", () => {
  assert.equal(sentenceAbout([], view({ layer: 2, unit: 9 })), "Unit L2·u9. This model has not been searched yet.");
  assert.equal(about({}, { unit: 5 }), "Unit L1·u5: the search found no concept for it.");
  assert.equal(about({}, { state: "cell" }), "Unit L1·u0: the search found no concept for it.");
});
