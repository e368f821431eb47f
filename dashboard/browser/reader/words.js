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

/** A score: ".99", never rounded up to "1.00". @param {number} value */
export const scoreText = (value) => (value >= 1 ? "1.00" : short(Math.floor(Math.max(0, value) * 100 + 1e-9) / 100, 2));

/** @param {number} value */
export const probabilityText = (value) => (value > 0 && value < 0.0005 ? "<.001" : short(value, 3));

/** An activation, with no more digits than its code is precise to. @param {number} value */
export function activationText(value) {
  const text = Math.abs(value) < 10 ? value.toFixed(2) : Math.round(value).toLocaleString("en");
  return text.replace("-", "−");
}

/** The same with its sign. @param {number} value */
export const signedText = (value) => (value < 0 ? "" : "+") + activationText(value);
