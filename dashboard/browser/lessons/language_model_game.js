// @ts-check
// The game of lesson 6: who gives the next character the most probability? All scores are in bits. Needs no DOM.

/**
 * @typedef {{ bits: number, top: [string, number][] }} Prediction of a model: the bits of the character that came, and the likeliest before it came
 * @typedef {{ opening: string, hidden: string, network: Prediction[], ngram: Prediction[] }} Passage
 * @typedef {{ character: string, level: number } | null} Guess null is a pass
 * @typedef {{ actual: string, guess: Guess, bits: number, network: Prediction, ngram: Prediction }} Round `bits` are the player's
 * @typedef {{ you: number, network: number, ngram: number }} Means
 */

/** How much of the probability a guess takes, by how sure the player is. */
export const SHARES = [0.2, 0.5, 0.8, 0.98];
const PASS = "_";

/**
 * Guesses as an address says them: "e2" is e with 80 %, "_012" twelve passes; a new line is "↵".
 *
 * @param {string} written
 * @returns {Guess[]}
 */
export function guessesIn(written) {
  return [...written.matchAll(/_(\d{3})|([^_])([0-3])/gu)].flatMap(([, passes, character, level]) => (passes
    ? Array(Number(passes)).fill(null)
    : [{ character: character === "↵" ? "\n" : character, level: Number(level) }]));
}

/** @param {Guess[]} guesses */
export function guessesText(guesses) {
  let written = "", passes = 0;
  for (const guess of [...guesses, undefined]) {
    if (guess === null) passes += 1;
    else {
      if (passes) written += PASS + String(passes).padStart(3, "0");
      passes = 0;
      if (guess) written += (guess.character === "\n" ? "↵" : guess.character) + guess.level;
    }
  }
  return written;
}

/**
 * The bits of a character for a player who bets a share of the probability on a guess. The rest goes to all other
 * characters, by how frequent they are; so does all of it after a pass.
 *
 * @param {{ [character: string]: number }} frequencies their sum is 1
 * @param {Guess} guess
 * @param {string} actual
 */
export function bitsOfBet(frequencies, guess, actual) {
  if (!guess) return -Math.log2(frequencies[actual]);
  const share = SHARES[guess.level], { character } = guess;
  return -Math.log2(character === actual ? share : ((1 - share) * frequencies[actual]) / (1 - frequencies[character]));
}

/**
 * What was guessed so far, character by character.
 *
 * @param {Passage} passage
 * @param {{ [character: string]: number }} frequencies
 * @param {Guess[]} guesses those beyond the passage's end, and those of unknown characters as passes, are not counted
 * @returns {Round[]}
 */
export function roundsOf({ hidden, network, ngram }, frequencies, guesses) {
  return guesses.slice(0, hidden.length).map((given, t) => {
    const guess = given && given.character in frequencies ? given : null;
    return { actual: hidden[t], guess, bits: bitsOfBet(frequencies, guess, hidden[t]), network: network[t], ngram: ngram[t] };
  });
}

/** Mean bits per character. @param {Round[]} rounds at least one @returns {Means} */
export function meansOf(rounds) {
  const mean = (/** @type {(round: Round) => number} */ of) => rounds.reduce((sum, round) => sum + of(round), 0) / rounds.length;
  return { you: mean(({ bits }) => bits), network: mean(({ network }) => network.bits), ngram: mean(({ ngram }) => ngram.bits) };
}
