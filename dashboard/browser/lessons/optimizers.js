// @ts-check
// Lesson: optimizers. They race from one start, on a ravine and on a small network, with one learning rate for all.

import { Chart } from "../learn/chart.js";
import { playButton } from "../learn/play.js";
import { choiceSlider } from "../learn/slide.js";
import { pointsOf, svg } from "../learn/svg.js";
import { Slices } from "../learn/training.js";
import { button, element } from "../reader/dom.js";
import { RACERS, Racer, STEEPNESS, STEPS, TEXT, pathOn } from "./race.js";

/** @import { Context } from "../learn/types.js" */
/** @import { ChoiceControl, Control, Values } from "../learn/values.js" */

/** @type {ChoiceControl} */
const RATE = { name: "rate", label: "Learning rate", kind: "choice", first: "0.05", options: ["0.001", "0.002", "0.005", "0.01", "0.02", "0.05", "0.1", "0.2", "0.5", "1"].map((rate) => [rate, rate]), drawn: false };
/** @type {Control[]} */
export const CONTROLS = [
  { name: "ground", label: "Race on", kind: "choice", first: "ravine", options: [["ravine", "a ravine"], ["network", "a small network"]] },
  { name: "momentum", label: "Momentum", kind: "slider", first: 0.8, least: 0, most: 0.99, step: 0.01 },
  { name: "turn", label: "Turn the ravine, degrees", kind: "slider", first: 0, least: 0, most: 90, step: 5 },
  { name: "seed", label: "Random start", kind: "number", first: 1, least: 0, most: 9999, step: 1 },
  { name: "step", label: "Step", kind: "slider", first: STEPS, least: 0, most: STEPS, step: 1 },
  RATE,
  { name: "chosen", label: "Optimizers", kind: "text", first: "sgd,momentum,adam", longest: 80, drawn: false, check: (written) => (!written || written.split(",").every((name) => RACERS.some(([known]) => known === name)) ? null : `some of ${RACERS.map(([name]) => name).join(",")}`) },
];
const SIZE = 300, HALF = 2.5, KEPT = 80; // pixels of the ravine, its half width, and how many races are remembered
const GROUNDS = {
  ravine: { low: 1e-9, high: 100, ticks: [1e-8, 1e-6, 1e-4, 0.01, 1, 100], name: "f, on a log scale" },
  network: { low: 0.01, high: 10, ticks: [0.01, 0.1, 1, 10], name: "loss in nats, on a log scale" },
};

/** @param {HTMLElement} place @param {Values} controls @param {Context} context */
export function mount(place, controls, { isStill }) {
  const chart = new Chart({ label: "The loss of each chosen optimizer after each step", height: 320 });
  const picture = element("div", "picture"), sentence = element("p", "sum"), told = element("p", "hint"), play = playButton(controls, { name: "step", next: (step) => step + 2, every: 90, isStill });
  const racers = RACERS.map(([name, title]) => racerOf(name, title, controls)), races = new Races(controls);
  sentence.setAttribute("aria-live", "polite");
  place.classList.add("optimizers");
  place.append(element("div", "controls", ...choiceSlider(RATE, controls), ...play.nodes), element("div", "racers", ...racers.map(({ node }) => node)), element("div", "ground", picture, chart.node), sentence, told);
  const draw = () => {
    const ground = groundOf(controls), shown = races.shown(), step = controls.number("step"), { low, high, ticks, name } = GROUNDS[ground];
    for (const racer of racers) racer.show(shown.find((each) => each.name === racer.name), step);
    if (ground === "ravine") picture.replaceChildren(ravineDrawn(controls.number("turn"), step, shown));
    const curves = shown.map((each) => ({ color: colorOf(each.name), values: each.losses.slice(0, step + 1) }));
    chart.show({ x: { name: "step", low: 0, high: STEPS, ticks: [0, 25, 50, 75, 100] }, y: { name, low, high, ticks, isLog: true }, curves, marks: [{ x: step }] });
    const missing = races.missing();
    sentence.textContent = missing ? "The networks train …" : resultOf(shown, step);
    told.textContent = ground === "ravine" ? RAVINE_TOLD : NETWORK_TOLD;
    const losses = Object.fromEntries(shown.map((each) => [each.name, each.losses[step] ?? null]));
    Object.assign(place.dataset, { ground, losses: JSON.stringify(losses), missing: String(missing), longest: String(slices.longest) });
  };
  const slices = new Slices({ step: () => races.advance(), draw, slice: 6 });
  const follow = () => {
    draw();
    if (races.missing()) slices.start();
  };
  controls.onChange(follow);
  follow();
  return { destroy: () => { slices.destroy(); chart.destroy(); play.stop(); } };
}

const RAVINE_TOLD = `The lines join points of equal f(x, y). The ravine is ${STEEPNESS} times as steep across as along; its lowest point is the cross. All start at the ring. Muon takes (x, y) as a matrix of one row. Adadelta has no learning rate.`;
const NETWORK_TOLD = `A plain recurrent network of 16 units learns “${TEXT}” Each optimizer trains a network of its own from the same random weights; each step reads the whole text. Muon moves the matrices and leaves the biases to Adam. Adadelta has no learning rate.`;

/** @param {Values} controls */
const groundOf = (controls) => /** @type {keyof typeof GROUNDS} */ (controls.text("ground"));
/** @param {Values} controls */
const chosenIn = (controls) => RACERS.map(([name]) => name).filter((name) => controls.text("chosen").split(",").includes(name));
/** @param {string} name */
const colorOf = (name) => `var(--${name})`;

/** @typedef {{ name: string, losses: number[], points?: number[][] }} Race */

/** The races that the controls ask for; those of networks go on step by step and are remembered. */
class Races {
  /** @type {Map<string, Racer>} */
  #racers = new Map();

  /** @param {Values} controls */
  constructor(controls) {
    this.controls = controls;
  }

  /** @returns {Race[]} */
  shown() {
    const { controls } = this, rate = Number(controls.text("rate")), momentum = controls.number("momentum");
    if (groundOf(controls) === "ravine") return chosenIn(controls).map((name) => ({ name, ...pathOn(name, rate, momentum, controls.number("turn")) }));
    return chosenIn(controls).map((name) => ({ name, losses: this.#racer(name, rate, momentum, controls.number("seed")).losses }));
  }

  /** How many steps of training are still to be done. */
  missing() {
    const wanted = this.controls.number("step") + 1;
    return groundOf(this.controls) === "ravine" ? 0 : this.shown().reduce((sum, { losses }) => sum + Math.max(0, wanted - losses.length), 0);
  }

  /** One step of the racer that is behind. @returns {boolean} whether there was one */
  advance() {
    const { controls } = this, wanted = controls.number("step") + 1, rate = Number(controls.text("rate")), momentum = controls.number("momentum");
    if (groundOf(controls) === "ravine") return false;
    const running = chosenIn(controls).map((name) => this.#racer(name, rate, momentum, controls.number("seed")));
    const last = running.reduce((a, b) => (b.losses.length < a.losses.length ? b : a), running[0]);
    if (!last || last.losses.length >= wanted) return false;
    last.step();
    return true;
  }

  /** @param {string} name @param {number} rate @param {number} momentum @param {number} seed */
  #racer(name, rate, momentum, seed) {
    const key = [name, rate, momentum, seed].join(" ");
    let racer = this.#racers.get(key);
    if (!racer) {
      if (this.#racers.size >= KEPT) this.#racers.delete(this.#racers.keys().next().value ?? "");
      this.#racers.set(key, (racer = new Racer(name, rate, momentum, seed)));
    }
    return racer;
  }
}

/** A button that chooses an optimizer; it tells its color and its loss. @param {string} name @param {string} title @param {Values} controls */
function racerOf(name, title, controls) {
  const swatch = element("i", "swatch"), loss = element("span", "loss"), isHidden = controls.hidden.has("chosen");
  swatch.style.background = colorOf(name);
  const node = button("", "", () => {
    const chosen = chosenIn(controls);
    controls.set({ chosen: (chosen.includes(name) ? chosen.filter((each) => each !== name) : [...chosen, name]).join(",") });
  });
  node.append(swatch, element("span", "", title), loss);
  node.disabled = controls.locked.has("chosen") || isHidden;
  return {
    name, node,
    /** @param {Race | undefined} race @param {number} step */
    show(race, step) {
      node.setAttribute("aria-pressed", String(Boolean(race)));
      node.hidden = isHidden && !race;
      loss.textContent = race ? lossOf(race.losses[Math.min(step, race.losses.length - 1)]) : "";
    },
  };
}

/** @param {number | undefined} loss */
function lossOf(loss) {
  if (loss === undefined) return "";
  if (!(loss < 1000)) return "> 1000";
  return loss >= 0.01 ? loss.toPrecision(3) : loss < 1e-99 ? "0" : loss.toExponential(0).replace("e-", "e−");
}

/** @param {Race[]} shown @param {number} step */
function resultOf(shown, step) {
  if (!shown.length) return "Choose an optimizer.";
  const best = shown.reduce((a, b) => (b.losses[step] < a.losses[step] ? b : a)), lost = shown.filter(({ losses }) => !(losses[step] < 2 * losses[0]));
  const first = `After ${step} steps ${titleOf(best.name)} is lowest, with ${lossOf(best.losses[step])}.`;
  return lost.length ? `${first} Worse than twice the start: ${lost.map(({ name }) => titleOf(name)).join(", ")}.` : first;
}

/** @param {string} name */
const titleOf = (name) => RACERS.find(([known]) => known === name)?.[1] ?? name;

/** The contours, and each path up to a step. @param {number} turn @param {number} step @param {Race[]} shown */
function ravineDrawn(turn, step, shown) {
  const scale = SIZE / (2 * HALF), at = (/** @type {number[]} */ [x, y]) => [SIZE / 2 + scale * x, SIZE / 2 - scale * y];
  const root = svg("svg", { viewBox: `0 0 ${SIZE} ${SIZE}`, role: "img", "aria-label": "The ravine from above, with the path of each chosen optimizer" });
  const lines = [0.1, 0.5, 1.5, 4, 8.48, 16, 30, 60, 110].map((level) => svg("ellipse", { rx: scale * Math.sqrt(2 * level), ry: scale * Math.sqrt((2 * level) / STEEPNESS) }));
  root.append(svg("g", { class: "contours", transform: `translate(${SIZE / 2} ${SIZE / 2}) rotate(${-turn})` }, ...lines));
  const [cx, cy] = at([0, 0]);
  root.append(svg("path", { class: "lowest", d: `M${cx - 5} ${cy}h10M${cx} ${cy - 5}v10` }));
  for (const { name, points = [] } of shown) {
    const path = points.slice(0, step + 1).filter(([x, y]) => Math.abs(x) < 1e4 && Math.abs(y) < 1e4).map(at), [x, y] = path[path.length - 1];
    root.append(svg("g", { color: colorOf(name) }, svg("polyline", { class: "path", points: pointsOf(path) }), ...path.slice(1).map(([px, py]) => svg("circle", { class: "dot", cx: px, cy: py, r: 1.7 })), svg("circle", { class: "now", cx: x, cy: y, r: 5 })));
  }
  if (shown.length) {
    const [x, y] = at(shown[0].points?.[0] ?? [0, 0]);
    root.append(svg("circle", { class: "start", cx: x, cy: y, r: 6 }));
  }
  return root;
}
