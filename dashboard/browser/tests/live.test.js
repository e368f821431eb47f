// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { openEngine } from "../engine/client.js";
import { Server } from "../engine/server.js";
import { DEFAULT_PLAN } from "../generate/plan.js";
import { queryOf, shownIn } from "../live/address.js";
import { LiveSource } from "../live/source.js";
import { LONGEST, textIn } from "../live/typed.js";
import { DEFAULT_VIEW } from "../reader/view.js";
import { configOf, weightsFile } from "./networks.js";

/** @import { Cell } from "../engine/types.js" */
/** @import { About } from "../generate/about.js" */
/** @import { TestContext } from "node:test" */

/** @param {TestContext} t @param {Cell} cell */
async function opened(t, cell) {
  const { port1, port2 } = new MessageChannel(), config = configOf(cell);
  const server = new Server((message, transfer) => port2.postMessage(message, transfer));
  port2.onmessage = ({ data }) => server.receive(data);
  t.after(() => [port1, port2].forEach((port) => port.close()));
  const port = { postMessage: port1.postMessage.bind(port1), set onmessage(/** @type {any} */ listen) { port1.onmessage = listen; } };
  return openEngine({ config, weights: weightsFile(config), port: /** @type {any} */ (port) });
}

const NETWORK = { model: "any", findings: [] };
const LONG = "abcabdfghacbhie".repeat(60);
const EDITS = [LONG, `${LONG}a`, `${LONG}ab`, `${LONG}abX`, `${LONG}ab`, LONG, `${LONG.slice(0, 700)}z${LONG.slice(700)}`, LONG.slice(0, 512), LONG.slice(0, 257), "b", "ba", `ba${LONG}`];

for (const cell of /** @type {const} */ (["lstm", "gru", "rnn"])) {
  test(`a ${cell} that goes on after an earlier text reads what it would read afresh`, async (t) => {
    const engine = await opened(t, cell);
    /** @type {LiveSource | undefined} */
    let after;
    for (const text of EDITS) {
      const fresh = new LiveSource(engine, text, NETWORK);
      /** @type {LiveSource} */
      const edited = new LiveSource(engine, text, { ...NETWORK, after });
      assert.deepEqual([await fresh.done(), await edited.done()], [true, true]);
      await edited.kept;
      const { cell_scale: scale, ...arrays } = edited.arrays, { cell_scale: ofFresh, ...ofOther } = fresh.arrays;
      assert.equal(edited.known, text.length);
      assert.deepEqual(arrays, ofOther);
      for (const state of [...engine.info.states, ...edited.frame.header.gates ?? []]) {
        for (const column of [0, 5, 25]) {
          const [one, other] = [await edited.activation(state, column), await fresh.activation(state, column)];
          assert.equal(one.length, text.length);
          if (state !== "cell") assert.deepEqual(one, other);
          else assert.ok(one.every((code, k) => Math.abs(code - other[k]) <= 1)); // chunks end elsewhere: 16 bits of others
          if (scale && ofFresh && state === "cell") assert.equal(scale[column], ofFresh[column]);
        }
      }
      await fresh.reading.close();
      after = edited;
    }
  });
}

test("only what follows the first edit is read again, and one more character alone", async (t) => {
  const engine = await opened(t, "lstm"), read = /** @type {number[]} */ ([]);
  const sourceOf = (/** @type {string} */ text, /** @type {LiveSource | undefined} */ after) =>
    new LiveSource(engine, text, { ...NETWORK, after, onChunk: (first, last) => read.push(last - first) });
  const first = sourceOf(LONG, undefined);
  await first.done();
  read.length = 0;
  const second = sourceOf(`${LONG}a`, first);
  await second.done();
  assert.deepEqual(read, [1]);
  await sourceOf(`${LONG.slice(0, 600)}z`, second).done();
  assert.equal(read.slice(1).reduce((sum, length) => sum + length, 0), 601 - 512);
});

test("a text that another replaces is not read to its end", async (t) => {
  const engine = await opened(t, "lstm"), first = new LiveSource(engine, LONG.repeat(100), NETWORK);
  const second = new LiveSource(engine, "cab", { ...NETWORK, after: first });
  assert.deepEqual([await first.done(), await second.done()], [false, true]);
  assert.ok(first.known < first.length);
});

test("characters that are not read yet have no color and no prediction", async (t) => {
  const engine = await opened(t, "lstm"), source = new LiveSource(engine, LONG, NETWORK), { header, arrays } = await source.base();
  const before = await source.activation("cell", 3), { known } = source;
  assert.ok(known < LONG.length);
  assert.ok(before.subarray(known).every((code) => code === 0));
  assert.ok(arrays.top_char.subarray(known * source.predictions).every((id) => header.vocabulary[id] === undefined));
  await source.done();
  assert.ok(arrays.top_char.every((id) => header.vocabulary[id] !== undefined));
});

test("a text is read as it is, but for half a character", () => {
  assert.deepEqual(textIn("a b\nc"), { text: "a b\nc", remark: "" });
  assert.equal(textIn("a\ud800b").text, "a\ufffdb");
});

test("a text beyond the longest is cut, with a sentence", () => {
  const { text, remark } = textIn("😀".repeat(LONGEST + 5));
  assert.equal(Array.from(text).length, LONGEST);
  assert.match(remark, /^The text has more than 100,000 characters/);
  assert.equal(textIn("a".repeat(LONGEST)).remark, "");
  assert.equal(textIn("a".repeat(10_000_000)).text.length, LONGEST);
});

const USUAL = "It was";
const ABOUT = /** @type {About} */ (/** @type {unknown} */ ({
  starts: [{ prompt: USUAL }],
  reading: {
    layers: 2, units: 13, states: ["hidden", "cell"], gates: ["forget_gate"], findings: [{ rank: 2, unit: 9 }, { rank: 1, state: "cell", layer: 2, unit: 7, concept: "x" }],
    has: (/** @type {string} */ state, /** @type {number} */ layer, /** @type {number} */ unit) => ["hidden", "cell", "forget_gate"].includes(state) && layer >= 1 && layer <= 2 && unit >= 0 && unit < 13,
  },
}));
/** @param {string | string[][] | Record<string, string>} query */
const shownOf = (query) => shownIn(new URLSearchParams(query), ABOUT);

test("what is shown survives its address", () => {
  const shown = {
    view: { ...DEFAULT_VIEW, layer: 2, unit: 5, state: "forget_gate", concept: "inside-quotes", mode: /** @type {const} */ ("predictions"), signals: true },
    plan: { ...DEFAULT_PLAN, prompt: "a&b=\n#", seed: 3, holds: [{ layer: 1, unit: 2, value: -1.5 }] }, tab: /** @type {const} */ ("generate"), typed: "é &#\n</script>",
  };
  const again = shownIn(new URLSearchParams(queryOf(shown).toString()), ABOUT);
  assert.deepEqual(again.problems, []);
  assert.deepEqual({ ...again, view: { ...DEFAULT_VIEW, ...again.view } }, { ...shown, problems: [] });
  assert.equal(shownIn(queryOf({ ...shown, typed: "" }), ABOUT).typed, "");
  assert.equal(shownIn(queryOf({ ...shown, typed: "a".repeat(5000) }), ABOUT).typed, null);
});

test("an address that says nothing is the default, and a wrong unit gets one sentence", () => {
  const { view, plan, tab, typed, problems } = shownOf("");
  assert.deepEqual([view, plan, tab, typed, problems], [{}, { ...DEFAULT_PLAN, prompt: USUAL }, "read", null, []]);
  assert.equal(shownOf("prompt=").plan.prompt, "");
  for (const query of ["unit=L3.u0", "unit=L1.u13", "unit=x", "state=gates", "unit=L1.u0&state=x"]) {
    const wrong = shownOf(`${query}&seed=4`);
    assert.equal(wrong.problems.length, 1, query);
    assert.match(wrong.problems[0], /^Wanted a unit such as .*got “/);
    assert.deepEqual([wrong.view.state, wrong.view.layer, wrong.view.unit], ["cell", 2, 7]);
    assert.ok(ABOUT.reading.has(wrong.view.state ?? "hidden", wrong.view.layer ?? 1, wrong.view.unit ?? 0));
    assert.equal(wrong.plan.seed, 4);
  }
});
