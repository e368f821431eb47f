// @ts-check
import assert from "node:assert/strict";
import test from "node:test";

import { exportUrl, queryOf } from "../reader/address.js";
import { nextUnit } from "../reader/reading.js";
import { DEFAULT_VIEW, changedView, possibleView, sameView, viewIn } from "../reader/view.js";
import { INHERITED, finding, reading, view } from "./readings.js";

test("the address says model and text as the server words them, then the view", () => {
  const address = { model: "my run", text: "demo-linux" };
  assert.equal(queryOf(address, view({ layer: 2, unit: 7 })).toString(), "model=my+run&text=demo-linux&unit=L2.u7&state=hidden");
  const looked = view({ state: "cell", concept: "inside-quotes", mode: "predictions", palette: "blue–green" });
  assert.deepEqual(Object.fromEntries(queryOf({ unit: "L9.u9" }, looked)), {
    unit: "L1.u0", state: "cell", concept: "inside-quotes", mode: "predictions", palette: "blue–green",
  });
});

test("whatever a view holds, its export address is one query", () => {
  const url = new URL(exportUrl("/base/charscope/readings/k", view({ concept: "a&b=#c", palette: "blue–green" })), "http://x/");
  assert.equal(url.pathname, "/base/charscope/readings/k/export");
  assert.equal(url.searchParams.get("concept"), "a&b=#c");
  assert.equal(url.searchParams.get("palette"), "blue–green");
});

test("what cannot be meant is left out of a view", () => {
  for (const word of [...INHERITED, "", "x"]) assert.deepEqual(viewIn({ palette: word, mode: word }), {});
  assert.deepEqual(viewIn({ layer: "1", unit: null, state: 3, concept: undefined, palette: ["blue–green"] }), {});
  assert.deepEqual(viewIn({ mode: "guesses" }), { mode: "predictions" }); // an older link
  assert.deepEqual(viewIn({ ...view({ mode: "predictions" }), more: 1 }), view({ mode: "predictions" }));
  assert.equal(viewIn(JSON.parse('{"__proto__": {"palette": "x"}, "palette": "constructor"}')).palette, undefined);
});

test("the concept stays while its unit does, and goes with it", () => {
  const quotes = { state: "hidden", layer: 1, unit: 2 };
  const read = reading([finding("quotes", quotes), finding("quotes", { ...quotes, state: "cell", rank: 2 }), finding("links", { ...quotes, rank: 3 })]);
  const chosen = changedView(read, view(), { ...quotes, concept: "quotes" });
  assert.equal(chosen.concept, "quotes");
  assert.equal(changedView(read, chosen, { mode: "predictions" }).concept, "quotes");
  assert.equal(changedView(read, chosen, { palette: "blue–green" }).concept, "quotes");
  assert.equal(changedView(read, chosen, { state: "cell" }).concept, "quotes");
  assert.equal(changedView(read, chosen, { unit: 3 }).concept, "");
  assert.equal(changedView(read, chosen, { concept: "links" }).concept, "links");
  for (const concept of ["no such concept", ...INHERITED]) assert.equal(changedView(read, chosen, { concept }).concept, "");
});

test("a reading shows what it has of what is asked for", () => {
  assert.equal(possibleView(reading([], { states: ["hidden"] }), view({ state: "cell" })).state, "hidden");
  const page = reading([], { exported: [{ state: "cell", column: 6 }] });
  const { state, layer, unit } = possibleView(page, view({ unit: 1 }));
  assert.deepEqual([state, layer, unit], ["cell", 2, 2]);
});

test("without predictions there is only color", () => {
  const empty = { top_char: new Uint16Array(), top_prob: new Float32Array() };
  const frame = reading([]), bare = { ...frame, arrays: { ...frame.arrays, ...empty }, predictions: 0 };
  assert.equal(possibleView(bare, view({ mode: "predictions" })).mode, "colors");
  assert.equal(possibleView(frame, view({ mode: "predictions" })).mode, "predictions");
});

test("units follow one another by number, among those that are here", () => {
  const read = reading([]), page = reading([], { exported: [{ state: "hidden", column: 1 }, { state: "hidden", column: 6 }] });
  assert.deepEqual(nextUnit(read, view({ layer: 2, unit: 3 }), 1), { state: "hidden", layer: 1, unit: 0 });
  assert.deepEqual(nextUnit(read, view(), -1), { state: "hidden", layer: 2, unit: 3 });
  assert.deepEqual(nextUnit(page, view({ unit: 1 }), 1), { state: "hidden", layer: 2, unit: 2 });
  assert.deepEqual(nextUnit(page, view({ layer: 2, unit: 2 }), 1), { state: "hidden", layer: 1, unit: 1 });
});

test("two views are the same if nothing of them differs", () => {
  assert.ok(sameView(view(), view()));
  assert.ok(!sameView(view(), null));
  for (const [name, value] of Object.entries({ state: "cell", layer: 2, unit: 1, concept: "x", mode: "predictions", palette: "y" })) {
    assert.ok(!sameView(view(), { ...view(), [name]: value }), name);
  }
  assert.ok(Object.isFrozen(DEFAULT_VIEW));
});
