// @ts-check
import assert from "node:assert/strict";
import test from "node:test";

import { excerptOf, sentencesAbout } from "../compare/panel.js";
import { fitted } from "../compare/possible.js";
import { calledIn, moreAbout, moved, rowLabel, rowWritten, rowsWritten, shortLabel, unpaired } from "../compare/row.js";
import { shownOf } from "../compare/signals.js";
import { lossOf, reversed } from "../compare/supply.js";
import { activationLevels } from "../reader/codes.js";
import { reading } from "./readings.js";

/** @import { Book, Paired, Row, Signal } from "../compare/types.js" */

/** @type {(more?: Partial<Row>) => Row} */
const row = (more = {}) => ({ model: "m", kind: "unit", layer: 2, unit: 3, state: "cell", minus: null, ...more });
/** @type {Signal} */
const OTHER = { model: "n", kind: "unit", layer: 1, unit: 0, state: "hidden" };
/** @type {Paired} */
const PAIRED = {
  nats: 0.05, low: 0.01, high: 0.09, total: 100, characters: 2000, left_out: 3, first_better: 0.6, second_better: 0.3,
  stretches: [{ start: 1, stop: 4, nats: 2 }],
};

/** A model's reading of four characters, of which it does not know the third. @param {number[]} loss @returns {Book} */
function book(loss) {
  const read = reading([]);
  read.arrays.loss.set(loss);
  read.arrays.cell_scale?.fill(2);
  return {
    reading: read, unknown: Uint8Array.of(0, 0, 1, 0), names: new Map([["L2.u3", "quotes"]]), hasLayer: (_, layer) => layer <= 2,
    activation: async (_, column) => Int8Array.of(127, -127, 0, column),
    layer: async () => ({ codes: Int8Array.of(127, -127, 0, 64), mean: 0.3, scale: 0.1 }),
  };
}

test("rows are written as dashboard/compared.py reads them", () => {
  assert.equal(rowWritten(row()), "m:L2.u3:cell");
  assert.equal(rowWritten(row({ kind: "layer" })), "m:L2:cell");
  assert.equal(rowsWritten([lossOf("m", "n"), row({ minus: OTHER })]), "m:loss~n:loss,m:L2.u3:cell~n:L1.u0:hidden");
  assert.equal(rowWritten(row({ model: "a,b~c:d é", kind: "loss" })), "a%2Cb%7Ec%3Ad%20%C3%A9:loss");
});

test("labels say what a row is", () => {
  assert.equal(rowLabel(row()), "m L2·u3 c");
  assert.equal(rowLabel(row({ minus: OTHER })), "m L2·u3 c − n L1·u0 h");
  assert.equal(rowLabel(row({ minus: { ...OTHER, model: "m", state: "forget_gate" } })), "m L2·u3 c − L1·u0 forget gate");
  assert.equal(rowLabel(lossOf("m", "n")), "surprise: m against n");
  assert.deepEqual([row(), row({ kind: "layer" }), lossOf("m", "n"), row({ kind: "loss" })].map(shortLabel),
    ["L2·u3 c", "L2 |c|", "surprise", "surprise"]);
});

test("a unit's name is part of its label, and a short label is followed by what tells rows apart", () => {
  const called = calledIn(new Map([["m", book([])]]));
  assert.equal(rowLabel(row({ minus: OTHER }), called), "m L2·u3 c · quotes − n L1·u0 h");
  assert.deepEqual([row(), row({ unit: 1 }), row({ model: "n" }), row({ minus: OTHER }), lossOf("m", "n"), row({ kind: "layer" })].map((each) =>
    moreAbout(each, called, true)), ["quotes", "m", "n", "", "against n", "m"]);
  assert.equal(shortLabel(row({ minus: OTHER })), "L2·u3 c − L1·u0 h");
  assert.deepEqual([moreAbout(row({ unit: 1 }), called, false), moreAbout(row(), called, false)], ["", "quotes"]);
});

test("the first two models can be compared until a row does so", () => {
  assert.deepEqual(unpaired([row(), row({ minus: OTHER })]), ["m", "n"]);
  assert.equal(unpaired([row(), lossOf("m", "n")]), null);
  assert.equal(unpaired([row()]), null);
});

test("a row moves to another place", () => {
  assert.deepEqual(moved(["a", "b", "c"], 0, 2), ["b", "c", "a"]);
  assert.deepEqual(moved(["a", "b", "c"], 2, 0), ["c", "a", "b"]);
});

test("a unit shows its codes, a layer what it is above its mean", async () => {
  const one = await shownOf(row(), book([]), null);
  assert.deepEqual([...one.codes], [127, -127, 0, 7]);
  assert.equal(one.text(0), "2.00");
  const layer = await shownOf(row({ kind: "layer" }), book([]), null);
  assert.deepEqual([layer.text(0), layer.text(2), layer.ends], ["0.400", "0.300", ["0.20", "0.40"]]);
});

test("what begins at 0 has one color, and what has two sides has two", async () => {
  const gate = { ...book([]), reading: reading([], { gates: ["forget_gate", "candidate_gate"] }) };
  const shares = await Promise.all([row({ state: "forget_gate" }), row({ state: "candidate_gate" }), row({ kind: "loss" }), row()]
    .map((each) => shownOf(each, gate, null)));
  assert.deepEqual(shares.map((shown) => Boolean(shown.rises)), [true, false, true, false]);
  assert.deepEqual(shares.map((shown) => shown.ends[0]), ["forget gate: 0 shut", "candidate = −1", "0", "tanh c = −1"]);
  assert.deepEqual(fitted(row({ state: "forget_gate" }), row(), gate, true), row({ state: "forget_gate" }));
});

test("surprise is of the character itself, and has none at the first", async () => {
  const shown = await shownOf(row({ kind: "loss" }), book([0.5, 10, 2.5, 0]), null);
  assert.deepEqual([...shown.codes], [0, 13, 127, 64]);
  assert.deepEqual([0, 1, 2].map(shown.text), ["–", "0.50 nats · 0.72 bits", "10.00 nats · 14.43 bits"]);
});

test("a difference in surprise is above 0 where the first is better, and none where one does not know the character", async () => {
  const shown = await shownOf(lossOf("m", "n"), book([0.5, 1, 4, 0]), book([1.5, 3, 1, 0]));
  assert.deepEqual([...shown.codes], [0, 64, 0, -127]);
  assert.deepEqual([0, 1, 2, 3].map(shown.text), ["–", "+1.00 nats", "–", "−3.00 nats"]);
});

test("a difference of units is one of what colors them", async () => {
  const shown = await shownOf(row({ minus: { ...OTHER, unit: 1 } }), book([]), book([]));
  const c = activationLevels("cell", 2), h = activationLevels("hidden");
  const differences = [[127, 127], [-127, -127], [0, 0], [7, 1]].map(([one, other]) => c[one + 128] - h[other + 128]);
  assert.deepEqual([...shown.codes], differences.map((value) => Math.round(127 * value)));
  assert.equal(shown.text(0), "−0.04"); // tanh 2 - 1
});

test("a row takes what another model has, and refuses a unit that is not there", () => {
  const wide = book([]), before = row();
  assert.deepEqual(fitted(row({ model: "n", layer: 9, unit: 9, state: "update_gate" }), before, wide, true), row({ model: "n", unit: 0 }));
  const gated = { ...wide, reading: reading([], { gates: ["forget_gate"] }) }, gate = row({ state: "forget_gate" });
  assert.deepEqual(fitted(gate, before, gated, true), gate);
  assert.equal(/** @type {Row} */ (fitted({ ...gate, kind: "layer" }, before, gated, true)).state, "cell"); // a gate is shown of one unit
  assert.match(String(fitted(row({ unit: 4 }), before, wide, true)), /units run from 0 to 3, layers from 1 to 2/);
  assert.deepEqual(fitted(row({ kind: "loss", minus: OTHER }), before, wide, true), row({ kind: "loss", layer: 0, unit: 0, state: "" }));
  assert.match(String(fitted(row({ unit: Number.NaN }), before, wide, false)), /does not contain/);
});

test("the result is said from the better model's side", () => {
  const said = sentencesAbout("m", "n", PAIRED).join(" ");
  assert.match(said, /^m is better by 100\.0 nats on 2,000 characters: 0\.050 nats \(95 %: 0\.010 to 0\.090\) or 0\.072 bits/);
  assert.match(said, /m is better on 60\.0 % of them, n on 30\.0 %\. 3 more characters do not count/);
  const turned = sentencesAbout("n", "m", reversed(PAIRED));
  assert.equal(turned[0], sentencesAbout("m", "n", PAIRED)[0]);
  assert.equal(reversed(PAIRED).stretches[0].nats, -2);
  assert.match(sentencesAbout("m", "n", { ...PAIRED, low: null, high: null }).join(" "), /too short for an interval/);
  assert.match(sentencesAbout("m", "n", { ...PAIRED, low: -0.1 }).join(" "), /includes 0/);
});

test("a stretch is shown on one line", () => {
  assert.equal(excerptOf(Array.from("ab\n\tc\u{1F642}"), { start: 1, stop: 6, nats: 0 }), "b  c\u{1F642}");
});
