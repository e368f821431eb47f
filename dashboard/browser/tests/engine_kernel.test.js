// @ts-check
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";

import { tanh } from "../engine/cells.js";
import { ROWS, hasSimd, openKernel } from "../engine/kernel.js";
import { uniformAt } from "../engine/sampling.js";

const SIZES = [[1, 1], [1, 7], [2, 32], [3, 13], [1, 0], [4, 129]];

test("the WebAssembly module is what its source assembles to", async (t) => {
  const assembler = await import("../assemble.js").catch((error) => {
    if (error.code === "ERR_MODULE_NOT_FOUND") return undefined;
    throw error;
  });
  if (!assembler) return t.skip("needs wabt: npm ci in dashboard/browser");
  assert.equal(await assembler.assembled(), await readFile(new URL("../engine/kernel.wasm.js", import.meta.url), "utf8"));
});

/** @param {import("../engine/types.js").Kernel} kernel @param {number} panels @param {number} columns */
function product(kernel, panels, columns) {
  const size = panels * ROWS * columns, x = size, y = size + columns, rows = panels * ROWS;
  for (let k = 0; k < y + rows; k++) kernel.space[k] = 2 * uniformAt(3, k) - 1;
  const before = kernel.space.slice(0, y + rows);
  kernel.multiply(0, x, y, columns, panels);
  assert.deepEqual(kernel.space.subarray(0, y), before.subarray(0, y)); // only y is written
  return { before, x, y, result: kernel.space.slice(y, y + rows) };
}

test("the product is y + W x", () => {
  for (const [panels, columns] of SIZES) {
    const { before, x, y, result } = product(openKernel(20000, "javascript"), panels, columns);
    for (let row = 0; row < result.length; row++) {
      let sum = before[y + row];
      const at = Math.floor(row / ROWS) * ROWS * columns + (row % ROWS);
      for (let k = 0; k < columns; k++) sum += before[at + k * ROWS] * before[x + k];
      assert.ok(Math.abs(result[row] - sum) < 1e-5);
    }
  }
});

test("WebAssembly and plain JavaScript give the same bits", () => {
  assert.ok(hasSimd());
  for (const [panels, columns] of SIZES) {
    const kernels = /** @type {const} */ (["wasm", "javascript"]).map((name) => openKernel(20000, name));
    assert.deepEqual(kernels.map(({ name }) => name), ["wasm", "javascript"]);
    const [wasm, javascript] = kernels.map((kernel) => product(kernel, panels, columns).result);
    assert.deepEqual(new Uint32Array(wasm.buffer), new Uint32Array(javascript.buffer));
  }
});

test("where WebAssembly is missing, has no SIMD or is forbidden, plain JavaScript runs", (t) => {
  const { WebAssembly: whole } = globalThis;
  t.after(() => Object.assign(globalThis, { WebAssembly: whole }));
  class Forbidden {
    constructor() {
      throw new whole.CompileError("violates the Content Security Policy");
    }
  }
  const { Memory, CompileError } = whole;
  for (const present of [undefined, { validate: () => false }, { validate: () => true, Memory, CompileError, Module: Forbidden }]) {
    Object.assign(globalThis, { WebAssembly: present });
    assert.equal(openKernel(10).name, "javascript");
  }
});

test("tanh is within 4e-8 of the library's, odd, and 1 where float32 would be", () => {
  for (let x = -12; x <= 12; x += 1 / 512) {
    assert.ok(Math.abs(tanh(x) - Math.tanh(x)) < 4e-8);
    assert.equal(tanh(-x), -tanh(x));
  }
  assert.deepEqual([tanh(9), tanh(-9), tanh(1e300), tanh(NaN)], [1, -1, 1, NaN]);
});
