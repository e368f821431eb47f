// @ts-check
// What a byte stands for: the inverse of dashboard/codes.py (see docs/frame-format.md).

const FULL = 127;
const BEND = 3; // up to here the steps of c are even, beyond it they grow with c

/** c as it is up to 3, and beyond it 3 + ln(c / 3); for c >= 0. @param {number} c */
export const compress = (c) => Math.min(c, BEND) + Math.log(Math.max(c, BEND) / BEND);
/** @param {number} compressed */
const expand = (compressed) => Math.min(compressed, BEND) * Math.exp(Math.max(compressed, BEND) - BEND);

/**
 * The code of an activation, as dashboard/codes.py rounds it; beyond the largest it is the largest's.
 *
 * @param {string} state
 * @param {number} value
 * @param {number} [largest] the largest |c| of the unit
 */
export function codeOf(state, value, largest = 0) {
  const share = state === "cell" ? Math.sign(value) * (compress(Math.abs(value)) / compress(largest)) : value;
  return Math.round(FULL * Math.max(-1, Math.min(1, share)));
}

/**
 * The activation that a code stands for.
 *
 * @param {string} state
 * @param {number} code -127 .. 127
 * @param {number} [largest] the largest |c| of the unit
 */
export function activationOf(state, code, largest = 0) {
  const share = Math.max(-FULL, code) / FULL;
  return state === "cell" ? Math.sign(share) * expand(Math.abs(share) * compress(largest)) : share;
}

/**
 * The level of each code for the color, -1 .. 1; entry q + 128 is that of q. For h it is h itself. For c, which has no
 * bound, it is tanh c, which the output gate scales, and by which Karpathy, Johnson and Fei-Fei (2015) colored text.
 *
 * @param {string} state
 * @param {number} [largest]
 */
export function activationLevels(state, largest) {
  return Float32Array.from({ length: 256 }, (_, k) => {
    const value = activationOf(state, k - 128, largest);
    return state === "cell" ? Math.tanh(value) : value;
  });
}
