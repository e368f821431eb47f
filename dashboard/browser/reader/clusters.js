// @ts-check
// What people take for one character: grapheme clusters (Unicode Standard Annex 29), their width in cells, and the lines
// that only the browser can lay out, since their letters join or run from right to left.

const SIMPLE = /^[\0-\u02ff\u2010-\u2027\u2030-\u205e]*$/;
/* eslint-disable no-misleading-character-class -- ranges of code points */
/** What may join the code point before it or behind it. */
const JOINS = /[\p{M}\p{Cf}\p{Emoji_Modifier}\p{Regional_Indicator}\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7fb]/u;
const RIGHT_TO_LEFT = "\\u0590-\\u08ff\\ufb1d-\\ufdff\\ufe70-\\ufefe\\u{10800}-\\u{10fff}\\u{1e800}-\\u{1efff}";
/** Scripts of India and its neighbours, whose letters change with those beside them. */
const INDIC = "\\u0900-\\u109f\\u1700-\\u18af\\u1900-\\u1cff\\ua800-\\ua82f\\ua840-\\ua95f\\ua980-\\uaaff\\uabc0-\\uabff\\u{11000}-\\u{11fff}";
const SHAPED = new RegExp(`[${RIGHT_TO_LEFT}${INDIC}]`, "u");
const STRONG = new RegExp(`[${RIGHT_TO_LEFT}]|\\p{L}`, "u");
const FROM_RIGHT = new RegExp(`^[${RIGHT_TO_LEFT}]`, "u");

/** Whether a character is of a script that runs from right to left. @param {string} character */
export const isFromRight = (character) => FROM_RIGHT.test(character);

const segmenter = typeof Intl !== "undefined" && "Segmenter" in Intl ? new Intl.Segmenter("en") : null;

/**
 * The first code point of the cluster of each code point.
 *
 * @param {string[]} characters code points
 */
export function clustersOf(characters) {
  const first = new Int32Array(characters.length);
  for (let i = 0; i < first.length; i++) first[i] = i;
  if (!segmenter || SIMPLE.test(characters.join(""))) return first;
  for (const [start, end] of linesOf(characters)) {
    const line = characters.slice(start, end).join("");
    if (JOINS.test(line)) join(first, characters, start, line);
  }
  return first;
}

/**
 * @param {Int32Array} first
 * @param {string[]} characters
 * @param {number} start of the line
 * @param {string} line
 */
function join(first, characters, start, line) {
  let i = start;
  for (const { segment } of /** @type {Intl.Segmenter} */ (segmenter).segment(line)) {
    const begin = i;
    for (let left = segment.length; left > 0; i++) {
      first[i] = segment.startsWith("\r") ? i : begin; // a carriage return and its newline are two marks
      left -= characters[i].length;
    }
  }
}

/** The lines of a text, each with its newline. @param {string[]} characters @returns {Generator<[start: number, end: number]>} */
function* linesOf(characters) {
  for (let start = 0, end; start < characters.length; start = end) {
    end = characters.indexOf("\n", start) + 1 || characters.length;
    yield [start, end];
  }
}

const REACH = 64; // code points before and behind one that may belong to the same cluster

/** The cluster of a code point, and which of its code points that is. @param {string[]} characters @param {number} i */
export function clusterAround(characters, i) {
  const start = Math.max(0, characters.lastIndexOf("\n", i - 1) + 1, i - REACH), near = characters.slice(start, i + REACH);
  const first = clustersOf(near), begin = first[i - start];
  let end = begin;
  while (end < near.length && first[end] === begin) end++;
  return { cluster: near.slice(begin, end).join(""), length: end - begin, at: i - start - begin };
}

/** @typedef {"" | "ltr" | "rtl"} Direction Of a line that the browser lays out, its first letter's; "" for one of cells. */

/**
 * The direction of the line of each code point that begins one.
 *
 * @param {string[]} characters
 * @returns {Map<number, Direction>} only of lines that the browser is to lay out
 */
export function shapedLinesOf(characters) {
  const text = characters.join(""), found = new Map();
  if (SIMPLE.test(text) || !SHAPED.test(text)) return found;
  for (const [start, end] of linesOf(characters)) {
    const line = characters.slice(start, end).join("");
    if (SHAPED.test(line)) found.set(start, FROM_RIGHT.test(STRONG.exec(line)?.[0] ?? "") ? "rtl" : "ltr");
  }
  return found;
}

/** East Asian Wide and Fullwidth (Unicode Standard Annex 11), and what is shown as an emoji by itself. */
const WIDE = /[\p{Emoji_Presentation}\u1100-\u115f\u2329\u232a\u2630-\u2637\u268a-\u268f\u2e80-\u303e\u3041-\u3247\u3250-\ua4c6\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6b\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{16fe3}\u{16ff0}-\u{1b2fb}\u{1d300}-\u{1d376}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]/u;
const FIRST_WIDE = 0x1100;
/** Asks for the colored form, as in a heart or a keycap. */
const AS_EMOJI = "\ufe0f";

/**
 * How many cells of equal width a cluster fills, a tab apart: 2 of a Chinese, Japanese or Korean character and of an emoji,
 * else 1. A character of ambiguous width counts as narrow.
 *
 * @param {string} cluster
 */
export function cellsOf(cluster) {
  if (cluster.length === 1 && cluster.charCodeAt(0) < FIRST_WIDE) return 1;
  return WIDE.test(cluster) || cluster.includes(AS_EMOJI, 1) ? 2 : 1;
}
