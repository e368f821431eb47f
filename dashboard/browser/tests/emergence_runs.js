// @ts-check
// Texts of the lesson on a cell that emerges, for tests/lessons/test_emergence.py.

import { CHARACTERS, QuotedText, encode, insideOf, verbEndsNext } from "../lessons/emergence_text.js";

/** A text, taken in pieces of some length, and its labels. @param {number} seed @param {number} length @param {number} piece */
export function quoted(seed, length, piece) {
  const source = new QuotedText(seed);
  let text = "";
  while (text.length < length) text += source.take(piece);
  return { text, ids: encode(text), inside: insideOf(text), ends: verbEndsNext(text), characters: CHARACTERS };
}
