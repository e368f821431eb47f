// @ts-check
// The pages of Learn besides its front page and its lessons. A page's word in the address opens it: `learn?glossary`; what
// follows the word is a term or a lesson that the page begins with.

import { openGlossary } from "./glossary.js";
import { openQuiz } from "./quiz.js";
import { openTeacher } from "./teacher.js";

/** @import { Quiz } from "./quiz_state.js" */
/** @import { Term } from "./terms.js" */
/** @import { Lesson, Networks, Summary, Ways, Widget } from "./types.js" */

/**
 * @typedef {object} Setting What a page is given.
 * @property {string} name what follows its word in the address
 * @property {URLSearchParams} query
 * @property {Summary[]} course
 * @property {Ways} ways
 * @property {() => Promise<Term[]>} terms
 * @property {(name: string) => Promise<{ lesson: Lesson, widget: Widget }>} lesson
 * @property {(asked: { model: string, units: string, seed: string }) => Promise<Quiz>} quiz
 * @property {(address: string) => ReturnType<Networks>} networkAt
 * @property {AbortSignal} signal aborted when the visitor leaves the page
 * @property {(name: string, words: [string, string][]) => string} linkTo the whole address of a lesson with such words
 * @property {(name: string, words: [string, string][]) => void} onChange called with what the address is to say
 */

/**
 * Each page by its word: its title, what makes its content, and whether its address names a model of its own, so that it
 * says nothing of what other views show.
 *
 * @type {Map<string, { title: string, open: (setting: Setting) => Promise<Node[]>, isAlone?: boolean }>}
 */
export const PAGES = new Map([
  ["glossary", { title: "Glossary", open: openGlossary }],
  ["quiz", { title: "Guess this unit", open: openQuiz, isAlone: true }],
  ["teacher", { title: "For teachers", open: openTeacher }],
]);

/** The page that an address names, and what follows its word; a lesson, or with "" the front page, if it names none. @param {URLSearchParams} query */
export function placeIn(query) {
  const page = [...PAGES.keys()].find((word) => query.has(word)) ?? "lesson";
  return { page, name: query.get(page) ?? "" };
}
