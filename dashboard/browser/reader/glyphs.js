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

/** @param {string} character */
export const nameOf = (character) => NAMES.get(character) ?? character;
