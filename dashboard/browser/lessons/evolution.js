// @ts-check
// Lesson: the evolution of samples. One slider over the training of a shipped model.

import { element } from "../reader/dom.js";
import { bytesOfBase64 } from "../reader/sources.js";
import { fixed, shade } from "../learn/marks.js";
import { paintText } from "../learn/painted.js";
import { svg } from "../learn/svg.js";
import { changesIn, placeOf } from "./evolution_axis.js";

/** @import { Context } from "../learn/types.js" */
/** @import { Control, Values } from "../learn/values.js" */

/** @typedef {{ step: number, characters: number, text: string, temperature: number, train: number | null, from: number, to: number, validation: number | null, measured: number }} Point `measured`: at which step the validation loss was */

/** @type {Control[]} */
export const CONTROLS = [
  { name: "snapshot", label: "Snapshot", kind: "slider", first: 14, least: 1, most: 20, step: 1 },
  { name: "which", label: "Unit", kind: "choice", first: "inside-quotes", options: [["column", "for the column"], ["inside-quotes", "for quotations"], ["attribution", "for who said it"]] },
];
const SHOWN = 620, LEFT = 42, RIGHT = 12, HIGH = 132, TOP = 24, GAP = 48, BELOW = 24;
const TICKS = [0, 1, 10, 100, 1000];

/** @param {HTMLElement} place @param {Values} controls @param {Context} context */
export function mount(place, controls, { data }) {
  /** @type {Point[]} */
  const points = data.points;
  const facts = element("p", "sum"), chart = element("div", "chart"), sample = element("div", "text"), read = element("div", "text"), names = ["", ""].map(() => element("h2"));
  const cells = new Map(Object.entries(data.units).map(([name, unit]) => [name, new Int8Array(bytesOfBase64(/** @type {any} */ (unit).cell).buffer)]));
  const samples = points.map(({ text }) => Array.from(text)), characters = Array.from(/** @type {string} */ (data.passage));
  facts.setAttribute("aria-live", "polite");
  place.classList.add("evolution");
  const marked = element("p", "hint"), colored = element("p", "hint", "Color: tanh c after each character, orange above zero, blue below. The orange curve above is this unit’s; the grey ones are the other two’s.");
  place.append(facts, chart, names[0], sample, marked, names[1], read, colored);
  const draw = () => {
    const at = Math.min(controls.number("snapshot"), points.length) - 1, point = points[at], name = controls.text("which"), unit = data.units[name];
    facts.replaceChildren(...factsOf(point, unit.scores[at], unit));
    chart.replaceChildren(chartOf(data, at, name, Math.max(280, chart.clientWidth || 320)));
    names[0].textContent = `What it writes after step ${point.step.toLocaleString("en")}`;
    const changed = changesIn(samples[at], at ? samples[at - 1] : null), count = changed.filter(Boolean).length;
    paintText(sample, samples[at], (k) => ({ mark: changed[k] ? "changed" : undefined }));
    marked.textContent = at ? `Underlined: the ${count} of ${changed.length} characters that are not those of the snapshot before. All samples are drawn with the same random numbers, at temperature ${point.temperature}.` : `The first sample, from random weights; temperature ${point.temperature}.`;
    names[1].textContent = `What ${unit.unit} does while the network reads`;
    const cell = cells.get(name) ?? new Int8Array(), start = at * characters.length;
    paintText(read, characters.slice(0, SHOWN), (k) => ({ background: shade(Math.round(cell[start + k] / 12.7) / 10) }));
    Object.assign(place.dataset, { step: String(point.step), score: String(unit.scores[at]), loss: String(point.train ?? ""), changed: String(count) });
  };
  controls.onChange(draw);
  const observer = new ResizeObserver(draw);
  observer.observe(chart);
  draw();
  return { destroy: () => observer.disconnect() };
}

/** @param {Point} point @param {number} score @param {{ unit: string, title: string }} shown @returns {(Node | string)[]} */
function factsOf({ step, characters, train, from, to, validation, measured }, score, { unit, title }) {
  const loss = train === null ? ["no loss is logged before the first step"] : ["training loss ", element("b", "loss", `${fixed(train)} bits`), ` per character (steps ${from} to ${to})`];
  const held = validation === null ? "" : `, validation ${fixed(validation)}${measured === step ? "" : ` at step ${measured.toLocaleString("en")}`}`;
  return ["Step ", element("b", "step", step.toLocaleString("en")), `, ${characters.toLocaleString("en")} characters read: `, ...loss, held, `. Agreement of ${unit} with “${title}”: `, element("b", "agreement", fixed(score)), "."];
}

/** Losses above, agreement of units below, over the same axis. @param {any} data @param {number} at @param {string} chosen a concept @param {number} width */
function chartOf(data, at, chosen, width) {
  const last = data.points.at(-1).step, uniform = Math.log2(data.vocabulary), span = width - LEFT - RIGHT, second = TOP + HIGH + GAP, height = second + HIGH + BELOW;
  const x = (/** @type {number} */ step) => LEFT + span * placeOf(step, last);
  const atLoss = (/** @type {number} */ bits) => TOP + (HIGH * (7 - bits)) / 6, atScore = (/** @type {number} */ score) => second + HIGH * (1 - Math.max(0, score));
  const { step, train, to, validation, measured } = data.points[at];
  const node = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": "Above: loss in bits over the training steps. Below: how well three units agree with their concepts. A line marks the snapshot." });
  node.append(...axis("Loss, bits per character", [1, 3, 5, 7], atLoss, TOP), ...axis("Agreement of units: 0 chance, 1 perfect", [0, 0.5, 1], atScore, second), ...stepsBelow(x, last, height, width));
  node.append(svg("line", { class: "uniform", x1: LEFT, x2: width - RIGHT, y1: atLoss(uniform), y2: atLoss(uniform) }), text(width - RIGHT, atLoss(uniform) - 5, `all ${data.vocabulary} equally likely`, "end"));
  node.append(curve(data.train, x, atLoss, "train"), curve(data.validation, x, atLoss, "validation"));
  for (const [name, { scores }] of Object.entries(/** @type {{ [name: string]: { scores: number[] } }} */ (data.units))) {
    const pairs = scores.map((score, k) => [data.points[k].step, score]);
    node.append(curve(pairs, x, atScore, name === chosen ? "unit chosen" : "unit"));
  }
  node.append(svg("line", { class: "marker", x1: x(step), x2: x(step), y1: TOP - 4, y2: second + HIGH }));
  const dots = [[to, train, atLoss, "train"], [measured, validation, atLoss, "validation"], [step, data.units[chosen].scores[at], atScore, "unit"]]; // each where it was measured
  for (const [when, value, place, kind] of dots) if (value !== null) node.append(svg("circle", { class: `dot ${kind}`, cx: x(when), cy: place(value), r: 4.5 }));
  return node;
}

/** @param {number} x @param {number} y @param {string} words @param {string} anchor */
const text = (x, y, words, anchor) => svg("text", { x, y, "text-anchor": anchor }, words);

/** @param {string} title @param {number[]} values @param {(value: number) => number} place @param {number} top */
function axis(title, values, place, top) {
  const lines = values.flatMap((value) => [svg("line", { class: "grid", x1: LEFT, x2: "100%", y1: place(value), y2: place(value) }), text(LEFT - 8, place(value) + 4, String(value), "end")]);
  return [svg("text", { class: "title", x: 0, y: top - 10 }, title), ...lines];
}

/** @param {(step: number) => number} x @param {number} last @param {number} height @param {number} width */
function stepsBelow(x, last, height, width) {
  const steps = [...TICKS.filter((step) => x(step) < x(last) - 90), last];
  return steps.map((step) => text(Math.min(x(step), width - 2), height - 6, step === last ? `step ${step.toLocaleString("en")}` : step.toLocaleString("en"), step === last ? "end" : "middle"));
}

/** @param {number[][]} pairs @param {(step: number) => number} x @param {(value: number) => number} y @param {string} kind */
const curve = (pairs, x, y, kind) => svg("polyline", { class: `curve ${kind}`, points: pairs.map(([step, value]) => `${x(step).toFixed(1)},${y(value).toFixed(1)}`).join(" ") });
