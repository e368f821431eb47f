// @ts-check
// Lesson: a recurrent network by hand. "hell" goes in, "ello" is to come out.

import { button, element } from "../reader/dom.js";
import { LETTERS, NAMES, SHAPES, edited, editsIn, editsText, oneHot, read, rounded, said, totalLoss, trainedWeights } from "./hello_network.js";
import { fixed, shade, subscripted } from "../learn/marks.js";

/** @import { Control, Values } from "../learn/values.js" */
/** @import { Step, Weights } from "./hello_network.js" */

/** @type {Control[]} */
export const CONTROLS = [
  { name: "trained", label: "Training steps", kind: "slider", first: 100, least: 0, most: 200, step: 1 },
  { name: "seed", label: "Random start", kind: "number", first: 0, least: 0, most: 9999, step: 1 },
  { name: "carry", label: "Carry the state to the next step", kind: "toggle", first: true },
  { name: "step", label: "Step", kind: "slider", first: 1, least: 1, most: 4, step: 1 },
  { name: "edits", label: "Weights", kind: "text", first: "", longest: 600, drawn: false, check: (written) => (!written || written.split(",").every((part) => editsIn(part).size) ? null : "weights like xh.0.2=1.5,by.3.0=-2") },
];
const ROWS = { xh: "h", hh: "h", bh: "h", hy: "y", by: "y" };
const LOOK = "The network reads “h”, “e”, “l”, “l”, a column for each step, from top to bottom. Bars: what it expects next. Click a step: below, it is computed by hand.";
const LEGEND = [["x", ": the letter, one-hot, in the order “h” “e” “l” “o”. "], ["h", " (italic): the state, not the letter “h”. "], ["y", ": the logits, a score for each letter. "], ["p", ": the probabilities; a frame marks the right next letter."]];
const LEADS = { xh: "from the letter to the state", hh: "from the old state to the new", bh: "bias", hy: "from the state to the scores", by: "bias" };
const TITLES = { xh: "W_xh", hh: "W_hh", bh: "b_h", hy: "W_hy", by: "b_y" };

/** @param {HTMLElement} place @param {Values} controls */
export function mount(place, controls) {
  const columns = LETTERS.map((_, t) => {
    const column = button("", "", () => controls.set({ step: t + 1 }));
    column.className = "column";
    column.disabled = controls.locked.has("step") || controls.hidden.has("step");
    return column;
  });
  const sentence = element("p", "sum"), sums = element("div", "sums"), tables = weightTables(controls);
  sentence.setAttribute("aria-live", "polite");
  place.classList.add("hello");
  const legend = element("p", "hint", ...LEGEND.flatMap(([symbol, meaning]) => [element("i", "", symbol), meaning])), look = element("p", "hint look", LOOK);
  place.append(look, element("div", "unrolled", ...columns), legend, sentence, sums);
  if (!controls.hidden.has("edits")) place.append(tables.node);
  const draw = () => {
    const weights = edited(rounded(trainedWeights(controls.number("seed"), controls.number("trained"))), editsIn(controls.text("edits")));
    const carries = controls.isOn("carry"), steps = read(weights, carries), chosen = controls.number("step") - 1;
    steps.forEach((step, t) => {
      columns[t].replaceChildren(...columnOf(step, t, carries));
      columns[t].setAttribute("aria-pressed", String(t === chosen));
      columns[t].setAttribute("aria-label", `Step ${t + 1}: reads ${LETTERS[step.input]}, predicts ${LETTERS[said(step)]}, wanted ${LETTERS[step.target]}`);
    });
    const word = steps.map((step) => LETTERS[said(step)]).join(""), total = totalLoss(steps);
    sentence.replaceChildren("After “hell” in, the network says ", element("b", "word", word), word === "ello" ? ": right. " : " instead of ello. ", "Loss in total: ", element("b", "total", fixed(total)), " nats.");
    sums.replaceChildren(...sumsOf(weights, steps[chosen], chosen));
    tables.show(weights, steps[chosen]);
    Object.assign(place.dataset, { word, total: String(total) });
  };
  controls.onChange(draw);
  draw();
}

/** One step from its input down to its loss. @param {Step} step @param {number} t @param {boolean} carries */
function columnOf({ input, target, h, logits, probabilities, loss }, t, carries) {
  const best = probabilities.indexOf(Math.max(...probabilities));
  const arrow = element("i", "arrow", carries ? "→" : "×"), state = element("span", "cells state", ...h.map((value) => cell(fixed(value), value)));
  if (t < LETTERS.length - 1) state.append(arrow);
  const bars = LETTERS.map((letter, k) => {
    const fill = element("i", "fill");
    fill.style.width = `${100 * probabilities[k]}%`;
    return element("span", `bar${k === target ? " wanted" : ""}`, fill, element("code", "", letter), element("span", "", fixed(probabilities[k])));
  });
  return [
    element("span", "letter", LETTERS[input]),
    part("x", element("span", "cells", ...oneHot(input).map((bit) => cell(String(bit), bit)))),
    part("h", state), part("y", element("span", "cells logits", ...logits.map((value) => cell(fixed(value, 1), value / 4)))),
    part("p", element("span", "bars", ...bars)),
    element("span", `said ${best === target ? "right" : "wrong"}`, `${best === target ? "✓" : "✗"} loss ${fixed(loss)}`),
  ];
}

/** @param {string} name @param {HTMLElement} content */
const part = (name, content) => element("span", "part", element("span", "name", name), content);

/** @param {string} text @param {number} value */
function cell(text, value) {
  const node = element("span", "cell", text);
  node.style.background = shade(value);
  return node;
}

/** The sums of one step, number by number. @param {Weights} weights @param {Step} step @param {number} t */
function sumsOf(weights, step, t) {
  const letter = LETTERS[step.input], wanted = LETTERS[step.target];
  const states = step.h.map((value, row) => {
    const terms = [weights.xh[row][step.input], ...step.before.map((before, k) => [weights.hh[row][k], before]), weights.bh[row][0]];
    return [`h_${row + 1}`, `tanh( ${sum(terms)} )`, fixed(value)];
  });
  const logits = step.logits.map((value, row) => [`y_“${LETTERS[row]}”`, sum([...step.h.map((h, k) => [weights.hy[row][k], h]), weights.by[row][0]]), fixed(value)]);
  const p = step.probabilities[step.target];
  const loss = [`p_“${wanted}”`, `exp(${fixed(step.logits[step.target])}) / ( ${step.logits.map((logit) => `exp(${fixed(logit)})`).join(" + ")} )`, fixed(p)];
  const lines = [...states, ...logits, loss, ["loss", `−ln ${fixed(p)}`, fixed(step.loss)]];
  const rows = lines.map((parts) => element("tr", "", ...parts.map((text, k) => element("td", k === 1 ? "how" : "", ...(k === 2 ? [`= ${text}`] : k === 0 ? [...subscripted(text), " ="] : [text])))));
  const title = element("h2", "", `Step ${t + 1} by hand: it reads “${letter}”, and is to say “${wanted}”`);
  const note = element("p", "hint", "Inside tanh: the letter’s weight (its column of ", ...subscripted("W_xh"), "), three weights times the state before, the bias. The state is shown with two decimals; the computation uses all.");
  return [title, element("div", "wide", element("table", "", element("tbody", "", ...rows))), note];
}

/** @param {(number | number[])[]} terms a number, or a product */
const sum = (terms) => terms.map((term) => (Array.isArray(term) ? term.map(inBrackets).join("·") : inBrackets(term))).join(" + ");
/** @param {number} value */
const inBrackets = (value) => (value < 0 ? `(${fixed(value)})` : fixed(value));

/** “h”, a letter, but h1, a unit. @param {string} head */
const quoted = (head) => (LETTERS.includes(head) ? `“${head}”` : head);

/** Tables of number inputs, one for each matrix. @param {Values} controls */
function weightTables(controls) {
  /** @type {Map<string, HTMLInputElement>} */
  const inputs = new Map();
  const undo = button("Undo my changes", "", () => controls.set({ edits: "" }));
  const node = element("details", "weights", element("summary", "", "The weights: change any of them"), element("p", "hint keeps", "A weight that you change keeps your value, also while training moves the others. ", undo), element("div", "tables", ...NAMES.map((name) => tableOf(name, controls, inputs))));
  node.open = true;
  return {
    node,
    /** @param {Weights} weights @param {Step} step */
    show(weights, step) {
      const edits = editsIn(controls.text("edits"));
      for (const [key, input] of inputs) {
        const [name, row, column] = key.split("."), value = weights[/** @type {keyof Weights} */ (name)][Number(row)][Number(column)];
        if (Number(input.value) !== value || !input.value) input.value = value.toFixed(2);
        input.style.background = shade(value / 2);
        input.classList.toggle("changed", edits.has(key));
        input.classList.toggle("read", name === "xh" && Number(column) === step.input);
      }
      undo.hidden = !edits.size;
    },
  };
}

/** @param {keyof Weights} name @param {Values} controls @param {Map<string, HTMLInputElement>} inputs */
function tableOf(name, controls, inputs) {
  const [rows, columns] = SHAPES[name], heads = name === "xh" ? LETTERS : name === "hh" || name === "hy" ? ["h1", "h2", "h3"] : [""];
  const lines = Array.from({ length: rows }, (_r, row) => {
    const head = ROWS[name] === "h" ? `h${row + 1}` : LETTERS[row];
    const cells = Array.from({ length: columns }, (_c, column) => {
      const input = Object.assign(element("input"), { type: "number", step: "0.1", min: "-99", max: "99" });
      input.setAttribute("aria-label", `${TITLES[name]}, row ${head}${heads[column] && `, column ${heads[column]}`}`);
      input.disabled = controls.locked.has("edits");
      input.addEventListener("input", () => edit(controls, `${name}.${row}.${column}`, input));
      inputs.set(`${name}.${row}.${column}`, input);
      return element("td", "", input);
    });
    return element("tr", "", element("th", "", quoted(head)), ...cells);
  });
  const top = element("tr", "", element("th", ""), ...heads.map((head) => element("th", "", quoted(head))));
  return element("table", name, element("caption", "", element("span", "symbol", ...subscripted(TITLES[name])), element("span", "hint", LEADS[name])), element("thead", "", top), element("tbody", "", ...lines));
}

/** @param {Values} controls @param {string} key @param {HTMLInputElement} input */
function edit(controls, key, input) {
  const value = Math.round(input.valueAsNumber * 100) / 100, edits = editsIn(controls.text("edits"));
  input.toggleAttribute("aria-invalid", !(Math.abs(value) < 100));
  if (Math.abs(value) < 100) controls.set({ edits: editsText(edits.set(key, value)) });
}
