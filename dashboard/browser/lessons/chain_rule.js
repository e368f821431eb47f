// @ts-check
// Lesson: the chain rule. A graph whose edges carry local derivatives; its nodes fill in step by step.

import { element } from "../reader/dom.js";
import { differentiated, GRAPHS, outputOf, usesOf } from "./graph.js";
import { bar, barrable } from "../learn/barred.js";
import { fixed } from "../learn/marks.js";
import { playButton } from "../learn/play.js";

/** @import { Context } from "../learn/types.js" */
/** @import { Control, Values } from "../learn/values.js" */
/** @import { Numbers, Step } from "./graph.js" */

const MOST = 8;

/** @type {Control[]} */
export const CONTROLS = [
  { name: "graph", label: "Function", kind: "choice", first: "sum", options: [["sum", "e = (a + b)(b + 1)"], ["power", "y = x exp(x²)"]] },
  { name: "direction", label: "Mode", kind: "choice", first: "reverse", options: [["reverse", "reverse"], ["forward", "forward"]] },
  { name: "along", label: "With respect to", kind: "choice", first: "b", options: [["a", "a"], ["b", "b"]] },
  { name: "a", label: "a", kind: "slider", first: 2, least: -3, most: 3, step: 0.1 },
  { name: "b", label: "b", kind: "slider", first: 1, least: -3, most: 3, step: 0.1 },
  { name: "x", label: "x", kind: "slider", first: 0.5, least: -1.2, most: 1.2, step: 0.05 },
  { name: "step", label: "Step", kind: "slider", first: MOST, least: 0, most: MOST, step: 1, drawn: false },
];

/** Where nodes and edges are drawn: a node's centre; an edge's path and its label's centre, in the order of the edges. */
const LAYOUT = {
  sum: {
    height: 372, nodes: { a: [64, 332], b: [236, 332], c: [98, 186], d: [286, 186], e: [190, 40] },
    edges: [["M70 299 L92 224", 68, 264], ["M206 299 L128 224", 178, 264], ["M246 299 L276 224", 292, 264], ["M118 153 L164 78", 120, 118], ["M268 153 L216 78", 262, 118]],
  },
  power: {
    height: 500, nodes: { x: [190, 460], u: [104, 320], v: [104, 180], y: [190, 40] },
    edges: [["M150 427 C96 410 76 390 82 358", 60, 398], ["M180 427 C178 400 150 380 130 358", 178, 386], ["M104 287 L104 218", 104, 252], ["M244 452 C336 400 336 120 250 52", 306, 250], ["M116 147 L162 78", 124, 114]],
  },
};

/** @param {HTMLElement} place @param {Values} controls @param {Context} context */
export function mount(place, controls, { isStill }) {
  const picture = element("div", "picture"), list = element("ol", "steps"), result = element("p", "sum"), uses = element("div", "uses");
  const buttons = controls.hidden.has("step") ? null : stepButtons(controls, isStill);
  result.setAttribute("aria-live", "polite");
  place.classList.add("chain-rule");
  place.append(picture, element("div", "told", ...(buttons ? [buttons.node] : []), list, result, uses));
  const draw = () => {
    const now = stateOf(controls), { graph, steps, derivatives, leaves, isForward, shown } = now;
    picture.replaceChildren(drawn(now));
    list.replaceChildren(...steps.slice(0, shown).map((step, k) => element("li", k === shown - 1 ? "now" : "", sentence(step, now))));
    const isDone = shown === steps.length;
    result.textContent = isDone ? resultOf(now) : `${shown} of ${steps.length} steps done.`;
    uses.replaceChildren(...(isDone ? usesShown(graph, leaves) : []));
    Object.assign(place.dataset, { graph, direction: isForward ? "forward" : "reverse", step: String(shown), steps: String(steps.length), derivatives: isDone ? JSON.stringify(derivatives) : "" });
  };
  controls.onChange(draw);
  draw();
  return { destroy: () => buttons?.stop() };
}

/** Everything that is shown. @param {Values} controls */
function stateOf(controls) {
  const graph = controls.text("graph"), isForward = controls.text("direction") === "forward";
  const along = graph === "sum" ? controls.text("along") : "x";
  const leaves = Object.fromEntries(GRAPHS[graph].leaves.map((name) => [name, controls.number(name)]));
  const found = differentiated(graph, isForward ? "forward" : "reverse", leaves, along), shown = Math.min(controls.number("step"), found.steps.length);
  const digits = graph === "sum" ? 2 : 3, known = found.steps.slice(0, shown);
  const valued = new Set([...GRAPHS[graph].leaves, ...known.filter(({ gives }) => gives.includes("value")).map(({ node }) => node)]);
  const derived = new Set(known.filter(({ gives }) => gives.includes("derivative")).map(({ node }) => node));
  return {
    ...found, graph, isForward, along, leaves, shown, valued, derived,
    /** @param {number} value */
    say: (value) => fixed(value, digits),
    /** The derivative that a node gets. @param {string} node */
    name: (node) => (isForward ? `∂${node}/∂${along}` : `∂${outputOf(graph)}/∂${node}`),
  };
}

/** @typedef {ReturnType<typeof stateOf>} State */

/** One step in words. @param {Step} step @param {State} state */
function sentence({ node, gives, edges: used, parts }, { graph, values, edges, derivatives, isForward, say, name }) {
  const operation = GRAPHS[graph].operations.find((each) => each.name === node);
  const value = operation ? `${node} = ${operation.formula} = ${say(values[node])}` : "";
  if (!gives.includes("derivative")) return value;
  const letters = used.map((k) => `${name(isForward ? edges[k].from : edges[k].to)} · ∂${edges[k].to}/∂${edges[k].use}`).join(" + ");
  const numbers = parts.map(([before, slope]) => `${bracketed(say(before))} · ${bracketed(say(slope))}`).join(" + ");
  const derivative = `${name(node)} = ${parts.length ? `${letters} = ${numbers} = ` : ""}${say(derivatives[node])}`;
  return gives.includes("value") ? `${value};  ${derivative}` : derivative;
}

/** @param {string} number */
const bracketed = (number) => (number.startsWith("−") ? `(${number})` : number);

/** @param {State} state */
function resultOf({ graph, isForward, along, derivatives, say, name }) {
  const { leaves } = GRAPHS[graph], output = outputOf(graph);
  if (!isForward) return `One pass forward and one back: ${leaves.map((leaf) => `${name(leaf)} = ${say(derivatives[leaf])}`).join(", ")}.`;
  const others = leaves.filter((leaf) => leaf !== along);
  return `One pass: ${name(output)} = ${say(derivatives[output])}.${others.length ? ` ∂${output}/∂${others[0]} needs another pass.` : ""}`;
}

/** What each use of the shared leaf adds. @param {string} graph @param {Numbers} leaves */
function usesShown(graph, leaves) {
  const { shared } = GRAPHS[graph], output = outputOf(graph), uses = usesOf(graph, leaves), digits = graph === "sum" ? 2 : 3;
  const total = uses.reduce((sum, { product }) => sum + product, 0);
  const rows = uses.map(({ use, to, above, slope, product }) => element("tr", "",
    element("th", "", use), element("td", "", `in ${to}`), element("td", "", `∂${output}/∂${to} · ∂${to}/∂${use}`),
    element("td", "", `${bracketed(fixed(above, digits))} · ${bracketed(fixed(slope, digits))}`), element("td", "number", fixed(product, digits))));
  const sum = element("tr", "total", element("th", "", shared), element("td", "", "sum"), element("td", "", `∂${output}/∂${shared}`), element("td"), element("td", "number", fixed(total, digits)));
  return [element("p", "hint", `The ${uses.length} uses of ${shared}, and what each adds to the derivative:`), element("div", "wide", element("table", "", element("tbody", "", ...rows, sum)))];
}

/** @param {Values} controls @param {boolean} isStill */
function stepButtons(controls, isStill) {
  const moved = (/** @type {number} */ by) => {
    const { shown, steps } = stateOf(controls);
    const next = Math.min(steps.length, Math.max(0, shown + by));
    return next === steps.length ? MOST : next;
  };
  const start = barrable("Start", "Before the first step", () => controls.set({ step: 0 }));
  const back = barrable("◀ Back", "One step back", () => controls.set({ step: moved(-1) }));
  const next = barrable("Next ▶", "One step on", () => controls.set({ step: moved(1) }));
  const play = playButton(controls, { name: "step", next: () => moved(1), every: 1200, isStill });
  for (const each of [start, back, next]) each.disabled = controls.locked.has("step");
  const follow = () => {
    const { shown, steps } = stateOf(controls);
    bar(start, shown === 0);
    bar(back, shown === 0);
    bar(next, shown === steps.length);
  };
  controls.onChange(follow);
  follow();
  return { node: element("div", "moves", start, back, next, ...play.nodes), stop: play.stop };
}

/** @param {State} state */
function drawn(state) {
  const { graph, edges, steps, shown, valued } = state, { height, nodes, edges: lines } = LAYOUT[/** @type {keyof typeof LAYOUT} */ (graph)];
  const now = steps[shown - 1], root = svg("svg", { viewBox: `0 0 360 ${height}`, role: "img", "aria-label": `The graph of ${outputOf(graph)}: each edge carries a local derivative` });
  const tip = svg("marker", { id: "chain-rule-tip", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto" });
  tip.append(svg("path", { d: "M0 0 L8 4 L0 8 Z" }));
  root.append(tip);
  edges.forEach(({ to, use, slope }, k) => {
    const [path, x, y] = lines[k], kind = now?.edges.includes(k) ? "edge now" : "edge";
    root.append(svg("path", { d: path, class: kind, "marker-end": "url(#chain-rule-tip)" }));
    root.append(svg("text", { x, y, class: "local" }, `∂${to}/∂${use}${valued.has(to) ? ` = ${state.say(slope)}` : ""}`));
  });
  for (const [node, [x, y]] of Object.entries(nodes)) root.append(nodeDrawn(node, x, y, state, node === now?.node));
  return root;
}

/** @param {string} node @param {number} x @param {number} y @param {State} state @param {boolean} isNow */
function nodeDrawn(node, x, y, { graph, values, valued, derived, derivatives, say, name }, isNow) {
  const operation = GRAPHS[graph].operations.find((each) => each.name === node);
  const group = svg("g", { class: isNow ? "node now" : derived.has(node) ? "node done" : "node", transform: `translate(${x} ${y})` });
  group.append(svg("rect", { x: -58, y: -33, width: 116, height: 66, rx: 9 }), svg("text", { y: -18, class: "formula" }, operation ? `${node} = ${operation.formula}` : node));
  if (valued.has(node)) group.append(svg("text", { y: 1 }, say(values[node])));
  group.append(svg("text", { y: 19, class: "derivative" }, derived.has(node) ? `${name(node)} = ${say(derivatives[node])}` : ""));
  return group;
}

/** @param {string} tag @param {{ [name: string]: string | number }} attributes @param {string} [text] */
function svg(tag, attributes, text = "") {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  node.textContent = text;
  return node;
}
