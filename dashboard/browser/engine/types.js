// @ts-check
// The shapes that the engine's modules share. This module holds no code.

/** @import { Network } from "./network.js" */

/**
 * @typedef {"lstm" | "gru" | "rnn"} Cell
 * @typedef {"hidden" | "cell"} State h or c; only an LSTM has c
 * @typedef {"input_gate" | "forget_gate" | "candidate_gate" | "output_gate"} Gate of an LSTM, in PyTorch's order
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
 * @property {State | Gate} [state] without it the memory: c of an LSTM, h of the others
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
 *
 * @typedef {object} ReadOptions
 * @property {Clamp[]} [clamps]
 * @property {string[]} [states] which are kept, for all units: h and c unless said otherwise; gates as "forget_gate"
 * @property {string[]} [send] which come with each chunk, as float32
 *
 * @typedef {object} Kept What a reading took over from an earlier one of the same beginning.
 * @property {number} kept characters
 * @property {number} loss nats of the character after them, which may be another than before
 * @property {number} rank
 *
 * @typedef {object} Chunk Some characters of a text that is read; arrays are named and shaped as in a frame.
 * @property {number} start first character
 * @property {number} length characters
 * @property {Uint16Array} ids
 * @property {Uint16Array} top_char [time][prediction]
 * @property {Float32Array} top_prob [time][prediction]
 * @property {Float32Array} loss nats of the next character; 0 at the text's last
 * @property {Uint16Array} rank of the next character; 0 at the text's last
 * @property {Record<string, Float32Array>} states those to be sent, [time][column]
 *
 * @typedef {object} WriteOptions
 * @property {string} [prompt]
 * @property {number | bigint} [seed]
 * @property {number} [temperature]
 * @property {Clamp[]} [clamps]
 * @property {number} [speed] characters per second; Infinity as fast as it goes
 * @property {Edit[]} [edits]
 * @property {Watched[]} [watch] units whose activations come with each batch
 *
 * @typedef {object} Edit What somebody changed while the text was written.
 * @property {number} at the written character, from 0, from which on it holds
 * @property {number} [id] this character is written there, whatever the network would write
 * @property {number} [temperature] from there on
 *
 * @typedef {{ state: string, column: number }} Watched A unit; column is (layer - 1) times units + unit.
 *
 * @typedef {object} Batch Characters that were read from the prompt or written; those from `start` on replace what was.
 * @property {number} start
 * @property {number} length of the whole text, prompt included
 * @property {number} prompt length of the prompt
 * @property {Uint16Array} ids from `start` on, as all that follows
 * @property {Float32Array} loss nats of each character itself
 * @property {Uint16Array} top_char the likeliest after each character, [time][prediction]
 * @property {Float32Array} top_prob their probabilities at temperature 1
 * @property {Float32Array} logits what is predicted now; `distribution(logits, temperature)` is drawn from
 * @property {Float32Array[]} watched each watched unit after each character
 * @property {boolean} running whether it goes on by itself
 */

export {};
