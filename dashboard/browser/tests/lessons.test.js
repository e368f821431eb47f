// @ts-check
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import test from "node:test";

import { editsIn, editsText, edited, randomWeights, read, rounded, said, totalLoss, trainedWeights, LETTERS } from "../lessons/hello_network.js";
import { textOf } from "../learn/controls.js";
import { RESERVED, Values } from "../learn/values.js";

/** @import { Control } from "../learn/values.js" */

/** @type {Control[]} */
const CONTROLS = [
  { name: "heat", label: "Heat", kind: "slider", first: 1, least: 0, most: 2, step: 0.1 },
  { name: "count", label: "Count", kind: "number", first: 3, least: 0, most: 9, step: 1 },
  { name: "place", label: "Place", kind: "choice", first: "here", options: [["here", "Here"], ["there", "There"]] },
  { name: "carry", label: "Carry", kind: "toggle", first: true },
  { name: "word", label: "Word", kind: "text", first: "", longest: 5 },
];
const valuesOf = (query = "") => new Values(CONTROLS, new URLSearchParams(query));
const queryOf = (/** @type {Values} */ values) => new URLSearchParams(values.words()).toString();

test("an address gives the values, and the values the address", () => {
  const query = "heat=0.5&count=7&place=there&carry=off&word=cell", values = valuesOf(query);
  assert.deepEqual(values.problems, []);
  assert.deepEqual([...values.values.values()], [0.5, 7, "there", false, "cell"]);
  assert.equal(queryOf(values), query);
  assert.equal(queryOf(valuesOf()), "");
});

test("a number between two steps goes to the nearer one, and a zero has no sign", () => {
  assert.equal(valuesOf("heat=0.44").get("heat"), 0.4);
  assert.equal(valuesOf("heat=1.96").get("heat"), 2);
  assert.equal(valuesOf("heat=0.3").get("heat"), 0.3);
  const [trained] = [{ name: "trained", label: "Trained", kind: "slider", first: 6, least: 1, most: 12, step: 5 }];
  const of = (/** @type {string} */ written) => new Values([/** @type {Control} */ (trained)], new URLSearchParams({ trained: written })).get("trained");
  assert.deepEqual(["1", "3", "4", "9", "12"].map(of), [1, 1, 6, 11, 11]);
  assert.deepEqual([-0.04, -0.06, 0, 0.12].map((value) => textOf({ step: 0.1 }, value)), ["0.0", "−0.1", "0.0", "0.1"]);
});

test("what is wrong in an address is said in one line each, and the first value stands", () => {
  const values = valuesOf("heat=3&count=1.5&place=nowhere&carry=maybe&word=longer&hide=nothing&lock=heat,what");
  assert.equal(values.problems.length, 7);
  assert.ok(values.problems.every((problem) => !problem.includes("\n")));
  assert.match(values.problems.join("\n"), /Wanted a number from 0 to 2 as the heat, got “3”/);
  assert.deepEqual([...values.values.values()], [1, 3, "here", true, ""]);
});

test("words that mean nothing to a lesson are a problem of the address, and stops mean something", async () => {
  for (const [name, word, wrong, right] of [["hello", "edits", "garbage", "xh.0.2=1.5,by.3.0=-2"], ["optimizers", "chosen", "sgd,foo", "sgd,muon"], ["language_model", "guesses", "%%", "e2_012↵0"], ["what_fires", "guesses", "zz", "1:2-4,3:1-0"]]) {
    const widget = await import(`../lessons/${name}.js`), from = (/** @type {string} */ written) => new Values(widget.CONTROLS, new URLSearchParams([[word, written]]));
    assert.equal(from(wrong).problems.length, 1, name);
    assert.match(from(wrong).problems[0], new RegExp(`^Wanted .* as the ${word}, got “${wrong}”`));
    assert.equal(from(wrong).get(word), from(wrong).control(word).first);
    for (const written of [right, ""]) assert.deepEqual([from(written).problems, from(written).get(word)], [[], written]);
  }
});

test("a locked control keeps its value, whatever sets it, and its value stays in the address", () => {
  const values = valuesOf("heat=1.5&lock=heat&hide=word"), stop = { heat: "0.5", count: "4" };
  values.set({ heat: 0.1, count: 5 });
  assert.deepEqual([values.get("heat"), values.get("count")], [1.5, 5]);
  assert.ok(values.isBarred(stop));
  assert.ok(!values.isBarred({ count: "4" }));
  assert.deepEqual([...values.hidden], ["word"]);
  assert.deepEqual([...valuesOf(queryOf(values)).locked], ["heat"]);
  assert.equal(queryOf(valuesOf(queryOf(values))), queryOf(values));
});

test("a stop sets what it names, and everything else to where it began", () => {
  const values = valuesOf("count=9&word=abc"), /** @type {string[][]} */ changes = [];
  values.onChange((changed) => changes.push([...changed].sort()));
  values.set(values.ofStop({ heat: "2" }));
  assert.deepEqual(changes, [["count", "heat", "word"]]);
  assert.equal(queryOf(values), "heat=2");
  assert.ok(values.isAt({ heat: "2" }) && !values.isAt({ heat: "1" }));
  values.set(values.ofStop({ heat: "2" }));
  assert.equal(changes.length, 1);
  assert.throws(() => values.set({ heat: 7 }), /Wanted a number from 0 to 2/);
  assert.throws(() => values.set({ cold: 7 }), /no control cold/);
});

test("the controls of every lesson begin at a value of theirs, under a name that means nothing else", async () => {
  const files = await readdir(new URL("../lessons", import.meta.url));
  let lessons = 0;
  for (const file of files.filter((name) => name.endsWith(".js"))) {
    const { CONTROLS: declared, mount } = await import(`../lessons/${file}`);
    if (!declared) continue;
    lessons += 1;
    assert.equal(typeof mount, "function", file);
    const names = declared.map((/** @type {Control} */ { name }) => name), values = new Values(declared, new URLSearchParams());
    assert.equal(new Set(names).size, names.length, file);
    assert.ok(names.every((/** @type {string} */ name) => /^[a-z]+$/.test(name) && !RESERVED.includes(name)), file);
    values.set(values.ofStop({}));
    assert.deepEqual(values.words(), []);
  }
  assert.ok(lessons >= 2);
});

test("the network learns to say ello from any random start, and what is shown is what is computed with", () => {
  for (let seed = 0; seed < 20; seed++) {
    const steps = read(rounded(trainedWeights(seed, 100)));
    assert.equal(steps.map((step) => LETTERS[said(step)]).join(""), "ello");
    assert.ok(totalLoss(steps) < 0.5 * totalLoss(read(randomWeights(seed))));
  }
});

test("without a carried state both l give the same, so one of them is wrong", () => {
  const [, , first, second] = read(trainedWeights(0, 100), false), [, , third, fourth] = read(trainedWeights(0, 100));
  assert.deepEqual(first.probabilities, second.probabilities);
  assert.deepEqual(first.before, [0, 0, 0]);
  assert.notDeepEqual(third.probabilities, fourth.probabilities);
});

test("weights changed by hand go into an address and back; what is no weight is left out", () => {
  const written = "xh.0.2=1.5,by.3.0=-2", edits = editsIn(written), weights = randomWeights(1), changed = edited(weights, edits);
  assert.equal(editsText(edits), written);
  assert.deepEqual([changed.xh[0][2], changed.by[3][0]], [1.5, -2]);
  assert.deepEqual(changed.hh, weights.hh);
  assert.equal(editsIn("xh.3.0=1,bh.0.1=1,zz.0.0=1,xh.0.0=1e9,xh.0.0=,hy.0.0").size, 0);
});
