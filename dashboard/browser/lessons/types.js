// @ts-check
// What the frame, the lessons and the hosts have in common.

/**
 * @typedef {{ number: number, name: string, title: string, question: string, minutes: number }} Summary
 *
 * @typedef {Summary & {
 *   stops: { name: string, set: { [control: string]: string } }[],
 *   predict: { question: string, options: string[], right: number },
 *   footer: { [name: string]: string },
 *   text: string, answer: string, data: any,
 * }} Lesson As Python's `Lesson.page()` makes it; `text` and `answer` are HTML.
 *
 * @typedef {{ data: any, isStill: boolean }} Context What a widget is told: the lesson's numbers, and whether the visitor wants no motion.
 *
 * @typedef {{ CONTROLS: import("./values.js").Control[], mount: (place: HTMLElement, controls: import("./values.js").Values, context: Context) => void | { destroy?: () => void } }} Widget
 *
 * @typedef {{ href: (name: string) => string, open: (name: string) => void }} Ways To other lessons, and with "" to the front page.
 */

export {};
