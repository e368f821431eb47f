// @ts-check
// A text that somebody types or pastes: what of it is read, and what there is to say about it.

export const LONGEST = 100_000; // characters; the states of all units are kept

/**
 * @typedef {object} Typed
 * @property {string} text what is read, well formed
 * @property {string} remark "" or a sentence for each thing to know
 */

/**
 * @param {string} written
 * @param {string[]} vocabulary
 * @returns {Typed}
 */
export function textIn(written, vocabulary) {
  const known = new Set(vocabulary), sentences = [];
  let characters = Array.from(written.length > 2 * LONGEST + 1 ? written.slice(0, 2 * LONGEST + 1) : written);
  if (characters.length > LONGEST) {
    characters = characters.slice(0, LONGEST);
    sentences.push(`The text has more than ${LONGEST.toLocaleString("en")} characters, the most that are read here: the rest is left out.`);
  }
  const foreign = characters.filter((character) => !known.has(character));
  if (foreign.length) sentences.push(aboutForeign(foreign));
  return { text: characters.map((character) => (/^\p{Cs}$/u.test(character) ? "\ufffd" : character)).join(""), remark: sentences.join(" ") };
}

/** @param {string[]} foreign characters that the model has not seen in training */
function aboutForeign(foreign) {
  const named = [...new Set(foreign)].filter((character) => /^[\p{L}\p{N}\p{P}\p{S}]$/u.test(character)).slice(0, 3).join(" ");
  const count = foreign.length.toLocaleString("en");
  const what = foreign.length === 1 ? `${count} character is` : `${count} characters are`;
  return `${what} not in the model's vocabulary${named && ` (${named})`} and ${foreign.length === 1 ? "is" : "are"} read as U+FFFD.`;
}
