// @ts-check
// All that a training shows, and the controls over it. It keeps nothing: `training.js` says what to show.

import { button, element } from "../reader/dom.js";
import { lossRange } from "./axes.js";
import { Chooser } from "./chooser.js";
import { Curves } from "./curves.js";
import { charactersBy, lastBy, lossesAt } from "./history.js";
import { allSamples, figureNodes, unitLink } from "./parts.js";
import { Passage } from "./passage.js";
import { Slide } from "./slide.js";
import { emergenceSentence, figuresOf, named, score, signSentence, statusSentence, symbolOf } from "./words.js";

/** @import { Chosen } from "./chooser.js" */
/** @import { Level, Line } from "./curves.js" */
/** @import { History } from "./history.js" */
/** @import { Snapshots } from "./passage.js" */
/** @import { Emergence } from "./words.js" */

/**
 * @typedef {object} Actions What the reader does, and what the page around it says.
 * @property {boolean} isTold whether the page tells how the training stands
 * @property {(step: number) => void} onStep points at a step in a chart
 * @property {(place: number) => void} onPlace moves the slider to one of its places, or lets it play
 * @property {(chosen: Partial<Chosen>) => void} onChoose
 * @property {() => void} onAxis
 */

const HEIGHT = 270;

export class Screen {
  /** @param {HTMLElement} root @param {Actions} actions */
  constructor(root, { isTold, onStep, onPlace, onChoose, onAxis }) {
    this.isTold = isTold;
    this.root = root;
    this.losses = new Curves({ label: "Training and validation loss over the training steps", height: HEIGHT, onStep });
    this.scores = new Curves({ label: "How well the unit follows the concept at each snapshot", height: HEIGHT, onStep });
    this.slide = new Slide(onPlace);
    this.chooser = new Chooser(onChoose);
    this.passage = new Passage();
    this.status = element("div", "status");
    this.problem = element("div", "note");
    this.figures = element("div", "figures");
    this.sentence = element("p", "sentence");
    this.sign = element("p", "hint");
    this.note = element("div", "note");
    this.sampleTitle = element("h5");
    this.sample = element("pre", "written");
    this.passageTitle = element("h5");
    this.link = element("div", "links");
    this.all = element("details", "all", element("summary"));
    this.axis = button("", "Show all steps evenly, or enlarge the early ones", onAxis);
    for (const node of [this.status, this.sentence]) node.setAttribute("aria-live", "polite");
    this.body = element("div", "body",
      this.figures, element("div", "charts", this.losses.node, this.scores.node), this.slide.root, element("div", "settings", this.chooser.root, this.axis),
      this.sentence, this.sign, this.note,
      element("div", "pair", element("section", "", this.sampleTitle, this.sample), element("section", "", this.passageTitle, this.passage.root, this.link)), this.all);
    this.body.hidden = true;
    root.className = "reader training";
    root.replaceChildren(this.status, this.problem, this.body);
    root.addEventListener("keydown", (event) => this.press(event));
  }

  destroy() {
    this.slide.stop();
    for (const part of [this.losses, this.scores, this.passage]) part.destroy();
  }

  /** Arrows move the slider wherever the focus is, but in a field. @param {KeyboardEvent} event */
  press(event) {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key], target = event.composedPath()[0];
    if (!by || event.ctrlKey || event.metaKey || event.altKey || (target instanceof Element && target.closest("input, select, summary"))) return;
    event.preventDefault();
    this.slide.moveBy(by);
  }

  // ---- what has been measured ----------------------------------------------------------------------------

  /** @param {History} history @param {boolean} hasAny whether there is anything to show */
  showStatus(history, hasAny) {
    const words = [this.isTold ? "" : statusSentence(history), ...(hasAny ? [] : [element("p", "hint", "Nothing is logged yet.")])];
    this.status.replaceChildren(...words);
    this.root.dataset.status = history.status;
    this.body.hidden = !hasAny;
  }

  /** @param {string} reason @param {boolean} isKnown whether something is shown all the same */
  complain(reason, isKnown) {
    this.status.replaceChildren(element("p", "broken", isKnown ? `${reason} The page shows what was known before.` : reason));
  }

  /** @param {History} history @param {number} last step @param {boolean} isLog */
  showLosses(history, last, isLog) {
    const { rows, levels: { ngram, uniform }, per, best_step: best } = history;
    /** @type {Level[]} */
    const levels = ngram ? [{ name: `n-gram model of order ${ngram.order}: ${ngram.nats.toFixed(3)}`, value: ngram.nats, kind: "ngram" }] : [];
    if (isLog) levels.push({ name: `uniform over ${uniform.characters} characters: ${uniform.nats.toFixed(3)}`, value: uniform.nats, kind: "uniform" });
    const measured = rows.flatMap(([step, , , validation]) => (validation === null ? [] : [/** @type {[number, number]} */ ([step, validation])]));
    /** @type {Line[]} */
    const lines = [{ kind: "train", pairs: rows.map(([step, , train]) => [step, train]) }, { kind: "validation", pairs: measured }];
    const range = lossRange(rows, levels.map(({ value }) => value), isLog), rings = measured.filter(([step]) => step === best);
    this.losses.show({ last, isLog, title: `Loss, nats per ${per}`, range, lines, levels, rings, names: [["train", "training"], ["validation", "validation"]] });
    this.axis.textContent = isLog ? "Linear axis" : "Logarithmic axis";
    allSamples(this.all, history);
  }

  /** @param {Emergence | null} emergence @param {number} last step @param {boolean} isLog */
  showScores(emergence, last, isLog) {
    /** @type {[number, number][]} */
    const pairs = emergence ? emergence.steps.map((step, k) => [step, emergence.scores[k]]) : [];
    const passes = emergence?.passes ?? 0.8, chance = emergence?.measure === "Spearman" ? 0 : 0.5;
    const low = Math.min(chance - 0.1, ...pairs.map(([, value]) => value - 0.03));
    const title = emergence ? `${emergence.measure} of ${named(emergence.unit)} for “${emergence.title}”` : "AUROC";
    /** @type {Level[]} */
    const levels = [{ name: score(passes, 1), value: passes, kind: "limit" }, { name: "chance", value: chance, kind: "limit" }];
    this.scores.show({ last, isLog, title, range: { low, high: 1.02 }, lines: [{ kind: "unit", pairs }], levels, rings: [], names: [] });
    this.sentence.replaceChildren(emergence ? emergenceSentence(emergence) : "");
    this.sign.replaceChildren(emergence ? signSentence(emergence) : "");
    this.root.dataset.settled = String(emergence?.settled ?? "");
  }

  // ---- what depends on the step --------------------------------------------------------------------------

  /**
   * @param {object} shown
   * @param {History} shown.history
   * @param {number[]} shown.points
   * @param {number} shown.step
   * @param {Snapshots | null} shown.snapshots
   * @param {Emergence | null} shown.emergence
   * @param {Chosen} shown.chosen
   */
  draw({ history, points, step, snapshots, emergence, chosen }) {
    const { samples, rows, per } = history, losses = lossesAt(rows, step), sample = samples[lastBy(samples.map((each) => each.step), step)];
    this.slide.show(points.indexOf(step), points.length, `step ${step.toLocaleString("en")}`);
    this.figures.replaceChildren(...figureNodes(figuresOf(step, charactersBy(history, step), losses, per)));
    const dots = [{ kind: "train", step: losses.last, value: losses.train }, { kind: "validation", step: losses.measured, value: losses.validation }];
    this.losses.move(step, dots.flatMap(({ kind, step: at, value }) => (value === null ? [] : [{ kind, step: at, value }])));
    this.sampleTitle.textContent = sample ? `What it wrote after step ${sample.step.toLocaleString("en")}` : "It has written nothing yet";
    this.sample.textContent = sample?.text ?? "";
    const at = emergence ? lastBy(emergence.steps, step) : -1, followed = emergence && at >= 0 ? `: ${emergence.measure} ${score(emergence.scores[at])}` : "";
    this.scores.move(step, emergence && at >= 0 ? [{ kind: "unit", step: emergence.steps[at], value: emergence.scores[at] }] : []);
    if (!snapshots) return;
    const taken = snapshots.steps[Math.max(0, lastBy(snapshots.steps, step))];
    this.passageTitle.textContent = `What ${named(snapshots.unit)} (${symbolOf(snapshots.state)}) did at step ${taken.toLocaleString("en")}${followed}`;
    this.passage.show(snapshots, step);
    this.link.replaceChildren(...unitLink(history, chosen));
    this.root.dataset.unit = `${snapshots.unit} ${snapshots.state}`;
  }
}
