// @ts-check
// The axis of training steps, and what changed from one sample to the next.

/**
 * Where a step stands on a logarithmic axis that begins with step 0.
 *
 * @param {number} step
 * @param {number} last
 * @returns {number} 0 .. 1
 */
export const placeOf = (step, last) => Math.log(1 + step) / Math.log(1 + last);

/**
 * Which characters of a text are not those of another at the same place.
 *
 * @param {string[]} text
 * @param {string[] | null} before null: nothing counts as changed
 */
export const changesIn = (text, before) => text.map((character, k) => before !== null && character !== before[k]);

/** The snapshot from which on a score stays above a limit, from 0; -1 if it does not. @param {number[]} scores @param {number} limit */
export function settledAt(scores, limit) {
  const last = scores.findLastIndex((score) => score < limit);
  return last + 1 < scores.length ? last + 1 : -1;
}
