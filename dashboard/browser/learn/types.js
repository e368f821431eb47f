// @ts-check
// What the frame, the lessons and the hosts have in common.

/**
 * @typedef {{ number: number, name: string, title: string, question: string, minutes: number }} Summary
 *
 * @typedef {Summary & {
 *   stops: { name: string, set: { [control: string]: string } }[],
 *   predict: { question: string, options: string[], right: number },
 *   footer: { [name: string]: string }, see: { name: string, href: string }[],
 *   text: string, answer: string, data: any,
 * }} Lesson As Python's `Lesson.page()` makes it; `text` and `answer` are HTML; `see` leads to real models.
 *
 * @typedef {(name: string) => Promise<{ about: import("../generate/about.js").About, weights: ArrayBuffer | string }>} Networks One of the lesson's models, for `openEngine` or `openNetwork`.
 *
 * @typedef {{ data: any, isStill: boolean, network: Networks }} Context What a widget is told: the lesson's numbers, whether the visitor wants no motion, and its models.
 *
 * @typedef {{ CONTROLS: import("./values.js").Control[], mount: (place: HTMLElement, controls: import("./values.js").Values, context: Context) => void | { destroy?: () => void } }} Widget
 *
 * @typedef {object} Ways To other lessons, and with "" to the front page; or to another page of Learn, by its word.
 * @property {(name: string, page?: string) => string} href
 * @property {(name: string, page?: string) => void} [open] if that needs no new page of the browser
 * @property {{ word: string, title: string }[]} [pages] the pages that there are besides the lessons
 */

export {};
