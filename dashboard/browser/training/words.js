// @ts-check
// The sentences about a training. Needs no DOM.

/** @import { History, Losses } from "./history.js" */

/**
 * @typedef {object} Emergence How a unit came to follow a concept, as docs/frame-format.md describes it.
 * @property {string} unit
 * @property {string} state
 * @property {string} concept
 * @property {string} title
 * @property {string} measure
 * @property {number} passes
 * @property {number} sign
 * @property {string} sign_of
 * @property {number[]} steps
 * @property {number[]} scores
 * @property {number | null} settled
 */

/** @param {number} value */
const grouped = (value) => value.toLocaleString("en");
/** Without the zero before the point, as scores are written. @param {number} value @param {number} [digits] */
export const score = (value, digits = 3) => value.toFixed(digits).replace(/^(-?)0\./, "$1.").replace("-", "−");
/** @param {string} unit */
export const named = (unit) => unit.replace(".", "·");
/** @param {string} state */
export const symbolOf = (state) => (state === "hidden" ? "h" : state === "cell" ? "tanh c" : state.replaceAll("_", " "));

/** When a unit came to follow its concept. @param {Emergence} emergence */
export function emergenceSentence({ unit, title, measure, passes, steps, scores, settled }) {
  const limit = `${measure} ${score(passes, 1)}`, about = `“${title}”`, at = steps.indexOf(settled ?? -1);
  if (!steps.length) return "";
  if (at < 0) {
    const once = scores.findIndex((value) => value >= passes), best = Math.max(...scores);
    if (once >= 0) return `${named(unit)} passes ${limit} for ${about} at step ${grouped(steps[once])}, but does not stay above it: it ends at ${score(scores[scores.length - 1])}.`;
    return `${named(unit)} does not reach ${limit} for ${about}: its best is ${score(best)}.`;
  }
  if (at === 0) return `${named(unit)} is above ${limit} for ${about} from the first snapshot on.`;
  const stays = at < steps.length - 1 ? " and stays above it" : ", the last snapshot so far";
  return `${named(unit)} passes ${limit} for ${about} at step ${grouped(steps[at])}${stays}. At step ${grouped(steps[at - 1])} it was ${score(scores[at - 1])}.`;
}

/** Where the sign of the curve comes from. @param {Emergence} emergence */
export const signSentence = ({ sign, sign_of, measure }) => `The unit counts as ${sign < 0 ? "lower" : "higher"} where the concept holds${sign_of === "search" ? ", as the search of the final network found" : ", as at the last snapshot"}; ${measure} ${measure === "AUROC" ? ".5" : "0"} is chance. Measured on the short text below; a search measures on the test split.`;

/**
 * The figures of a step: name, figure, more about it.
 *
 * @param {number} step
 * @param {number} characters
 * @param {Losses} losses
 * @param {string} per
 * @returns {[string, string, string][]}
 */
export function figuresOf(step, characters, { train, first, last, validation, measured }, per) {
  /** @type {[string, string, string][]} */
  const figures = [["After step", grouped(step), `${grouped(characters)} ${per}s read`]];
  if (train !== null) figures.push(["Training loss", `${train.toFixed(3)} nats`, `${bits(train)}; mean of steps ${grouped(first)} to ${grouped(last)}`]);
  if (validation !== null) figures.push(["Validation loss", `${validation.toFixed(3)} nats`, `${bits(validation)}; at step ${grouped(measured)}`]);
  return figures;
}

/** @param {number} nats */
const bits = (nats) => `${(nats / Math.LN2).toFixed(3)} bits`;

/** How the training stands; empty once it is finished. @param {History} history */
export function statusSentence({ status, done, total, speed, seconds_left }) {
  const far = done === null ? "" : `: step ${grouped(done)}${total ? ` of ${grouped(total)}` : ""}`;
  const fast = speed === null ? "" : ` · ${grouped(Math.round(speed))} characters/s`;
  const left = seconds_left === null ? "" : ` · ${duration(seconds_left)} left`;
  const words = {
    untrained: "Not trained yet.", training: `Training${far}${fast}${left}`, paused: "Paused. This is the training so far.",
    failed: "The training failed. This is what it did until then.", finished: "",
  };
  return words[status];
}

/** About how long. @param {number} seconds */
export function duration(seconds) {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
