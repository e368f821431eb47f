// @ts-check
// Random networks for the tests: a configuration and the bytes of a weights file.

import { CELLS } from "../engine/cells.js";
import { uniformAt } from "../engine/sampling.js";
import { shapesOf } from "../engine/weights.js";

/** @import { Cell, Config } from "../engine/types.js" */

export const EVERY_CELL = /** @type {Cell[]} */ (Object.keys(CELLS));

/**
 * A configuration with a vocabulary of letters and U+FFFD.
 *
 * @param {Cell} cell
 * @param {{ layers?: number, units?: number, embedding?: number, letters?: number }} [sizes]
 * @returns {Config}
 */
export function configOf(cell, { layers = 2, units = 13, embedding = 5, letters = 9 } = {}) {
  return {
    model: { cell, num_layers: layers, hidden_size: units, embedding_size: embedding },
    vocabulary: [..."abcdefghijklmnopqrstuvwxyz".slice(0, letters), "\ufffd"],
  };
}

/**
 * A safetensors file of float32 weights.
 *
 * @param {Config} config
 * @param {number} [seed]
 * @param {(header: Record<string, any>) => void} [damage] changes the header
 */
export function weightsFile(config, seed = 0, damage = () => {}) {
  /** @type {Record<string, any>} */
  const header = { __metadata__: { format: "pt" } };
  /** @type {number[]} */
  const values = [];
  for (const [name, shape] of shapesOf(config)) {
    const begin = 4 * values.length, size = shape.reduce((a, b) => a * b, 1);
    for (let k = 0; k < size; k++) values.push(1.6 * uniformAt(seed, values.length) - 0.8);
    header[name] = { dtype: "F32", shape, data_offsets: [begin, 4 * values.length] };
  }
  damage(header);
  return fileOf(JSON.stringify(header), Float32Array.from(values));
}

/** @param {string} header @param {Float32Array} values */
export function fileOf(header, values) {
  const text = new TextEncoder().encode(header);
  const file = new Uint8Array(8 + text.length + values.byteLength);
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
  file.set(text, 8);
  file.set(new Uint8Array(values.buffer), 8 + text.length);
  return file.buffer;
}
