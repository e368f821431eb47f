// @ts-check
// What a row shows: a code for each character, the level of each code for its color, and the value in words.

import { activationLevels, activationOf } from "../reader/codes.js";
import { isShare } from "../reader/states.js";
import { activationText, signedText, titleOf } from "../reader/words.js";

/** @import { Book, Row, Shown, Signal } from "./types.js" */

const FULL = 127;
const MOST_NATS = 5; // of surprise: about a uniform guess among 150 characters
const MOST_GAINED = 2; // nats: the probabilities differ by a factor of 7
/** The level of each code, where codes are even steps. */
const EVEN = Float32Array.from({ length: 256 }, (_, k) => Math.max(-FULL, k - 128) / FULL);

/** @param {number} level */
const codeOf = (level) => Math.round(FULL * Math.max(-1, Math.min(1, level)));
/** @param {number} nats */
const natsText = (nats) => `${nats.toFixed(2).replace("-", "−")} nats`;
/** @param {number} nats */
export const signedNats = (nats) => (nats < 0 ? "" : "+") + natsText(nats);

/**
 * The nats of character i, which the row before it in the arrays holds; nothing predicts the first.
 *
 * @param {Book} book
 * @param {number} i
 */
export const lossAt = ({ reading }, i) => (i > 0 ? reading.arrays.loss[i - 1] : NaN);

/** In nats, as the differences are, and in bits, as in Read. @param {Book} book @param {number} i */
export const surpriseText = (book, i) => (i > 0 ? `${natsText(lossAt(book, i))} · ${(lossAt(book, i) / Math.LN2).toFixed(2)} bits` : "–");

/**
 * What a row shows.
 *
 * @param {Row} row
 * @param {Book} book of its model
 * @param {Book | null} other of the model that is subtracted
 * @returns {Promise<Shown>}
 */
export async function shownOf(row, book, other) {
  if (!row.minus || !other) return signalShown(row, book);
  if (row.kind === "loss") return gainShown(book, other);
  return differenceShown(await signalShown(row, book), await signalShown(row.minus, other));
}

/**
 * @param {Signal} signal
 * @param {Book} book
 * @returns {Promise<Shown>}
 */
async function signalShown(signal, book) {
  if (signal.kind === "loss") return lossShown(book);
  return signal.kind === "layer" ? layerShown(signal, book) : unitShown(signal, book);
}

/**
 * @param {Signal} signal
 * @param {Book} book
 * @returns {Promise<Shown>}
 */
async function unitShown({ state, layer, unit }, { reading, activation }) {
  const column = reading.column({ state, layer, unit }), codes = await activation(state, column);
  const largest = reading.arrays.cell_scale?.[column], isGate = isShare(state);
  const name = state === "cell" ? "tanh c" : state === "hidden" ? "h" : titleOf(state);
  return {
    codes, levels: activationLevels(state, largest), rises: isGate,
    text: (i) => activationText(activationOf(state, codes[i], largest)), ends: isGate ? [`${name}: 0 shut`, "1 open"] : [`${name} = −1`, "+1"],
  };
}

/**
 * @param {Signal} signal
 * @param {Book} book
 * @returns {Promise<Shown>}
 */
async function layerShown({ state, layer }, book) {
  const { codes, mean, scale } = await book.layer(state, layer);
  const [low, high] = [mean - scale, mean + scale].map((value) => value.toFixed(2).replace("-", "−"));
  return { codes, levels: EVEN, text: (i) => (mean + (scale * codes[i]) / FULL).toFixed(3), ends: [low, high] };
}

/** @param {Book} book @returns {Shown} */
function lossShown(book) {
  const codes = Int8Array.from(book.reading.characters, (_, i) => (i ? codeOf(lossAt(book, i) / MOST_NATS) : 0));
  return { codes, levels: EVEN, text: (i) => surpriseText(book, i), ends: ["0", `${MOST_NATS} nats or more`], rises: true };
}

/**
 * What the first model needs less for each character; nothing where one of the two does not know it.
 *
 * @param {Book} book
 * @param {Book} other
 * @returns {Shown}
 */
function gainShown(book, other) {
  const known = (/** @type {number} */ i) => i > 0 && !book.unknown[i] && !other.unknown[i];
  const gained = (/** @type {number} */ i) => lossAt(other, i) - lossAt(book, i);
  return {
    codes: Int8Array.from(book.reading.characters, (_, i) => (known(i) ? codeOf(gained(i) / MOST_GAINED) : 0)), levels: EVEN,
    text: (i) => (known(i) ? signedNats(gained(i)) : "–"), ends: [`${other.reading.model} better by ${MOST_GAINED} nats or more`, `${book.reading.model} better by ${MOST_GAINED} nats or more`],
  };
}

/**
 * The difference of what colors two rows, which runs from -2 to 2; colors are full from 1 on.
 *
 * @param {Shown} one
 * @param {Shown} less
 * @returns {Shown}
 */
function differenceShown(one, less) {
  const difference = (/** @type {number} */ i) => one.levels[one.codes[i] + 128] - less.levels[less.codes[i] + 128];
  return {
    codes: Int8Array.from(one.codes, (_, i) => codeOf(difference(i))), levels: EVEN,
    text: (i) => signedText(difference(i)), ends: ["−1 or less", "+1 or more"],
  };
}
