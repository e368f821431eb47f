// @ts-check
// Endless text with quotations, from a small grammar and a seed. The same names and verbs stand inside and outside; only
// the end of a verb tells: past tense outside ("ann walked"), present tense inside ("ann walks").

import { uniformAt } from "../engine/sampling.js";

const NAMES = ["ann", "bob", "eve", "tom", "leo", "mia", "sam", "zoe"];
const VERBS = ["jump", "walk", "look", "call", "turn", "wait", "talk", "play", "rest", "cook"];
const MORE = 0.6; // how probable it is that a sentence has one more clause

export const CHARACTERS = [..." \",.abcdefghijklmnoprstuvwxyz"].filter((character) => ` ",.sed${NAMES.join("")}${VERBS.join("")}`.includes(character));
const ID = new Map(CHARACTERS.map((character, id) => [character, id]));

/** @param {string} text */
export const encode = (text) => Uint8Array.from(text, (character) => /** @type {number} */ (ID.get(character)));

/** The text of a seed, taken piece by piece. */
export class QuotedText {
  #seed;
  #drawn = 0;
  #ready = "";

  /** @param {number} seed */
  constructor(seed) {
    this.#seed = seed;
  }

  /** The next characters. @param {number} length */
  take(length) {
    while (this.#ready.length < length) this.#ready += `${this.#sentence("ed")}. "${this.#sentence("s")}." `;
    const taken = this.#ready.slice(0, length);
    this.#ready = this.#ready.slice(length);
    return taken;
  }

  /** @param {string} end of its verbs @returns {string} */
  #sentence(end) {
    const clause = `${this.#one(NAMES)} ${this.#one(VERBS)}${end}`;
    return this.#uniform() < MORE ? `${clause}, ${this.#sentence(end)}` : clause;
  }

  #uniform() {
    return uniformAt(this.#seed, this.#drawn++);
  }

  /** @param {string[]} words */
  #one(words) {
    return words[Math.floor(this.#uniform() * words.length)];
  }
}

/** Whether each character is inside a quotation: from the opening mark on, until the closing one is read. @param {string} text */
export function insideOf(text) {
  let isInside = false;
  return Array.from(text, (character) => Number(character === "\"" ? (isInside = !isInside) : isInside));
}

/** Where a verb is spelled and its end is to come: s or ed. @param {string} text */
export function verbEndsNext(text) {
  const found = Array(text.length).fill(0);
  for (const { index, 1: verb } of text.matchAll(new RegExp(`\\b(${VERBS.join("|")})(?=s|ed)`, "g"))) found[index + verb.length - 1] = 1;
  return found;
}
