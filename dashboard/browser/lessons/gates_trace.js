// @ts-check
// What one LSTM unit did over a text, and what it does if one of its gates is held: the numbers of lesson 11.

/** @import { Chunk, Clamp, Gate } from "../engine/types.js" */
/**
 * @typedef {{ i: number[], f: number[], g: number[], o: number[], c: number[], h: number[] }} Trace gates and states after each character
 * @typedef {{ layer: number, unit: number } & Trace} RecordedUnit
 * @typedef {{ before: number, kept: number, added: number, i: number, f: number, g: number, o: number, c: number, h: number }} StepSum one step: c = f before + i g, of which `kept` and `added` are the two parts
 */

/** Of which letter each gate and state is, in PyTorch's names. */
export const STATES = /** @type {const} */ ({ i: "input_gate", f: "forget_gate", g: "candidate_gate", o: "output_gate", c: "cell", h: "hidden" });
export const LETTERS = /** @type {(keyof Trace)[]} */ (Object.keys(STATES));
/** The control's words for what can be held. @type {{ [word: string]: "i" | "f" | "o" }} */
export const GATES = { input: "i", forget: "f", output: "o" };

/**
 * The clamp that holds a gate of a unit; none for the word "none".
 *
 * @param {{ layer: number, unit: number }} at
 * @param {string} gate
 * @param {number} value
 * @returns {Clamp[]}
 */
export function clampsOf({ layer, unit }, gate, value) {
  const letter = GATES[gate];
  return letter ? [{ layer, unit, value, state: /** @type {Gate} */ (STATES[letter]) }] : [];
}

/**
 * One unit over a text that the engine has read.
 *
 * @param {Chunk[]} chunks with all `STATES`
 * @param {number} column (layer - 1) times units + unit
 * @param {number} columns layers times units
 * @returns {Trace & { bits: number }} and the mean bits of each character but the first
 */
export function traceOf(chunks, column, columns) {
  const of = (/** @type {string} */ state) => chunks.flatMap(({ states, length }) => Array.from({ length }, (_, t) => states[state][t * columns + column]));
  const losses = chunks.flatMap(({ loss }) => [...loss]).slice(0, -1); // nothing follows the last
  const trace = /** @type {Trace} */ (Object.fromEntries(LETTERS.map((letter) => [letter, of(STATES[letter])])));
  return { ...trace, bits: losses.reduce((sum, nats) => sum + nats, 0) / losses.length / Math.LN2 };
}

/** One step, number by number; before the first the state is 0. @param {Trace} trace @param {number} t @returns {StepSum} */
export function stepOf({ i, f, g, o, c, h }, t) {
  const before = t ? c[t - 1] : 0;
  return { before, kept: f[t] * before, added: i[t] * g[t], i: i[t], f: f[t], g: g[t], o: o[t], c: c[t], h: h[t] };
}
