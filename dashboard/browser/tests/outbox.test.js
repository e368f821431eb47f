// @ts-check
import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { Outbox } from "../hosts/outbox.js";

const LONG_MS = 60_000;

/** @type {[string, number, unknown][]} */
let posted = [];
/** @type {Outbox} */
let outbox;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  posted = [];
  outbox = new Outbox((name, { number, value }) => posted.push([name, number, value]));
});

test("what the server has heard is sent once", () => {
  outbox.send("marks", "a");
  outbox.heard({ marks: 1 });
  mock.timers.tick(LONG_MS);
  assert.deepEqual(posted, [["marks", 1, "a"]]);
  assert.equal(outbox.has("marks"), false);
});

test("what it has not heard is sent again, with the same number, until it gives up", () => {
  outbox.send("marks", "a");
  outbox.heard({ view: 1 });
  assert.equal(outbox.has("marks"), true);
  for (let turn = 0; turn < 20; turn++) mock.timers.tick(5_000);
  assert.ok(posted.length > 1 && posted.length < 10);
  assert.deepEqual(new Set(posted.map(([, number]) => number)), new Set([1]));
  assert.equal(outbox.has("marks"), false);
});

test("a newer message takes the place of an older one, and its number alone counts as heard", () => {
  outbox.send("view", "a");
  outbox.send("view", "b");
  outbox.heard({ view: 1 });
  assert.equal(outbox.has("view"), true);
  mock.timers.tick(2_000);
  assert.deepEqual(posted.map(([, , value]) => value), ["a", "b", "b"]);
});

test("names do not hear for each other, and all can be forgotten", () => {
  outbox.send("view", 1);
  outbox.send("marks", 2);
  outbox.heard({ marks: 2 });
  assert.deepEqual([outbox.has("view"), outbox.has("marks")], [true, false]);
  outbox.clear();
  mock.timers.tick(LONG_MS);
  assert.equal(posted.length, 2);
});
