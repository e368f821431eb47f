// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { askedIn, problemIn, writeAsked } from "../training/asked.js";
import { lossRange, niceTicks, shareOf, stepAt, stepTicks } from "../training/axes.js";
import { waitAfter } from "../training/follow.js";
import { charactersBy, columnOf, lastBy, lossesAt, merged, nearest, pointsOf } from "../training/history.js";
import { codesAt } from "../training/passage.js";
import { duration, emergenceSentence, figuresOf, signSentence, statusSentence } from "../training/words.js";

/** @import { History, Row } from "../training/history.js" */

/** @type {Row[]} */
const ROWS = [[20, 2000, 3, null], [40, 4000, 2, 2.2], [60, 6000, 1.5, null], [80, 8000, 1.4, 1.45]];
const sample = (/** @type {number} */ step) => ({ step, chars: 100 * step, temperature: 0.8, text: `at ${step}` });

/** @param {Partial<History>} [other] @returns {History} */
const history = (other = {}) => ({
  run: "tiny", version: "", kept: [0, 0], rows: ROWS, samples: [0, 1, 40].map(sample), snapshots: [0, 1, 40, 80], kept_units: null, best_step: 80, per: "character",
  levels: { ngram: null, uniform: { characters: 50, nats: 3.9 } }, units: 24, layers: 2, states: ["hidden", "cell"], detectors: [],
  status: "finished", speed: null, total: 80, done: 80, seconds_left: null, ...other,
});
const CURVE = { unit: "L2.u392", state: "cell", concept: "inside-quotes", title: "inside quotation marks", measure: "AUROC", passes: 0.8, sign: 1, sign_of: "search", steps: [0, 190, 1204, 4056], scores: [0.5, 0.68, 0.92, 0.99], settled: 1204 };

test("an answer is added to what is known, or takes its place", () => {
  const first = merged(null, history());
  const more = merged(first, history({ kept: [4, 3], rows: [[100, 10000, 1.3, null]], samples: [sample(100)] }));
  assert.deepEqual(more.rows.map(([step]) => step), [20, 40, 60, 80, 100]);
  assert.deepEqual(more.samples.map(({ step }) => step), [0, 1, 40, 100]);
  const back = merged(more, history({ kept: [0, 0], rows: ROWS.slice(0, 1), samples: [] }));
  assert.deepEqual([back.rows.length, back.samples.length], [1, 0]);
});

test("the slider stands at samples and at snapshots, each step once", () => {
  assert.deepEqual(pointsOf(history()), [0, 1, 40, 80]);
  assert.deepEqual(pointsOf(history({ samples: [], snapshots: [] })), []);
  assert.deepEqual([nearest([0, 1, 40, 80], 55), nearest([0, 1, 40, 80], 1e9), nearest([], 3)], [2, 3, -1]);
  assert.deepEqual([lastBy([0, 40], 39), lastBy([0, 40], 40), lastBy([5], 4)], [0, 1, -1]);
});

test("losses at a step are those of the row that holds it", () => {
  assert.deepEqual(lossesAt(ROWS, 0), { train: null, first: 1, last: 0, validation: null, measured: 0 });
  assert.deepEqual(lossesAt(ROWS, 1), { train: 3, first: 1, last: 20, validation: null, measured: 0 });
  assert.deepEqual(lossesAt(ROWS, 61), { train: 1.4, first: 61, last: 80, validation: 2.2, measured: 40 });
  assert.equal(lossesAt(ROWS, 999).train, null);
  assert.equal(charactersBy(history(), 40), 4000);
  assert.equal(charactersBy(history(), 70), 7000);
});

test("a unit is found among all, and what names none is not", () => {
  assert.equal(columnOf("L2.u3", history()), 27);
  assert.equal(columnOf("L2·u3", history()), 27);
  for (const wrong of ["L3.u0", "L0.u0", "L1.u24", "quotes", "", "L1.u1.u1"]) assert.equal(columnOf(wrong, history()), -1, wrong);
});

test("the codes at a step are those of the last snapshot up to it", () => {
  const stored = { text: "ab", steps: [0, 5, 9], length: 2, codes: Int8Array.of(1, 2, 3, 4, 5, 6) };
  assert.deepEqual([...codesAt(stored, 5)], [3, 4]);
  assert.deepEqual([...codesAt(stored, 8)], [3, 4]);
  assert.deepEqual([...codesAt(stored, 99)], [5, 6]);
});

test("the address holds what was chosen, and leaves other keys alone", () => {
  const query = new URLSearchParams("model=tiny&unit=L1.u1&state=hidden&sample=3&log=true");
  const asked = askedIn(query);
  assert.deepEqual([asked.sample, asked.step, asked.unit, asked.isLog], [3, null, "L1.u1", true]);
  writeAsked(query, { ...asked, step: 40, unit: null, isLog: false });
  assert.equal(query.toString(), "model=tiny&unit=L1.u1&state=hidden&step=40&log=false");
  writeAsked(query, { ...asked, step: null, unit: "L2.u3", state: "cell", concept: "", isLog: true });
  assert.equal(query.toString(), "model=tiny&unit=L2.u3&state=cell");
  assert.deepEqual(askedIn(new URLSearchParams("state=cell&concept=comment&step=x")), { step: null, sample: null, unit: null, state: null, concept: null, isLog: true });
});

test("a wrong part of an address is one sentence", () => {
  const problem = (/** @type {string} */ query) => problemIn(new URLSearchParams(query), { samples: 20 });
  for (const wrong of ["0", "21", "x", "-1", "9".repeat(5000)]) assert.match(problem(`sample=${wrong}`), /^Wanted a sample from 1 to 20, got “.{1,40}” in the link/);
  assert.match(problem("step=ten"), /^Wanted a step/);
  assert.equal(problem("sample=20&step=4"), "");
});

test("a step stands on either axis where it is found again", () => {
  for (const isLog of [true, false]) {
    assert.equal(shareOf(0, 4056, isLog), 0);
    assert.equal(shareOf(4056, 4056, isLog), 1);
    assert.ok(Math.abs(stepAt(shareOf(294, 4056, isLog), 4056, isLog) - 294) < 1e-6);
    assert.equal(Math.round(stepAt(7, 4056, isLog)), 4056);
    assert.equal(stepAt(-1, 4056, isLog), 0);
  }
  assert.deepEqual(stepTicks(4056, true), [0, 1, 10, 100, 1000]);
  assert.deepEqual(stepTicks(4056, false), [0, 1000, 2000, 3000, 4000]);
  assert.deepEqual(niceTicks({ low: 0.4, high: 1.02 }, 4), [0.4, 0.6, 0.8, 1]);
});

test("a linear axis leaves out the first steep fall, and all levels are in the picture", () => {
  /** @type {Row[]} */
  const rows = [[1, 100, 9, null], ...ROWS];
  assert.ok(lossRange(rows, [], true).high > 9);
  const linear = lossRange(rows, [0.9], false);
  assert.ok(linear.high < 4);
  assert.ok(linear.low < 0.9);
  assert.deepEqual(lossRange([], [], true), { low: 0, high: 1 });
});

test("a sentence says when a unit came to follow its concept", () => {
  assert.equal(emergenceSentence(CURVE), "L2·u392 passes AUROC .8 for “inside quotation marks” at step 1,204 and stays above it. At step 190 it was .680.");
  assert.match(emergenceSentence({ ...CURVE, settled: null, scores: [0.5, 0.9, 0.6, 0.7] }), /at step 190, but does not stay above it: it ends at \.700\.$/);
  assert.match(emergenceSentence({ ...CURVE, settled: null, scores: [0.5, 0.5, 0.6, 0.55] }), /does not reach AUROC \.8 .*its best is \.600\.$/);
  assert.match(emergenceSentence({ ...CURVE, settled: 0, scores: [0.9, 0.9, 0.9, 0.9] }), /from the first snapshot on/);
  assert.match(emergenceSentence({ ...CURVE, settled: 4056, scores: [0.5, 0.5, 0.5, 0.9] }), /at step 4,056, the last snapshot so far\./);
  assert.equal(emergenceSentence({ ...CURVE, steps: [], scores: [], settled: null }), "");
  assert.match(signSentence({ ...CURVE, sign: -1, sign_of: "last snapshot" }), /lower where the concept holds, as at the last snapshot; AUROC \.5 is chance/);
});

test("figures are in nats and bits", () => {
  assert.deepEqual(figuresOf(40, 4000, lossesAt(ROWS, 40), "byte"), [
    ["After step", "40", "4,000 bytes read"], ["Training loss", "2.000 nats", "2.885 bits; mean of steps 21 to 40"], ["Validation loss", "2.200 nats", "3.174 bits; at step 40"],
  ]);
  assert.equal(figuresOf(0, 0, lossesAt(ROWS, 0), "character").length, 1);
});

test("a training says how far it is, and is asked about as long as it goes on", () => {
  assert.equal(statusSentence(history({ status: "training", done: 1204, total: 4056, speed: 4367.4, seconds_left: 754 })), "Training: step 1,204 of 4,056 · 4,367 characters/s · 13 min left");
  assert.equal(statusSentence(history()), "");
  assert.deepEqual([duration(5), duration(600), duration(7300)], ["5 s", "10 min", "2 h 2 min"]);
  const waits = /** @type {const} */ (["training", "untrained", "paused", "finished", "failed"]).map((status) => waitAfter({ status }));
  assert.ok(Number(waits[0]) <= 2000);
  assert.ok(Number(waits[1]) > Number(waits[0]));
  assert.deepEqual(waits.slice(3), [null, null]);
});
