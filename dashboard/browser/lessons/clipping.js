// @ts-check
// Lesson: gradient clipping. Gradient descent runs into a cliff of the loss, with and without a limit for its steps.

import { Chart } from "../learn/chart.js";
import { fixed } from "../learn/marks.js";
import { playButton } from "../learn/play.js";
import { choiceSlider } from "../learn/slide.js";
import { element } from "../reader/dom.js";
import { STEPS, descent } from "./cliff.js";
import { reliefOf } from "./cliff_view.js";

/** @import { Context } from "../learn/types.js" */
/** @import { ChoiceControl, Control, Values } from "../learn/values.js" */
/** @import { Place } from "./cliff.js" */

/** @param {string[]} values @returns {[string, string][]} */
const same = (values) => values.map((value) => [value, value]);
/** @type {ChoiceControl} */
const LIMIT = { name: "limit", label: "Limit of the norm", kind: "choice", first: "0.5", options: same(["0.05", "0.1", "0.2", "0.5", "1", "2", "5", "10"]), drawn: false };
/** @type {ChoiceControl} */
const RATE = { name: "rate", label: "Learning rate", kind: "choice", first: "1", options: same(["0.1", "0.2", "0.5", "1", "2"]), drawn: false };
/** @type {Control[]} */
export const CONTROLS = [
  { name: "clip", label: "Clip the gradient", kind: "toggle", first: true },
  { name: "step", label: "Step", kind: "slider", first: STEPS, least: 0, most: STEPS, step: 1 },
  { name: "time", label: "Steps in time, T", kind: "slider", first: 50, least: 1, most: 60, step: 1 },
  LIMIT, RATE,
];
const GRADIENTS = { name: "norm of the gradient, on a log scale", low: 0.001, high: 100, ticks: [0.001, 0.01, 0.1, 1, 10, 100], isLog: true };
const LOSSES = { name: "loss L, on a log scale", low: 1e-5, high: 10, ticks: [1e-4, 0.01, 1], isLog: true };
const AXIS = { name: "step", low: 0, high: STEPS, ticks: [0, 20, 40, 60] };

/** @param {HTMLElement} place @param {Values} controls @param {Context} context */
export function mount(place, controls, { isStill }) {
  const relief = reliefOf(), sentence = element("p", "sum"), legend = element("p", "hint"), play = playButton(controls, { name: "step", next: (step) => step + 1, every: 120, isStill });
  const norms = new Chart({ label: "The norm of the gradient at each step", height: 205 }), losses = new Chart({ label: "The loss at each step", height: 205 });
  sentence.setAttribute("aria-live", "polite");
  place.classList.add("clipping");
  place.append(element("div", "controls", ...choiceSlider(LIMIT, controls), ...choiceSlider(RATE, controls), ...play.nodes), element("div", "ground", relief.node, element("div", "", norms.node, losses.node)), sentence, legend);
  const draw = () => {
    const isOn = controls.isOn("clip"), limit = Number(controls.text("limit")), time = controls.number("time"), rate = Number(controls.text("rate")), step = controls.number("step");
    const free = descent(time, rate, null), clipped = descent(time, rate, limit);
    const runs = [{ places: free, kind: isOn ? "free other" : "free", color: "var(--free)", dash: isOn ? "4 3" : "" }, ...(isOn ? [{ places: clipped, kind: "clipped", color: "var(--orange)", dash: "" }] : [])];
    relief.show(time, runs.map(({ places, kind }) => ({ places: places.slice(0, step + 1), kind })));
    /** @param {(place: Place) => number} value */
    const curves = (value) => runs.map(({ places, color, dash }) => ({ color, dash, values: places.slice(0, step + 1).map(value) }));
    const line = isOn ? [{ color: "currentColor", dash: "1 3", values: [limit, limit], every: STEPS, label: "limit" }] : [];
    norms.show({ x: AXIS, y: GRADIENTS, curves: [...curves(({ norm }) => norm), ...line], marks: [{ x: step }] });
    losses.show({ x: AXIS, y: LOSSES, curves: curves(({ loss }) => loss), marks: [{ x: step }] });
    const shown = isOn ? clipped : free, now = shown[step];
    sentence.replaceChildren(...told(shown.slice(0, step + 1), isOn, limit));
    legend.replaceChildren(element("i", "line free"), " without clipping", ...(isOn ? [" ", element("i", "line clipped"), " clipped"] : []), ". The ring is where descent is, the triangle where it leaves the picture. The height is the square root of the loss.");
    Object.assign(place.dataset, { w: String(now.w), b: String(now.b), loss: String(now.loss), norm: String(now.norm), length: String(Math.hypot(...now.used)) });
  };
  controls.onChange(draw);
  draw();
  return { destroy: () => { play.stop(); relief.destroy(); norms.destroy(); losses.destroy(); } };
}

/** @param {Place[]} places up to now @param {boolean} isOn @param {number} limit */
function told(places, isOn, limit) {
  const last = places.length - 1, { w, b, loss } = places[last], largest = places.reduce((best, place, k) => (place.norm > places[best].norm ? k : best), 0);
  const counted = (/** @type {number} */ count, /** @type {string} */ what) => `${count} ${what}${count === 1 ? "" : "s"}`;
  const shortened = places.slice(0, last).filter(({ isClipped }) => isClipped).length; // the last gradient is not used yet
  const rest = isOn && last ? ` Longer than ${limit}, and shortened: ${shortened} of ${counted(last, "gradient")}.` : "";
  return [`After ${counted(last, "step")}: w = ${fixed(w)}, b = ${fixed(b)}, loss `, element("b", "", loss < 0.001 ? "below 0.001" : fixed(loss, 3)), `. The longest gradient was ${fixed(places[largest].norm)}, at step ${largest}.${rest}`];
}
