// @ts-check
// Colors: diverging, zero is the page itself. Entries are 32-bit RGBA as canvases hold them (little-endian).

/** @import { Theme } from "./types.js" */

/**
 * @typedef {[red: number, green: number, blue: number]} Color
 * @typedef {{ low: Color, high: Color }} Ends
 */

/** @type {Map<string, Record<Theme, Ends>>} a map, so that an unknown name finds no entry */
export const PALETTES = new Map([
  ["blue–orange", {
    light: { low: [74, 148, 232], high: [245, 130, 20] },
    dark: { low: [58, 130, 230], high: [205, 100, 8] },
  }],
  ["blue–green", {
    light: { low: [88, 146, 250], high: [40, 170, 70] },
    dark: { low: [65, 120, 245], high: [30, 150, 60] },
  }],
]);
/** @type {Record<Theme, number>} */
const STRONGEST = { light: 0.85, dark: 0.75 }; // opacity at full activation: text keeps a contrast of 4.5 (WCAG AA)
/** @type {Color} */
const PREDICTION_COLOR = [222, 38, 38];

/**
 * @param {string} palette
 * @param {Theme} theme
 * @returns {Ends}
 */
export function endsOf(palette, theme) {
  const [[, first]] = PALETTES;
  return (PALETTES.get(palette) ?? first)[theme];
}

/**
 * @param {Color} color
 * @param {number} opacity
 */
const rgba = ([red, green, blue], opacity) =>
  ((Math.round(opacity * 255) << 24) | (blue << 16) | (green << 8) | red) >>> 0;

/**
 * The colors of the levels, as a table in the same order.
 *
 * @param {Float32Array} levels -1 .. 1
 * @param {string} palette
 * @param {Theme} theme
 */
export function activationColors(levels, palette, theme) {
  const { low, high } = endsOf(palette, theme);
  return Uint32Array.from(levels, (level) => rgba(level < 0 ? low : high, Math.abs(level) * STRONGEST[theme]));
}

/** From the page to red, by probability. @param {number} probability */
export const predictionColor = (probability) => rgba(PREDICTION_COLOR, probability * 0.9);

/**
 * @param {Color} color
 * @param {number} [opacity]
 */
export const css = ([red, green, blue], opacity = 1) => `rgba(${red}, ${green}, ${blue}, ${opacity})`;

/**
 * The colors from low to high, as a background. Those of a share, such as a gate, rise from none to the high end: one hue
 * that gets stronger, so that half open differs from shut.
 *
 * @param {string} palette
 * @param {Theme} theme
 * @param {boolean} [isShare] from 0 to 1, not from −1
 */
export function rampOf(palette, theme, isShare = false) {
  const { low, high } = endsOf(palette, theme);
  if (isShare) return `linear-gradient(90deg, transparent, ${css(high, STRONGEST[theme])})`;
  return `linear-gradient(90deg, ${css(low, STRONGEST[theme])}, transparent, ${css(high, STRONGEST[theme])})`;
}

/**
 * The theme, from the text color at the element. An element that was removed has no color.
 *
 * @param {Element} element
 * @returns {Theme}
 */
export function themeOf(element) {
  const [red, green, blue] = (getComputedStyle(element).color.match(/[\d.]+/g) ?? [0, 0, 0]).map(Number);
  return red * 0.3 + green * 0.6 + blue * 0.1 > 128 ? "dark" : "light";
}
