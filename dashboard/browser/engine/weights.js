// @ts-check
// A run's weights: the bytes of its model.safetensors (length of the header, the header as JSON, raw numbers), checked
// against what its config.json says.

import { CELLS } from "./cells.js";

/** @import { Config } from "./types.js" */

const NEXT = "Load or copy the run again.";
const LARGEST_HEADER = 100_000_000;
/** @type {Map<string, (bytes: ArrayBuffer) => Float32Array>} */
const READERS = new Map([["F16", fromFloat16], ["F32", (bytes) => new Float32Array(bytes)]]);
/** @type {Float32Array | undefined} */
let float16Values;

/**
 * The shape of each weight that a network needs, under PyTorch's names.
 *
 * @param {Config} config
 * @returns {Map<string, number[]>}
 */
export function shapesOf({ model, vocabulary }) {
  const rows = CELLS[model.cell].rows * model.hidden_size;
  const shapes = new Map([["embedding.weight", [vocabulary.length, model.embedding_size]]]);
  for (let layer = 0; layer < model.num_layers; layer++) {
    shapes.set(`rnn.weight_ih_l${layer}`, [rows, layer ? model.hidden_size : model.embedding_size]);
    shapes.set(`rnn.weight_hh_l${layer}`, [rows, model.hidden_size]);
    shapes.set(`rnn.bias_ih_l${layer}`, [rows]);
    shapes.set(`rnn.bias_hh_l${layer}`, [rows]);
  }
  shapes.set("readout.weight", [vocabulary.length, model.hidden_size]);
  return shapes.set("readout.bias", [vocabulary.length]);
}

/**
 * All weights in float32, each row by row.
 *
 * @param {Config} config
 * @param {ArrayBuffer} file
 * @returns {Map<string, Float32Array>}
 * @throws {Error} a file that is damaged, short, or of another model
 */
export function readWeights(config, file) {
  const { header, start } = headerOf(file);
  return new Map(Array.from(shapesOf(config), ([name, shape]) => [name, readTensor(name, shape, header, file, start)]));
}

/** @param {ArrayBuffer} file @returns {{ header: Record<string, any>, start: number }} */
function headerOf(file) {
  const length = file.byteLength < 8 ? NaN : Number(new DataView(file).getBigUint64(0, true));
  if (!(length <= Math.min(file.byteLength - 8, LARGEST_HEADER))) {
    const got = `${file.byteLength} bytes that do not hold a header`;
    throw new Error(`Wanted the weights of a run (safetensors), got ${got}. ${NEXT}`);
  }
  try {
    const header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array(file, 8, length)));
    if (header && typeof header === "object") return { header, start: 8 + length };
  } catch {
    // the same error as for a header that is no object
  }
  throw new Error(`Wanted the weights of a run (safetensors), got a header that is not JSON. ${NEXT}`);
}

/**
 * @param {string} name
 * @param {number[]} shape
 * @param {Record<string, any>} header
 * @param {ArrayBuffer} file
 * @param {number} start of the numbers
 */
function readTensor(name, shape, header, file, start) {
  const found = Object.hasOwn(header, name) ? header[name] : undefined;
  if (!found) throw new Error(`Wanted the weight ${name}, the file does not have it. ${NEXT}`);
  const read = READERS.get(found.dtype);
  if (!read) throw new Error(`Wanted ${name} as ${[...READERS.keys()].join(" or ")}, got ${found.dtype}. Pack the run again.`);
  if (String(found.shape) !== String(shape)) {
    const got = Array.from(found.shape ?? []).join(" x ") || "none";
    throw new Error(`Wanted ${name} of shape ${shape.join(" x ")}, got ${got}. ${NEXT}`);
  }
  const [begin, end] = found.data_offsets ?? [];
  const bytes = shape.reduce((product, size) => product * size, found.dtype === "F16" ? 2 : 4);
  if (!(Number.isInteger(begin) && begin >= 0 && start + end <= file.byteLength && end - begin === bytes)) {
    throw new Error(`Wanted ${bytes} bytes of ${name}, the file ends before them or holds others. ${NEXT}`);
  }
  return read(file.slice(start + begin, start + end));
}

/** @param {ArrayBuffer} bytes */
function fromFloat16(bytes) {
  const values = (float16Values ??= allFloat16());
  const halves = new Uint16Array(bytes), floats = new Float32Array(halves.length);
  for (let k = 0; k < halves.length; k++) floats[k] = values[halves[k]];
  return floats;
}

/** The value of each of the 65,536 float16 (IEEE 754 binary16). */
function allFloat16() {
  return Float32Array.from({ length: 65536 }, (_, bits) => {
    const sign = bits >> 15 ? -1 : 1, exponent = (bits >> 10) & 31, fraction = bits & 1023;
    if (exponent === 31) return fraction ? NaN : sign * Infinity;
    return sign * (exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : fraction * 2 ** -24);
  });
}
