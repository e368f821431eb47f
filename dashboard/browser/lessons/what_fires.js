// @ts-check
// Lesson: what fires. One detector among units drawn at random: which is it, and what does it track?

import { button, element } from "../reader/dom.js";
import { bar, barrable } from "../learn/barred.js";
import { levelsOf, paintLevels } from "../learn/levels.js";
import { fixed } from "../learn/marks.js";
import { svg } from "../learn/svg.js";
import { guessesIn, guessesText, isWhole, roundOf, scoreOf } from "./what_fires_rounds.js";

/** @import { Context } from "../learn/types.js" */
/** @import { Control, Values } from "../learn/values.js" */
/** @import { Guess, Round, Shown } from "./what_fires_rounds.js" */

const ROUNDS = 6; // one for each concept in the data

/** @type {Control[]} */
export const CONTROLS = [
  { name: "round", label: "Round", kind: "slider", first: 1, least: 1, most: ROUNDS, step: 1 },
  { name: "seed", label: "Seed of the draw", kind: "number", first: 29, least: 0, most: 9999, step: 1 },
  { name: "guesses", label: "Guesses", kind: "text", first: "", longest: 80, drawn: false, check: (written) => (guessesText(guessesIn(written)) === written ? null : "guesses like 1:2-4,3:1-0") },
];
const NAMES = ["A", "B", "C"];

/** @param {HTMLElement} place @param {Values} controls @param {Context} context */
export function mount(place, controls, { data }) {
  const concepts = Object.keys(data.titles), characters = Array.from(/** @type {string} */ (data.text));
  const guess = (/** @type {Partial<Guess>} */ part) => {
    const guesses = guessesIn(controls.text("guesses")), number = controls.number("round");
    controls.set({ guesses: guessesText(guesses.set(number, { card: 0, option: 0, ...guesses.get(number), ...part })) });
  };
  const cards = NAMES.map((name, k) => cardOf(name, () => guess({ card: k + 1 })));
  const options = Array.from({ length: 4 }, (_, k) => barrable("", "", () => guess({ option: k + 1 })));
  for (const node of [...cards.map(({ pick }) => pick), ...options]) node.disabled = controls.locked.has("guesses") || controls.hidden.has("guesses");
  const said = element("p", "sum"), forth = element("p", "forth", ...waysOn(controls)), map = mapOf(data.verdicts, data.layers);
  said.setAttribute("aria-live", "polite");
  place.classList.add("what-fires");
  const legend = element("p", "hint", "Colors are tanh c, as in Read: orange above zero, blue below, white near it. A detector may be orange inside its concept, or blue.");
  place.append(legend, ...cards.map(({ node }) => node), element("p", "ask", "What does the detector track?"), element("div", "options", ...options), said);
  if (!controls.hidden.has("guesses")) place.append(forth);
  place.append(map, caption(data));
  const draw = () => {
    const round = roundOf(data.units, concepts, controls.number("seed"), controls.number("round"));
    const made = guessesIn(controls.text("guesses")).get(controls.number("round")), isRevealed = isWhole(made);
    const [start, stop] = data.windows[round.concept], score = scoreOf(data.units, concepts, controls.number("seed"), controls.text("guesses"));
    cards.forEach((card, k) => card.show(data.units[round.cards[k]], characters, start, stop, { isChosen: made?.card === k + 1, isRight: k === round.right, isRevealed }));
    options.forEach((node, k) => {
      node.textContent = `${isRevealed && k === round.rightOption ? "✓ " : ""}${data.titles[round.options[k]]}`;
      node.setAttribute("aria-pressed", String(made?.option === k + 1));
      node.classList.toggle("right", isRevealed && k === round.rightOption);
      bar(node, isRevealed);
    });
    said.replaceChildren(...sentence(made, round, score));
    Object.assign(place.dataset, { detector: data.units[round.cards[round.right]].unit, right: String(round.right), option: String(round.rightOption), score: `${score.units} ${score.concepts} ${score.rounds}`, revealed: String(isRevealed) });
  };
  controls.onChange((changed) => {
    if (changed.has("seed") && !changed.has("guesses")) controls.set({ guesses: "" }); // locked ones stay
    draw();
  });
  draw();
}

/** @param {string} name @param {() => void} choose */
function cardOf(name, choose) {
  const pick = barrable(`Unit ${name} is the detector`, "", choose), facts = element("span", "says"), text = element("div", "text");
  text.tabIndex = 0; // it scrolls sideways on a phone
  text.setAttribute("role", "img");
  return {
    pick, node: element("div", "shown", element("div", "head", pick, facts), text),
    /** @param {Shown} shown @param {string[]} characters @param {number} start @param {number} stop @param {{ isChosen: boolean, isRight: boolean, isRevealed: boolean }} state */
    show(shown, characters, start, stop, { isChosen, isRight, isRevealed }) {
      paintLevels(text, characters.slice(start, stop), levelsOf(shown.levels).slice(start, stop));
      text.setAttribute("aria-label", `Text colored by unit ${name}`);
      pick.setAttribute("aria-pressed", String(isChosen));
      bar(pick, isRevealed);
      text.parentElement?.classList.toggle("right", isRevealed && isRight);
      facts.replaceChildren(...(isRevealed ? evidence(shown) : []));
    },
  };
}

/** The name of a unit and what the search says of it. @param {Shown} shown */
function evidence({ unit, tracks, nearest, measure, verdict, level, score, ngram, untrained }) {
  const numbers = `${measure === "auroc" ? "AUROC" : "Spearman"} ${fixed(score, 3)}; n-grams ${fixed(ngram, 3)}, untrained networks ${fixed(untrained, 3)}`;
  if (tracks) return [element("b", "", `${unit}: ${verdict} (${level})`), ` ${nearest}: ${numbers}`];
  return [element("b", "", `${unit}: no finding`), ` nearest is “${nearest}”: ${numbers}`];
}

/** @param {Guess | undefined} made @param {Round} round @param {{ rounds: number, units: number, concepts: number }} score @returns {(Node | string)[]} */
function sentence(made, round, { rounds, units, concepts }) {
  const total = rounds ? [" Your score: ", element("b", "", `${units + concepts} of ${2 * rounds}`), ` points after ${rounds} ${rounds === 1 ? "round" : "rounds"} (units ${units}, concepts ${concepts}); blind guesses make ${fixed(rounds * (1 / 3 + 1 / 4), 1)} on average.`] : [];
  if (!isWhole(made)) return ["One of the three units is a detector, by the verdict of the search. Choose the unit, and what it tracks.", ...total];
  const isUnit = made?.card === round.right + 1, isConcept = made?.option === round.rightOption + 1;
  return [element("b", "", isUnit && isConcept ? "Both right." : isUnit ? "The right unit, another concept." : isConcept ? "The right concept, another unit." : "Neither."), ` The detector is unit ${NAMES[round.right]}.`, ...total];
}

/** @param {Values} controls */
function waysOn(controls) {
  const next = button("Next round", "", () => controls.set({ round: (controls.number("round") % ROUNDS) + 1 }));
  const other = button("Other units", "Draw with the next seed; the score begins again", () => controls.set({ seed: (controls.number("seed") + 1) % 10_000, round: 1, guesses: "" }));
  next.disabled = controls.locked.has("round");
  other.disabled = ["seed", "round", "guesses"].some((name) => controls.locked.has(name));
  return [next, other];
}

/** A square for each unit of the network. @param {string} verdicts a letter for each @param {number} layers */
function mapOf(verdicts, layers) {
  const width = verdicts.length / layers, columns = 64, kinds = { f: "found", l: "local", ".": "plain" };
  const rows = Array.from({ length: layers }, (_, layer) => {
    const squares = Array.from(verdicts.slice(layer * width, (layer + 1) * width), (letter, k) =>
      svg("rect", { class: kinds[/** @type {keyof typeof kinds} */ (letter)], x: 10 * (k % columns) + 1, y: 10 * Math.floor(k / columns) + 1, width: 8, height: 8 }));
    const figure = svg("svg", { viewBox: `0 0 ${10 * columns} ${(10 * width) / columns}`, role: "img", "aria-label": `Layer ${layer + 1}: ${Array.from(verdicts.slice(layer * width, (layer + 1) * width)).filter((letter) => letter === "f").length} of ${width} units found` }, ...squares);
    return element("div", "layer", element("span", "name", `Layer ${layer + 1}`), figure);
  });
  return element("div", "map", element("h2", "", "All units of this network"), ...rows);
}

/** @param {any} data */
function caption({ verdicts, together, model }) {
  const count = (/** @type {string} */ letter) => Array.from(verdicts).filter((each) => each === letter).length, found = count("f");
  const share = element("b", "found-share", `${found} of ${verdicts.length.toLocaleString("en")} units (${fixed((100 * found) / verdicts.length, 1)} %)`);
  return element("p", "caption", "Orange: ", share, ` of ${model} track a concept, in h or c, by some rule of the search. Blue: ${count("l")} more say only what the last characters say, too. The others have no verdict. Yet units know more together: “${together.title}” is followed by the best single unit with ${fixed(together.one)} (Spearman; 5 characters alone: ${fixed(together.ngram)}), by ${together.size} units together with ${fixed(together.many)}.`);
}
