// @ts-check
// The binary frame that carries activations (see dashboard/frames.py and docs/frame-format.md).

/** @import { Frame, Numbers } from "./types.js" */

/** @type {Map<string, new (buffer: ArrayBuffer, offset: number, length: number) => Numbers>} */
const ARRAY_TYPES = new Map(Object.entries({
  int8: Int8Array, uint8: Uint8Array, uint16: Uint16Array, uint32: Uint32Array, float32: Float32Array,
}));

/**
 * Header and arrays of a frame: uint32 length of the header, the header as JSON, then typed arrays at 8-byte-aligned
 * offsets. The arrays are views of the bytes; nothing is copied.
 *
 * @param {ArrayBuffer} buffer
 * @returns {Frame}
 */
export function decodeFrame(buffer) {
  const headerLength = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, headerLength)));
  const start = Math.ceil((4 + headerLength) / 8) * 8;
  const arrays = new Map();
  for (const { name, dtype, offset, length } of header.blobs) {
    const ArrayType = ARRAY_TYPES.get(dtype);
    if (!ArrayType) throw new Error(`Wanted an array of ${[...ARRAY_TYPES.keys()].join(", ")}, got ${dtype}.`);
    arrays.set(name, new ArrayType(buffer, start + offset, length));
  }
  return { header, arrays: Object.fromEntries(arrays) };
}
