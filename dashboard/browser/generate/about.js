// @ts-check
// What the page knows of a network besides its weights: its findings, and what its units do on real text.

import { PREDICTIONS } from "../engine/reading.js";
import { decodeFrame } from "../reader/frame.js";

/** @import { Clamp, Config, State } from "../engine/types.js" */
/** @import { Reading } from "../reader/types.js" */
/**
 * @typedef {object} Start A way to begin that shows something at once.
 * @property {string} title
 * @property {string} prompt
 * @property {number} temperature
 * @property {Clamp[]} holds
 * @property {string} count
 *
 * @typedef {object} About
 * @property {Config} config
 * @property {Reading} reading of no text: which units there are, and what the search found
 * @property {Start[]} starts
 * @property {State} memory the state that is held
 * @property {(state: string, column: number) => { low: number, high: number }} extent of a unit on the demo passage
 */

/**
 * @param {ArrayBuffer} bytes the frame that dashboard/generator.py writes
 * @returns {About}
 */
export function aboutFrom(bytes) {
  const { header, arrays } = /** @type {{ header: any, arrays: any }} */ (/** @type {unknown} */ (decodeFrame(bytes)));
  /** @param {{ layer: number, unit: number }} at */
  const column = ({ layer, unit }) => (layer - 1) * header.units + unit;
  return {
    config: { model: header.config, vocabulary: header.vocabulary },
    starts: header.starts,
    memory: header.states[header.states.length - 1],
    reading: {
      ...header, gates: header.gates ?? [], arrays, characters: [], predictions: PREDICTIONS, column,
      has: (state, layer, unit) => (header.states.includes(state) || (header.gates ?? []).includes(state))
        && Number.isInteger(unit) && unit >= 0 && unit < header.units && layer >= 1 && layer <= header.layers,
    },
    extent: (state, at) => ({ low: arrays[`${state}_low`][at], high: arrays[`${state}_high`][at] }),
  };
}
