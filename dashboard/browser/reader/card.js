// @ts-check
// The card with the details of one character.

import { element } from "./dom.js";
import { nameOf } from "./glyphs.js";
import { clusterAround } from "./clusters.js";
import { probabilityText } from "./words.js";

/** @import { Reading } from "./types.js" */

/**
 * @typedef {object} Described The unit in view at a character.
 * @property {string} name
 * @property {[symbol: string, activation: string][]} values in each of its states
 * @property {string[]} update what the last step computed, in numbers
 */

const NATS_TO_BITS = 1 / Math.LN2;

/**
 * Fills `card` with the details of character i.
 *
 * @param {HTMLElement} card
 * @param {Reading} reading
 * @param {number} i
 * @param {Described} described
 */
export function fillCard(card, reading, i, { name: unit, values, update }) {
  const { characters, arrays, predictions } = reading;
  const facts = element("dl", "facts");
  /** @type {(name: string, value: string, className?: string) => void} */
  const fact = (name, value, className = "wide") => facts.append(element("dt", "", name), element("dd", className, value));
  fact("position", i.toLocaleString("en"));
  for (const [k, [name, value]] of values.entries()) fact(name, value, k % 2 === 0 && k + 1 === values.length ? "wide" : "");
  if (i > 0 && predictions) fact("surprise", `${(arrays.loss[i - 1] * NATS_TO_BITS).toFixed(2)} bits`);
  const last = i + 1 >= characters.length;
  const ranked = predictions ? `, ranked ${arrays.rank[i]}` : ""; // a recording may lack predictions
  const next = last ? "end of the text" : `next: ${nameOf(characters[i + 1])}${ranked}`;
  card.replaceChildren(
    element("div", "card-head", element("b", "", nameOf(characters[i])), element("span", "", unit)),
    ...partOf(reading, i),
    facts,
    ...update.map((line) => element("div", "card-update", line)),
    element("div", "card-next", next),
    element("ol", "predictions", ...predictionsOf(reading, i)),
  );
}

/** Which part of what people take for one character it is, and whether the model knows it. @param {Reading} reading @param {number} i */
function partOf({ characters, unknown }, i) {
  const line = clusterAround(characters, i), parts = [];
  if (line.length > 1) parts.push(element("div", "card-part", `code point ${line.at + 1} of ${line.length} of “${line.cluster}”`));
  if (unknown?.[i]) parts.push(element("div", "card-part", "not in the model’s vocabulary: read as U+FFFD"));
  return parts;
}

/**
 * @param {Reading} reading
 * @param {number} i
 */
function predictionsOf({ characters, arrays, vocabulary, predictions }, i) {
  return Array.from({ length: predictions }, (_, k) => {
    const character = vocabulary[arrays.top_char[i * predictions + k]];
    const probability = arrays.top_prob[i * predictions + k];
    const bar = element("i", "bar");
    bar.style.width = `${probability * 100}%`;
    const row = element("li", "", element("code", "", nameOf(character)), bar, element("span", "", probabilityText(probability)));
    row.dataset.probability = String(probability);
    row.classList.toggle("true-next", i + 1 < characters.length && character === characters[i + 1]);
    return row;
  });
}
