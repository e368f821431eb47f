// @ts-check
// Lesson: softmax, cross-entropy, bits. Five logits to drag, and the surprise of each character.

import { element } from "../reader/dom.js";
import { textOf } from "../learn/controls.js";
import { fixed } from "../learn/marks.js";
import { surpriseOf } from "./surprise.js";

/** @import { Context } from "../learn/types.js" */
/** @import { Control, NumberControl, Values } from "../learn/values.js" */

const PROMPT = "the ca";
/** @type {[string, number][]} */
const FIRST = [["t", 2], ["r", 1.5], ["n", 1], ["l", 0], ["z", -3]];
const LETTERS = FIRST.map(([letter]) => letter);
const MOST_BITS = 14; // of a character with logit -4 where all others have 4: 13.5
/** @type {NumberControl[]} */
const LOGITS = FIRST.map(([name, first]) => ({ name, label: `Logit of ${name}`, kind: "slider", first, least: -4, most: 4, step: 0.1, drawn: false }));
/** @type {Control[]} */
export const CONTROLS = [
  { name: "next", label: "Then comes", kind: "choice", first: "t", options: LETTERS.map((letter) => [letter, letter]) },
  { name: "shift", label: "Add to all logits", kind: "slider", first: 0, least: -8, most: 8, step: 0.5 },
  ...LOGITS,
];

/** @param {HTMLElement} place @param {Values} controls @param {Context} context */
export function mount(place, controls, { isStill }) {
  const prompt = element("p", "prompt"), list = element("ol", "rows"), sums = element("p", "hint"), cost = element("p", "sum"), loss = element("p", "losses");
  const rows = LOGITS.map((control) => rowOf(control, controls));
  cost.setAttribute("aria-live", "polite");
  list.append(headOf(), ...rows.map(({ node }) => node));
  place.classList.add("softmax");
  place.classList.toggle("still", isStill);
  place.append(prompt, list, sums, cost, loss);
  const draw = () => {
    const letter = controls.text("next"), next = LETTERS.indexOf(letter);
    const found = surpriseOf(LETTERS.map((name) => controls.number(name)), controls.number("shift"), next), p = found.probabilities[next], bits = found.bits[next];
    prompt.replaceChildren(element("code", "", PROMPT), element("code", "came", letter));
    rows.forEach((row, k) => row.show(found.logits[k], found.weights[k], found.probabilities[k], found.bits[k], k === next));
    sums.textContent = `All exp(y) together: ${short(found.total)}. All p together: ${fixed(found.probabilities.reduce((sum, each) => sum + each, 0), 4)}. Orange: one line for each bit.`;
    cost.replaceChildren("Then comes ", element("code", "", letter), `, which had p = ${fixed(p, 4)}. Its surprise is −log₂ p = `, element("b", "", `${fixed(bits)} bits`), `: as much as one of ${short(2 ** bits)} equally likely characters brings.`);
    loss.textContent = `The loss is −ln p = ${fixed(found.loss, 3)} nats. If characters come with just these probabilities, the mean surprise, the entropy, is ${fixed(found.entropy)} bits.`;
    Object.assign(place.dataset, { probabilities: found.probabilities.join(" "), bits: String(bits), loss: String(found.loss), entropy: String(found.entropy), total: String(found.total) });
  };
  controls.onChange(draw);
  draw();
}

function headOf() {
  const head = element("li", "head");
  for (const [area, text] of [["slide", "Drag a logit"], ["logit", "y"], ["weight", "exp(y)"], ["chance", "probability p"], ["surprise", "surprise, bits"]]) head.append(element("span", area, text));
  return head;
}

/** A character: its logit to drag, its probability and its surprise. @param {NumberControl} control @param {Values} controls */
function rowOf(control, controls) {
  const logit = element("span", "logit"), weight = element("span", "weight"), slide = element("span", "slide");
  const chance = barOf("chance"), surprise = barOf("surprise");
  if (!controls.hidden.has(control.name)) slide.append(sliderOf(control, controls));
  const node = element("li", "", element("code", "name", control.name), slide, logit, weight, chance.node, surprise.node);
  return {
    node,
    /** @param {number} y @param {number} exponential @param {number} p @param {number} bits @param {boolean} isNext */
    show(y, exponential, p, bits, isNext) {
      logit.textContent = textOf(control, y);
      weight.textContent = short(exponential);
      chance.show(p, fixed(p, 4));
      surprise.show(bits / MOST_BITS, fixed(bits));
      node.classList.toggle("came", isNext);
      if (isNext) node.setAttribute("aria-current", "true");
      else node.removeAttribute("aria-current");
    },
  };
}

/** @param {NumberControl} control @param {Values} controls */
function sliderOf({ name, label, least, most, step }, controls) {
  const input = element("input");
  Object.assign(input, { type: "range", min: String(least), max: String(most), step: String(step), disabled: controls.locked.has(name) });
  input.dataset.control = name;
  input.setAttribute("aria-label", label);
  const follow = () => { input.value = String(controls.number(name)); };
  input.addEventListener("input", () => controls.set({ [name]: Number(input.value) }));
  controls.onChange((changed) => changed.has(name) && follow());
  follow();
  return input;
}

/** @param {string} area */
function barOf(area) {
  const fill = element("i", "fill"), number = element("span", "number");
  return {
    node: element("span", `${area} bar`, element("span", "track", fill), number),
    /** @param {number} share @param {string} text */
    show(share, text) {
      fill.style.width = `${100 * Math.min(1, share)}%`;
      number.textContent = text;
    },
  };
}

/** A positive number in few characters. @param {number} value */
const short = (value) => (value >= 1000 ? Math.round(value).toLocaleString("en") : value >= 0.01 ? fixed(value, value >= 10 ? 1 : 2) : value.toExponential(1).replace("-", "−"));
