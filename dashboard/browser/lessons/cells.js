// @ts-check
// Lesson: LSTM, GRU, plain RNN. A diagram whose wires can be switched, its equations with numbers, and three trained networks.

import { fixed } from "../learn/marks.js";
import { button, element } from "../reader/dom.js";
import { diagramOf, drawDiagram } from "./cells_diagram.js";
import { WIRES, drawn, stepOf, usual } from "./cells_step.js";

/** @import { Context } from "../learn/types.js" */
/** @import { Control, Values } from "../learn/values.js" */

/** @type {Control[]} */
export const CONTROLS = [
  { name: "cell", label: "Cell", kind: "choice", first: "lstm", options: [["lstm", "LSTM"], ["gru", "GRU"], ["rnn", "plain RNN"]] },
  { name: "forget", label: "Forget gate", kind: "toggle", first: true },
  { name: "coupled", label: "Coupled: f = 1 − i", kind: "toggle", first: false },
  { name: "peephole", label: "Peepholes", kind: "toggle", first: false },
  { name: "output", label: "Output gate", kind: "toggle", first: true },
  { name: "squash", label: "tanh at the output", kind: "toggle", first: true },
  { name: "reset", label: "Reset gate", kind: "choice", first: "after", options: [["after", "after the product (PyTorch)"], ["before", "before it (Cho et al. 2014)"]] },
  { name: "update", label: "Update gate z", kind: "choice", first: "keep", options: [["keep", "keeps the old (PyTorch)"], ["take", "takes the new (Chung et al. 2014)"]] },
  { name: "feedback", label: "What comes back", kind: "choice", first: "elman", options: [["elman", "the state h (Elman 1990)"], ["jordan", "the output y (Jordan 1986)"]] },
  { name: "x", label: "Input x", kind: "slider", first: 1, least: -2, most: 2, step: 0.1 },
  { name: "seed", label: "Weights, seed", kind: "number", first: 1, least: 0, most: 9999, step: 1 },
  { name: "pin", label: "Pinned model", kind: "choice", first: "lstm", options: [["lstm", "LSTM"], ["gru", "GRU"], ["rnn", "plain RNN"]], drawn: false },
];
const NAMES = { lstm: "LSTM", gru: "GRU", rnn: "plain RNN" }, LOW = 1.8, HIGH = 2.3; // bits per character, of the scale

/** @param {HTMLElement} place @param {Values} controls @param {Context} context */
export function mount(place, controls, { data }) {
  const diagram = element("div", "diagram"), table = element("table", "equations"), comparison = comparisonOf(controls, data.models);
  const equations = new Map(Object.entries(data.equations).map(([key, html]) => [key, new DOMParser().parseFromString(String(html), "text/html").body.firstElementChild ?? element("span")]));
  const verdict = element("p", "sum");
  verdict.setAttribute("aria-live", "polite");
  place.classList.add("cells");
  place.append(element("div", "parts", diagram, element("div", "told", table, element("p", "hint", "One step of a cell with two units, weights and state before it random. Orange: not as in the usual cell."))), verdict, comparison.node);
  const draw = () => {
    const wires = { cell: controls.text("cell"), ...Object.fromEntries(Object.keys(WIRES[controls.text("cell")]).map((name) => [name, controls.get(name)])) };
    const weights = drawn(controls.number("seed")), x = controls.number("x");
    const rows = stepOf(wires, weights, x), before = stepOf(usual(wires), weights, x);
    const name = NAMES[/** @type {keyof typeof NAMES} */ (wires.cell)];
    diagram.replaceChildren(drawDiagram(diagramOf(wires), `The cell of ${name === "LSTM" ? "an" : "a"} ${name} with its wires`, (wire) => flip(controls, wire)));
    const head = element("tr", "", element("th", "", "equation"), element("th", "", "unit 1"), element("th", "", "unit 2"));
    table.replaceChildren(element("thead", "", head), element("tbody", "", ...rows.map((row) => {
      const same = before.find((other) => other.name === row.name), isChanged = same?.key !== row.key;
      const numbers = row.values.map((value, unit) => element("td", same && Math.abs(same.values[unit] - value) > 5e-7 ? "moved" : "", fixed(value, 3)));
      return element("tr", isChanged ? "changed" : "", element("td", "", document.importNode(/** @type {Element} */ (equations.get(row.key)), true)), ...numbers);
    })));
    verdict.textContent = verdictOf(wires);
    comparison.show(controls.text("pin"));
    Object.assign(place.dataset, { cell: wires.cell, keys: rows.map(({ key }) => key).join(" "), values: rows.map(({ values }) => values.join(",")).join(" "), pin: controls.text("pin") });
  };
  controls.onChange(draw);
  draw();
}

/** A click on a wire changes what it stands for. @param {Values} controls @param {string} wire */
function flip(controls, wire) {
  const control = controls.control(wire);
  if (controls.hidden.has(wire)) return;
  const [a, b] = control.kind === "choice" ? control.options.map(([value]) => value) : [true, false];
  controls.set({ [wire]: controls.get(wire) === a ? b : a });
}

/** What the wires make of the cell, in a line. @param {import("./cells_step.js").Wires} wires */
function verdictOf({ cell, forget, coupled, peephole, output, squash, reset, update, feedback }) {
  if (cell === "rnn") return feedback === "elman" ? "Elman’s network: the state comes back. This is torch.nn.RNN." : "Jordan’s network: the output comes back instead of the state; what the output does not show is forgotten.";
  if (cell === "gru") {
    if (reset === "after" && update === "keep") return "The GRU of PyTorch: r scales what the state adds to the candidate, bias included; z says how much of the old state stays.";
    return `${reset === "before" ? "As in the paper, r scales the state before the product. " : ""}${update === "take" ? "z and 1 − z have changed places: the same set of functions, with z for 1 − z." : "z says how much of the old state stays."}`;
  }
  const parts = [
    !forget ? "Without a forget gate (the LSTM of 1997) the cell can only add up." : coupled ? "One gate does two jobs: what is taken in makes room first, as in a GRU." : "",
    peephole ? "Peepholes: the gates see the cell itself." : "", !output ? "Without an output gate all units see the cell at every step." : "", !squash ? "Without tanh at the output h has no bound." : "",
  ].filter(Boolean);
  return parts.join(" ") || "The usual LSTM. This is torch.nn.LSTM.";
}

/** @typedef {{ model: string, weights: number, test: { bits: number, low: number, high: number }, passage: number, characters: number[] }} Model */

/** Three trained networks, and how much each differs from the pinned one. @param {Values} controls @param {{ [cell: string]: Model }} models */
function comparisonOf(controls, models) {
  const at = (/** @type {number} */ bits) => `${(100 * (bits - LOW)) / (HIGH - LOW)}%`;
  const rows = Object.entries(models).map(([cell, { model, weights, test, passage }]) => {
    const span = element("i", "span"), dot = element("i", "dot"), pinned = element("i", "pinned"), difference = element("td", "number less");
    Object.assign(span.style, { left: at(test.low), width: `${(100 * (test.high - test.low)) / (HIGH - LOW)}%` });
    dot.style.left = at(test.bits);
    const pin = button("Pin", `Compare the others with the ${NAMES[/** @type {keyof typeof NAMES} */ (cell)]}`, () => controls.set({ pin: cell }));
    pin.disabled = controls.locked.has("pin");
    const name = element("th", "", NAMES[/** @type {keyof typeof NAMES} */ (cell)], element("span", "model", model));
    const node = element("tr", "", name, element("td", "number weights", weights.toLocaleString("en")), element("td", "track", element("span", "", pinned, span, dot)), element("td", "number test", fixed(test.bits, 3)), difference, element("td", "number passage", fixed(passage, 3)), ...(controls.hidden.has("pin") ? [] : [element("td", "pin", pin)]));
    return { cell, node, pin, pinned, difference, test };
  });
  /** @type {[string, string][]} */
  const titles = [["", "network"], ["weights", "weights"], ["track", `bits per character, ${LOW} to ${HIGH}`], ["test", "test split"], ["less", "to pinned"], ["passage", "our passage"]];
  const heads = titles.map(([kind, text]) => element("th", kind, text));
  const [test, passage] = Object.values(models)[0].characters;
  const table = element("table", "comparison", element("thead", "", element("tr", "", ...heads)), element("tbody", "", ...rows.map(({ node }) => node)));
  return {
    node: element("section", "", element("h2", "", "Three networks, trained alike on War and Peace, 128 units each"), element("div", "wide", table), element("p", "hint", `Fewer bits are better. Dot: the mean over ${test.toLocaleString("en")} characters of the test split; line: its 95 % interval. Our passage has ${(passage + 1).toLocaleString("en")} characters. Dashed: the pinned network.`)),
    /** @param {string} pin */
    show(pin) {
      for (const row of rows) {
        const less = row.test.bits - models[pin].test.bits;
        row.node.classList.toggle("isPinned", row.cell === pin);
        row.pin.textContent = row.cell === pin ? "Pinned" : "Pin";
        row.pin.setAttribute("aria-pressed", String(row.cell === pin));
        row.pinned.style.left = at(models[pin].test.bits);
        row.difference.textContent = row.cell === pin ? "" : `${less > 0 ? "+" : ""}${fixed(less, 3)}`;
      }
    },
  };
}
