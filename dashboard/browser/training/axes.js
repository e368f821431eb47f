// @ts-check
// The axes of the charts: where a value stands, and which values are written beside an axis. Needs no DOM.

/** @typedef {{ low: number, high: number }} Range */

/** Where a step stands, 0 .. 1; the logarithmic axis begins with step 0. @param {number} step @param {number} last @param {boolean} isLog */
export const shareOf = (step, last, isLog) => (isLog ? Math.log1p(step) / Math.log1p(Math.max(1, last)) : step / Math.max(1, last));

/** The step at a place. @param {number} share 0 .. 1 @param {number} last @param {boolean} isLog */
export function stepAt(share, last, isLog) {
  const inside = Math.min(1, Math.max(0, share));
  return isLog ? Math.expm1(inside * Math.log1p(Math.max(1, last))) : inside * Math.max(1, last);
}

/** Steps to be written below an axis. @param {number} last @param {boolean} isLog */
export function stepTicks(last, isLog) {
  if (!isLog) return niceTicks({ low: 0, high: Math.max(1, last) }, 5).filter(Number.isInteger);
  return [0, ...Array.from({ length: 12 }, (_, k) => 10 ** k).filter((step) => step <= last)];
}

/** About so many round values within a range. @param {Range} range @param {number} count */
export function niceTicks({ low, high }, count) {
  const rough = (high - low) / count, power = 10 ** Math.floor(Math.log10(rough)), step = ([1, 2, 5].find((each) => each * power >= rough) ?? 10) * power;
  const first = Math.ceil(low / step - 1e-9), ticks = [];
  for (let k = first; k * step <= high + step * 1e-9; k++) ticks.push(Number((k * step).toPrecision(12)));
  return ticks;
}

const EARLY_SHARE = 0.02; // of the training: too steep for a linear axis

/**
 * The range of all losses and levels; on a linear axis, only after the first steep fall.
 *
 * @param {readonly import("./history.js").Row[]} rows
 * @param {number[]} levels
 * @param {boolean} isLog
 * @returns {Range}
 */
export function lossRange(rows, levels, isLog) {
  const last = rows.at(-1)?.[0] ?? 0, shown = rows.filter(([step]) => isLog || step >= EARLY_SHARE * last);
  const values = [...shown.flatMap(([, , train, validation]) => (validation === null ? [train] : [train, validation])), ...levels];
  if (!values.length) return { low: 0, high: 1 };
  const low = Math.min(...values), high = Math.max(...values), room = 0.08 * (high - low) || 0.1;
  return { low: low - room, high: high + room };
}
