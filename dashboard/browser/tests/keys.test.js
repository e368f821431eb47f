// @ts-check
import assert from "node:assert/strict";
import test from "node:test";

import { KeyQueue, pressKey } from "../reader/keys.js";

/** Actions that note what was done. @param {{ cursor?: boolean, focus?: boolean, brush?: boolean }} [at] */
function noted({ cursor = false, focus = false, brush = false } = {}) {
  /** @type {string[]} */
  const done = [];
  /** @type {(name: string) => (...values: number[]) => void} */
  const note = (name) => (...values) => { done.push([name, ...values].join(" ")); };
  const actions = {
    detector: note("detector"), unit: note("unit"), character: note("character"), clear: note("clear"), pin: note("pin"),
    state: note("state"), signals: note("signals"),
    extend: (/** @type {number} */ by, /** @type {number} */ rows) => { if (brush) note("extend")(by, rows); return brush; },
    confirm: () => { if (brush) note("confirm")(); return brush; },
    isPointing: () => cursor, isAtText: () => cursor || focus,
  };
  return { done, actions };
}

/** @type {(key: string, more?: object) => import("../reader/keys.js").Key} */
const key = (name, more = {}) => ({ key: name, shift: false, inControl: false, ...more });

test("brackets work anywhere, arrows and space only at the text", () => {
  const away = noted(), at = noted({ cursor: true });
  const keys = ["]", "[", "ArrowRight", "ArrowUp", " ", "Escape", "x", "constructor"];
  assert.deepEqual(keys.filter((name) => pressKey(away.actions, key(name))), ["]", "["]);
  assert.deepEqual(away.done, ["detector 1", "detector -1", "clear"]);
  assert.deepEqual(keys.filter((name) => pressKey(at.actions, key(name))), ["]", "[", "ArrowRight", "ArrowUp", " "]);
  assert.deepEqual(at.done, ["detector 1", "detector -1", "character 1", "unit -1", "pin", "clear"]);
});

test("a control that has the focus keeps its own keys", () => {
  const { done, actions } = noted({ cursor: true, brush: true });
  for (const name of ["ArrowRight", " ", "Enter"]) assert.ok(!pressKey(actions, key(name, { inControl: true })));
  assert.ok(pressKey(actions, key("]", { inControl: true })));
  assert.deepEqual(done, ["detector 1"]);
});

test("s and a work anywhere but where letters are typed", () => {
  const { done, actions } = noted();
  for (const more of [{}, { shift: true }, { inControl: true }]) assert.ok(pressKey(actions, key(more.shift ? "S" : "s", more)));
  assert.ok(pressKey(actions, key("a")));
  for (const name of ["s", "S", "a"]) assert.ok(!pressKey(actions, key(name, { inControl: true, inField: true })));
  assert.deepEqual(done, ["state 1", "state -1", "state 1", "signals"]);
});

test("shift and arrows select, Enter confirms, where there is a brush", () => {
  const { done, actions } = noted({ focus: true, brush: true });
  assert.ok(pressKey(actions, key("ArrowDown", { shift: true })));
  assert.ok(pressKey(actions, key("Enter")));
  assert.deepEqual(done, ["extend 0 1", "confirm"]);
  const page = noted({ focus: true }); // an exported page has no brush: the arrow does what it does alone
  assert.ok(pressKey(page.actions, key("ArrowDown", { shift: true })));
  assert.ok(!pressKey(page.actions, key("Enter")));
  assert.deepEqual(page.done, ["unit 1"]);
});

test("keys that come too early are played when the reader is ready, in their order, once", () => {
  const { done, actions } = noted(), queue = new KeyQueue(actions);
  for (const name of ["]", "]", "["]) assert.ok(!queue.press(key(name)));
  assert.deepEqual(done, []);
  queue.open();
  assert.deepEqual(done, ["detector 1", "detector 1", "detector -1"]);
  assert.ok(queue.press(key("]")));
  queue.close();
  queue.press(key("["));
  assert.equal(done.length, 4);
  queue.open();
  assert.deepEqual(done.slice(3), ["detector 1", "detector -1"]);
});
