// @ts-check
// Lesson: the uninterrupted path of the cell state. Two characters of a text, and what one unit carries between them.

import { short } from "../learn/powers.js";
import { openHere } from "../learn/shipped.js";
import { Slices } from "../learn/training.js";
import { element } from "../reader/dom.js";
import { glyphOf, pathFigure } from "./cell_path_figure.js";
import { ReadText, WholeGradient, directPath } from "./cell_path_gradient.js";

/** @import { Context, Networks } from "../learn/types.js" */
/** @import { Control, Values } from "../learn/values.js" */

const SPAN = 80, LAST = 379; // steps at most, and the last start: the text has LAST + SPAN + 1 characters
/** @type {Control[]} */
export const CONTROLS = [
  { name: "watched", label: "Unit", kind: "choice", first: "quotes", options: [["quotes", "inside quotes"], ["line", "along the line"], ["space", "at spaces"]] },
  { name: "from", label: "From character", kind: "slider", first: 257, least: 0, most: LAST, step: 1 },
  { name: "steps", label: "Steps on", kind: "slider", first: 61, least: 1, most: SPAN, step: 1 },
];

/** @typedef {{ layer: number, unit: number, forget: number[] }} Unit */

/** @param {HTMLElement} place @param {Values} controls @param {Context} context */
export function mount(place, controls, { data, network }) {
  const characters = Array.from(data.text), figure = pathFigure(SPAN), text = textOf(characters, controls), facts = factsOf();
  const gradients = new Gradients(data, network, () => draw());
  place.classList.add("cell-path");
  const hint = element("p", "hint", "Point at a character to read the path to it; drag from one to another, or use the sliders, to choose both. Blue: what the direct path hands on to a character. Frames: the start, in orange, and the end.");
  place.append(text.node, hint, facts.node, element("div", "wide", figure.node));
  const draw = (/** @type {number | null} */ pointed = null) => {
    const watched = controls.text("watched"), from = controls.number("from"), steps = pointed ?? controls.number("steps");
    const { layer, unit, forget } = /** @type {Unit} */ (data.units[watched]);
    const direct = directPath(forget, from, characters.length), whole = gradients.of(layer, unit, from);
    text.show(from, steps, direct);
    const gates = forget.slice(from, from + SPAN + 1);
    figure.show({ characters: characters.slice(from, from + SPAN + 1), forget: gates, direct: direct.slice(0, SPAN + 1), whole, steps });
    facts.show({ name: `L${layer}·u${unit}`, from: characters[from], to: characters[from + steps], steps, direct: direct[steps], whole: whole[steps], gates: gates.slice(1, steps + 1), problem: gradients.problem });
    Object.assign(place.dataset, { direct: String(direct[steps]), whole: String(whole[steps] ?? "") });
  };
  text.onPoint = draw;
  controls.onChange(() => draw());
  draw();
  return { destroy: () => gradients.destroy() };
}

/** The whole gradients, computed in slices of a frame once the network is there. */
class Gradients {
  /** @type {Map<string, WholeGradient>} */
  #found = new Map();
  /** @type {ReadText | null} */
  #read = null;
  /** @type {{ key: string, layer: number, unit: number, start: number } | null} */
  #wanted = null;
  problem = "";

  /** @param {{ model: string, text: string }} data @param {Networks} network @param {() => void} onFound */
  constructor({ model, text }, network, onFound) {
    this.onFound = onFound;
    this.slices = new Slices({ step: () => this.#step(), draw: (isDone) => isDone && onFound() });
    openHere(network, model).then((opened) => {
      this.#read = new ReadText(opened, text);
      this.slices.start();
    }).catch((error) => {
      this.problem = error instanceof Error ? error.message : String(error);
      onFound();
    });
  }

  /** Those of one unit from one start; none yet if they are still to be computed. @param {number} layer @param {number} unit @param {number} start @returns {number[]} */
  of(layer, unit, start) {
    const key = [layer, unit, start].join(" "), found = this.#found.get(key);
    if (found && found.values.length > SPAN) return found.values;
    this.#wanted = { key, layer, unit, start };
    if (this.#read) this.slices.start();
    return [];
  }

  #step() {
    const read = this.#read;
    if (!read || !this.#wanted) return false;
    const { key, layer, unit, start } = this.#wanted;
    if (read.length <= start + SPAN) {
      read.step();
      return true;
    }
    const gradient = this.#found.get(key) ?? new WholeGradient(read, layer, unit, start);
    this.#found.set(key, gradient);
    gradient.step();
    return gradient.values.length <= SPAN;
  }

  destroy() {
    this.slices.destroy();
  }
}

/** The text; a drag sets both ends, and the pointer shows the way to a character. @param {string[]} characters @param {Values} controls */
function textOf(characters, controls) {
  const spans = characters.map((character) => element("span", "", character === "\n" ? "↵\n" : character)), node = element("div", "text", ...spans);
  const shown = { node, show, onPoint: /** @type {(steps: number | null) => void} */ (() => {}) };
  /** @param {PointerEvent} event */
  const at = ({ clientX, clientY }) => spans.indexOf(/** @type {HTMLSpanElement} */ (document.elementFromPoint(clientX, clientY)));
  let isDragging = false;
  const stepsTo = (/** @type {number} */ to) => {
    const steps = to - controls.number("from");
    return to >= 0 && steps >= 1 && steps <= SPAN ? steps : null;
  };
  node.addEventListener("pointerdown", (event) => {
    const from = at(event);
    if (from < 0 || from > LAST || controls.hidden.has("from")) return;
    isDragging = true;
    controls.set({ from });
  });
  node.addEventListener("pointermove", (event) => {
    const steps = stepsTo(at(event));
    if (!isDragging) shown.onPoint(steps);
    else if (steps && !controls.hidden.has("steps")) controls.set({ steps });
  });
  for (const name of ["pointerup", "pointercancel", "pointerleave"]) {
    node.addEventListener(name, () => {
      isDragging = false;
      shown.onPoint(null);
    });
  }
  /** @param {number} from @param {number} steps @param {number[]} direct */
  function show(from, steps, direct) {
    spans.forEach((span, k) => {
      const share = k < from ? 0 : direct[k - from];
      span.style.background = share > 0.005 ? `color-mix(in srgb, var(--accent) ${Math.round(55 * share)}%, transparent)` : "";
      const kind = k === from ? "start" : k === from + steps ? "end" : "";
      if (span.className !== kind) span.className = kind;
    });
  }
  return shown;
}

/** @typedef {{ name: string, from: string, to: string, steps: number, direct: number, whole: number | undefined, gates: number[], problem: string }} Facts */

/** The two numbers, named apart. */
function factsOf() {
  const ends = element("p", "ends"), direct = rowOf("direct", "direct path"), whole = rowOf("whole", "whole gradient"), rest = rowOf("rest", "all other paths");
  const node = element("div", "facts", ends, element("dl", "", ...direct.nodes, ...whole.nodes, ...rest.nodes));
  node.setAttribute("aria-live", "polite");
  return {
    node,
    /** @param {Facts} facts */
    show(facts) {
      const { name, from, to, steps, gates, problem } = facts, least = Math.min(...gates);
      ends.replaceChildren("From ", element("code", "start", glyphOf(from)), " to ", element("code", "end", glyphOf(to)), `, ${steps} ${steps === 1 ? "step" : "steps"} on: how much does c of ${name} at the end change if c at the start does?`);
      direct.show(short(facts.direct), `the product of ${steps === 1 ? "one forget gate" : `${steps} forget gates`}; the smallest is ${short(least)}`);
      const waiting = problem ? "" : "…";
      whole.show(facts.whole === undefined ? waiting : short(facts.whole), problem || "all paths from c to c, through the gates of all 512 units of the layer");
      rest.show(facts.whole === undefined ? waiting : short(facts.whole - facts.direct), "the whole gradient minus the direct path");
    },
  };
}

/** @param {string} kind @param {string} name */
function rowOf(kind, name) {
  const value = element("dd", "value"), how = element("dd", "how");
  return {
    nodes: [element("dt", "", element("i", `swatch ${kind}`), name), value, how],
    /** @param {string} number @param {string} words */
    show(number, words) {
      value.textContent = number;
      how.textContent = words;
    },
  };
}
