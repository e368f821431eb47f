// @ts-check
// Lesson: overfitting. A small network trains on a short text; two curves, and what it writes.

import { Chart } from "../learn/chart.js";
import { fixed } from "../learn/marks.js";
import { RecurrentNetwork } from "../learn/recurrent.js";
import { choiceSlider } from "../learn/slide.js";
import { Slices } from "../learn/training.js";
import { button, element } from "../reader/dom.js";
import { EPOCHS, PATIENCE, Trainer, copiedIn, earlyStop, partsOf, writing } from "./overfit.js";

/** @import { Context } from "../learn/types.js" */
/** @import { ChoiceControl, Control, Values } from "../learn/values.js" */
/** @import { Epoch, Parts, Settings } from "./overfit.js" */

/** @type {ChoiceControl[]} */
const SLIDERS = [
  { name: "units", label: "Units", kind: "choice", first: "32", options: [["4", "4"], ["8", "8"], ["16", "16"], ["32", "32"], ["64", "64"]], drawn: false },
  { name: "dropout", label: "Dropout", kind: "choice", first: "0", options: [["0", "off"], ["0.2", "0.2"], ["0.5", "0.5"], ["0.7", "0.7"]], drawn: false },
  { name: "decay", label: "Weight decay", kind: "choice", first: "0", options: [["0", "off"], ["0.1", "0.1"], ["0.3", "0.3"], ["1", "1"]], drawn: false },
];
/** @type {Control[]} */
export const CONTROLS = [
  { name: "early", label: "Early stopping", kind: "toggle", first: false },
  { name: "epoch", label: "Epoch", kind: "slider", first: EPOCHS, least: 0, most: EPOCHS, step: 1 },
  { name: "seed", label: "Seed", kind: "number", first: 0, least: 0, most: 9999, step: 1 },
  ...SLIDERS,
];
const KEPT = 6, WRITTEN = 200, LEAST = 10; // trainings that are remembered; characters written; the shortest copied run
const Y = { name: "bits per character", low: 0, high: 7, ticks: [0, 1, 2, 3, 4, 5, 6, 7] }, X = { name: "epoch", low: 0, high: EPOCHS, ticks: [0, 10, 20, 30, 40] };

/** @param {HTMLElement} place @param {Values} controls @param {Context} context */
export function mount(place, controls, { data }) {
  const trainings = new Trainings(controls, partsOf(data.text)), sample = sampleOf(place, trainings.parts, controls), pace = new Pace();
  const chart = new Chart({ label: "The loss on the training text and on the validation text after each epoch", height: 330 });
  const legend = element("p", "hint legend"), sentence = element("p", "sum"), progress = element("p", "progress"), said = element("span");
  const slices = new Slices({ step: () => trainings.advance(), draw: () => draw(false), slice: 6 });
  const halt = button("Stop", "", () => {
    if (slices.isRunning) slices.stop();
    else slices.start();
    draw(true);
  });
  sentence.setAttribute("aria-live", "polite");
  place.classList.add("overfitting");
  progress.append(said, halt);
  place.append(element("div", "controls", ...SLIDERS.flatMap((control) => choiceSlider(control, controls))), progress, chart.node, legend, sentence, sample.node);
  let drawn = "";
  const draw = (/** @type {boolean} */ isForced) => {
    const shown = trainings.shown(), key = [shown.reached, shown.plain?.length, shown.isDone].join(" ");
    place.dataset.longest = String(slices.longest);
    if (!isForced && key === drawn) return;
    drawn = key;
    chart.show({ x: X, y: Y, ...curvesOf(shown) });
    legend.replaceChildren(...legendOf(shown));
    sentence.replaceChildren(...resultOf(shown, slices.isRunning));
    sample.show(shown.epochs[shown.chosen], shown.isChosenDone);
    said.textContent = progressOf(shown, trainings.parts, pace.left(shown, slices.isRunning));
    halt.textContent = slices.isRunning ? "Stop" : "Go on";
    halt.hidden = shown.isDone;
    const { training = null, validation = null } = shown.epochs[shown.chosen] ?? {};
    Object.assign(place.dataset, { reached: String(shown.reached), chosen: String(shown.chosen), training: String(training), validation: String(validation), done: String(shown.isDone) });
  };
  const follow = () => {
    if (!trainings.shown().isDone) slices.start();
    draw(true);
  };
  controls.onChange(follow);
  follow();
  return { destroy: () => { slices.destroy(); sample.destroy(); chart.destroy(); } };
}

/** The trainings that the controls ask for: the chosen one, and the plain one to compare it with. */
class Trainings {
  /** @type {Map<string, Trainer>} */
  #trainers = new Map();

  /** @param {Values} controls @param {Parts} parts */
  constructor(controls, parts) {
    this.controls = controls;
    this.parts = parts;
  }

  /** @returns {Settings} */
  settings() {
    const number = (/** @type {string} */ name) => Number(this.controls.text(name));
    return { units: number("units"), dropout: number("dropout"), decay: number("decay"), seed: this.controls.number("seed") };
  }

  /** What is to be seen: epochs up to the wanted one, and which of them is chosen. */
  shown() {
    const { controls } = this, settings = this.settings(), wanted = controls.number("epoch"), isEarly = controls.isOn("early");
    const all = this.#trainer(settings).epochs.slice(0, wanted + 1), stop = earlyStop(all.map(({ validation }) => validation));
    const end = isEarly ? (stop.end ?? wanted) : wanted, epochs = all.slice(0, end + 1), reached = epochs.length - 1;
    const isPlain = !settings.dropout && !settings.decay, plain = isPlain ? null : this.#trainer({ ...settings, dropout: 0, decay: 0 }).epochs.slice(0, wanted + 1);
    return {
      epochs, reached, plain, isEarly, lowest: stop.kept, chosen: isEarly ? stop.kept : Math.max(0, reached), wanted: end,
      isStopped: isEarly && stop.end !== null, isChosenDone: reached >= end, isDone: reached >= end && (!plain || plain.length > wanted),
    };
  }

  /** One piece of work. @returns {boolean} whether more is to be done */
  advance() {
    const { isChosenDone, isDone } = this.shown(), settings = this.settings();
    if (!isDone) this.#trainer(isChosenDone ? { ...settings, dropout: 0, decay: 0 } : settings).step();
    return !isDone;
  }

  /** @param {Settings} settings */
  #trainer(settings) {
    const key = JSON.stringify(settings), trainer = this.#trainers.get(key) ?? new Trainer(settings, this.parts);
    this.#trainers.delete(key); // the one used last stands last
    this.#trainers.set(key, trainer);
    if (this.#trainers.size > KEPT) this.#trainers.delete(this.#trainers.keys().next().value ?? "");
    return trainer;
  }
}

/** @typedef {ReturnType<Trainings["shown"]>} Shown */

/** @param {Shown} shown */
function curvesOf({ epochs, plain, lowest, isEarly }) {
  const pair = (/** @type {Epoch[]} */ list, /** @type {string} */ dash, /** @type {string} */ kind) => [
    { color: `var(--training${kind})`, dash, values: list.map(({ training }) => training) },
    { color: `var(--validation${kind})`, dash, values: list.map(({ validation }) => validation) },
  ];
  const best = epochs[lowest];
  return { curves: [...(plain ? pair(plain, "4 4", "-plain") : []), ...pair(epochs, "", "")], marks: best && lowest ? [{ x: lowest, y: best.validation, text: isEarly ? "kept" : "lowest" }] : [] };
}

/** @param {Shown} shown */
function legendOf({ plain }) {
  const line = (/** @type {string} */ kind, /** @type {string} */ text) => element("span", "", element("i", kind), text);
  return [line("training", "training text"), line("validation", "validation text"), ...(plain ? [line("plain", "the same without dropout and weight decay")] : [])];
}

/** @param {Shown} shown @param {boolean} isRunning */
function resultOf({ epochs, chosen, lowest, isEarly, isStopped, isChosenDone, reached }, isRunning) {
  const now = epochs[chosen], best = epochs[lowest];
  if (!now || !isChosenDone) return [isRunning ? "The network trains …" : "The training is stopped."];
  const bits = (/** @type {number} */ value) => element("b", "", fixed(value));
  const losses = ["training ", bits(now.training), ", validation ", bits(now.validation), " bits per character."];
  if (isEarly) return [isStopped ? `Stopped after epoch ${reached}: no better validation loss for ${PATIENCE} epochs. ` : "", `Kept are the weights of epoch ${chosen}: `, ...losses];
  return [`Epoch ${chosen}: `, ...losses, ` The validation loss was lowest at epoch ${lowest}, with `, bits(best.validation), "."];
}

/** How long the last epoch took, and so how long all others will. */
class Pace {
  #count = 0;
  #at = 0;
  #milliseconds = 0;

  /** @param {Shown} shown @param {boolean} isRunning @returns {number} seconds; 0: not known */
  left({ reached, plain, wanted }, isRunning) {
    const now = performance.now(), count = reached + (plain?.length ?? 0);
    if (count === this.#count + 1) this.#milliseconds = now - this.#at;
    [this.#count, this.#at] = [count, now];
    const epochs = wanted - reached + (plain ? wanted + 1 - plain.length : 0);
    return isRunning ? Math.ceil((epochs * this.#milliseconds) / 1000) : 0;
  }
}

/** @param {Shown} shown @param {Parts} parts @param {number} left seconds */
function progressOf({ reached, wanted, isChosenDone, isDone, plain }, { training, validation }, left) {
  if (isDone) return `Trained on ${training.length} characters; ${validation.length} others are for validation.`;
  const rest = left ? `, about ${left} s left` : "";
  return isChosenDone ? `For comparison, without dropout and weight decay: epoch ${Math.max(0, (plain?.length ?? 1) - 1)}${rest}` : `Training: epoch ${Math.max(0, reached)} of ${wanted}${rest}`;
}

/** What the chosen weights write, with what is copied. @param {HTMLElement} place @param {Parts} parts @param {Values} controls */
function sampleOf(place, parts, controls) {
  const text = element("p", "text"), told = element("p", "hint"), source = parts.training.map((id) => parts.characters[id]).join("");
  /** @type {{ epoch: Epoch | undefined, seed: number }} */
  let shown = { epoch: undefined, seed: -1 };
  /** @type {Generator<string, void, void>} */
  let work, made = "";
  const slices = new Slices({
    slice: 2,
    step() {
      made = work.next().value ?? made;
      return made.length < WRITTEN;
    },
    draw(isDone) {
      if (!isDone) return;
      const copied = copiedIn(made, source, LEAST), share = copied.filter(Boolean).length / made.length;
      text.replaceChildren(...Array.from(made, (character, k) => element("span", copied[k] ? "copied" : "", character === "\n" ? "↵" : character)));
      told.textContent = `Orange: runs of ${LEAST} characters or more that stand just so in the training text: ${fixed(100 * share, 0)} %. Drawn at temperature 1. ↵ is a line break.`;
      place.dataset.copied = String(share);
    },
  });
  return {
    node: element("div", "sample", element("h2", "", "What it writes"), text, told),
    /** @param {Epoch | undefined} epoch @param {boolean} isLast else what is being written is written to its end */
    show(epoch, isLast) {
      const seed = controls.number("seed");
      if (!epoch || (epoch === shown.epoch && seed === shown.seed) || (slices.isRunning && !isLast)) return;
      shown = { epoch, seed };
      const network = new RecurrentNetwork({ cell: "gru", characters: parts.characters.length, units: epoch.weights.readout_weight.length / parts.characters.length, seed: null });
      network.load(epoch.weights);
      made = "";
      work = writing(network, parts.characters, seed, WRITTEN);
      slices.start();
    },
    destroy: () => slices.destroy(),
  };
}
