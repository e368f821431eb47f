// @ts-check
// Lesson 1: the four uses of one network as columns of an unrolled figure: what goes in, a state, what comes out. Needs
// no DOM.

/**
 * @typedef {"write" | "name" | "label" | "answer"} Use
 *
 * @typedef {object} Column One step.
 * @property {string} input
 * @property {boolean} isFed whether the input is what came out before
 * @property {number | null} state of the shown unit after the step; null before the network has run
 * @property {string | null} output null where nothing is taken out
 * @property {boolean} [isWrong] a label that is not the truth
 *
 * @typedef {{ sign: number, threshold: number }} Rule when a unit is on
 */

export const COMMENT = "c", CODE = "·";

/** Inputs alone, before the network has run. @param {string[]} characters @returns {Column[]} */
export const waiting = (characters) => characters.map((input) => ({ input, isFed: false, state: null, output: null }));

/**
 * A text that was written after a prompt: what comes out is what goes in next.
 *
 * @param {string[]} characters the prompt's and the written ones
 * @param {number[]} states
 * @param {number} prompt its length
 * @returns {Column[]}
 */
export const writtenColumns = (characters, states, prompt) => characters.slice(0, -1).map((input, i) => ({
  input, isFed: i >= prompt, state: states[i] ?? null, output: i >= prompt - 1 ? characters[i + 1] : null,
}));

/**
 * A text that was read, with one answer at its end.
 *
 * @param {string[]} characters
 * @param {number[]} states
 * @param {string} answer
 * @returns {Column[]}
 */
export const namedColumns = (characters, states, answer) => characters.map((input, i) => ({
  input, isFed: false, state: states[i], output: i === characters.length - 1 ? answer : null,
}));

/**
 * A text that was read, with a label for each character.
 *
 * @param {string[]} characters
 * @param {number[]} states
 * @param {Rule} rule
 * @param {boolean[] | null} truth
 * @returns {Column[]}
 */
export const labelledColumns = (characters, states, rule, truth) => characters.map((input, i) => {
  const isOn = isUnitOn(states[i], rule);
  return { input, isFed: false, state: states[i], output: isOn ? COMMENT : CODE, isWrong: truth ? truth[i] !== isOn : false };
});

/** @param {number} value @param {Rule} rule */
export const isUnitOn = (value, { sign, threshold }) => sign * (value - threshold) > 0;

/**
 * Which of two models a text is likelier to come from, if both are as likely before: Bayes' rule.
 *
 * @param {number[]} one nats of each character
 * @param {number[]} other
 */
export function compared(one, other) {
  const sum = (/** @type {number[]} */ nats) => nats.reduce((a, b) => a + b, 0), sums = [sum(one), sum(other)];
  return { sums, means: [sums[0] / one.length, sums[1] / other.length], probability: 1 / (1 + Math.exp(sums[0] - sums[1])) };
}
