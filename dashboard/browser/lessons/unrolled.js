// @ts-check
// Lesson: backpropagation through time. A network unrolled over a short text; a loss sends its gradient back.

import { fixed, subscripted } from "../learn/marks.js";
import { norm } from "../learn/short_text.js";
import { svg } from "../learn/svg.js";
import { Slices } from "../learn/training.js";
import { button, element } from "../reader/dom.js";
import { contributionsRow, figureOf } from "./unrolled_figure.js";
import { EVERY, largestOf, MOST, READING, STEPS, wentBack } from "./unrolled_gradients.js";

/** @import { Control, Values } from "../learn/values.js" */
/** @import { Contributions, Matrix } from "./unrolled_gradients.js" */
/** @typedef {ReturnType<typeof wentBack>} Gradients */

/** @type {Control[]} */
export const CONTROLS = [
  { name: "loss", label: "Loss", kind: "slider", first: STEPS, least: 0, most: STEPS, step: 1, drawn: false },
  { name: "trained", label: "Training steps", kind: "slider", first: 0, least: 0, most: MOST, step: EVERY },
  { name: "seed", label: "Random start", kind: "number", first: 1, least: 0, most: 9999, step: 1 },
  { name: "matrix", label: "Show the sum for one weight of", kind: "choice", first: "hh", options: [["xh", "W_xh"], ["hh", "W_hh"], ["hy", "W_hy"]] },
];
const LEAST = 0.0005; // of a sum's part, to be written with three decimals
const MATRICES = /** @type {Matrix[]} */ (["xh", "hh", "hy"]);
const LOOKS = { xh: "columns: letters\nrows: units", hh: "columns: before\nrows: after", hy: "columns: units\nrows: letters" };

/** @param {HTMLElement} place @param {Values} controls */
export function mount(place, controls) {
  const losses = lossRow(controls), chain = svg("svg", { class: "chain", "aria-hidden": "true" }), bars = element("div", "bars row");
  const rows = MATRICES.map(matrixRow), sentence = element("p", "sum"), entry = element("p", "entry");
  sentence.setAttribute("aria-live", "polite");
  place.classList.add("unrolled-lesson");
  place.append(
    losses.node, chain, lettersRow(), caption("The bars: how much each state matters to the loss, as the length of its gradient, ", "∂L/∂h_t"), bars, sentence,
    caption("What each step adds to the gradient of a shared matrix. Blue: below zero, orange: above; nothing is drawn where it is nearly zero. The large picture at the right: the sum of all steps, which is the gradient"), ...rows.map(({ node }) => node), entry,
  );
  let seed = controls.number("seed"), training = READING.trained(seed);
  const draw = () => {
    const chosen = controls.number("loss"), found = wentBack(training.at(controls.number("trained")), chosen);
    losses.show(found, chosen);
    chain.replaceChildren(...figureOf(found, chosen));
    chain.setAttribute("viewBox", `0 0 ${60 * STEPS} 112`);
    bars.replaceChildren(...barsOf(found.atStates));
    sentence.replaceChildren(...sentenceOf(found, chosen));
    const written = /** @type {Matrix} */ (controls.text("matrix"));
    rows.forEach((row, k) => row.show(found.matrices[MATRICES[k]], MATRICES[k] === written));
    entry.replaceChildren(...entryOf(written, found.matrices[written]));
    Object.assign(place.dataset, { loss: String(found.loss), states: found.atStates.join(" "), norms: MATRICES.map((name) => norm(found.matrices[name].sum)).join(" "), reached: String(Math.min(training.reached, controls.number("trained"))) });
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

/** @param {number} t */
const nameOf = (t) => visible(READING.characters[t]);
/** @param {string} character */
const visible = (character) => (character === " " ? "␣" : character);

/** A button for each loss, and one for all. @param {Values} controls */
function lossRow(controls) {
  const isHidden = controls.hidden.has("loss"), marks = READING.targets.map((_, t) => {
    const mark = isHidden ? element("span", "loss") : button("", "", () => controls.set({ loss: t + 1 }));
    mark.classList.add("loss");
    return mark;
  });
  const all = isHidden ? element("span") : button("All losses together", "The gradient of the total loss", () => controls.set({ loss: 0 }));
  for (const mark of [all, ...marks]) if (mark instanceof HTMLButtonElement) mark.disabled = controls.locked.has("loss");
  const note = element("span", "hint", "A network reads the letters in the lower row, one at each step, and is to say the next one: the upper row, with its loss. Click a loss: orange shows its gradient, which goes back along the chain. ␣ is a space.");
  return {
    node: element("div", "losses", element("p", "all", all, note), element("div", "row", side("wanted", "loss"), ...marks)),
    /** @param {Gradients} found @param {number} chosen */
    show({ losses }, chosen) {
      all.setAttribute("aria-pressed", String(!chosen));
      marks.forEach((mark, t) => {
        mark.setAttribute("aria-pressed", String(!chosen || chosen === t + 1));
        mark.setAttribute("aria-label", `Loss of step ${t + 1}: ${fixed(losses[t])} nats`);
        mark.replaceChildren(element("b", "", nameOf(t + 1)), element("span", "", short(losses[t])));
      });
    },
  };
}

/** What the lines of a row are, at its left. @param {string[]} lines */
const side = (...lines) => element("span", "side", ...lines.map((line) => element("span", "", line)));

function lettersRow() {
  return element("div", "row letters", side("reads", "step"), ...READING.inputs.map((_, t) => element("span", "", element("b", "", nameOf(t)), element("span", "hint", String(t + 1)))));
}

/** @param {number[]} lengths */
function barsOf(lengths) {
  const most = Math.max(...lengths, 1e-12);
  return lengths.map((length) => {
    const fill = element("i", "fill");
    fill.style.height = `${64 * length / most}px`;
    return element("span", length ? "bar" : "bar none", element("span", "", short(length)), fill);
  });
}

/** A matrix: its name, a picture for each step, and their sum. @param {Matrix} name */
function matrixRow(name) {
  const parts = svg("svg", { class: "parts", role: "img" }), sum = svg("svg", { class: "total", role: "img" }), length = element("span", "length");
  const node = element("div", "matrix", element("p", "name", element("b", "", ...subscripted(`W_${name}`)), element("span", "hint", LOOKS[name])), parts, element("div", "whole", sum, length));
  parts.setAttribute("aria-label", `What each step adds to the gradient of W_${name}`);
  sum.setAttribute("aria-label", `The gradient of W_${name}`);
  return {
    node,
    /** @param {Contributions} contributions @param {boolean} isWritten */
    show(contributions, isWritten) {
      const marked = isWritten ? largestOf(contributions).at : -1, most = Math.max(...[contributions.sum, ...contributions.parts].map((values) => Math.max(...values.map(Math.abs)))) || 1;
      contributionsRow(parts, contributions.parts, contributions, most, marked);
      contributionsRow(sum, [contributions.sum], contributions, most, marked);
      length.textContent = `length ${fixed(norm(contributions.sum))}`;
    },
  };
}

/** @param {Gradients} found @param {number} chosen */
function sentenceOf({ loss, atStates, predictions }, chosen) {
  if (!chosen) return ["All losses: ", element("b", "", fixed(loss)), " nats in total. Each state gets what its own loss says and what comes back from the next state."];
  const { said, p, wanted } = predictions[chosen - 1], want = nameOf(chosen), isRight = visible(said) === want;
  const spoken = isRight ? `, as wanted (p = ${fixed(p, 3)}).` : ` (p = ${fixed(p, 3)}), wanted is “${want}” (p = ${fixed(wanted, 3)}).`;
  const share = percent(atStates[0] / atStates[chosen - 1]), back = `${chosen - 1} step${chosen > 2 ? "s" : ""} back`;
  const atFirst = chosen === 1 ? [] : [" At ", ...state(1), `, ${back}, the gradient is ${share} as long as at `, ...state(chosen), "."];
  return [`Step ${chosen}: the network reads “${nameOf(chosen - 1)}” and says “${visible(said)}”${spoken} Its loss: `, element("b", "", fixed(loss)), " nats.", ...atFirst, chosen < STEPS ? " Later states get nothing." : ""];
}

/** @param {number} t from 1 */
const state = (t) => [element("i", "", "h"), element("sub", "", String(t))];

/** One weight, step by step. @param {Matrix} name @param {Contributions} contributions */
function entryOf(name, contributions) {
  const { at, row, column } = largestOf(contributions), letter = (/** @type {number} */ k) => visible(READING.alphabet[k]);
  const from = name === "xh" ? `letter ${letter(column)}` : `unit ${column + 1}`, to = name === "hy" ? `letter ${letter(row)}` : `unit ${row + 1}`;
  const terms = contributions.parts.flatMap((part, t) => (Math.abs(part[at]) < LEAST ? [] : [`step ${t + 1}: ${fixed(part[at], 3)}`]));
  const others = terms.length < STEPS ? ["all other steps: less than 0.001 each"] : [];
  return [
    "Framed: the weight of ", ...subscripted(`W_${name}`), ` whose gradient is largest, from ${from} to ${to}. `, element("span", "terms", [...terms, ...others].join(", ")), ". The sum of all: ", element("b", "", fixed(contributions.sum[at], 3)), ".",
  ];
}

/** @param {string} text @param {string} [symbol] */
const caption = (text, symbol = "") => element("p", "hint caption", text, ...(symbol ? [element("i", "", ...subscripted(symbol))] : []), ".");
/** @param {number} value */
const short = (value) => (value === 0 ? "0" : value < 0.005 ? "≈0" : value < 0.995 ? value.toFixed(2).slice(1) : value.toFixed(1));
/** @param {number} share */
const percent = (share) => (share > 0 && share < 0.001 ? "less than 0.1 %" : `${fixed(100 * share, share < 0.1 ? 1 : 0)} %`);
