// @ts-check
// The step of a cell in numbers: what one unit's gates made of its state.

import { activationText } from "./words.js";

/** @typedef {Map<string, number>} Values of a unit's states and gates at one character */

/** In a product, brackets around what is negative. @param {number} value */
const factor = (value) => (value < 0 ? `(${activationText(value)})` : activationText(value));

/**
 * The equations of the step with their numbers, rounded: a line for each state. Lines whose numbers are not all known
 * are left out.
 *
 * @param {Values} now
 * @param {Values} before at the character before; empty where that is not known
 * @returns {string[]}
 */
export function updateOf(now, before) {
  const of = (/** @type {string} */ state) => now.get(state) ?? NaN, h = of("hidden");
  if (now.has("update_gate")) {
    const z = of("update_gate"), n = of("candidate_gate"), last = before.get("hidden") ?? NaN;
    return known([[`h = (1 − z)·n + z·h₋₁ = ${factor(1 - z)}·${factor(n)} + ${factor(z)}·${factor(last)} ≈ ${activationText(h)}`, z + n + last + h]]);
  }
  if (!now.has("forget_gate")) return [];
  const [i, f, g, o] = ["input_gate", "forget_gate", "candidate_gate", "output_gate"].map(of);
  const c = of("cell"), last = before.get("cell") ?? NaN;
  return known([
    [`c = f·c₋₁ + i·g = ${factor(f)}·${factor(last)} + ${factor(i)}·${factor(g)} ≈ ${activationText(c)}`, f + last + i + g + c],
    [`h = o·tanh c = ${factor(o)}·${factor(Math.tanh(c))} ≈ ${activationText(h)}`, o + c + h],
  ]);
}

/** @param {[line: string, sum: number][]} lines the sum is NaN where a number is missing */
const known = (lines) => lines.filter(([, sum]) => !Number.isNaN(sum)).map(([line]) => line);
