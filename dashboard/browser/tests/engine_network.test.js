// @ts-check
import assert from "node:assert/strict";
import test from "node:test";

import { Network } from "../engine/network.js";
import { Stream } from "../engine/stream.js";
import { EVERY_CELL, configOf, fileOf, weightsFile } from "./networks.js";

const config = configOf("gru");

test("what is wrong with a weights file is said in one sentence", () => {
  const whole = weightsFile(config);
  /** @type {[ArrayBuffer, RegExp][]} */
  const damaged = [
    [new ArrayBuffer(0), /got 0 bytes that do not hold a header/],
    [whole.slice(0, 40), /got 40 bytes that do not hold a header/],
    [new TextEncoder().encode("<!doctype html><title>404</title>").buffer, /do not hold a header/],
    [fileOf("{ not json", new Float32Array(4)), /a header that is not JSON/],
    [fileOf("null", new Float32Array(4)), /a header that is not JSON/],
    [whole.slice(0, -4), /bytes of readout.bias, the file ends before them/],
    [weightsFile(config, 0, (header) => delete header["rnn.bias_hh_l1"]), /Wanted the weight rnn.bias_hh_l1/],
    [weightsFile(config, 0, (header) => (header["readout.weight"].dtype = "BF16")), /as F16 or F32, got BF16/],
    [weightsFile(config, 0, (header) => (header["readout.bias"].shape = [11])), /of shape 10, got 11/],
    [weightsFile(config, 0, (header) => delete header["readout.bias"].shape), /of shape 10, got none/],
    [weightsFile(config, 0, (header) => (header["readout.bias"].data_offsets = [0, 8])), /Wanted 40 bytes of readout.bias/],
    [weightsFile(config, 0, (header) => (header["readout.bias"].data_offsets = [1.5, 41.5])), /Wanted 40 bytes/],
    [weightsFile(configOf("lstm")), /of shape 39 x 5, got 52 x 5/],
  ];
  for (const [file, message] of damaged) {
    assert.throws(() => Network.open(config, file), (/** @type {Error} */ error) => {
      assert.match(error.message, message);
      assert.match(error.message, /^[^\n]*\.$/);
      return true;
    });
  }
});

test("a configuration that is none is refused", () => {
  const { model, vocabulary } = config;
  const sizes = [0, -1, 1.5, 1e9, NaN].map((size) => ({ model: { ...model, hidden_size: size }, vocabulary }));
  const cells = ["toString", "LSTM", undefined].map((cell) => ({ model: { ...model, cell }, vocabulary }));
  for (const wrong of [undefined, {}, { model: null }, ...sizes, ...cells]) {
    assert.throws(() => Network.open(/** @type {any} */ (wrong), weightsFile(config)), /Wanted the model of a run's config/);
  }
  for (const wrong of [[], ["a", "b"], undefined]) {
    assert.throws(() => Network.open(/** @type {any} */ ({ model, vocabulary: wrong }), weightsFile(config)), /last character is U\+FFFD/);
  }
});

test("float16 weights have their exact values", () => {
  const small = configOf("rnn", { layers: 1, units: 2, embedding: 3, letters: 1 });
  const halves = [0, 0x8000, 0x3c00, 0xc000, 1, 0x83ff, 0x0400, 0x7bff, 0x3555];
  const values = [0, -0, 1, -2, 2 ** -24, -1023 * 2 ** -24, 2 ** -14, 65504, 0.333251953125];
  const file = weightsFile(small, 0, (header) => (header["embedding.weight"] = { dtype: "F16", shape: [2, 3], data_offsets: [0, 12] }));
  const start = 8 + Number(new DataView(file).getBigUint64(0, true));
  for (const from of [0, 3]) {
    new Uint8Array(file).set(new Uint8Array(Uint16Array.from(halves.slice(from, from + 6)).buffer), start);
    assert.deepEqual([...Network.open(small, file).embedding], values.slice(from, from + 6));
  }
});

test("characters are code points; what the vocabulary lacks is read as U+FFFD", () => {
  const network = Network.open(config, weightsFile(config));
  assert.deepEqual([...network.encode("ab😀z\ud800c")], [0, 1, 9, 9, 9, 2]);
  assert.equal(network.decode(network.encode("ab😀c")), "ab\ufffdc");
  for (const id of [-1, 10, 0.5, NaN]) assert.throws(() => new Stream(network).step(id), /Wanted the id of a character, 0 to 9/);
});

test("streams on the same weights do not disturb each other, with either kernel, to the bit", () => {
  for (const cell of EVERY_CELL) {
    for (const kernel of /** @type {const} */ (["wasm", "javascript"])) {
      const own = configOf(cell, { layers: 3 }), network = Network.open(own, weightsFile(own), kernel);
      const reference = Network.open(own, weightsFile(own));
      const [a, b, aAlone, bAlone] = [network, network, reference, reference].map((of) => new Stream(of));
      for (const id of [1, 2, 3, 4]) aAlone.step(id);
      for (const id of [5, 2, 0, 9]) bAlone.step(id);
      for (const [first, second] of [[1, 5], [2, 2], [3, 0], [4, 9]]) {
        a.step(first);
        b.step(second);
      }
      assert.deepEqual(a.snapshot().h, aAlone.snapshot().h);
      assert.deepEqual(b.logits, bAlone.logits);
      assert.notDeepEqual(a.logits, b.logits);
    }
  }
});

test("a snapshot holds all that the next step depends on", () => {
  for (const cell of EVERY_CELL) {
    const own = configOf(cell), stream = new Stream(Network.open(own, weightsFile(own)));
    for (const id of [1, 2, 3]) stream.step(id);
    const kept = stream.snapshot(), logits = kept.logits.slice();
    stream.step(4);
    const after = stream.snapshot();
    stream.restore(kept);
    assert.deepEqual(stream.snapshot(), kept);
    assert.deepEqual(stream.logits, logits);
    stream.step(4);
    assert.deepEqual(stream.snapshot(), after);
    const other = new Stream(Network.open(own, weightsFile(own)));
    assert.throws(() => other.restore(kept), /snapshot of this network/);
  }
});

test("a held unit has its value after every step, and h follows a held c", () => {
  for (const cell of EVERY_CELL) {
    const own = configOf(cell), network = Network.open(own, weightsFile(own));
    const stream = new Stream(network, [{ layer: 1, unit: 3, value: 0.75 }, { layer: 2, unit: 12, value: -0.5, state: "hidden" }]);
    assert.ok(stream.layers.every(({ h }) => h.every((value) => value === 0)));
    const free = new Stream(network);
    for (const id of [1, 2, 3, 4, 5]) {
      stream.step(id);
      free.step(id);
      assert.equal(stream.state(network.memory, 1)[3], 0.75);
      assert.equal(stream.state("hidden", 2)[12], -0.5);
      if (cell !== "lstm") continue;
      assert.ok(Math.abs(stream.state("hidden", 1)[3] - stream.state("output_gate", 1)[3] * Math.tanh(0.75)) < 1e-6);
      assert.notEqual(stream.state("cell", 2)[12], -0.5);
    }
    assert.notDeepEqual(stream.logits, free.logits);
  }
});

test("clamps that a network cannot have are refused", () => {
  const network = Network.open(config, weightsFile(config));
  for (const [layer, unit] of [[0, 0], [3, 0], [1, 13], [1, -1], [1, 0.5]]) {
    assert.throws(() => new Stream(network, [{ layer, unit, value: 1 }]), /Wanted a unit from L1.u0 to L2.u12, got L/);
  }
  assert.throws(() => new Stream(network, [{ layer: 1, unit: 0, value: 1, state: "cell" }]), /Wanted hidden as the state to hold, got cell/);
  for (const value of [NaN, Infinity, 1e39]) assert.throws(() => new Stream(network, [{ layer: 1, unit: 0, value }]), /Wanted a number/);
  assert.throws(() => new Stream(network).state("cell", 1), /Wanted hidden, reset_gate, .* got cell of layer 1/);
});

test("losses, ranks and the likeliest agree with a softmax by hand", () => {
  const network = Network.open(config, weightsFile(config)), stream = new Stream(network);
  stream.step(2);
  const weights = Array.from(stream.logits, Math.exp), total = weights.reduce((a, b) => a + b);
  const order = weights.map((_, id) => id).sort((a, b) => weights[b] - weights[a]);
  const { ids, probabilities } = stream.top(4);
  assert.deepEqual([...ids], order.slice(0, 4));
  probabilities.forEach((probability, k) => assert.ok(Math.abs(probability - weights[order[k]] / total) < 1e-6));
  for (const id of order) assert.ok(Math.abs(stream.loss(id) + Math.log(weights[id] / total)) < 1e-6);
  assert.equal(stream.top(99).ids.length, 10);
});
