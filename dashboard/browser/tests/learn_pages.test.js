// @ts-check
import assert from "node:assert/strict";
import test from "node:test";

import { Task } from "../learn/task.js";
import { inOrder, matching } from "../learn/terms.js";
import { Values } from "../learn/values.js";

/** @import { Control } from "../learn/values.js" */

/** @type {Control[]} */
const CONTROLS = [
  { name: "heat", label: "Heat", kind: "slider", first: 1, least: 0, most: 2, step: 0.1 },
  { name: "carry", label: "Carry", kind: "toggle", first: true },
  { name: "word", label: "Word", kind: "text", first: "", longest: 5 },
];
/** @type {{ name: string, set: { [control: string]: string } }[]} */
const STOPS = [{ name: "Cold", set: { heat: "0" } }, { name: "Alone", set: { carry: "off" } }];

test("a task is what its link opens, and its link opens it again", () => {
  const task = new Task(CONTROLS, new URLSearchParams("heat=0.5&lock=word,heat&hide=carry"));
  task.values.set({ word: "a&b" }); // what is locked for the class is not for the teacher
  const opened = new Values(CONTROLS, new URLSearchParams(task.words()));
  assert.deepEqual([...opened.values.values()], [0.5, true, "a&b"]);
  assert.deepEqual([[...opened.hidden], [...opened.locked]], [["carry"], ["heat", "word"]]);
  assert.deepEqual(new Task(CONTROLS, new URLSearchParams(task.words())).words(), task.words());
  task.setBarred("lock", "heat", false);
  task.setBarred("hide", "carry", false);
  task.setBarred("hide", "heat", true);
  assert.deepEqual(Object.fromEntries(task.words()), { heat: "0.5", word: "a&b", hide: "heat", lock: "word" });
});

test("a task says which stops it switches off", () => {
  const task = new Task(CONTROLS, new URLSearchParams("heat=0&carry=on&lock=carry,nothing"));
  assert.equal(task.summary(STOPS), "0 of 3 controls hidden, 1 locked. 1 of 2 stops switched off: Alone.");
  assert.equal(task.problems.length, 1);
  task.setBarred("lock", "carry", false);
  assert.equal(task.summary(STOPS), "0 of 3 controls hidden, 0 locked.");
});

const termOf = (/** @type {string} */ term, zh = "", definition = "", meaning = "") => ({ name: term, term, term_zh: zh, definition, definition_zh: meaning, lesson: "hello" });

test("a search finds all its words in either language, in any width and case; names come first", () => {
  const terms = [termOf("cell state", "细胞状态", "Kept by a gate."), termOf("gate", "门", "A number."), termOf("Euler’s method", "欧拉法")];
  const found = (/** @type {string} */ searched) => matching(terms, searched).map(({ term }) => term);
  assert.deepEqual(found(" "), terms.map(({ term }) => term));
  assert.deepEqual(found("GATE"), ["gate", "cell state"]);
  assert.deepEqual(found("细胞 ｋept"), ["cell state"]);
  assert.deepEqual(found("euler's"), ["Euler’s method"]);
  assert.deepEqual(found("gate 欧拉"), []);
});

test("for who reads Chinese the terms stand by their Chinese names, and none is lost", () => {
  const terms = [termOf("a", "状态"), termOf("b", "层"), termOf("c", "门")];
  assert.deepEqual(inOrder(terms, "zh").map(({ term }) => term), ["b", "c", "a"]); // céng, mén, zhuàng
  assert.deepEqual(inOrder(terms, "both"), terms);
});
