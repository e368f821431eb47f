// @ts-check
// What is counted in the texts of lesson 21, and what holding a unit costs on a text. Needs no DOM.

import { counted } from "../generate/compare.js";

export const MOST = 20; // texts to count in

/**
 * The characters that are counted: line breaks, or the quotation marks that close.
 *
 * @param {string[]} characters
 * @param {string} wanted
 * @param {string} before what precedes them
 */
export const placesOf = (characters, wanted, before) => characters.flatMap((character, i) =>
  (character === wanted && counted(character, wanted, characters[i - 1] ?? before) ? [i] : []));

/**
 * Mean bits of the characters that are counted and of all others, free and held. The first character is not predicted.
 *
 * @param {string[]} characters
 * @param {number[]} free nats of the character after each, as a reading gives them
 * @param {number[]} held
 * @param {string} wanted
 */
export function costs(characters, free, held, wanted) {
  const there = new Set(placesOf(characters, wanted, "").map((i) => i - 1));
  const of = (/** @type {number[]} */ loss, /** @type {boolean} */ isThere) => {
    const some = loss.filter((_, i) => there.has(i) === isThere);
    return some.reduce((sum, nats) => sum + nats, 0) / some.length / Math.LN2;
  };
  const rowOf = (/** @type {boolean} */ isThere) => ({
    count: free.filter((_, i) => there.has(i) === isThere).length, free: of(free, isThere), held: of(held, isThere),
  });
  return { there: rowOf(true), elsewhere: rowOf(false) };
}

/** How many texts have it, and how often all of them together. @param {number[]} counts */
export const sumsOf = (counts) => ({ texts: counts.filter((each) => each > 0).length, all: counts.reduce((a, b) => a + b, 0) });

/** The first character in which two texts differ; -1 for none so far. @param {string[]} free @param {string[]} held */
export const partingOf = (free, held) => free.findIndex((character, i) => i < held.length && held[i] !== character);

/**
 * At how many places of a text that was read the likeliest next character is the wanted one. The last place does not count: nothing follows.
 *
 * @param {string[]} characters
 * @param {number[]} ids of these characters in the vocabulary
 * @param {number[]} top the likeliest after each
 * @param {string} wanted
 */
export function expecting(characters, ids, top, wanted) {
  const id = ids[characters.indexOf(wanted)];
  return top.slice(0, characters.length - 1).filter((each) => each === id).length;
}
