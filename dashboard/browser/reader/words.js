// @ts-check
// Units and numbers as text.

/** The letters of states and gates in the equations; a GRU's candidate is n: see states.js. @type {Map<string, string>} */
export const SYMBOLS = new Map([
  ["hidden", "h"], ["cell", "c"], ["input_gate", "i"], ["forget_gate", "f"], ["candidate_gate", "g"], ["output_gate", "o"],
  ["reset_gate", "r"], ["update_gate", "z"],
]);
const TITLES = new Map([["hidden", "hidden state"], ["cell", "cell state"], ["candidate_gate", "candidate"]]);

/** A state in words: "hidden state", "forget gate". @param {string} state */
export const titleOf = (state) => TITLES.get(state) ?? state.replaceAll("_", " ");

/**
 * @param {number} layer
 * @param {number} unit
 */
export const unitName = (layer, unit) => `L${layer}·u${unit}`;

/** Without the zero before the point. @param {number} number @param {number} digits */
const short = (number, digits) => number.toFixed(digits).replace(/^(-?)0\./, "$1.");

/** A score with three decimals, never rounded up to a perfect 1: as `score_text` of analysis/statistics.py. @param {number} value */
export function scoreText(value) {
  const rounded = Math.floor(1000 * value + 0.5) / 1000;
  return (value < 1 ? Math.min(rounded, 0.999) : rounded).toFixed(3).replace("-", "−");
}

/** A measure with its score; a unit without variance has none. @param {string} measure @param {number | null} value */
export const measuredText = (measure, value) =>
  (value === null || Number.isNaN(value) ? `no ${measure}: does not vary on this text` : `${measure} ${scoreText(value)}`);

/** @param {number} value */
export const probabilityText = (value) => (value > 0 && value < 0.0005 ? "<.001" : short(value, 3));

/** An activation, with no more digits than its code is precise to. @param {number} value */
export function activationText(value) {
  const text = Math.abs(value) < 10 ? value.toFixed(2) : Math.round(value).toLocaleString("en");
  return text.replace("-", "−");
}

/** The same with its sign. @param {number} value */
export const signedText = (value) => (value < 0 ? "" : "+") + activationText(value);
