// @ts-check
import assert from "node:assert/strict";
import test from "node:test";

import { activationLevels, activationOf, codeOf } from "../reader/codes.js";
import { PALETTES, activationColors, rampOf } from "../reader/colors.js";
import { labelOf } from "../reader/detectors.js";
import { sentenceAbout } from "../reader/sentence.js";
import { Signals, valuesAt } from "../reader/signals.js";
import { isGate, isShare, nextState, signalsOf, statesOf, symbolOf } from "../reader/states.js";
import { updateOf } from "../reader/update.js";
import { possibleView } from "../reader/view.js";
import { finding, reading, view } from "./readings.js";

const LSTM = ["input_gate", "forget_gate", "candidate_gate", "output_gate"], GRU = ["reset_gate", "update_gate", "candidate_gate"];
const CELLS = { lstm: reading([], { gates: LSTM }), gru: reading([], { states: ["hidden"], gates: GRU }), rnn: reading([], { states: ["hidden"] }) };

test("states come first in the switch, and last in the order of a step", () => {
  const letters = (/** @type {string[]} */ states, /** @type {string[]} */ gates) => states.map((state) => symbolOf(state, gates)).join("");
  assert.equal(letters(statesOf(CELLS.lstm), LSTM), "hcifgo");
  assert.equal(letters(signalsOf(CELLS.lstm), LSTM), "ifgoch");
  assert.equal(letters(signalsOf(CELLS.gru), GRU), "rznh");
  assert.equal(letters(signalsOf(CELLS.rnn), []), "h");
  assert.deepEqual(signalsOf(reading([])), ["hidden", "cell"]); // an older frame, which knows no gates
  assert.deepEqual([...LSTM, ...GRU, "hidden", "cell"].filter(isGate).length, 7);
  assert.deepEqual(LSTM.filter(isShare), ["input_gate", "forget_gate", "output_gate"]);
});

test("s steps through what a unit has and comes round", () => {
  const seen = [];
  for (let state = "hidden", k = 0; k < 7; k++) seen.push(state = nextState(CELLS.lstm, view({ state }), 1));
  assert.deepEqual(seen, ["cell", ...LSTM, "hidden", "cell"]);
  assert.equal(nextState(CELLS.gru, view(), -1), "candidate_gate");
  assert.equal(nextState(CELLS.rnn, view(), 1), "hidden");
  const page = reading([], { gates: ["forget_gate"], exported: [{ state: "hidden", column: 0 }, { state: "forget_gate", column: 0 }, { state: "hidden", column: 1 }] });
  assert.equal(nextState(page, view(), 1), "forget_gate");
  assert.equal(nextState(page, view({ unit: 1 }), 1), "hidden");
});

test("another model's gate becomes a state that there is", () => {
  assert.equal(possibleView(CELLS.lstm, view({ state: "forget_gate" })).state, "forget_gate");
  assert.equal(possibleView(CELLS.gru, view({ state: "forget_gate" })).state, "hidden");
  assert.ok(!CELLS.lstm.has("forget_gate", 2, 4) && !CELLS.rnn.has("forget_gate", 1, 0));
});

test("a gate's code is its share of 127, and half open is neither shut nor open", () => {
  for (const code of [0, 1, 64, 127]) assert.equal(codeOf("forget_gate", activationOf("forget_gate", code)), code);
  assert.deepEqual([0, 0.5, 1].map((value) => codeOf("output_gate", value)), [0, 64, 127]);
  for (const palette of PALETTES.keys()) {
    for (const theme of /** @type {const} */ (["light", "dark"])) {
      const colors = activationColors(activationLevels("forget_gate"), palette, theme), hues = new Set(Array.from(colors.subarray(129), (color) => color & 0xffffff));
      const [shut, half, open] = [128, 192, 255].map((k) => colors[k] >>> 24);
      assert.equal(shut, 0);
      assert.ok(half > 80 && open - half > 80, `${half} ${open}`);
      assert.equal(hues.size, 1); // one hue, so that only its strength tells
      assert.notEqual(rampOf(palette, theme, true), rampOf(palette, theme));
    }
  }
});

test("the step of an LSTM in numbers", () => {
  const now = new Map(Object.entries({ input_gate: 0.5, forget_gate: 0.9, candidate_gate: -0.4, output_gate: 0.25, cell: 1.6, hidden: 0.23 }));
  assert.deepEqual(updateOf(now, new Map([["cell", 2]])), [
    "c = f·c₋₁ + i·g = 0.90·2.00 + 0.50·(−0.40) ≈ 1.60", "h = o·tanh c = 0.25·0.92 ≈ 0.23",
  ]);
  assert.deepEqual(updateOf(now, new Map()), ["h = o·tanh c = 0.25·0.92 ≈ 0.23"]); // what was before is not in the page
  now.delete("output_gate");
  assert.deepEqual(updateOf(now, new Map()), []);
});

test("the step of a GRU in numbers, and a plain network has none", () => {
  const now = new Map(Object.entries({ reset_gate: 1, update_gate: 0.75, candidate_gate: 1, hidden: 0.1 }));
  assert.deepEqual(updateOf(now, new Map([["hidden", -0.2]])), ["h = (1 − z)·n + z·h₋₁ = 0.25·1.00 + 0.75·(−0.20) ≈ 0.10"]);
  assert.deepEqual(updateOf(new Map([["hidden", 1]]), new Map([["hidden", 0]])), []);
});

test("all states begin at 0, unless the page begins elsewhere", () => {
  const codes = new Map([["cell", Int8Array.of(127, 0)], ["forget_gate", Int8Array.of(127, 64)]]);
  assert.deepEqual(valuesAt(CELLS.lstm, codes, -1, 2), new Map([["cell", 0], ["forget_gate", 0]]));
  assert.deepEqual(valuesAt(CELLS.lstm, codes, 0, 2), new Map([["cell", 2], ["forget_gate", 1]]));
  assert.equal(valuesAt(reading([], { exported: [] }), codes, -1, 2).size, 0);
});

test("signals are asked for once for a unit, and one that fails again", async () => {
  /** @type {string[]} */
  const asked = [];
  let came = 0, fails = true;
  const signals = new Signals(() => { came++; });
  const source = /** @type {any} */ ({
    activation: async (/** @type {string} */ state, /** @type {number} */ column) => {
      asked.push(`${state}/${column}`);
      if (state === "input_gate" && fails) throw new Error("no");
      return Int8Array.of(column);
    },
  });
  const settled = () => new Promise((done) => { setImmediate(done); });
  const names = ["hidden", "input_gate"];
  signals.of(source, 3, names);
  assert.equal(signals.of(source, 3, names).size, 0);
  await settled();
  assert.deepEqual([asked, came], [["hidden/3", "input_gate/3"], 1]);
  fails = false;
  signals.of(source, 3, names);
  await settled();
  assert.deepEqual(Array.from(signals.of(source, 3, names).keys()), names);
  assert.equal(asked.length, 3);
  signals.stale();
  assert.equal(signals.of(source, 3, names).size, 2); // serves until the new comes
  assert.equal(signals.of(source, 4, names).size, 0);
  await settled();
  assert.deepEqual(signals.of(source, 4, names).get("hidden"), Int8Array.of(4));
});

test("a gate is said in words, with what the search found for it", () => {
  const found = [finding("quotes", { state: "forget_gate" })];
  assert.match(sentenceAbout([], view({ state: "forget_gate" }), LSTM), /^Forget gate f of unit L1·u0: how much of the cell state stays, from 0/);
  assert.match(sentenceAbout(found, view({ state: "forget_gate" }), LSTM), /all stays\)\. Unit L1·u0 is on \(orange\) inside quotes/);
  assert.match(sentenceAbout([], view({ state: "candidate_gate" }), GRU), /^Candidate n of unit L1·u0/);
  assert.match(sentenceAbout([], view({ state: "candidate_gate" }), LSTM), /^Candidate g of unit L1·u0/);
  assert.match(labelOf(CELLS.gru, finding("quotes", { state: "candidate_gate" })), /L1·u0 n/);
});
