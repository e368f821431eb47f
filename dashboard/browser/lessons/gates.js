// @ts-check
// Lesson: the gates of an LSTM. One unit of a shipped network reads a text; a gate of it can be held, and all runs on.

import { element } from "../reader/dom.js";
import { unitName } from "../reader/words.js";
import { fixed } from "../learn/marks.js";
import { Figure, colorOf, glyph } from "./gates_figure.js";
import { GATES, stepOf } from "./gates_trace.js";
import { HeldReadings } from "./gates_live.js";

/** @import { Context } from "../learn/types.js" */
/** @import { Control, Values } from "../learn/values.js" */
/** @import { StepSum } from "./gates_trace.js" */

/** @type {Control[]} */
export const CONTROLS = [
  { name: "step", label: "Character", kind: "slider", first: 33, least: 1, most: 131, step: 1 },
  { name: "gate", label: "Hold", kind: "choice", first: "none", options: [["none", "no gate"], ["forget", "the forget gate f"], ["input", "the input gate i"], ["output", "the output gate o"]] },
  { name: "value", label: "at", kind: "slider", first: 1, least: 0, most: 1, step: 0.05, isUsed: (values) => values.text("gate") !== "none" },
  { name: "of", label: "Unit", kind: "choice", first: "quote", options: [["quote", "follows quotes"], ["line", "follows the line"]] },
];
const SEEN = "One unit of a trained network while the network reads a text: below each character stand the unit's gates, its memory c, and h, what it shows of it.";
const LITTLE = 0.05; // bits per character: on so short a text, a smaller difference says nothing
const NAMES = { f: "forget gate", i: "input gate", o: "output gate", g: "candidate", c: "cell state", h: "hidden state", before: "cell state before" };

/** @param {HTMLElement} place @param {Values} controls @param {Context} context */
export function mount(place, controls, { data, network }) {
  const characters = Array.from(data.text), sums = element("div", "sums"), told = element("p", "told"), costs = element("p", "sum costs");
  for (const spoken of [told, costs]) spoken.setAttribute("aria-live", "polite");
  const figure = new Figure(characters, (t) => !controls.hidden.has("step") && controls.set({ step: t + 1 }));
  const legend = element("p", "hint", "Rows, in the order of the computation. The gates f, i, o go from 0 (empty) to 1 (green); g and h from −1 (blue) over 0 to 1 (orange); c is the curve, the thin line is 0. Click a character, or move the slider with the arrow keys.");
  place.classList.add("gates");
  place.append(element("p", "hint seen", SEEN), told, sums, figure.node, legend, costs);
  const readings = new HeldReadings(data, network, () => draw());
  const draw = () => {
    const of = controls.text("of"), unit = data.units[of], gate = controls.text("gate"), value = controls.number("value");
    const found = gate === "none" ? { ...unit, bits: data.bits } : readings.of(unit, gate, value);
    if (!found) return void (costs.textContent = readings.problem || `The network reads the text again, with ${GATES[gate]} of ${unitName(unit.layer, unit.unit)} held at ${fixed(value)} …`); // what is shown stays until it has
    const t = controls.number("step") - 1, letter = GATES[gate] ?? "", sum = stepOf(found, t);
    const largest = Math.max(1, ...found.c.map(Math.abs), ...unit.c.map(Math.abs));
    figure.layOut();
    figure.show(found, unit, { chosen: t, held: letter, largest });
    told.replaceChildren(...sentenceOf(characters[t], t, sum));
    sums.replaceChildren(cellSum(sum, largest, letter), hiddenSum(sum, largest, letter));
    costs.replaceChildren(...costOf(unit, letter, value, { held: found.bits, free: data.bits, length: characters.length }));
    Object.assign(place.dataset, { shown: `${of} ${gate}${gate === "none" ? "" : ` ${value}`}`, ...Object.fromEntries(Object.entries(sum).map(([name, each]) => [name, String(each)])), bits: String(found.bits) });
  };
  controls.onChange(draw);
  draw();
  const watched = new ResizeObserver(() => figure.layOut() && draw());
  watched.observe(figure.node);
  return { destroy: () => { watched.disconnect(); readings.close(); } };
}

/** @param {string} character @param {number} t @param {StepSum} sum */
function sentenceOf(character, t, { f, i, o }) {
  const part = (/** @type {number} */ share) => element("b", "", `${fixed(100 * share, 0)} %`);
  return [`Character ${t + 1} is `, element("code", "read", glyph(character)), ". At this character the unit keeps ", part(f), " of its memory, adds ", part(i), " of the candidate, and shows ", part(o), "."];
}

/** c = f c_before + i g, in boxes. @param {StepSum} sum @param {number} largest @param {string} held */
function cellSum(sum, largest, held) {
  const box = (/** @type {keyof typeof NAMES} */ name) => boxOf(name, sum[name], largest, held);
  return element("p", "line", box("c"), sign("="), box("f"), sign("·"), box("before"), sign("+"), box("i"), sign("·"), box("g"));
}

/** h = o tanh c, in boxes. @param {StepSum} sum @param {number} largest @param {string} held */
function hiddenSum(sum, largest, held) {
  const box = (/** @type {keyof typeof NAMES} */ name) => boxOf(name, sum[name], largest, held);
  return element("p", "line", box("h"), sign("="), box("o"), sign("· tanh"), box("c"));
}

/** @param {string} text */
const sign = (text) => element("span", "sign", text);

/** A number, its letter and its name. @param {keyof typeof NAMES} name @param {number} value @param {number} largest @param {string} held */
function boxOf(name, value, largest, held) {
  const number = element("b", "", fixed(value)), letter = name === "before" ? ["c", element("sub", "", "t−1")] : [name, element("sub", "", "t")];
  number.style.background = colorOf(name === "before" ? "c" : name, value, largest);
  return element("span", `box${name === held ? " held" : ""}`, element("i", "", ...letter), number, element("small", "", name === held ? `${NAMES[name]}, held` : NAMES[name]));
}

/** @param {{ layer: number, unit: number }} at @param {string} letter @param {number} value @param {{ held: number, free: number, length: number }} bits */
function costOf({ layer, unit }, letter, value, { held, free, length }) {
  const cost = (/** @type {number} */ each) => element("b", "", fixed(each, 3)), name = `${unitName(layer, unit)} (unit ${unit} of layer ${layer})`;
  if (!letter) return [`${name}, as trained. The network needs `, cost(free), " bits per character for this text."];
  const told = [`With ${letter} of ${name} held at ${fixed(value)}, the network needs `, cost(held), " bits per character for this text; as trained, ", cost(free), "."];
  const size = Math.abs(held - free) < LITTLE ? "a difference of some hundredths means little" : `${fixed(Math.abs(held - free))} bits ${held > free ? "more" : "less"} is much`;
  return [...told, ` For one unit and ${length} characters, ${size}.`];
}
