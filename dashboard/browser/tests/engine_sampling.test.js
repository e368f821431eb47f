// @ts-check
import assert from "node:assert/strict";
import test from "node:test";

import { choose, distribution, philox, uniformAt } from "../engine/sampling.js";

const ALL = (1n << 64n) - 1n;

test("Philox 4x64-10 gives the known answers", () => {
  // Computed with numpy.random.Philox(key=k, counter=c - 1).random_raw(4); tests/browser/test_engine.py does so again.
  assert.deepEqual(philox([0n, 0n, 0n, 0n], [0n, 0n]), [0x16554d9eca36314cn, 0xdb20fe9d672d0fdcn, 0xd7e772cee186176bn, 0x7e68b68aec7ba23bn]);
  assert.deepEqual(philox([ALL, ALL, ALL, ALL], [ALL, ALL]), [0x87b092c3013fe90bn, 0x438c3c67be8d0224n, 0x9cc7d7c69cd777b6n, 0xa09caebf594f0ba0n]);
});

test("the random number is a function of seed and position, below 1", () => {
  assert.deepEqual(uniformAt(7, 0), 0.8720734548204873); // by NumPy, see models/sample.py
  assert.deepEqual(uniformAt(2n ** 63n, 123456789), 0.11279544876780645);
  const drawn = Array.from({ length: 2000 }, (_, n) => uniformAt(5, n));
  assert.equal(new Set(drawn).size, 2000);
  assert.ok(drawn.every((u) => u >= 0 && u < 1));
  assert.ok(Math.abs(drawn.reduce((a, b) => a + b) / 2000 - 0.5) < 5 / Math.sqrt(12 * 2000));
});

test("a seed that is none is refused", () => {
  for (const seed of [-1, 0.5, NaN, 2 ** 53, ALL + 1n]) assert.throws(() => uniformAt(seed, 0), /Wanted a whole number/);
});

test("a character is the first whose cumulative probability exceeds the random number", () => {
  const logits = Float32Array.from([1, 2, 1, 4, 1000], Math.log); // an eighth, a quarter, an eighth, a half, U+FFFD
  const below = 1 - 2 ** -53;
  for (const [u, id] of [[0, 0], [0.12, 0], [0.13, 1], [0.37, 1], [0.38, 2], [0.49, 2], [0.51, 3], [below, 3]]) {
    assert.equal(choose(logits, 1, u), id);
  }
  assert.equal(choose(Float32Array.of(1, 3, 3, 9), 0, 0.99), 1);
  assert.equal(choose(Float32Array.of(0, -1e4, 9), 1, below), 0);
  for (const temperature of [5e-324, 1e-3]) assert.equal(choose(logits, temperature, 0.01), 3);
  assert.equal(choose(logits, Infinity, 0.6), 2);
});

test("the distribution at a temperature sums to 1 and never writes the last", () => {
  const logits = Float32Array.of(3, 1, -2, 0.5, 30);
  for (const temperature of [0, 0.1, 1, 5, Infinity]) {
    const shares = distribution(logits, temperature);
    assert.ok(Math.abs(shares.reduce((a, b) => a + b) - 1) < 1e-12);
    assert.equal(shares[4], 0);
    for (const u of [0.001, 0.3, 0.999]) assert.ok(shares[choose(logits, temperature, u)] > 0);
  }
  assert.deepEqual([...distribution(logits, 0)], [1, 0, 0, 0, 0]);
});

test("a temperature below 0 and predictions that are not numbers are refused", () => {
  for (const temperature of [-0.1, NaN, -Infinity]) assert.throws(() => choose(Float32Array.of(1, 2), temperature, 0), /of 0 or more/);
  for (const logit of [NaN, Infinity]) assert.throws(() => choose(Float32Array.of(1, logit, 2), 1, 0), /not numbers/);
});
