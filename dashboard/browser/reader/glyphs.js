// @ts-check
// The glyph and the name of a character.

/** @import { Glyph } from "./types.js" */

/** @type {Map<string, string>} */
const NAMES = new Map([
  [" ", "space"], ["\n", "newline"], ["\t", "tab"], ["\0", "NUL"], ["\ufffd", "not in the vocabulary"],
]);

/**
 * The character itself, or a faint mark for an invisible one.
 *
 * @param {string} character one code point
 * @param {boolean} [spaces] whether a space is marked too
 * @returns {Glyph}
 */
export function glyphOf(character, spaces = false) {
  const code = character.codePointAt(0) ?? 0;
  if (character === "\n") return { text: "↵", mark: true };
  if (character === "\t") return { text: "→", mark: true };
  if (character === " " && spaces) return { text: "␣", mark: true };
  if (code < 32) return { text: String.fromCodePoint(0x2400 + code), mark: true };
  if (code === 127) return { text: "␡", mark: true };
  return { text: character, mark: false };
}

const WIDE = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\p{Emoji_Presentation}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]/u;
const FIRST_WIDE = 0x1100, HALF_WIDTH = [0xff61, 0xffdc];

/** Whether every font draws a character about twice as wide as a Latin one: Chinese, Japanese, Korean. @param {string} character */
export function isWide(character) {
  const code = character.codePointAt(0) ?? 0;
  return code >= FIRST_WIDE && !(code >= HALF_WIDTH[0] && code <= HALF_WIDTH[1]) && WIDE.test(character);
}

/** How many cells of equal width a character fills, a tab apart. @param {string} character */
export const cellsOf = (character) => (isWide(character) ? 2 : 1);

/** @param {string} character */
export const nameOf = (character) => NAMES.get(character) ?? character;
