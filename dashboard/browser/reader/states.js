// @ts-check
// The states of a unit: h and c, which stay from one character to the next, and the gates that make them.

import { SYMBOLS, titleOf } from "./words.js";

/** @import { Reading, Unit } from "./types.js" */

const GATE = "_gate", CANDIDATE = "candidate_gate", RESET = "reset_gate";
/** What a gate does, after its name; "gru" where the two cells differ. @type {Map<string, string>} */
const MEANINGS = new Map([
  ["input_gate", "how much of the candidate g is added to the cell state, from 0 (shut) to 1 (open)"],
  ["forget_gate", "how much of the cell state stays, from 0 (shut: all is forgotten) to 1 (open: all stays)"],
  ["output_gate", "how much of tanh c the unit shows as h, from 0 (shut) to 1 (open)"],
  ["reset_gate", "how much of the last h the candidate n sees, from 0 (shut) to 1 (open)"],
  ["update_gate", "how much of the last h stays, from 0 (shut: the candidate takes its place) to 1 (open: all stays)"],
  [CANDIDATE, "what the input gate lets into the cell state, from −1 to 1"],
  ["gru", "what takes the place of the part of h that does not stay, from −1 to 1"],
]);

/** @param {string} state */
export const isGate = (state) => state.endsWith(GATE);

/** Whether a state is a share: a gate, 0 where it is shut, 1 where it is open. A candidate lies between −1 and 1. @param {string} state */
export const isShare = (state) => isGate(state) && state !== CANDIDATE;

/** All that the text can be colored by: h, c, then the gates. @param {{ states: string[], gates: string[] }} reading */
export const statesOf = ({ states, gates }) => [...states, ...gates];

/** All signals of a unit in the order in which a step computes them: the gates, c, h. @param {{ states: string[], gates: string[] }} reading */
export const signalsOf = ({ states, gates }) => [...gates, ...(gates.length ? [...states].reverse() : states)];

/**
 * The letter of a state in the equations: h, c; i, f, g, o of an LSTM; r, z, n of a GRU.
 *
 * @param {string} state
 * @param {string[]} [gates] of the cell
 */
export const symbolOf = (state, gates = []) =>
  (state === CANDIDATE && gates.includes(RESET) ? "n" : SYMBOLS.get(state) ?? state);

/**
 * A sentence on what a gate does.
 *
 * @param {string} state
 * @param {string} name of the unit
 * @param {string[]} gates of the cell
 */
export function aboutGate(state, name, gates) {
  const meaning = MEANINGS.get(state === CANDIDATE && gates.includes(RESET) ? "gru" : state);
  const title = titleOf(state);
  return `${title.slice(0, 1).toUpperCase()}${title.slice(1)} ${symbolOf(state, gates)} of unit ${name}: ${meaning}.`;
}

/**
 * The unit in its next or previous state; after the last comes the first.
 *
 * @param {Reading} reading
 * @param {Unit} from
 * @param {number} by 1 or -1
 */
export function nextState(reading, { state, layer, unit }, by) {
  const states = statesOf(reading).filter((each) => reading.has(each, layer, unit));
  return states[(states.indexOf(state) + by + states.length) % states.length] ?? state;
}
