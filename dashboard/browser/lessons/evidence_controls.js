// @ts-check
// What is left of a claim about a unit when controls are added one at a time.

/**
 * @typedef {{ unit: string, sign: number, chosen: number, judged: number, null: number[], levels: string }} Found The best of some units: its AUROC where it was chosen and on other text, and the best AUROC of as many units in each draw of null labels, ascending.
 * @typedef {{ title: string, labels: string, ngrams: { [order: string]: number }, untrained: { [count: string]: number }, search: { [name: string]: any } }} About What is known of a concept.
 * @typedef {{ name: "other" | "moved" | "characters" | "untrained", value: number }} Baseline
 */

/** The controls, in the order in which they are added. The first one is no baseline: it changes the score. */
export const ADDED = /** @type {const} */ (["other", "moved", "characters", "untrained"]);

/**
 * A percentile of ascending numbers, between the two nearest ones.
 *
 * @param {number[]} ascending
 * @param {number} share 0 .. 1
 */
export function percentile(ascending, share) {
  const at = share * (ascending.length - 1), below = Math.floor(at), above = Math.min(below + 1, ascending.length - 1);
  return ascending[below] + (at - below) * (ascending[above] - ascending[below]);
}

/**
 * The score that counts with so many controls, what it has to beat, and what is left of it.
 *
 * @param {Found} found
 * @param {About} about
 * @param {string} count among how many units it was chosen
 * @param {number} added 0 .. 4
 */
export function leftOf(found, about, count, added) {
  const score = added > 0 ? found.judged : found.chosen;
  /** @type {{ [name: string]: () => number }} */
  const values = { moved: () => percentile(found.null, 0.95), characters: () => Math.max(...Object.values(about.ngrams)), untrained: () => about.untrained[count] };
  /** @type {Baseline[]} */
  const baselines = ADDED.slice(1, Math.max(1, added)).map((name) => ({ name, value: values[name]() }));
  const best = baselines.reduce((most, each) => (each.value > most ? each.value : most), 0.5);
  return { score, baselines, best, left: score - best, asGood: found.null.filter((value) => value >= found.judged).length };
}

/**
 * How many values lie in each of some bins of equal width.
 *
 * @param {number[]} values
 * @param {number} low
 * @param {number} high
 * @param {number} bins
 */
export function histogram(values, low, high, bins) {
  const counts = Array(bins).fill(0);
  for (const value of values) counts[Math.max(0, Math.min(bins - 1, Math.floor(((value - low) / (high - low)) * bins)))] += 1;
  return counts;
}
