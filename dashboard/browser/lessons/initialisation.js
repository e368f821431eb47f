// @ts-check
// Lesson: activations, saturation, initialisation. An untrained network reads a text; its states spread or shrink.

import { Chart } from "../learn/chart.js";
import { fixed, subscripted } from "../learn/marks.js";
import { svg } from "../learn/svg.js";
import { drawingOn, element } from "../reader/dom.js";
import { expected, histogram, measured, statesOf, STEPS, UNITS, weightsOf } from "./initialisation_network.js";
import { SCHEMES } from "./initialisation_schemes.js";

/** @import { Context } from "../learn/types.js" */
/** @import { Control, Values } from "../learn/values.js" */
/** @import { Name, Weights } from "./initialisation_network.js" */
/** @typedef {{ [gate: string]: { shut: number[], open: number[] } }} Gates */

/** @type {Control[]} */
export const CONTROLS = [
  { name: "scale", label: "Scale of W_hh", kind: "slider", first: 3, least: 0, most: 4, step: 0.1 },
  { name: "init", label: "Initialisation", kind: "choice", first: "glorot", options: [["glorot", "Glorot"], ["lecun", "LeCun"], ["he", "He"], ["orthogonal", "orthogonal"], ["pytorch", "PyTorch’s uniform"]] },
  { name: "activation", label: "Activation", kind: "choice", first: "tanh", options: [["tanh", "tanh"], ["sigmoid", "sigmoid"], ["relu", "ReLU"]] },
  { name: "seed", label: "Random draw", kind: "number", first: 1, least: 0, most: 9999, step: 1 },
];
const PARTS = 24; // of the strip, from its lowest to its highest value
const COLORS = { measured: "var(--accent)", expected: "var(--orange)" };
const MEANINGS = { tanh: "saturated: beyond ±0.9", sigmoid: "saturated: below 0.1 or above 0.9", relu: "on the flat side: exactly 0" };

/** @param {HTMLElement} place @param {Values} controls @param {Context} context */
export function mount(place, controls, { data }) {
  const sentence = element("p", "sum"), strip = stripOf(), facts = element("p", "facts-of-weights"), saturatedTitle = element("p", "hint title");
  const saturated = new Chart({ label: "The share of saturated units at each step", height: 150 }), squares = new Chart({ label: "The mean square of the states at each step", height: 170 });
  sentence.setAttribute("aria-live", "polite");
  place.classList.add("initialisation");
  place.append(sentence, strip.node, saturatedTitle, saturated.node, element("p", "hint title", "The mean square of the states, on a logarithmic scale"), squares.node, facts, gatesShown(data));
  const weightsFor = lastWeights();
  const draw = () => {
    const scheme = controls.text("init"), scale = controls.number("scale"), activation = /** @type {Name} */ (controls.text("activation"));
    const weights = weightsFor(scheme, controls.number("seed")), states = statesOf(weights, scale, activation), found = measured(states, activation), theory = expected(scheme, scale, activation);
    strip.show(states, activation);
    saturatedTitle.textContent = `The share of units that are ${MEANINGS[activation]}`;
    saturated.show({ x: stepAxis(), y: { name: "", low: 0, high: 1, ticks: [0, 0.5, 1] }, curves: curvesOf(found.saturated, theory.saturated) });
    squares.show({ x: stepAxis(), y: decades([...found.squares, ...theory.squares]), curves: curvesOf(found.squares, theory.squares) });
    sentence.replaceChildren(...sentenceOf(found, activation));
    facts.replaceChildren(...factsOf(weights, scheme, scale));
    Object.assign(place.dataset, { saturated: found.saturated.join(" "), squares: found.squares.join(" "), slope: String(found.slopes[STEPS - 1]) });
  };
  controls.onChange(draw);
  draw();
  return { destroy: () => [saturated, squares].forEach((chart) => chart.destroy()) };
}

/** The weights of the last scheme and seed are kept: the scale does not change what was drawn. */
function lastWeights() {
  let key = "";
  /** @type {Weights} */
  let weights;
  return (/** @type {string} */ scheme, /** @type {number} */ seed) => {
    if (key !== `${scheme} ${seed}`) weights = weightsOf(scheme, seed);
    key = `${scheme} ${seed}`;
    return weights;
  };
}

/** Each step a column, each part of the range a cell: the darker, the more units are there. */
function stripOf() {
  const canvas = Object.assign(element("canvas"), { width: STEPS, height: PARTS }), context = drawingOn(canvas), high = element("span"), low = element("span");
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", `The activations of ${UNITS} units at each of ${STEPS} steps`);
  return {
    node: element("div", "", element("p", "hint title", `The activations of ${UNITS} units, step by step: the darker, the more units have this value`), element("div", "histograms", element("div", "ends", high, low), canvas)),
    /** @param {Float64Array[]} states @param {Name} activation */
    show(states, activation) {
      const most = activation === "relu" ? Math.max(1e-9, ...states.map((state) => Math.max(...state))) : 1, least = activation === "tanh" ? -1 : 0;
      context.clearRect(0, 0, STEPS, PARTS);
      states.forEach((state, t) => histogram(state, least, most, PARTS).forEach((count, part) => {
        context.fillStyle = `rgb(74 144 226 / ${Math.min(1, Math.sqrt(count / UNITS) * 1.25)})`;
        if (count) context.fillRect(t, PARTS - 1 - part, 1, 1);
      }));
      high.textContent = most < 1e4 ? fixed(most, activation === "relu" ? 1 : 0) : most.toExponential(0).replace("e+", "e");
      low.textContent = fixed(least, 0);
    },
  };
}

/** A step stands below the middle of its column in the strip. */
const stepAxis = () => ({ name: "step", low: 0.5, high: STEPS + 0.5, ticks: [1, 10, 20, 30, STEPS] });

/** @param {number[]} found @param {number[]} theory */
const curvesOf = (found, theory) => [{ color: COLORS.expected, values: theory, start: 1, dash: "6 4" }, { color: COLORS.measured, values: found, start: 1 }];

/** A logarithmic axis over whole decades, with at most five ticks. @param {number[]} values */
function decades(values) {
  const exponents = values.filter((value) => value > 0).map(Math.log10), first = Math.floor(Math.min(...exponents, 0)), last = Math.ceil(Math.max(...exponents, 0)) || 0;
  const every = Math.max(1, Math.ceil((last - first) / 4)), ticks = [];
  for (let exponent = first; exponent <= last; exponent += every) ticks.push(10 ** exponent);
  return { name: "", low: 10 ** first, high: 10 ** Math.max(last, first + 1), ticks, isLog: true };
}

/** @param {ReturnType<typeof measured>} found @param {Name} activation */
function sentenceOf({ saturated, slopes }, activation) {
  const share = (/** @type {number} */ t) => element("b", "", `${fixed(100 * saturated[t], 0)} %`), name = activation === "relu" ? "ReLU" : activation;
  return [activation === "relu" ? "On the flat side: " : "Saturated: ", share(0), " of the units at step 1, ", share(9), " at step 10, ", share(STEPS - 1), ` at step ${STEPS}. There the mean slope of ${name} is `, element("b", "", fixed(slopes[STEPS - 1])), "."];
}

/** @param {Weights} weights @param {string} scheme @param {number} scale */
function factsOf({ hh }, scheme, scale) {
  const mean = hh.values.reduce((sum, value) => sum + value, 0) / hh.values.length;
  const variance = hh.values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / hh.values.length;
  const legend = [line("found"), "this network ", line("theory"), "theory for very many units. "];
  return [...legend, "Drawn: ", ...subscripted("W_hh"), ` with variance ${fixed(variance, 4)}, theory ${fixed(SCHEMES[scheme].variance(UNITS, UNITS, UNITS), 4)}; times scale², ${fixed(variance * scale * scale, 4)}.`];
}

/** @param {string} name */
const line = (name) => element("i", `line ${name}`);

/** A dot for each unit and gate, as in Models. @param {any} data */
function gatesShown({ model, corpus, split, characters, trained, untrained }) {
  const figures = Object.keys(trained).map((gate) => {
    const { shut, open } = /** @type {Gates} */ (trained)[gate], percent = (/** @type {number[]} */ shares) => `${fixed(100 * median(shares), 0)} %`;
    return element("figure", "", element("figcaption", "", element("b", "", `${gate} gate`), ` open ${percent(open)}, shut ${percent(shut)}`), gateFigure(gate, trained[gate], untrained[gate]));
  });
  return element("section", "gates", element("h2", "", "Saturated on purpose: the gates of a trained LSTM"),
    element("p", "hint", `Each dot is a unit of ${model}: further right, its gate is open (above 0.9) more of the time; further up, it is shut (below 0.1) more of the time. Measured over ${characters.toLocaleString("en")} characters of the ${split} split of ${corpus}; the numbers are medians. Rings: the same units before training.`),
    element("div", "panels", ...figures));
}

/** @param {string} gate @param {Gates[string]} trained @param {Gates[string]} untrained */
function gateFigure(gate, trained, untrained) {
  const dots = (/** @type {Gates[string]} */ { shut, open }, /** @type {string} */ name) => shut.map((share, k) => svg("circle", { class: name, cx: `${5 + 90 * open[k]}%`, cy: `${95 - 90 * share}%`, r: 3.5 }));
  const frame = svg("path", { class: "frame", d: "M5 5V95H95Z", "vector-effect": "non-scaling-stroke" });
  const corner = svg("svg", { viewBox: "0 0 100 100" }, frame);
  return svg("svg", { class: "panel", role: "img", "aria-label": `The ${gate} gates of all units` }, corner, ...dots(untrained, "before"), ...dots(trained, "after"),
    svg("text", { x: "95%", y: "90%", "text-anchor": "end" }, "open"), svg("text", { x: "9%", y: "11%" }, "shut"));
}

/** @param {number[]} values */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b), middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
