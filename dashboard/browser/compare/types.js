// @ts-check
// The shapes that the modules of Compare share. This module holds no code.

/** @import { Reading, Unit } from "../reader/types.js" */

/**
 * @typedef {Unit & { model: string, kind: "unit" | "layer" | "loss" }} Signal One number of a model after each character:
 * a unit's activation, a layer's mean |activation|, or the surprise. What a kind lacks is 0 or "".
 * @typedef {Signal & { minus: Signal | null }} Row A signal, or what it is above another.
 *
 * @typedef {{ codes: Int8Array, mean: number, scale: number }} LayerCodes A layer's mean |activation|: `mean` over the
 * text, and what the code 127 adds.
 *
 * @typedef {object} Book A text as one model read it.
 * @property {Reading} reading
 * @property {Uint8Array} unknown 1 for each character that the model does not know
 * @property {(state: string, column: number) => Promise<Int8Array>} activation
 * @property {(state: string, layer: number) => Promise<LayerCodes>} layer
 * @property {(state: string, layer: number) => boolean} hasLayer
 * @property {Map<string, string>} names what people call its units, by `L2.u217`
 *
 * @typedef {object} Stretch Characters in which one model is better: `nats` above 0 for the first.
 * @property {number} start
 * @property {number} stop
 * @property {number} nats
 *
 * @typedef {object} Paired Two models' surprise over the text: see dashboard/paired.py.
 * @property {number} nats per character
 * @property {number | null} low
 * @property {number | null} high
 * @property {number} total
 * @property {number} characters
 * @property {number} left_out
 * @property {number} first_better share of the characters
 * @property {number} second_better
 * @property {Stretch[]} stretches
 *
 * @typedef {object} Supply Where a comparison comes from: routes of the server, or the page itself.
 * @property {string[]} models that can be chosen
 * @property {boolean} whole whether all units are there, and not only those that an exported page holds
 * @property {(model: string) => Promise<Book>} open
 * @property {(first: string, second: string) => Promise<Paired>} paired
 * @property {((rows: string, palette: string) => string) | undefined} exportUrl
 *
 * @typedef {object} Shown What a row shows.
 * @property {Int8Array} codes one per character
 * @property {Float32Array} levels of each code, -1 .. 1, from -128 on
 * @property {(i: number) => string} text the value at a character
 * @property {[low: string, high: string]} ends what the strongest colors stand for
 * @property {boolean} [rises] whether the low end is 0, which has no color
 */

export {};
