// @ts-check
// Two texts from the same random numbers, one free and one with units held: where they part, and what was counted.

import { holdName } from "./plan.js";
import { activationText } from "../reader/words.js";

/** @import { Clamp } from "../engine/types.js" */

/**
 * The first character in which two texts differ, -1 while there is none, and the share of equal characters, position by
 * position; both of the part that both texts have, from `start` on.
 *
 * @param {ArrayLike<number>} free
 * @param {ArrayLike<number>} held
 * @param {number} start
 */
export function compared(free, held, start) {
  const end = Math.min(free.length, held.length);
  let first = -1, equal = 0;
  for (let i = start; i < end; i++) {
    if (free[i] === held[i]) equal += 1;
    else if (first < 0) first = i;
  }
  return { first, characters: Math.max(0, end - start), share: end > start ? equal / (end - start) : 1 };
}

/**
 * How often a text holds what is looked for; occurrences do not overlap.
 *
 * @param {string} text
 * @param {string} wanted "" is nowhere
 */
export const countOf = (text, wanted) => (wanted ? text.split(wanted).length - 1 : 0);

/**
 * Straight quotation marks that open, and those that close: one opens where a space, a bracket or a dash is before it, or
 * nothing.
 *
 * @param {string} text
 * @param {string} before what precedes the text
 */
export function quotationMarks(text, before) {
  let opening = 0, closing = 0, last = Array.from(before).at(-1) ?? "";
  for (const character of text) {
    if (character === '"') {
      if (last === "" || /[\s([{\u2013\u2014-]/u.test(last)) opening += 1;
      else closing += 1;
    }
    last = character;
  }
  return { opening, closing };
}

/** What is counted, in words. @param {string} wanted @param {number} count */
export function countedThing(wanted, count) {
  const one = count === 1;
  if (wanted === "\n") return one ? "line break" : "line breaks";
  if (wanted === '"') return one ? "closing quotation mark" : "closing quotation marks";
  return `“${wanted}”`;
}

/** The held units and their values: "L2·u392 at 1.50". @param {Clamp[]} holds @param {string} [at] */
export const holdsInWords = (holds, at = " at ") => holds.map((hold) => `${holdName(hold)}${at}${activationText(hold.value)}`).join(", ");

/**
 * How often a text has what is counted; of quotation marks, those that close.
 *
 * @param {string} text
 * @param {string} wanted
 * @param {string} before what precedes the text
 */
export const counted = (text, wanted, before) => (wanted === '"' ? quotationMarks(text, before).closing : countOf(text, wanted));

/**
 * What was held and what followed, in one or two sentences.
 *
 * @param {{ holds: Clamp[], prompt: string, free: string, held: string, first: number, share: number, count: string }} texts `first` from the
 *   first written character, from 0; -1 for none
 */
export function whatFollowed({ holds, prompt, free, held, first, share, count }) {
  const characters = Math.min(Array.from(free).length, Array.from(held).length);
  if (!characters) return `With ${holdsInWords(holds)}. Both columns use the same random numbers.`;
  const parted = first < 0
    ? `the two texts are the same so far (${characters.toLocaleString("en")} characters)`
    : `the texts differ from character ${(first + 1).toLocaleString("en")} on; ${Math.round(100 * share)} % of the positions agree`;
  const counts = count ? ` Free: ${written(free, count, prompt)}. Held: ${written(held, count, prompt)}.` : "";
  return `With ${holdsInWords(holds)}, ${parted}.${counts}`;
}

/** @param {string} text @param {string} count @param {string} before */
function written(text, count, before) {
  if (count === '"') {
    const { opening, closing } = quotationMarks(text, before);
    return `${opening} opening and ${closing} closing quotation marks`;
  }
  const found = countOf(text, count);
  return `${found.toLocaleString("en")} ${countedThing(count, found)}`;
}

/**
 * What many seeds gave, in two sentences.
 *
 * @param {{ free: number[], held: number[], count: string, characters: number }} trial how often each text has it
 */
export function trialInWords({ free, held, count, characters }) {
  const some = (/** @type {number[]} */ counts) => counts.filter((each) => each > 0).length;
  const mean = (/** @type {number[]} */ counts) => (counts.reduce((a, b) => a + b, 0) / counts.length).toFixed(1);
  const thing = countedThing(count, 1);
  return `From ${free.length} seeds, ${characters} characters each: a ${thing} comes in ${some(free)} of the free texts `
    + `and in ${some(held)} of the held ones; ${mean(free)} against ${mean(held)} on average.`;
}
