// @ts-check
import assert from "node:assert/strict";
import test from "node:test";

import { decodeFrame } from "../reader/frame.js";
import { InlineSource, bytesOfBase64 } from "../reader/sources.js";
import { INHERITED, reading } from "./readings.js";

/**
 * A frame as dashboard/frames.py writes it.
 *
 * @param {object} header
 * @param {[name: string, dtype: string, data: Uint8Array, length: number][]} arrays
 */
function frameOf(header, arrays) {
  let offset = 0;
  const blobs = arrays.map(([name, dtype, data, length]) => {
    const blob = { name, dtype, offset, length };
    offset += Math.ceil(data.length / 8) * 8;
    return blob;
  });
  const described = new TextEncoder().encode(JSON.stringify({ ...header, blobs }));
  const start = Math.ceil((4 + described.length) / 8) * 8, bytes = new Uint8Array(start + offset);
  new DataView(bytes.buffer).setUint32(0, described.length, true);
  bytes.set(described, 4);
  arrays.forEach(([, , data], k) => bytes.set(data, start + blobs[k].offset));
  return bytes;
}

/** @param {Float32Array | Uint16Array | Int8Array} values */
const raw = (values) => new Uint8Array(values.buffer);

test("arrays of every type come back, whatever the length of the header", () => {
  for (let padding = 0; padding < 9; padding++) {
    const bytes = frameOf({ model: "x".repeat(padding), title: "é" }, [
      ["text", "uint8", new TextEncoder().encode("é!"), 3],
      ["loss", "float32", raw(new Float32Array([0.5, -2])), 2],
      ["rank", "uint16", raw(new Uint16Array([1, 65535])), 2],
      ["activations", "int8", raw(new Int8Array([-127, 0, 127])), 3],
    ]);
    const { header, arrays } = decodeFrame(bytes.buffer);
    assert.equal(header.model.length, padding);
    assert.deepEqual(Array.from(arrays.text), [0xc3, 0xa9, 0x21]);
    assert.deepEqual(Array.from(arrays.loss), [0.5, -2]);
    assert.deepEqual(Array.from(arrays.rank), [1, 65535]);
    assert.deepEqual(Array.from(arrays.activations), [-127, 0, 127]);
  }
});

test("a type that every object inherits is no type", () => {
  for (const dtype of [...INHERITED, "float16"]) {
    assert.throws(() => decodeFrame(frameOf({}, [["x", dtype, new Uint8Array(8), 1]]).buffer), /Wanted an array of int8/);
  }
});

test("base64 is decoded to the byte", () => {
  const every = Uint8Array.from({ length: 1024 }, (_, k) => k % 256);
  for (const length of [0, 1, 2, 3, 1024]) {
    const bytes = every.subarray(0, length);
    assert.deepEqual(bytesOfBase64(Buffer.from(bytes).toString("base64")), Uint8Array.from(bytes));
  }
});

test("a browser that decodes base64 itself is asked to", (context) => {
  const native = /** @type {{ fromBase64?: unknown }} */ (/** @type {unknown} */ (Uint8Array)), before = native.fromBase64;
  context.after(() => { if (before) native.fromBase64 = before; else delete native.fromBase64; });
  native.fromBase64 = () => Uint8Array.of(42);
  assert.deepEqual(bytesOfBase64("AAAA"), Uint8Array.of(42));
});

test("a page gives the units that it holds and refuses the others", async () => {
  const header = { length: 2, exported: [{ state: "cell", column: 5 }, { state: "hidden", column: 5 }] };
  const frame = frameOf(header, [["activations", "int8", raw(new Int8Array([1, 2, 3, 4])), 4]]);
  const source = new InlineSource(Buffer.from(frame).toString("base64"));
  assert.deepEqual(Array.from(await source.activation("hidden", 5)), [3, 4]);
  await assert.rejects(source.activation("hidden", 4), /does not contain that unit/);
});

test("a reading counts characters and not their halves, and knows its units", () => {
  const read = reading([]);
  assert.deepEqual(read.characters, ["H", "é", "\u{1F642}", "!"]);
  assert.equal(read.predictions, 5);
  assert.equal(read.column({ state: "cell", layer: 2, unit: 3 }), 7);
  assert.ok(read.has("cell", 2, 3));
  for (const [state, layer, unit] of /** @type {[string, number, number][]} */ ([
    ["hidden", 0, 0], ["hidden", 3, 0], ["hidden", 1, 4], ["hidden", 1, -1], ["hidden", 1, 0.5], ["hidden", 1, NaN],
    ["constructor", 1, 0],
  ])) assert.ok(!read.has(state, layer, unit), `${state} ${layer} ${unit}`);
});
