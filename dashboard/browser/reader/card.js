// @ts-check
// The card with the details of one character.

import { element } from "./dom.js";
import { nameOf } from "./glyphs.js";
import { probabilityText } from "./words.js";

/** @import { Reading } from "./types.js" */

const NATS_TO_BITS = 1 / Math.LN2;

/**
 * Fills `card` with the details of character i.
 *
 * @param {HTMLElement} card
 * @param {Reading} reading
 * @param {number} i
 * @param {string} unit the unit's name
 * @param {[string, string][]} values of the unit at this character: the state's symbol, the activation
 */
export function fillCard(card, reading, i, unit, values) {
  const { characters, arrays, predictions } = reading;
  const facts = element("dl", "facts");
  /** @type {(name: string, value: string) => void} */
  const fact = (name, value) => facts.append(element("dt", "", name), element("dd", "", value));
  fact("position", i.toLocaleString("en"));
  for (const [name, value] of values) fact(name, value);
  if (i > 0 && predictions) fact("surprise", `${(arrays.loss[i - 1] * NATS_TO_BITS).toFixed(2)} bits`);
  const last = i + 1 >= characters.length;
  const ranked = predictions ? `, ranked ${arrays.rank[i]}` : ""; // a recording may lack predictions
  const next = last ? "end of the text" : `next: ${nameOf(characters[i + 1])}${ranked}`;
  card.replaceChildren(
    element("div", "card-head", element("b", "", nameOf(characters[i])), element("span", "", unit)),
    facts,
    element("div", "card-next", next),
    element("ol", "predictions", ...predictionsOf(reading, i)),
  );
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
