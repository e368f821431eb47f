// @ts-check
// The glyph and the name of a character.

/** @import { Glyph } from "./types.js" */

/** @type {Map<string, string>} */
const NAMES = new Map([
  [" ", "space"], ["\n", "newline"], ["\t", "tab"], ["\0", "NUL"], ["\ufffd", "not in the vocabulary"],
]);

/** Format characters that stand alone, such as a zero width space or a change of direction. */
const FORMAT = /^[\p{Cf}\u0080-\u009f\u2028\u2029]$/u;

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
  if (code > 127 && FORMAT.test(character)) return { text: "¦", mark: true };
  return { text: character, mark: false };
}

/** What does not show by itself: format characters, marks on a letter, white space, what is not assigned. */
const HIDDEN = /^[\p{C}\p{Z}\u115f\u1160\u3164\uffa0]$/u;

/** A character as U+0301. @param {string} character */
export const codeName = (character) => `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;

/** A character in words: itself if it shows, a mark on a dotted circle, else its code. @param {string} character */
export function nameOf(character) {
  const known = NAMES.get(character);
  if (known !== undefined) return known;
  if (HIDDEN.test(character)) return codeName(character);
  return /^\p{M}$/u.test(character) ? `\u25cc${character} ${codeName(character)}` : character;
}
