// @ts-check
// One slider through a training: losses, what the network wrote, and what a unit did on a passage, at the same step.

import { problemIn } from "./asked.js";
import { Follower } from "./follow.js";
import { columnOf, merged, nearest, pointsOf } from "./history.js";
import { Screen } from "./screen.js";
import { named } from "./words.js";

/** @import { Asked } from "./asked.js" */
/** @import { Chosen } from "./chooser.js" */
/** @import { History, Listed } from "./history.js" */
/** @import { Snapshots } from "./passage.js" */
/** @import { Emerging, Source } from "./source.js" */
/** @import { Emergence } from "./words.js" */

export class Training {
  /** @type {History | null} */
  history = null;
  /** The steps that the slider stands at. @type {number[]} */
  points = [];
  /** @type {Snapshots | null} */
  snapshots = null;
  /** @type {Emergence | null} */
  emergence = null;
  /** @type {Emerging | null} */
  emerging = null;
  /** @type {Listed[]} */
  following = [];
  /** @type {Chosen} */
  chosen = { unit: "", state: "", concept: "" };
  #loads = 0; // units that were asked for: only the last one counts
  #known = ""; // the steps of the snapshots that were asked for
  #frame = 0;

  /**
   * @param {HTMLElement} root
   * @param {object} options
   * @param {Source} options.source
   * @param {Asked} options.asked
   * @param {URLSearchParams} options.query which it was asked in
   * @param {boolean} options.isLive whether to ask again while it trains
   * @param {boolean} options.isTold whether the page tells how it stands
   * @param {(asked: Asked) => void} options.onChange the reader chose something
   */
  constructor(root, { source, asked, query, isLive, isTold, onChange }) {
    this.root = root;
    this.source = source;
    this.asked = asked;
    this.query = query;
    this.onChange = onChange;
    this.screen = new Screen(root, {
      isTold,
      onStep: (step) => this.moveTo(step),
      onPlace: (place) => this.goTo(this.points[place]),
      onChoose: (chosen) => this.choose(chosen),
      onAxis: () => this.turnAxis(),
    });
    this.follower = isLive ? new Follower({ ask: () => this.ask(), onAnswer: (answer) => this.take(answer), onError: (error) => this.complain(error) }) : null;
  }

  destroy() {
    this.#loads += 1;
    cancelAnimationFrame(this.#frame);
    this.follower?.destroy();
    this.screen.destroy();
  }

  /** Asks once, or as long as it trains. */
  async start() {
    if (this.follower) return this.follower.now();
    try {
      this.take(await this.ask());
    } catch (error) {
      this.complain(error);
    }
  }

  ask() {
    return this.source.history(this.history?.version ?? "");
  }

  /** @param {unknown} error */
  complain(error) {
    this.screen.complain(messageOf(error), this.history !== null);
  }

  /** Takes over what the server knows by now. @param {History} answer */
  take(answer) {
    const history = (this.history = merged(this.history, answer)), isFirst = this.screen.body.hidden;
    this.points = pointsOf(history);
    const hasAny = this.points.length > 0 || history.rows.length > 0;
    this.screen.showStatus(history, hasAny);
    if (!hasAny) return;
    if (isFirst) this.begin(history);
    this.screen.showLosses(history, this.last, this.asked.isLog);
    this.showScores();
    this.schedule();
    const steps = JSON.stringify(history.snapshots);
    if (steps === this.#known) return;
    this.#known = steps;
    this.loadUnit();
    this.loadEmerging();
  }

  /** What is shown first: what the address asks for, else the first detector. @param {History} history */
  begin(history) {
    const { asked, query } = this, { detectors: [first], states, samples, kept_units: kept } = history;
    const isKept = asked.unit === null || !kept || kept.includes(asked.unit);
    this.screen.problem.replaceChildren(problemIn(query, { samples: samples.length }) || (isKept ? "" : notKept(String(asked.unit), kept)));
    if (asked.sample !== null && asked.step === null) asked.step = samples[asked.sample - 1]?.step ?? null;
    const isAsked = asked.unit !== null && isKept && columnOf(asked.unit, history) >= 0, state = states[states.length - 1];
    if (!isAsked) this.chosen = { unit: first?.unit ?? "", state: first?.state ?? state, concept: first?.concept ?? "" };
    else this.chosen = { unit: String(asked.unit), state: asked.state && states.includes(asked.state) ? asked.state : state, concept: asked.concept ?? "" };
  }

  /** The step in view: the one that was chosen, else the last one. */
  get step() {
    const { points, asked: { step } } = this;
    return points[step === null ? points.length - 1 : nearest(points, step)] ?? 0;
  }

  /** The step at the end of the axis. */
  get last() {
    return Math.max(this.points.at(-1) ?? 0, this.history?.rows.at(-1)?.[0] ?? 0);
  }

  // ---- what the reader does ------------------------------------------------------------------------------

  /** @param {number} step the nearest point is shown */
  moveTo(step) {
    this.screen.slide.stop();
    this.goTo(this.points[nearest(this.points, step)]);
  }

  /** @param {number | undefined} step one of the points; the last one follows the training */
  goTo(step) {
    if (step === undefined || step === this.step) return;
    this.asked.step = step === this.points.at(-1) ? null : step;
    this.screen.problem.replaceChildren();
    this.onChange(this.asked);
    this.schedule();
  }

  /** @param {Partial<Chosen>} wanted a unit without a concept is shown with the one that it follows best */
  choose(wanted) {
    const isOther = wanted.unit !== undefined && wanted.concept === undefined;
    this.chosen = { ...this.chosen, ...(isOther ? { concept: "" } : {}), ...wanted };
    Object.assign(this.asked, this.chosen);
    this.onChange(this.asked);
    this.loadUnit();
  }

  turnAxis() {
    this.asked.isLog = !this.asked.isLog;
    this.onChange(this.asked);
    if (this.history) this.screen.showLosses(this.history, this.last, this.asked.isLog);
    this.showScores();
    this.schedule();
  }

  // ---- what the server knows of units --------------------------------------------------------------------

  /** Fetches what the chosen unit did, and how well it followed the concept. */
  async loadUnit() {
    const { history, chosen: { unit, state, concept } } = this, load = ++this.#loads, isLast = () => load === this.#loads;
    if (!history || !unit) return; // until it is known which unit changed
    try {
      this.snapshots = await this.snapshotsOf(history, unit, state, isLast) ?? this.snapshots;
      if (!isLast()) return;
      this.screen.note.replaceChildren();
      this.schedule();
      const emergence = await this.source.emergence({ unit, state, concept });
      if (isLast()) this.takeEmergence(emergence);
    } catch (error) {
      if (!isLast()) return;
      this.screen.note.replaceChildren(messageOf(error));
      this.emergence = null;
      this.showScores();
      this.showChooser();
      this.schedule();
    }
  }

  /** @param {History} history @param {string} unit @param {string} state @param {() => boolean} isLast whether it is still asked for */
  async snapshotsOf(history, unit, state, isLast) {
    const column = columnOf(unit, history), kept = history.kept_units;
    if (!history.snapshots.length) throw new Error("This training kept no snapshots, so no text can be colored.");
    if (column < 0) throw new Error(`Wanted a unit from L1.u0 to L${history.layers}.u${history.units - 1}, got “${unit.slice(0, 40)}”. Choose one of these.`);
    if (kept && !kept.includes(unit)) throw new Error(notKept(unit, kept));
    const snapshots = await this.source.snapshots(state, column);
    return isLast() ? { ...snapshots, unit, state } : null;
  }

  /** @param {Emergence} emergence */
  takeEmergence(emergence) {
    this.emergence = emergence;
    this.chosen.concept = emergence.concept;
    this.showScores();
    this.schedule();
    this.showChooser();
    this.loadFollowing(emergence.concept);
  }

  async loadEmerging() {
    if (!this.history?.snapshots.length) return this.loadUnit();
    try {
      this.emerging = await this.source.emerging();
    } catch (error) {
      if (!this.chosen.unit) this.screen.note.replaceChildren(messageOf(error));
      return; // else it is said where the unit should be
    }
    const [first] = this.emerging.units;
    if (!this.chosen.unit) {
      this.chosen = first ? { unit: first.unit, state: first.state, concept: first.concept } : { ...this.chosen, unit: this.history.kept_units?.[0] ?? "L1.u0" };
      this.loadUnit();
    }
    this.showChooser();
  }

  /** @param {string} concept */
  async loadFollowing(concept) {
    let units = /** @type {Listed[]} */ ([]);
    try {
      ({ units } = await this.source.following(concept));
    } catch {
      // a concept that is too rare in the passage has no list
    }
    if (concept !== this.chosen.concept) return;
    this.following = units;
    this.showChooser();
  }

  // ---- what is shown -------------------------------------------------------------------------------------

  showScores() {
    this.screen.showScores(this.emergence, this.last, this.asked.isLog);
  }

  showChooser() {
    const { history, emerging, following, chosen, emergence } = this, detectors = history?.detectors ?? [], fitting = emerging?.concepts ?? [];
    const isListed = fitting.some(({ name }) => name === chosen.concept) || !emergence, listed = [...detectors, ...(emerging?.units ?? []), ...following].map(({ unit }) => unit);
    const concepts = isListed ? fitting : [{ name: chosen.concept, title: emergence.title }, ...fitting];
    const kept = (history?.kept_units ?? []).filter((unit) => !listed.includes(unit));
    this.screen.chooser.show({ detectors, emerging: emerging?.units ?? [], following, kept, states: history?.states ?? [], concepts }, chosen);
  }

  /** Draws the step in view, once before the next frame. */
  schedule() {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => {
      const { history, points, step, snapshots, emergence, chosen } = this, began = performance.now();
      if (!history || this.screen.body.hidden) return;
      this.screen.draw({ history, points, step, snapshots, emergence, chosen });
      Object.assign(this.root.dataset, { step: String(step), drawMs: (performance.now() - began).toFixed(2) });
    });
  }

  /** The theme or the width may have changed. */
  recolor() {
    this.screen.passage.repaint();
  }
}

/** @param {unknown} error */
const messageOf = (error) => (error instanceof Error ? error.message : String(error));

/** @param {string} unit @param {string[]} kept */
const notKept = (unit, kept) => `This model keeps snapshots of ${kept.length} units, and ${named(unit)} is not one of them. Choose one of these.`;
