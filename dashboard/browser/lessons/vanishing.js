// @ts-check
// Lesson: vanishing and exploding gradients. A random network under a slider, and three trained ones on real text.

import { fixed, subscripted } from "../learn/marks.js";
import { short } from "../learn/powers.js";
import { element } from "../reader/dom.js";
import { normFigure } from "./vanishing_figure.js";
import { DISTANCE, geometricMean, gradientsOf } from "./vanishing_gradient.js";

/** @import { Context } from "../learn/types.js" */
/** @import { Control, Values } from "../learn/values.js" */

/** @type {Control[]} */
export const CONTROLS = [
  { name: "sigma", label: "Largest singular value σ", kind: "slider", first: 0.9, least: 0.2, most: 3, step: 0.05 },
  { name: "matrix", label: "Matrix", kind: "choice", first: "random", options: [["random", "random"], ["orthogonal", "orthogonal"]] },
  { name: "seed", label: "Seed", kind: "number", first: 1, least: 0, most: 9999, step: 1 },
  { name: "distance", label: "Steps back, k", kind: "slider", first: 30, least: 0, most: DISTANCE, step: 1 },
  { name: "place", label: "Place in the text", kind: "slider", first: 4, least: 1, most: 24, step: 1 },
];
/** @type {[string, string][]} */
const RANDOM = [["bound", "the bound σᵏ"], ["linear", "without tanh"], ["tanh", "with tanh"]];
/** @type {[string, string][]} */
const TRAINED = [["rnn", "plain RNN"], ["gru", "GRU"], ["lstm", "LSTM"]];
const FAINTEST = 6; // a gradient of 10 ** -6 has no color

/** @param {HTMLElement} place @param {Values} controls @param {Context} context */
export function mount(place, controls, { data }) {
  const random = partOf("A random network", "The norm of the gradient by the state k steps before, if it is 1 at k = 0", RANDOM, normFigure({ label: "Norm of the gradient against distance, for a random network", low: -12, high: 12, every: 6, distance: DISTANCE }));
  const trained = partOf("Three trained networks", `The same, for the loss at a character of real text: mean over ${data.texts.length} places`, TRAINED, normFigure({ label: "Norm of the gradient against distance, for three trained networks", low: -12, high: 1, every: 3, distance: DISTANCE }));
  const means = Object.fromEntries(TRAINED.map(([cell]) => [cell, meansOf(data.models[cell].norms)]));
  const verdict = element("p", "sum"), strips = TRAINED.map(([cell, name]) => stripOf(cell, name));
  verdict.setAttribute("aria-live", "polite");
  place.classList.add("vanishing");
  const legend = element("p", "hint", "One place of the text, read by each network. The loss of the character that comes next goes back from the right. The stronger the color, the larger the gradient by the state after that character; no color means a millionth or less. The frame is k steps back.");
  place.append(element("div", "parts", random.node, trained.node), verdict, element("div", "places", ...strips.map(({ node }) => node)), legend);
  const draw = () => {
    const k = controls.number("distance"), at = controls.number("place") - 1, sigma = controls.number("sigma");
    const found = gradientsOf(controls.number("seed"), controls.text("matrix"), sigma);
    random.show({ bound: found.bound, linear: found.linear, tanh: found.tanh }, k);
    trained.show(means, k);
    verdict.replaceChildren("The random ", ...subscripted("W_hh"), ` has the largest singular value ${fixed(sigma)} and the spectral radius ${fixed(found.radius)}. ${verdictOf(found)}`);
    for (const { cell, show } of strips) show(data.texts[at], data.models[cell].norms[at], k);
    Object.assign(place.dataset, { linear: String(found.linear[k]), tanh: String(found.tanh[k]), bound: String(found.bound[k]), radius: String(found.radius), means: TRAINED.map(([cell]) => means[cell][k]).join(" ") });
  };
  controls.onChange(draw);
  draw();
}

/** @param {{ linear: number[], tanh: number[] }} found */
function verdictOf({ linear, tanh }) {
  const said = (/** @type {number[]} */ norms) => {
    const end = norms[DISTANCE];
    return Math.abs(Math.log10(end)) < 0.5 ? "stays about the same" : end < 1 ? "vanishes" : "explodes";
  };
  const [without, within] = [said(linear), said(tanh)];
  return without === within ? `Over ${DISTANCE} steps the gradient ${without}, with tanh and without.` : `Over ${DISTANCE} steps the gradient ${without} without tanh and ${within} with it.`;
}

/** @param {number[][]} norms by place */
const meansOf = (norms) => norms[0].map((_, k) => geometricMean(norms.map((each) => each[k])));

/** A figure with a title, and the values at one distance, which are its legend. @param {string} title @param {string} what @param {[string, string][]} lines @param {ReturnType<typeof normFigure>} figure */
function partOf(title, what, lines, figure) {
  const rows = lines.map(([kind, name]) => {
    const value = element("b", "", "");
    return { kind, value, node: element("li", "", element("i", `swatch ${kind}`), element("span", "", name), value) };
  });
  const at = element("li", "at");
  return {
    node: element("section", "", element("h2", "", title), element("p", "hint", what), figure.node, element("ul", "values", at, ...rows.map(({ node }) => node))),
    /** @param {{ [kind: string]: number[] }} norms @param {number} k */
    show(norms, k) {
      figure.show(lines.map(([kind]) => ({ kind, norms: norms[kind] })), k);
      at.textContent = `k = ${k}`;
      for (const { kind, value } of rows) value.textContent = short(norms[kind][k]);
    },
  };
}

/** A text whose characters are colored by the gradient. @param {string} cell @param {string} name */
function stripOf(cell, name) {
  const text = element("code", "read");
  return {
    cell, node: element("div", "", element("span", "who", name), text),
    /** @param {string} read @param {number[]} norms @param {number} k */
    show(read, norms, k) {
      const characters = Array.from(read);
      text.replaceChildren(...characters.map((character, at) => {
        const back = characters.length - 1 - at, node = element("span", back === k ? "chosen" : "", character === "\n" ? "↵" : character);
        const share = Math.max(0, 1 + Math.log10(norms[back]) / FAINTEST);
        node.style.background = `color-mix(in srgb, var(--accent) ${Math.round(60 * share)}%, transparent)`;
        return node;
      }));
    },
  };
}
