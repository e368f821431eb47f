// @ts-check
// The quiz "Guess this unit" without its page: what its address says, and the score. Needs no DOM.

import { requireNumber } from "../generate/plan.js";

/**
 * @typedef {{ name: string, title: string }} Option
 * @typedef {{ passage: string, start: number, text: string, levels: string }} Excerpt
 * @typedef {{ concept: string, title: string, measure: string, verdict: string, level: string, sentence: string, score: number, interval: [number, number] | null, controls: { [name: string]: number } }} Evidence
 * @typedef {{ unit: string, name: string, called?: string, state: string, column: number, right: string[], tracks: string[], options: Option[], excerpts: Excerpt[], evidence: Evidence | null, ways: { unit: string, read: string } }} Question `called` is what people call the unit; `right`: the concepts that it tracks; none is "nothing".
 * @typedef {{ model: string, title: string, units: string[], seed: number, characters: number, network: string, questions: Question[] }} Quiz As Python's `quiz` makes it; without `units` none can be chosen in an address.
 * @typedef {{ chosen: string, words: string, isRevealed: boolean }} Answer `chosen` is a concept, NOTHING, or "" for none yet.
 * @typedef {{ model: string, units: string, seed: number, at: number }} Place `at` counts questions from 1; the one after the last is the summary.
 */

export const NOTHING = "nothing", TITLE_OF_NOTHING = "nothing that the search knows";
export const FIRST_SEED = 1, LAST_SEED = 9999;
const MOST_QUESTIONS = 20;

/** What an address says, and a sentence for each part that is wrong. @param {URLSearchParams} query @returns {{ place: Place, problems: string[] }} */
export function placeIn(query) {
  /** @type {string[]} */
  const problems = [];
  const number = (/** @type {string} */ name, /** @type {number} */ first, /** @type {number} */ least, /** @type {number} */ most) => {
    try {
      const written = query.get(name);
      return written === null ? first : requireNumber(name, written, least, most, true);
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
      return first;
    }
  };
  const place = { model: query.get("model") ?? "", units: query.get("units") ?? "", seed: number("seed", FIRST_SEED, 0, LAST_SEED), at: number("at", 1, 1, MOST_QUESTIONS + 1) };
  return { place, problems };
}

/** The words of an address; what stands at its first value is left out. @param {Place} place @returns {[string, string][]} */
export function wordsOf({ model, units, seed, at }) {
  /** @type {[string, string | number, boolean][]} */
  const all = [["model", model, Boolean(model)], ["units", units, Boolean(units)], ["seed", seed, seed !== FIRST_SEED], ["at", at, at !== 1]];
  return all.filter(([, , isSaid]) => isSaid).map(([name, value]) => [name, String(value)]);
}

/** @param {Pick<Question, "right">} question @param {string} chosen */
export const isRight = ({ right }, chosen) => (right.length ? right.includes(chosen) : chosen === NOTHING);

/**
 * How many answers were revealed, how many of them are right, and how many blind guesses would be on average.
 *
 * @param {Pick<Question, "right" | "options">[]} questions
 * @param {Map<number, Answer>} answers by the question's place in the list
 */
export function scoreOf(questions, answers) {
  const revealed = questions.flatMap((question, k) => (answers.get(k)?.isRevealed ? [{ question, chosen: /** @type {Answer} */ (answers.get(k)).chosen }] : []));
  return {
    answered: revealed.length,
    right: revealed.filter(({ question, chosen }) => isRight(question, chosen)).length,
    blind: revealed.reduce((sum, { question }) => sum + 1 / (question.options.length + 1), 0),
  };
}
