// @ts-check
// Lesson: evidence. A claim about a unit, and controls that are added one at a time.

import { element } from "../reader/dom.js";
import { bytesOfBase64 } from "../reader/sources.js";
import { fixed, shade } from "../learn/marks.js";
import { paintText } from "../learn/painted.js";
import { svg } from "../learn/svg.js";
import { ADDED, histogram, leftOf } from "./evidence_controls.js";

/** @import { Context } from "../learn/types.js" */
/** @import { Control, Values } from "../learn/values.js" */
/** @import { About, Found } from "./evidence_controls.js" */

/** @type {Control[]} */
export const CONTROLS = [
  { name: "added", label: "Controls added", kind: "slider", first: 0, least: 0, most: 4, step: 1 },
  { name: "claim", label: "Claim", kind: "choice", first: "names", options: [["names", "names, untrained"], ["ends", "sentence ends, untrained"], ["learned", "names, trained"], ["quotes", "quotations, trained"]] },
  { name: "units", label: "The best of", kind: "choice", first: "1024", options: [["1", "1 unit"], ["8", "8 units"], ["64", "64 units"], ["1024", "1,024 units"]] },
];
const LOW = 0.2, SHOWN = 640, BINS = 80;
const LABELS = { chosen: "Text on which it was chosen", other: "1. Text it has not seen", moved: "2. Labels moved elsewhere", characters: "3. The last 1, 3, 5 characters", untrained: "4. An untrained network" };
const WHERE = { moved: "chance reaches with labels moved elsewhere", characters: "the last characters reach alone", untrained: "an untrained network reaches" };

/** @param {HTMLElement} place @param {Values} controls @param {Context} context */
export function mount(place, controls, { data }) {
  const claim = element("p", "claim"), first = panel(), second = panel(), verdict = element("p", "sum"), more = element("p", "more hint");
  const rows = /** @type {(keyof typeof LABELS)[]} */ (["chosen", ...ADDED]).map(rowOf), characters = inLines(data.text);
  verdict.setAttribute("aria-live", "polite");
  place.classList.add("evidence");
  const legend = element("p", "hint", "Orange: the unit is above its mean; blue: below. Underlined: where the concept holds.");
  place.append(claim, element("div", "texts", first.node, second.node), legend, element("div", "rows", ...rows.map(({ node }) => node), scale()), verdict, more);
  const draw = () => {
    const chosen = data.claims[controls.text("claim")], count = controls.text("units"), added = controls.number("added");
    /** @type {Found} */
    const found = chosen.found[count];
    /** @type {About} */
    const about = data.concepts[chosen.concept];
    const levels = new Int8Array(bytesOfBase64(found.levels).buffer), state = leftOf(found, about, count, added);
    claim.replaceChildren("Claim: unit ", element("b", "", found.unit), ` of ${chosen.network === "trained" ? "a trained" : "an untrained"} network is high `, element("b", "", about.title), ".");
    first.show("Text on which it was chosen", characters, levels, about.labels, 0, data.cut);
    second.show(added ? "Text it has not seen" : "Text it has not seen: add control 1", characters, levels, about.labels, data.cut, added ? data.text.length : data.cut);
    rows.forEach((row, k) => row.show(k <= added, state.score, contentOf(k, found, about, chosen.all, count)));
    verdict.replaceChildren(...verdictOf(state, added));
    more.textContent = added === ADDED.length ? searched(about, data.model) : "";
    Object.assign(place.dataset, { unit: found.unit, score: String(state.score), left: String(state.left), best: String(state.best) });
  };
  controls.onChange(draw);
  draw();
}

/** Line breaks within paragraphs become spaces. @param {string} text */
const inLines = (text) => Array.from(text, (character, k) => (character === "\n" && text[k + 1] !== "\n" && text[k - 1] !== "\n" ? " " : character));

function panel() {
  const name = element("p", "name"), text = element("p", "text");
  return {
    node: element("div", "panel", name, text),
    /** @param {string} title @param {string[]} characters @param {Int8Array} levels @param {string} labels @param {number} start @param {number} stop */
    show(title, characters, levels, labels, start, stop) {
      const end = Math.min(stop, start + SHOWN);
      name.textContent = title;
      paintText(text, [...characters.slice(start, end), ...(end < stop ? [" …"] : [])], (k) => (start + k === end ? {} : { background: shade(Math.round(levels[start + k] / 12.7) / 10), mark: labels[start + k] === "1" ? "holds" : undefined }));
    },
  };
}

/** What a row shows: its marks, its histogram or its many ticks, and its number in words. @param {number} k @param {Found} found @param {About} about @param {number[]} all @param {string} count */
function contentOf(k, found, about, all, count) {
  const few = Number(count) === 1 ? "one unit" : `best of ${Number(count).toLocaleString("en")}`;
  if (k === 0) return { ticks: all.slice(0, Number(count)), own: found.chosen, words: `${fixed(found.chosen, 3)}, ${few}` };
  if (k === 1) return { own: found.judged, words: fixed(found.judged, 3) };
  const { baselines } = leftOf(found, about, count, k), { value } = baselines[k - 2];
  if (k === 2) return { bars: histogram(found.null, LOW, 1, BINS), marks: [value], words: `95 % below ${fixed(value, 3)}` };
  return { marks: k === 3 ? Object.values(about.ngrams) : [value], words: k === 3 ? `best ${fixed(value, 3)}` : `${fixed(value, 3)}, ${few}` };
}

/** @param {keyof typeof LABELS} name */
function rowOf(name) {
  const track = svg("svg", { class: "track", viewBox: "0 0 1000 40", preserveAspectRatio: "none", "aria-hidden": "true" }), words = element("span", "words");
  const node = element("div", "row", element("span", "name", LABELS[name]), track, words);
  return {
    node,
    /** @param {boolean} isShown @param {number} score @param {{ ticks?: number[], own?: number, bars?: number[], marks?: number[], words: string }} content */
    show(isShown, score, { ticks = [], own, bars = [], marks = [], words: said }) {
      node.classList.toggle("absent", !isShown);
      words.textContent = isShown ? said : "not added";
      const most = Math.max(1, ...bars), shapes = [line(0.5, "chance"), line(score, "score")];
      shapes.push(...ticks.map((value) => line(value, "tick")), ...marks.map((value) => line(value, "mark")));
      shapes.push(...bars.map((value, k) => svg("rect", { class: "bar", x: (1000 * k) / BINS, width: 1000 / BINS - 1, y: 40 - (36 * value) / most, height: (36 * value) / most })));
      if (own !== undefined) shapes.push(line(own, "own"));
      track.replaceChildren(...(isShown ? shapes : shapes.slice(0, 1)));
    },
  };
}

/** @param {number} value */
const placeOf = (value) => Math.max(0, Math.min(1, (value - LOW) / (1 - LOW)));
/** @param {number} value @param {string} kind */
const line = (value, kind) => svg("line", { class: kind, x1: 1000 * placeOf(value), x2: 1000 * placeOf(value), y1: kind === "tick" ? 12 : 0, y2: kind === "tick" ? 28 : 40, "vector-effect": "non-scaling-stroke" });

function scale() {
  const numbers = [0.2, 0.5, 0.75, 1].map((value) => {
    const node = element("span", "", value === 0.5 ? "0.5 chance" : String(value));
    node.style.left = `${100 * placeOf(value)}%`;
    return node;
  });
  return element("div", "row scale", element("span", "name", "AUROC"), element("div", "numbers", ...numbers), element("span", "words"));
}

/** @param {ReturnType<typeof leftOf>} state @param {number} added @returns {(Node | string)[]} */
function verdictOf({ score, baselines, best, left, asGood }, added) {
  const most = baselines.find(({ value }) => value === best);
  const over = most ? `${fixed(best, 3)}, which ${WHERE[/** @type {keyof typeof WHERE} */ (most.name)]}` : "0.5, which a coin reaches";
  const chance = added >= 2 ? ` With moved labels the best unit does as well in ${asGood} of 200 draws.` : "";
  const end = left > 0 ? (added < ADDED.length ? "Something is left so far." : "It survives.") : "Nothing is left.";
  return ["Left of the effect: ", element("b", "left", `${left > 0 ? "+" : ""}${fixed(left, 3)}`), ` (${fixed(score, 3)} less ${over}). `, element("b", left > 0 ? "" : "nothing", end), chance];
}

/** What the search says, on far more text. @param {About} about @param {string} model */
function searched({ title, search }, model) {
  const verdict = search.verdict === "none" ? "no finding" : `${search.verdict} (${search.level})`;
  return `On ${search.characters.toLocaleString("en")} held-out characters of its corpus, the search of ${model} finds for “${title}” at best ${search.unit} with ${fixed(search.score, 3)}; n-grams reach ${fixed(search.ngram, 3)}, untrained networks ${fixed(search.untrained, 3)}. Verdict: ${verdict}.`;
}
