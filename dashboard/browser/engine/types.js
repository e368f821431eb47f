// @ts-check
// The shapes that the engine's modules share. This module holds no code.

/** @import { Network } from "./network.js" */

/**
 * @typedef {"lstm" | "gru" | "rnn"} Cell
 * @typedef {"hidden" | "cell"} State h or c; only an LSTM has c
 * @typedef {"wasm" | "javascript"} KernelName
 *
 * @typedef {object} Config What the engine reads of a run's config.json.
 * @property {{ cell: Cell, num_layers: number, hidden_size: number, embedding_size: number }} model
 * @property {string[]} vocabulary its last is U+FFFD, which stands for all other characters
 *
 * @typedef {object} Clamp A unit held at a value after every step.
 * @property {number} layer from 1
 * @property {number} unit from 0
 * @property {number} value
 * @property {State} [state] without it the memory: c of an LSTM, h of the others
 *
 * @typedef {object} Kernel Computes y += W x in float32; see kernel.js.
 * @property {KernelName} name
 * @property {Float32Array} space weights, x and y; places are counted in floats
 * @property {(w: number, x: number, y: number, columns: number, panels: number) => void} multiply
 *
 * @typedef {object} Matrix A matrix in panels, at a place of the kernel's space.
 * @property {number} at
 * @property {number} columns
 * @property {number} panels
 *
 * @typedef {object} LayerState What a stream keeps of one layer.
 * @property {Float32Array} h
 * @property {Float64Array} c empty where the cell has none
 * @property {Float32Array} gates of the last step, activated, in PyTorch's order
 *
 * @typedef {object} Snapshot All that the next step depends on; made by `Stream.snapshot`.
 * @property {Network} network
 * @property {Float32Array[]} h of each layer
 * @property {Float64Array[]} c
 * @property {Float32Array[]} gates
 * @property {Float32Array} logits
 *
 * @typedef {object} Top The likeliest characters, the likeliest first; of equals the smaller id.
 * @property {Uint16Array} ids
 * @property {Float32Array} probabilities the model's own: at temperature 1
 */

export {};
