// @ts-check
// Units and numbers as text.

/** @type {Map<string, string>} */
export const SYMBOLS = new Map([["hidden", "h"], ["cell", "c"]]);

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
