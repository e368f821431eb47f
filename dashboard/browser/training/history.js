// @ts-check
// What is known of a training: losses, samples and snapshots by step. Needs no DOM.

/**
 * @typedef {[step: number, characters: number, train: number, validation: number | null]} Row of the log; losses in nats
 * @typedef {{ step: number, chars: number, temperature: number, text: string }} Sample
 * @typedef {"untrained" | "training" | "paused" | "finished" | "failed"} Status
 * @typedef {{ unit: string, state: string, concept: string, title: string }} Listed a unit such as `L2.u392`, and its concept
 *
 * @typedef {object} History As docs/frame-format.md describes it.
 * @property {string} run
 * @property {string} version
 * @property {[rows: number, samples: number]} kept how many of those that were there stay
 * @property {Row[]} rows
 * @property {Sample[]} samples
 * @property {number[]} snapshots their steps
 * @property {string[] | null} kept_units the units that have snapshots; null for all
 * @property {number | null} best_step
 * @property {string} per `character` or `byte`
 * @property {{ ngram: { order: number, nats: number } | null, uniform: { characters: number, nats: number } }} levels
 * @property {number} units
 * @property {number} layers
 * @property {string[]} states
 * @property {Listed[]} detectors
 * @property {Status} status
 * @property {number | null} speed characters per second
 * @property {number | null} total steps
 * @property {number | null} done steps
 * @property {number | null} seconds_left
 *
 * @typedef {object} Losses What the log knows of a step; null where it knows nothing.
 * @property {number | null} train the mean over the steps `first` .. `last`
 * @property {number} first
 * @property {number} last
 * @property {number | null} validation
 * @property {number} measured at which step the validation loss was
 */

/**
 * All that is known after an answer, which leaves out what was there before.
 *
 * @param {History | null} before
 * @param {History} answer
 * @returns {History}
 */
export function merged(before, answer) {
  const [rows, samples] = answer.kept;
  return {
    ...answer,
    rows: [...(before?.rows.slice(0, rows) ?? []), ...answer.rows],
    samples: [...(before?.samples.slice(0, samples) ?? []), ...answer.samples],
  };
}

/** The steps that the slider stands at: those with a sample or a snapshot. @param {History} history */
export const pointsOf = ({ samples, snapshots }) => [...new Set([...samples.map(({ step }) => step), ...snapshots])].sort((a, b) => a - b);

/** Which of some rising steps is nearest to a step; -1 if there are none. @param {readonly number[]} steps @param {number} step */
export function nearest(steps, step) {
  let best = -1;
  steps.forEach((each, k) => {
    if (best < 0 || Math.abs(each - step) < Math.abs(steps[best] - step)) best = k;
  });
  return best;
}

/** The last of some rising steps that is not after a step; -1 if all are. @param {readonly number[]} steps @param {number} step */
export const lastBy = (steps, step) => steps.findLastIndex((each) => each <= step);

/** What the losses were at a step, as far as the log says. @param {readonly Row[]} rows @param {number} step @returns {Losses} */
export function lossesAt(rows, step) {
  const at = step > 0 ? rows.findIndex((row) => row[0] >= step) : -1, evaluated = rows.findLast((row) => row[3] !== null && row[0] <= step);
  return {
    train: at < 0 ? null : rows[at][2],
    first: at > 0 ? rows[at - 1][0] + 1 : 1,
    last: at < 0 ? 0 : rows[at][0],
    validation: evaluated ? evaluated[3] : null,
    measured: evaluated ? evaluated[0] : 0,
  };
}

/** How many characters were read by a step; each step reads as many. @param {History} history @param {number} step */
export function charactersBy({ rows, samples }, step) {
  const sample = samples.find((each) => each.step === step), row = rows.find((each) => each[0] > 0);
  if (sample) return sample.chars;
  return row ? Math.round((step * row[1]) / row[0]) : 0;
}

/** Where a unit stands among all, layers side by side; -1 for words that name none. @param {string} unit @param {History} history */
export function columnOf(unit, { layers, units }) {
  const [, layer, index] = (/^L([0-9]{1,3})[.·]u([0-9]{1,6})$/.exec(unit) ?? []).map(Number);
  return layer >= 1 && layer <= layers && index < units ? (layer - 1) * units + index : -1;
}
