// @ts-check
// Lesson: predict the next character, against a network and a 20-gram.

import { button, element } from "../reader/dom.js";
import { fixed } from "../learn/marks.js";
import { SHARES, guessesIn, guessesText, meansOf, roundsOf } from "./language_model_game.js";

/** @import { Context } from "../learn/types.js" */
/** @import { Control, Values } from "../learn/values.js" */
/** @import { Guess, Passage, Prediction, Round } from "./language_model_game.js" */

/** @type {Control[]} */
export const CONTROLS = [
  { name: "passage", label: "Text", kind: "choice", first: "novel", options: [["novel", "as in the novel"], ["today", "of today"]] },
  { name: "sure", label: "I bet", kind: "choice", first: "1", options: SHARES.map((share, level) => [String(level), `${Math.round(100 * share)} %`]) },
  { name: "guesses", label: "Guesses", kind: "text", first: "", longest: 400, drawn: false, check: (written) => (/^(_\d{3}|[^_][0-3])*$/u.test(written) ? null : "guesses like e2_012") },
];
const LETTERS = [..."abcdefghijklmnopqrstuvwxyz ", "\n", ..."\".,'"], MOST_BITS = 8;
const PLAYERS = /** @type {const} */ ([["you", "You"], ["network", "Network"], ["ngram", "20-gram"]]);

/** @param {string} character */
const glyph = (character) => ({ "\n": "↵", " ": "␣" })[character] ?? character;
/** @param {number} share */
const percent = (share) => `${fixed(100 * share, share < 0.1 ? 1 : 0)} %`;

/** @param {HTMLElement} place @param {Values} controls @param {Context} context */
export function mount(place, controls, { data }) {
  const text = element("div", "passage"), asked = asking(controls, data.frequencies), outcome = element("div", "outcome"), scores = element("div", "scores");
  const legend = element("p", "hint", "Below each character, from the top: your bits, the network’s, the 20-gram’s. The stronger the color, the more surprised.");
  outcome.setAttribute("aria-live", "polite");
  place.classList.add("language-model");
  place.append(text, legend, asked.node, outcome, scores);
  const draw = () => {
    /** @type {Passage} */
    const passage = data.passages[controls.text("passage")];
    const rounds = roundsOf(passage, data.frequencies, guessesIn(controls.text("guesses"))), left = passage.hidden.length - rounds.length;
    text.replaceChildren(...[...passage.opening].flatMap((character) => columnOf(character)), ...rounds.flatMap((round) => columnOf(round.actual, round)), ...(left ? [element("span", "column unknown", element("span", "letter", "?"))] : []));
    asked.show(left);
    outcome.replaceChildren(...outcomeOf(rounds.at(-1)));
    const means = rounds.length ? meansOf(rounds) : null;
    scores.replaceChildren(...scoresOf(means, rounds.length, left));
    Object.assign(place.dataset, { guessed: String(rounds.length), left: String(left), ...Object.fromEntries(PLAYERS.map(([name]) => [name, means ? String(means[name]) : ""])) });
  };
  controls.onChange((changed) => {
    if (changed.has("passage") && !changed.has("guesses")) controls.set({ guesses: "" }); // locked ones stay
    draw();
  });
  draw();
}

/** A character over what it cost each; a new line ends the row. @param {string} character @param {Round} [round] */
function columnOf(character, round) {
  const cells = round ? [round.bits, round.network.bits, round.ngram.bits].map((bits) => {
    const cell = element("i", "bits");
    cell.style.background = `color-mix(in srgb, var(--orange) ${Math.round(100 * Math.min(1, bits / MOST_BITS))}%, transparent)`;
    return cell;
  }) : [];
  const column = element("span", `column${round ? "" : " given"}`, element("span", "letter", glyph(character)), ...cells);
  return character === "\n" ? [column, element("span", "end")] : [column];
}

/** Where the player guesses: a field, letters to click, a pass. @param {Values} controls @param {{ [character: string]: number }} frequencies */
function asking(controls, frequencies) {
  const field = Object.assign(element("input", "guess"), { type: "text", autocomplete: "off", autocapitalize: "none", spellcheck: false });
  field.setAttribute("aria-label", "The next character");
  const note = element("span", "hint"), isLocked = controls.locked.has("guesses");
  const add = (/** @type {Guess[]} */ guesses) => controls.set({ guesses: guessesText([...guessesIn(controls.text("guesses")), ...guesses]) });
  const guess = (/** @type {string} */ character) => {
    const isKnown = character in frequencies;
    note.textContent = isKnown ? "" : `The models know no ${character}.`;
    if (isKnown) add([{ character, level: Number(controls.text("sure")) }]);
  };
  field.addEventListener("input", () => {
    const typed = Array.from(field.value).at(-1);
    field.value = "";
    if (typed) guess(typed);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") guess("\n");
  });
  const letters = LETTERS.map((letter) => {
    const node = button(glyph(letter), "", () => guess(letter));
    node.setAttribute("aria-label", { " ": "space", "\n": "new line", '"': "quotation mark", ".": "full stop", ",": "comma", "'": "apostrophe" }[letter] ?? letter);
    return node;
  });
  const pass = button("Pass", "No idea: your bet is how frequent each character is", () => add([null]));
  const ten = button("Pass ten times", "", () => add(Array(10).fill(null))), again = button("Start again", "", () => controls.set({ guesses: "" }));
  const bet = element("div", "bet", element("label", "", "What comes next? Type it ", field), " or choose:", note);
  const node = element("div", "asking", bet, element("div", "letters", ...letters), element("div", "others", pass, ten, again));
  node.hidden = controls.hidden.has("guesses");
  return {
    node,
    /** @param {number} left */
    show(left) {
      for (const each of [field, pass, ten, ...letters]) each.disabled = isLocked || !left;
      again.disabled = isLocked || !controls.text("guesses");
    },
  };
}

/** What the last character was, and what each had expected. @param {Round | undefined} round */
function outcomeOf(round) {
  if (!round) return [element("p", "", "Guess the first hidden character. You, the network and the 20-gram all know only what stands before it.")];
  const { actual, guess, bits, network, ngram } = round, came = element("p", "", "It was ", element("code", "came", glyph(actual)), guess ? (guess.character === actual ? ": you were right." : `, not ${glyph(guess.character)}.`) : ".");
  const bet = guess ? `${glyph(guess.character)} with ${percent(SHARES[guess.level])}` : "a pass: by frequency";
  return [came, element("div", "expected", ...rowOf("You", bits, element("span", "", bet)), ...rowOf("Network", network.bits, topOf(network, actual)), ...rowOf("20-gram", ngram.bits, topOf(ngram, actual)))];
}

/** @param {string} name @param {number} bits @param {HTMLElement} what */
const rowOf = (name, bits, what) => [element("span", "", name), element("b", "", `${fixed(bits)} bits`), what];

/** The likeliest characters; the one that came has a frame. @param {Prediction} prediction @param {string} actual */
function topOf({ top }, actual) {
  return element("span", "top", ...top.map(([character, share]) => {
    const chip = element("span", `chip${character === actual ? " right" : ""}`, element("code", "", glyph(character)), ` ${percent(share)}`);
    chip.style.background = `color-mix(in srgb, var(--accent) ${Math.round(55 * share)}%, transparent)`;
    return chip;
  }));
}

/** @param {import("./language_model_game.js").Means | null} means @param {number} count @param {number} left */
function scoresOf(means, count, left) {
  const head = element("p", "sum", means ? `Mean bits per character after ${count}${left ? "" : ", the whole text"}: fewer is better.` : "No score yet.");
  const rows = PLAYERS.flatMap(([name, label]) => {
    const bar = element("i", "bar");
    bar.style.width = means ? `${100 * Math.min(1, means[name] / MOST_BITS)}%` : "0";
    return [element("span", "", label), element("span", "track", bar), element("b", name, means ? fixed(means[name]) : "–")];
  });
  return [head, element("div", "means", ...rows)];
}
