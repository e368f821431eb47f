// @ts-check
import assert from "node:assert/strict";
import test from "node:test";

import { openEngine } from "../engine/client.js";
import { Network } from "../engine/network.js";
import { choose, uniformAt } from "../engine/sampling.js";
import { Server } from "../engine/server.js";
import { Stream } from "../engine/stream.js";
import { activationOf } from "../reader/codes.js";
import { configOf, weightsFile } from "./networks.js";

/** @import { Batch, Chunk } from "../engine/types.js" */
/** @import { WriteOptions } from "../engine/types.js" */
/** @import { TestContext } from "node:test" */

const TEXT = "abcabdfgha".repeat(70), config = configOf("lstm");
const networkOf = () => Network.open(config, weightsFile(config));

/** An engine whose worker is a server at the other end of a channel. @param {TestContext} t */
async function opened(t) {
  const { port1, port2 } = new MessageChannel();
  const server = new Server((message, transfer) => port2.postMessage(message, transfer));
  port2.onmessage = ({ data }) => server.receive(data);
  t.after(() => [port1, port2].forEach((port) => port.close()));
  const port = { postMessage: port1.postMessage.bind(port1), set onmessage(/** @type {any} */ listen) { port1.onmessage = listen; } };
  return openEngine({ config, weights: weightsFile(config), port: /** @type {any} */ (port) });
}

/**
 * A writer, the text as its batches tell it, and a way to wait for a batch.
 *
 * @param {TestContext} t
 * @param {WriteOptions} options
 */
async function writing(t, options) {
  const engine = await opened(t), heard = /** @type {{ ids: number[], watched: number[], last?: Batch, error?: string }} */ ({ ids: [], watched: [] });
  let told = () => {};
  const writer = await engine.write({
    ...options,
    onError: (message) => (heard.error = message),
    onBatch: (batch) => {
      heard.ids.splice(batch.start, Infinity, ...batch.ids);
      if (batch.watched[0]) heard.watched.splice(batch.start, Infinity, ...batch.watched[0]);
      heard.last = batch;
      assert.equal(heard.ids.length, batch.length);
      told();
    },
  });
  /** @param {() => boolean} enough */
  const until = async (enough) => {
    while (!enough()) await new Promise((resolve) => (told = () => resolve(undefined)));
  };
  return { writer, heard, until };
}

/**
 * What a network writes by hand.
 *
 * @param {string} prompt
 * @param {number} length
 * @param {number} seed
 * @param {number} temperature
 */
function written(prompt, length, seed, temperature, clamps = /** @type {any[]} */ ([])) {
  const network = networkOf(), stream = new Stream(network, clamps), ids = [...network.encode(prompt)];
  for (const id of ids) stream.step(id);
  for (let n = 0; n < length; n++) {
    ids.push(choose(stream.logits, temperature, uniformAt(seed, n)));
    stream.step(ids[ids.length - 1]);
  }
  return { ids, stream };
}

test("a text comes in chunks whose numbers are a stream's own", async (t) => {
  const engine = await opened(t), stream = new Stream(networkOf()), ids = networkOf().encode(TEXT);
  assert.deepEqual([engine.info.cell, engine.info.layers, engine.info.units, engine.info.memory], ["lstm", 2, 13, "cell"]);
  const chunks = /** @type {Chunk[]} */ ([]);
  const reading = engine.read(TEXT, { send: ["hidden"], onChunk: (chunk) => chunks.push(chunk) });
  const { whole, largest } = await reading.done;
  assert.ok(whole && largest);
  assert.deepEqual(chunks.flatMap((chunk) => [...chunk.ids]), [...ids]);
  const cells = /** @type {number[]} */ ([]), hidden = await reading.activation("hidden", 20);
  const cell = await reading.activation("cell", 20);
  chunks.forEach(({ start, length, loss, rank, top_char, top_prob, states }) => {
    for (let k = 0; k < length; k++) {
      stream.step(ids[start + k]);
      const { ids: likeliest, probabilities } = stream.top(), last = start + k + 1 === ids.length;
      assert.deepEqual(top_char.subarray(5 * k, 5 * k + 5), likeliest);
      assert.deepEqual(top_prob.subarray(5 * k, 5 * k + 5), probabilities);
      assert.equal(loss[k], last ? 0 : Math.fround(stream.loss(ids[start + k + 1])));
      assert.ok(last ? rank[k] === 0 : rank[k] >= 1);
      assert.equal(states.hidden[26 * k + 20], stream.state("hidden", 2)[7]);
      assert.ok(Math.abs(127 * stream.state("hidden", 2)[7] - hidden.codes[start + k]) <= 0.51);
      cells.push(stream.state("cell", 2)[7]);
    }
  });
  assert.equal(cell.largest, largest[20]);
  assert.equal(Math.fround(Math.max(...cells.map(Math.abs))), largest[20]);
  cells.forEach((c, k) => assert.ok(Math.abs(activationOf("cell", cell.codes[k], cell.largest) - c) < largest[20] / 100));
  await assert.rejects(reading.activation("cell", 26), /a unit below 26, got cell\/26/);
  await assert.rejects(reading.activation("forget_gate", 0), /Wanted hidden or cell/);
});

test("gates are kept where they are asked for; an empty text is read at once", async (t) => {
  const engine = await opened(t);
  const reading = engine.read("abc", { states: ["forget_gate"] });
  await reading.done;
  assert.ok((await reading.activation("forget_gate", 0)).codes.every((code) => code >= 0));
  assert.deepEqual(await engine.read("").done, { whole: true, largest: new Float32Array(26).fill(1e-6) });
  await assert.rejects(engine.read("abc", { states: ["reset_gate"] }).done, /got reset_gate/);
});

test("a text that is read can be stopped, and others go on", async (t) => {
  const engine = await opened(t);
  const long = engine.read(TEXT.repeat(500)), short = engine.read(TEXT);
  await short.done;
  await long.cancel();
  assert.deepEqual(await long.done, { whole: false, largest: undefined });
  const { codes } = await long.activation("hidden", 0);
  assert.ok(codes.length < TEXT.length * 500);
  await long.close();
  await assert.rejects(long.activation("hidden", 0), /no longer held/);
});

test("a writer writes what a stream and the random numbers give", async (t) => {
  const clamps = [{ layer: 1, unit: 3, value: 0.5 }];
  const { writer, heard, until } = await writing(t, { prompt: "abc", seed: 3, temperature: 1.2, clamps, watch: [{ state: "cell", column: 20 }] });
  await writer.step(100);
  await until(() => heard.ids.length === 103);
  const { ids, stream } = written("abc", 100, 3, 1.2, clamps);
  assert.deepEqual(heard.ids, ids);
  assert.deepEqual(heard.last?.logits, stream.logits);
  assert.deepEqual(heard.watched, [...(await writer.activation("cell", 20))]);
  assert.equal(heard.watched[102], Math.fround(stream.state("cell", 2)[7]));
  assert.deepEqual(await writer.state("forget_gate", 2), stream.state("forget_gate", 2));
});

test("start, pause, speed: it goes on by itself and stands still when told", async (t) => {
  const { writer, heard, until } = await writing(t, { prompt: "ab", seed: 1, temperature: 1 });
  await writer.start();
  await until(() => heard.ids.length > 300);
  await writer.pause();
  await until(() => heard.last?.running === false);
  const stood = heard.ids.length;
  await writer.set({ speed: 200 });
  await writer.start();
  await until(() => heard.ids.length >= stood + 3);
  await writer.pause();
  await until(() => heard.last?.running === false);
  assert.deepEqual(heard.ids, written("ab", heard.ids.length - 2, 1, 1).ids);
});

test("back to any character and on: the same text; a forced character: another", async (t) => {
  const { writer, heard, until } = await writing(t, { prompt: "abc", seed: 9, temperature: 1.5 });
  await writer.step(200);
  await until(() => heard.ids.length === 203);
  const before = [...heard.ids], activation = await writer.activation("hidden", 4);
  for (const kept of [203, 150, 128, 64, 3]) {
    await writer.edit([], kept);
    await until(() => heard.ids.length === kept);
    assert.deepEqual(await writer.activation("hidden", 4), activation.subarray(0, kept));
    const [i, f, g, c] = await Promise.all(["input_gate", "forget_gate", "candidate_gate", "cell"].map((state) => writer.activation(state, 4)));
    assert.equal(f.length, kept);
    c.forEach((value, k) => assert.ok(Math.abs(f[k] * (c[k - 1] ?? 0) + i[k] * g[k] - value) < 1e-3));
    await writer.step(203 - kept);
    await until(() => heard.ids.length === 203);
    assert.deepEqual(heard.ids, before);
  }
  await writer.edit([{ at: 47, id: (before[50] + 1) % 9 }], 50);
  await writer.set({ clamps: [{ layer: 1, unit: 0, value: 1 }] });
  await writer.step(21);
  await until(() => heard.ids.length === 71);
  assert.deepEqual(heard.ids.slice(0, 50), before.slice(0, 50));
  assert.equal(heard.ids[50], (before[50] + 1) % 9);
  await writer.set({ clamps: [] });
  await writer.step(10);
  await until(() => heard.ids.length === 81);
  const held = await writer.activation("cell", 0), logits = heard.last?.logits;
  assert.ok(held.subarray(50, 71).every((value) => value === 1) && held[75] !== 1);
  await writer.edit([], 80);
  await writer.step(1);
  await until(() => heard.ids.length === 81 && heard.last?.logits !== logits);
  assert.deepEqual(heard.last?.logits, logits); // read again with the clamps of then
});

test("edits hold from their characters on, in whatever order they are given and however the text is reached", async (t) => {
  const edits = [{ at: 20, temperature: 0 }, { at: 5, id: 2 }, { at: 12, temperature: 2 }];
  const { writer, heard, until } = await writing(t, { prompt: "ab", seed: 4, temperature: 1, edits });
  await writer.step(40);
  await until(() => heard.ids.length === 42);
  const whole = [...heard.ids], plain = written("ab", 12, 4, 1).ids;
  assert.deepEqual(whole.slice(0, 7), plain.slice(0, 7));
  assert.equal(whole[7], 2);
  await writer.edit(edits.slice(1), 42); // nothing is cut: what is written stays
  await until(() => heard.ids.length === 42);
  assert.deepEqual(heard.ids, whole);
  await writer.edit(edits, 9);
  await writer.step(33);
  await until(() => heard.ids.length === 42);
  assert.deepEqual(heard.ids, whole);
});

test("what cannot be done is refused, and nothing changes", async (t) => {
  const { writer, heard, until } = await writing(t, { prompt: "abc", seed: 0 });
  await until(() => heard.ids.length === 3);
  await assert.rejects(writer.edit([{ at: 0, id: 1 }], 2), /from 3 on, the end of the prompt/);
  await assert.rejects(writer.edit([{ at: 0, id: 10 }], 3), /Wanted the id of a character/);
  await assert.rejects(writer.edit([{ at: 0, temperature: -1 }], 3), /temperature of 0 or more/);
  await assert.rejects(writer.set({ temperature: -1 }), /temperature of 0 or more/);
  await assert.rejects(writer.set({ speed: 0 }), /speed above 0/);
  await assert.rejects(writer.set({ clamps: [{ layer: 9, unit: 0, value: 0 }] }), /got L9.u0/);
  await assert.rejects(writer.activation("cell", -1), /a unit below 26/);
  await writer.step();
  await until(() => heard.ids.length === 4);
  assert.deepEqual(heard.ids, written("abc", 1, 0, 0.8).ids);
  const engine = await opened(t);
  await assert.rejects(engine.write({ seed: -1 }), /as the seed, got -1/);
});

test("predictions that are not numbers stop the writing with a sentence", async (t) => {
  const { writer, heard, until } = await writing(t, { prompt: "a", seed: 0, clamps: [{ layer: 2, unit: 0, value: 1e38, state: "hidden" }] });
  await until(() => heard.ids.length === 1);
  await writer.set({ clamps: [{ layer: 2, unit: 0, value: 3e38, state: "hidden" }, { layer: 2, unit: 1, value: -3e38, state: "hidden" }] });
  await writer.start();
  await until(() => heard.error !== undefined);
  assert.match(heard.error ?? "", /not numbers/);
});

test("a worker that does not start, and weights that do not arrive, are said in a sentence", async (t) => {
  const weights = weightsFile(config);
  await assert.rejects(openEngine({ config, weights }), /The network cannot run here: .*Worker is not defined/);
  const port = /** @type {any} */ ({ postMessage: () => queueMicrotask(() => port.onerror({ message: "refused" })) });
  await assert.rejects(openEngine({ config, weights, port }), /does not start its worker \(refused\)/);
  const { fetch: whole } = globalThis;
  t.after(() => (globalThis.fetch = whole));
  globalThis.fetch = async () => new Response("gone", { status: 404 });
  await assert.rejects(openEngine({ config, weights: "http://x/w" }), /did not arrive from http:\/\/x\/w \(the server answered 404\)/);
  globalThis.fetch = async () => Promise.reject(new TypeError("no network"));
  await assert.rejects(openEngine({ config, weights: "http://x/w" }), /\(no network\)/);
});

test("weights come from an address, with progress", async (t) => {
  const { fetch: whole } = globalThis, file = weightsFile(config), shares = /** @type {number[]} */ ([]);
  t.after(() => (globalThis.fetch = whole));
  globalThis.fetch = async () => new Response(file, { headers: { "Content-Length": String(file.byteLength) } });
  const port = /** @type {any} */ ({ postMessage: (/** @type {{ call: number }} */ { call }) => port.onmessage({ data: { call, value: "opened" } }) });
  const engine = await openEngine({ config, weights: "w", onProgress: (share) => shares.push(share), port });
  assert.equal(engine.info, "opened");
  assert.equal(shares.at(-1), 1);
});
