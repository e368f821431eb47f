// @ts-check
// Lesson: counting. Ten units learn a^n b^n; how far beyond the training do they count, and which of them counts?

import { fixed } from "../learn/marks.js";
import { Player } from "../learn/training.js";
import { button, element } from "../reader/dom.js";
import { drawResults, drawString } from "./counting_figures.js";
import { TESTED, TRAINED, UNITS, alongString, counterOf, lossOf, networkOf, reach, resultsOf, timelineOf } from "./counting_task.js";

/** @import { Context } from "../learn/types.js" */
/** @import { Control, Values } from "../learn/values.js" */
/** @import { CellName } from "../learn/recurrent_cells.js" */
/** @import { RecurrentNetwork } from "../learn/recurrent.js" */
/** @import { Result } from "./counting_task.js" */

const EVERY = 10, SELDOM = 50, MOST = 1000; // so often training is kept, and is drawn while it hurries
const PACE = 3, SLICE = 6; // steps of training in a frame, so that one can watch, and milliseconds
const CELLS = { lstm: "LSTM", gru: "GRU", rnn: "plain network" };

/** @type {Control[]} */
export const CONTROLS = [
  { name: "trained", label: "Training steps", kind: "slider", first: 600, least: 0, most: MOST, step: EVERY },
  { name: "cell", label: "Cell", kind: "choice", first: "lstm", options: [["lstm", "LSTM"], ["gru", "GRU"], ["rnn", "plain (Elman)"]] },
  { name: "seed", label: "Random start", kind: "number", first: 1, least: 0, most: 9999, step: 1 },
  { name: "n", label: "Read a string with n =", kind: "slider", first: 20, least: 1, most: TESTED, step: 1 },
  { name: "watched", label: "Unit", kind: "choice", first: "best", options: [["best", "the best counter"], ...Array.from({ length: UNITS }, (_, k) => /** @type {[string, string]} */ ([String(k), `u${k}`]))] },
];

/** @param {HTMLElement} place @param {Values} controls @param {Context} context */
export function mount(place, controls, { isStill }) {
  const sessions = new Map(), wanted = () => controls.number("trained");
  let drawn = "";
  const session = () => {
    const cell = /** @type {CellName} */ (controls.text("cell")), seed = controls.number("seed"), key = `${cell} ${seed}`;
    if (!sessions.has(key)) sessions.set(key, { timeline: timelineOf(cell, seed, EVERY), network: networkOf(cell, seed) });
    return sessions.get(key);
  };
  const draw = (/** @type {number} */ step, /** @type {boolean} */ isDone) => {
    const { timeline, network } = session(), every = isDone || player.isPlaying ? EVERY : SELDOM, shown = every * Math.floor(step / every);
    view.train.textContent = player.isPlaying ? "Stop" : "Watch it train";
    Object.assign(place.dataset, { step: String(shown), isDone: String(isDone), longest: String(player.slices.longest) });
    const key = [shown, isDone, place.clientWidth, ...controls.words()].join(" ");
    if (key === drawn) return;
    drawn = key;
    network.load(timeline.at(shown));
    view.progress.textContent = `${isDone ? "" : "Training: "}step ${shown}${isDone ? "" : ` of ${wanted()}`}, loss ${fixed(lossOf(network), 3)} nats per character`;
    view.show(network, shown);
  };
  const player = new Player({ draw, pace: PACE, slice: SLICE }), follow = () => player.show(session().timeline, wanted());
  const press = () => {
    if (player.isPlaying) {
      controls.set({ trained: player.stop() });
      follow();
    } else {
      if (!wanted()) controls.set({ trained: MOST });
      player.play();
    }
  };
  const view = viewIn(place, controls, press);
  view.train.hidden = controls.hidden.has("trained") || isStill; // with no motion, the slider is there
  const redraw = () => draw(player.shown, player.shown === wanted()), watch = new ResizeObserver(redraw);
  controls.onChange((changed) => (["trained", "cell", "seed"].some((name) => changed.has(name)) ? follow() : redraw()));
  follow();
  watch.observe(place);
  return { destroy: () => (watch.disconnect(), player.destroy()) };
}

/** What is on the page below the controls. @param {HTMLElement} place @param {Values} controls @param {() => void} press */
function viewIn(place, controls, press) {
  const train = button("", "", press), progress = element("span", "progress"), sentence = element("p", "sum"), caption = element("p", "sum"), legend = element("p", "hint");
  const results = element("div", "figure"), string = element("div", "figure");
  train.disabled = controls.locked.has("trained");
  place.classList.add("counting");
  place.append(element("p", "training", train, progress), sentence, results, element("p", "hint", LEGEND), caption, string, legend);
  return {
    train, progress,
    /** @param {RecurrentNetwork} network @param {number} step */
    show(network, step) {
      const n = controls.number("n"), found = resultsOf(network), along = alongString(network, n);
      const unit = controls.text("watched") === "best" ? counterOf(along.correlations) : controls.number("watched"), correlation = along.correlations[unit];
      sentence.replaceChildren(...spoken(found, step, CELLS[network.cell]));
      drawResults(results, found, n);
      caption.replaceChildren(...captionOf(found[n - 1], unit, correlation));
      drawString(string, along, unit);
      legend.textContent = `Orange line: the ${network.cell === "lstm" ? "cell state c" : "state h"} of u${unit} after each character; pale: the other nine. Dashed: a perfect counter, scaled to it. Marks below: the predictions after each b.`;
      Object.assign(place.dataset, { reach: String(reach(found)), learned: String(reach(found.slice(0, TRAINED))), unit: String(unit), correlation: String(correlation) });
    },
  };
}

const LEGEND = "Above: after how many b the network expects the end; on the line is right. ▲: after none of 45. Below: the share of right predictions at each n. Shaded: what it was trained on.";

/** @param {Result[]} results @param {number} step @param {string} cell @returns {(Node | string)[]} */
function spoken(results, step, cell) {
  const right = reach(results), who = step ? `Trained on n = 1 to ${TRAINED}, the ${cell} is right ` : `Before training, the ${cell} is right `;
  if (right === TESTED) return [who, element("b", "", `for every n that is tested, 1 to ${TESTED}`), "."];
  const { n, end } = results[right], expected = end ? `it expects the end after ${end} b` : "it never expects the end";
  return [who, element("b", "", right ? `up to n = ${right}` : "for no n in a row"), `. At n = ${n}, ${expected}.`];
}

/** @param {Result} result @param {number} unit @param {number} correlation @returns {(Node | string)[]} */
function captionOf({ n, accuracy }, unit, correlation) {
  return [`n = ${n}: `, element("b", "", `${Math.round(accuracy * n)} of ${n}`), ` predictions are right. `, element("b", "", `u${unit}`), " goes with the count of open a: correlation ", element("b", "", fixed(correlation)), "."];
}

