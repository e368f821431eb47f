// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { compared, countOf, quotationMarks, trialInWords, whatFollowed } from "../generate/compare.js";
import { DEFAULT_PLAN, inWords, planIn } from "../generate/plan.js";

const SIZE = { layers: 2, units: 512 };
const planOf = (/** @type {Record<string, string>} */ query) => planIn(new URLSearchParams(query), SIZE);

test("an address without a plan is the default one, which writes nothing into the address", () => {
  assert.deepEqual(planOf({}), { plan: DEFAULT_PLAN, problems: [] });
  assert.deepEqual(inWords(DEFAULT_PLAN), [["prompt", ""]]);
});

test("a plan survives its address", () => {
  const plan = {
    prompt: '"é\n\t& =?+%"', seed: 41, temperature: 0, count: "\n",
    holds: [{ layer: 2, unit: 392, value: -1.25 }, { layer: 1, unit: 0, value: 0 }],
  };
  const { plan: again, problems } = planIn(new URLSearchParams(new URLSearchParams(inWords(plan)).toString()), SIZE);
  assert.deepEqual(problems, []);
  assert.deepEqual(again, plan);
});

for (const [name, values] of Object.entries({
  seed: ["x", "-1", "1.5", "1e9", "Infinity", " "],
  temperature: ["hot", "-0.1", "2.1", "NaN"],
  hold: ["L3.u0=1", "L0.u0=1", "L1.u512=1", "L1.u0", "L1.u0=", "L1.u0=x", "u0=1", "L1.u0=1e999", "L1.u0=1e9"],
  prompt: ["a".repeat(2001)],
})) {
  test(`a wrong ${name} gets one sentence, and the rest of the address is used`, () => {
    for (const value of values) {
      const { plan, problems } = planOf({ count: "x", [name]: value });
      assert.equal(problems.length, 1, value);
      assert.match(problems[0], /^Wanted .*got/);
      assert.deepEqual(plan, { ...DEFAULT_PLAN, count: "x" });
    }
  });
}

test("a hold that is wrong or comes twice leaves the others", () => {
  const { plan, problems } = planOf({ hold: "L1.u0=1,L9.u0=1,L1.u0=2,L2.u3=-1" });
  assert.equal(problems.length, 2);
  assert.match(problems[1], /once, got L1·u0 twice/);
  assert.deepEqual(plan.holds.map(({ layer, unit, value }) => [layer, unit, value]), [[1, 0, 1], [2, 3, -1]]);
});

test("a quotation mark opens after a space, a bracket, a dash or nothing, and else it closes", () => {
  assert.deepEqual(quotationMarks('"a," he said, "b"\n"c', ""), { opening: 3, closing: 2 });
  assert.deepEqual(quotationMarks('" ("x") --"y"', "word"), { opening: 2, closing: 3 });
});

test("more units than can be held are cut with a sentence", () => {
  const { plan, problems } = planOf({ hold: Array.from({ length: 9 }, (_, unit) => `L1.u${unit}=1`).join() });
  assert.equal(plan.holds.length, 8);
  assert.equal(problems.length, 1);
});

test("texts are compared position by position, only where both have one", () => {
  assert.deepEqual(compared([1, 2, 3, 4], [1, 2, 9, 4, 5], 0), { first: 2, characters: 4, share: 0.75 });
  assert.deepEqual(compared([1, 2, 3, 4], [9, 2, 3], 1), { first: -1, characters: 2, share: 1 });
  assert.deepEqual(compared([1], [1], 1), { first: -1, characters: 0, share: 1 });
});

test("occurrences are counted without overlap, and nothing occurs nowhere", () => {
  assert.equal(countOf('"a" "', '"'), 3);
  assert.equal(countOf("aaaa", "aa"), 2);
  assert.equal(countOf("aaaa", ""), 0);
});

test("a sentence says what was held and what followed", () => {
  const holds = [{ layer: 2, unit: 392, value: 1.5 }];
  const parted = whatFollowed({ holds, prompt: '"', free: 'a" b', held: "a, b", first: 1, share: 0.75, count: '"' });
  assert.match(parted, /L2·u392 at 1\.50/);
  assert.match(parted, /from character 2 on; 75 %/);
  assert.match(parted, /Free: 0 opening and 1 closing quotation marks\. Held: 0 opening and 0 closing quotation marks\./);
  assert.match(whatFollowed({ holds, prompt: "", free: "a", held: "a", first: -1, share: 1, count: "" }), /the same so far \(1/);
});

test("many seeds are summed up by how many texts have it, and by the mean", () => {
  const words = trialInWords({ free: [1, 0, 3, 2], held: [0, 0, 0, 1], count: '"', characters: 300 });
  assert.match(words, /From 4 seeds, 300 characters each: a closing quotation mark comes in 3 of the free texts and in 1 of the held ones; 1\.5 against 0\.3/);
});
