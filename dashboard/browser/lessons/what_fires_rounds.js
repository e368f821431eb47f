// @ts-check
// Rounds of "which of these units is a detector, and of what": drawn with a seed; guesses as an address says them.

import { uniformAt } from "../engine/sampling.js";

/**
 * @typedef {{ unit: string, tracks: string, nearest: string, measure: string, verdict: string, level: string, score: number, ngram: number, untrained: number, levels: string }} Shown `tracks`: the concept that the search found it for, or "".
 * @typedef {{ cards: number[], right: number, concept: string, options: string[], rightOption: number }} Round `cards`: three units, by their places in the list.
 * @typedef {{ card: number, option: number }} Guess from 1; 0 is no guess yet
 */

const CARDS = 3, OPTIONS = 4;
const PER_ROUND = 100; // random numbers that a round may use

/**
 * The numbers 0 to count - 1, shuffled (Fisher and Yates) with the random numbers from `first` on.
 *
 * @param {number} count
 * @param {number} seed
 * @param {number} first
 */
export function shuffled(count, seed, first) {
  const order = Array.from({ length: count }, (_, k) => k);
  for (let k = count - 1; k > 0; k--) {
    const other = Math.floor(uniformAt(seed, first + k) * (k + 1));
    [order[k], order[other]] = [order[other], order[k]];
  }
  return order;
}

/**
 * Round `number` (from 1) of a seed: one detector among units without a finding, and four concepts to choose from. In
 * the rounds of one seed each concept comes once.
 *
 * @param {Pick<Shown, "tracks">[]} units
 * @param {string[]} concepts
 * @param {number} seed
 * @param {number} number
 * @returns {Round}
 */
export function roundOf(units, concepts, seed, number) {
  const concept = concepts[shuffled(concepts.length, seed, 0)[number - 1]], first = PER_ROUND * number;
  const places = [...units.keys()], ofConcept = places.filter((k) => units[k].tracks === concept), others = places.filter((k) => !units[k].tracks);
  const detector = ofConcept[Math.floor(uniformAt(seed, first) * ofConcept.length)];
  const cards = shuffled(others.length, seed, first + 1).slice(0, CARDS - 1).map((k) => others[k]), right = Math.floor(uniformAt(seed, first + 50) * CARDS);
  cards.splice(right, 0, detector);
  const wrong = concepts.filter((name) => name !== concept && !units.some(({ tracks }, k) => tracks === name && sameUnit(units, k, detector)));
  const options = shuffled(wrong.length, seed, first + 60).slice(0, OPTIONS - 1).map((k) => wrong[k]), rightOption = Math.floor(uniformAt(seed, first + 80) * OPTIONS);
  options.splice(rightOption, 0, concept);
  return { cards, right, concept, options, rightOption };
}

/** A unit may have been found for two concepts. @param {any[]} units @param {number} a @param {number} b */
const sameUnit = (units, a, b) => units[a].unit !== undefined && units[a].unit === units[b].unit;

/** "1:2-4,3:1-0": in round 1 the second card and the fourth concept, in round 3 the first card. What means nothing is left out. @param {string} written @returns {Map<number, Guess>} */
export function guessesIn(written) {
  const found = new Map();
  for (const part of written.split(",")) {
    const match = /^(\d{1,2}):([0-3])-([0-4])$/.exec(part);
    if (match) found.set(Number(match[1]), { card: Number(match[2]), option: Number(match[3]) });
  }
  return found;
}

/** @param {Map<number, Guess>} guesses */
export const guessesText = (guesses) => [...guesses].map(([number, { card, option }]) => `${number}:${card}-${option}`).join(",");
/** @param {Guess | undefined} guess */
export const isWhole = (guess) => guess !== undefined && guess.card > 0 && guess.option > 0;

/**
 * How many rounds were answered, and how many units and concepts of them were right.
 *
 * @param {Pick<Shown, "tracks">[]} units
 * @param {string[]} concepts
 * @param {number} seed
 * @param {string} written guesses
 */
export function scoreOf(units, concepts, seed, written) {
  const whole = [...guessesIn(written)].filter(([number, guess]) => isWhole(guess) && number >= 1 && number <= concepts.length);
  const rights = whole.map(([number, { card, option }]) => {
    const { right, rightOption } = roundOf(units, concepts, seed, number);
    return [Number(card - 1 === right), Number(option - 1 === rightOption)];
  });
  const sum = (/** @type {number} */ k) => rights.reduce((total, each) => total + each[k], 0);
  return { rounds: whole.length, units: sum(0), concepts: sum(1) };
}
