// @ts-check
// Lesson: a cell emerges. A small LSTM learns quoted text in the page, and one unit comes to tell inside from outside.

import { fixed, shade } from "../learn/marks.js";
import { Player } from "../learn/training.js";
import { button, element } from "../reader/dom.js";
import { drawCurves, drawHistogram } from "./emergence_figures.js";
import { EVERY, HALF, HELD_OUT, INSIDE, PIECE, UNITS, alongText, auroc, centreOf, histogramOf, timelineOf, turned } from "./emergence_task.js";

/** @import { Context } from "../learn/types.js" */
/** @import { Control, Values } from "../learn/values.js" */
/** @import { Timeline } from "../learn/training.js" */
/** @import { Snapshot } from "./emergence_task.js" */

const MOST = 3000, PACE = 20, SLICE = 6, BINS = 24; // PACE: steps in a frame while it plays; SLICE: milliseconds of training in a frame
const SHOWN_FROM = HELD_OUT.indexOf(".\" ", HALF) + 3, SHOWN = 300;

/** @type {Control[]} */
export const CONTROLS = [
  { name: "trained", label: "Training steps", kind: "slider", first: 0, least: 0, most: MOST, step: EVERY },
  { name: "seed", label: "Random start", kind: "number", first: 5, least: 0, most: 9999, step: 1 },
  { name: "watched", label: "Unit", kind: "choice", first: "best", options: [["best", "the best one"], ...Array.from({ length: UNITS }, (_, k) => /** @type {[string, string]} */ ([String(k), `u${k}`]))] },
];

/** @param {HTMLElement} place @param {Values} controls @param {Context} context */
export function mount(place, controls, { isStill }) {
  /** @type {Map<number, Timeline<Snapshot>>} */
  const timelines = new Map(), wanted = () => controls.number("trained");
  const timeline = () => {
    const seed = controls.number("seed"), found = timelines.get(seed) ?? timelineOf(seed);
    timelines.set(seed, found);
    return found;
  };
  const draw = (/** @type {number} */ step, /** @type {boolean} */ isDone) => {
    view.train.textContent = player.isPlaying ? "Stop" : "Watch it train";
    view.progress.textContent = isDone ? `Step ${step}: it has read ${(PIECE * step).toLocaleString("en-US")} characters` : awaited(step, wanted(), player.isPlaying);
    view.sentence.classList.toggle("passing", !isDone && !player.isPlaying);
    if (step >= 0) view.show(timeline().until(step));
    Object.assign(place.dataset, { step: String(step), isDone: String(isDone), longest: String(player.slices.longest) });
  };
  const player = new Player({ draw, pace: PACE, slice: SLICE }), follow = () => player.show(timeline(), wanted());
  const press = () => {
    if (player.isPlaying) {
      controls.set({ trained: player.stop() });
      follow();
    } else {
      if (!wanted()) controls.set({ trained: MOST });
      player.play();
    }
  };
  const view = viewIn(place, controls, press), redraw = () => draw(player.shown, player.shown === wanted()), watch = new ResizeObserver(redraw);
  view.train.hidden = controls.hidden.has("trained") || isStill; // with no motion, the slider is there
  controls.onChange((changed) => (changed.has("trained") || changed.has("seed") ? follow() : redraw()));
  follow();
  watch.observe(place);
  return { destroy: () => (watch.disconnect(), player.destroy()) };
}

/** What is on the page below the controls. @param {HTMLElement} place @param {Values} controls @param {() => void} press */
function viewIn(place, controls, press) {
  const train = button("", "", press), progress = element("span", "progress"), sentence = element("p", "sum");
  const curves = element("div", "curves"), histogram = element("div", "histogram"), units = unitRow(controls), passage = passageOf();
  const title = element("h2"), left = element("div", "", element("h2", "", "While it trains"), curves, element("p", "hint", LEGEND));
  const right = element("div", "", element("h2", "", "The AUROC of each unit"), units.node, element("p", "hint", "Measured on half A of the held-out text. Full height: 1; no height: 0.5, chance. Click a unit to look at it."), title, histogram);
  train.disabled = controls.locked.has("trained");
  place.classList.add("emergence");
  place.append(element("p", "hint", LOOK), element("p", "training", train, progress), sentence, element("div", "figures", left, right), element("h2", "", "Text it never saw, in the colors of the unit"), passage.node, element("p", "hint", PASSAGE));
  let drawn = "";
  return {
    train, progress, sentence,
    /** @param {Snapshot[]} kept up to what is shown */
    show(kept) {
      const snapshot = kept[kept.length - 1], chosen = controls.text("watched"), unit = chosen === "best" ? snapshot.best : Number(chosen);
      const key = [kept.length, controls.number("seed"), unit, chosen, place.clientWidth].join(" ");
      if (key === drawn) return;
      drawn = key;
      const values = alongText(snapshot.cells, unit), judged = turned(snapshot.aurocs[unit], auroc(values.subarray(HALF), INSIDE.slice(HALF)));
      sentence.replaceChildren(...spoken(snapshot, kept[0], unit, judged, chosen === "best"));
      drawCurves(curves, kept, MOST / EVERY);
      units.show(snapshot.aurocs, unit);
      title.textContent = `c of u${unit} inside and outside, on half B`;
      drawHistogram(histogram, histogramOf(values, BINS));
      passage.show(values);
      Object.assign(place.dataset, { unit: String(unit), best: String(snapshot.best), judged: String(judged), untrained: String(kept[0].judged), bits: String(snapshot.bits), ending: String(snapshot.ending) });
    },
  };
}

const LOOK = "A network learns to predict the next character. First: how well its best unit tells inside a quotation from outside, and the loss in bits. Then: all units. Last: the text it reads, in the colors of that unit.";
const LEGEND = "The upper curve is that of the best unit, on half B; dashed: before training. Lower curves: the thick one is for the characters that end a verb, s or ed; the thin one is for all characters. They begin above the frame.";

/** What is going on until the wanted step is shown. @param {number} step @param {number} wanted @param {boolean} isPlaying */
const awaited = (step, wanted, isPlaying) => (isPlaying ? `Step ${Math.max(0, step)} of ${wanted}` : `Training up to step ${wanted} first (some seconds): now at step ${Math.max(0, step)}`);
const PASSAGE = "Underlined: inside quotations. Orange and blue: the cell state lies above or below the middle between its two means, inside and outside. The network reads this text and learns nothing from it.";

/** @param {Snapshot} snapshot @param {Snapshot} untrained @param {number} unit @param {number} judged @param {boolean} isBest @returns {(Node | string)[]} */
function spoken(snapshot, untrained, unit, judged, isBest) {
  const value = element("b", "", fixed(judged, 3)), ending = [" The end of a verb costs ", element("b", "", fixed(snapshot.ending)), " bits."];
  if (!isBest) return [element("b", "", `u${unit}`), `: its AUROC on half A is ${fixed(turned(snapshot.aurocs[unit], snapshot.aurocs[unit]), 3)}, on half B `, value, `. The upper curve is still that of the best unit, u${snapshot.best}.`, ...ending];
  const before = snapshot === untrained ? "" : ` Before training, the best one had ${fixed(untrained.judged, 3)}.`;
  return ["Chosen on half A: ", element("b", "", `u${unit}`), ". Its AUROC on half B: ", value, `.${before}`, ...ending];
}

/** A button for each unit, with a bar. @param {Values} controls */
function unitRow(controls) {
  const isFixed = controls.locked.has("watched") || controls.hidden.has("watched");
  const columns = Array.from({ length: UNITS }, (_, unit) => {
    const fill = element("i", "fill"), node = button("", "", () => controls.set({ watched: String(unit) }));
    node.append(element("span", "track", fill), element("span", "", String(unit)));
    node.disabled = isFixed;
    return { fill, node };
  });
  const node = element("div", "units", ...columns.map((column) => column.node));
  return {
    node,
    /** @param {number[]} aurocs @param {number} chosen */
    show(aurocs, chosen) {
      columns.forEach((column, unit) => {
        column.fill.style.height = `${200 * Math.abs(aurocs[unit] - 0.5)}%`;
        column.node.setAttribute("aria-pressed", String(unit === chosen));
        column.node.setAttribute("aria-label", `u${unit}: AUROC ${fixed(turned(aurocs[unit], aurocs[unit]), 3)}`);
      });
    },
  };
}

/** A part of the held-out text, character by character. */
function passageOf() {
  const spans = Array.from(HELD_OUT.slice(SHOWN_FROM, SHOWN_FROM + SHOWN), (character, k) => element("span", INSIDE[SHOWN_FROM + k] ? "inside" : "", character));
  return {
    node: element("p", "passage", ...spans),
    /** @param {Float32Array} values of one unit along the whole held-out text */
    show(values) {
      const { middle, deviation } = centreOf(values);
      spans.forEach((span, k) => { span.style.background = shade((values[SHOWN_FROM + k] - middle) / (1.5 * deviation || 1)); });
    },
  };
}
