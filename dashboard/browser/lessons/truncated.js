// @ts-check
// Lesson: truncated backpropagation through time. A text in pieces; the state is carried over, the gradient is not.

import { fixed, subscripted } from "../learn/marks.js";
import { svg } from "../learn/svg.js";
import { Slices } from "../learn/training.js";
import { element } from "../reader/dom.js";
import { anglesPlot, arrowsOf, chainRow, PER_ROW } from "./truncated_figure.js";
import { anglesOf, compared, EVERY, inPieces, MOST, READING, STEPS, UNITS } from "./truncated_gradient.js";

/** @import { Control, Values } from "../learn/values.js" */
/** @import { Comparison, Given, Part } from "./truncated_gradient.js" */

/** @type {Control[]} */
export const CONTROLS = [
  { name: "window", label: "Window k", kind: "slider", first: 6, least: 1, most: STEPS, step: 1 },
  { name: "carry", label: "Carry the state to the next piece", kind: "toggle", first: true },
  { name: "trained", label: "Training steps", kind: "slider", first: 100, least: 0, most: MOST, step: EVERY },
  { name: "seed", label: "Random start", kind: "number", first: 0, least: 0, most: 9999, step: 1 },
];
const PARTS = /** @type {[Part, string][]} */ ([["xh", "W_xh"], ["hh", "W_hh"], ["hy", "W_hy"], ["all", "all weights"]]);

/** @param {HTMLElement} place @param {Values} controls */
export function mount(place, controls) {
  const rows = Array.from({ length: STEPS / PER_ROW }, (_, row) => ({ first: row * PER_ROW, figure: svg("svg", { class: "chain", "aria-hidden": "true" }) }));
  const sentence = element("p", "sum"), arrows = svg("svg", { class: "arrows", "aria-hidden": "true" }), plot = svg("svg", { class: "angles", role: "img" }), table = element("tbody"), memory = element("div", "memory");
  sentence.setAttribute("aria-live", "polite");
  place.classList.add("truncated");
  place.append(
    ...rows.flatMap(({ figure, first }) => [figure, lettersOf(first)]), legend(), sentence,
    element("div", "compared",
      element("figure", "", element("figcaption", "", "The gradient of all weights, truncated and full"), arrows),
      element("figure", "", element("figcaption", "", "The angle for each window, ", element("i", "carried", "state carried"), " and ", element("i", "reset", "reset")), plot)),
    element("div", "costs", element("table", "", element("thead", "", element("tr", "", ...["Gradient of", "angle", "length (full: 1)"].map((name) => element("th", "", name)))), table), memory),
  );
  let seed = controls.number("seed"), training = READING.trained(seed);
  const curves = remembered((weights) => {
    const full = inPieces(weights, STEPS, true);
    return { full, carried: anglesOf(weights, true, full.gradients.all), reset: anglesOf(weights, false, full.gradients.all) };
  });
  const draw = () => {
    const weights = training.at(controls.number("trained")), window = controls.number("window"), carries = controls.isOn("carry");
    const { full, carried, reset } = curves(weights), found = inPieces(weights, window, carries);
    const comparisons = PARTS.map(([part]) => compared(found.gradients[part], full.gradients[part])), all = comparisons[PARTS.length - 1];
    for (const { first, figure } of rows) chainRow(figure, first, found, full, window, carries);
    sentence.replaceChildren(...sentenceOf(window, carries, found.loss, full.loss, all));
    arrowsOf(arrows, all);
    anglesPlot(plot, carried, reset, window, all.angle);
    table.replaceChildren(...comparisons.map((comparison, k) => rowOf(PARTS[k][1], comparison)));
    memory.replaceChildren(...memoryOf(window));
    Object.assign(place.dataset, { angle: String(all.angle), length: String(all.length), loss: String(found.loss), flowing: String(found.flows.filter((flow) => flow > 0).length), readout: String(comparisons[2].angle), reached: String(Math.min(training.reached, controls.number("trained"))) });
  };
  const slices = new Slices({ step: () => training.step(controls.number("trained")), draw });
  controls.onChange(() => {
    if (controls.number("seed") !== seed) training = READING.trained(seed = controls.number("seed"));
    draw();
    if (training.reached < controls.number("trained")) slices.start();
  });
  draw();
  slices.start();
  return { destroy: () => slices.destroy() };
}

/** What is computed of weights, again only when they change. @template T @param {(weights: Given) => T} compute */
function remembered(compute) {
  /** @type {Given | undefined} */
  let last;
  /** @type {T} */
  let answer;
  return (/** @type {Given} */ weights) => {
    if (weights !== last) answer = compute(weights);
    last = weights;
    return answer;
  };
}

/** @param {number} first */
const lettersOf = (first) => element("div", "letters", ...READING.inputs.slice(first, first + PER_ROW).map((_, k) => element("code", "", READING.characters[first + k].replace(" ", "␣"))));

function legend() {
  const part = (/** @type {string} */ name, /** @type {(Node | string)[]} */ ...text) => element("span", "part", element("i", `sign ${name}`), ...text);
  return element("p", "hint", part("carries", "the state goes on"), part("back", "the gradient comes back"), part("cut", "cut"), part("got", "the gradient at a state, ", element("i", "", ...subscripted("∂L/∂h_t"))), part("full", "without truncation"));
}

/** @param {number} window @param {boolean} carries @param {number} loss @param {number} full @param {Comparison} all */
function sentenceOf(window, carries, loss, full, { angle, length }) {
  const pieces = Math.ceil(STEPS / window);
  const what = pieces === 1 ? "One piece, nothing is cut" : `${pieces} pieces, ${pieces - 1} of ${STEPS - 1} connections cut for the gradient`;
  const state = pieces === 1 ? "" : carries ? ", none for the state" : " and for the state";
  const after = carries || pieces === 1 ? ` The loss stays ${fixed(loss)} nats.` : ` The loss is ${fixed(loss)} nats instead of ${fixed(full)}.`;
  if (angle === null) return [`${what}${state}. There is no gradient.${after}`];
  return [`${what}${state}. The gradient is off by `, element("b", "", `${fixed(angle, 0)}°`), " and ", element("b", "", fixed(length)), ` times as long as the full one.${after}`];
}

/** @param {string} name @param {Comparison} comparison */
const rowOf = (name, { angle, length }) => element("tr", "", element("th", "", ...subscripted(name)), element("td", "", angle === null ? "– (no gradient)" : `${fixed(angle, 1)}°`), element("td", "", fixed(length)));

/** @param {number} window */
function memoryOf(window) {
  const fill = element("i", "fill");
  fill.style.width = `${100 * window / STEPS}%`;
  return [element("p", "", "Kept in memory for the way back: ", element("b", "", String(window)), ` of ${STEPS} states, ${window * UNITS} numbers instead of ${STEPS * UNITS}.`), element("span", "track", fill)];
}
