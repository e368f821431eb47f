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
 * @returns {Typed}
 */
export function textIn(written) {
  const sentences = [];
  let characters = Array.from(written.length > 2 * LONGEST + 1 ? written.slice(0, 2 * LONGEST + 1) : written);
  if (characters.length > LONGEST) {
    characters = characters.slice(0, LONGEST);
    sentences.push(`The text has more than ${LONGEST.toLocaleString("en")} characters, the most that are read here: the rest is left out.`);
  }
  return { text: characters.map((character) => (/^\p{Cs}$/u.test(character) ? "\ufffd" : character)).join(""), remark: sentences.join(" ") };
}
