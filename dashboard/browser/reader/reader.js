// @ts-check
// The reader: a text colored by a unit. The same code runs in the app and in exported pages.

import { nextDetector } from "./detectors.js";
import { element } from "./dom.js";
import { KeyQueue, keyOf } from "./keys.js";
import { nextUnit, readingOf } from "./reading.js";
import { Screen } from "./screen.js";
import { Signals, valuesAt } from "./signals.js";
import { isGate, nextState, signalsOf, symbolOf } from "./states.js";
import { updateOf } from "./update.js";
import { DEFAULT_VIEW, changedView, possibleView, sameUnit } from "./view.js";
import { activationText, unitName } from "./words.js";

/** @import { Described } from "./card.js" */
/** @import { KeyActions } from "./keys.js" */
/** @import { Range, Source, View } from "./types.js" */

const MOST_UNASKED = 30e6; // activations of a state: the gates of a longer text are read only for those who ask for them

/**
 * @typedef {object} ReaderOptions
 * @property {(view: View) => void} [onView] gets every new view
 * @property {(view: View) => string} [exportUrl] the address of an exported page; without it there is no export
 * @property {(view: View) => string} [liveUrl] the address of an exported page that holds the network
 * @property {(ranges: Range[]) => void} [onMarks] gets the ranges to be marked; without it there is no brush
 */

export class Reader {
  /**
   * @param {HTMLElement} root where to build
   * @param {Source} source
   * @param {Partial<View>} view
   * @param {ReaderOptions} [options]
   */
  constructor(root, source, view, options = {}) {
    this.root = root;
    this.source = source;
    this.options = options;
    /** @type {View} */
    this.view = { ...DEFAULT_VIEW, ...view };
    this.life = new AbortController(); // ends all listeners and waits
    this.more = false; // whether something was read that has no color yet
    /** @type {Promise<void> | null} */
    this.growing = null;
    this.signals = new Signals(() => this.screen?.cameSignals());
    this.lastDetector = ""; // concept of the detector that was in view last
    /** @type {Screen | null} null until the reading has loaded */
    this.screen = null;
    this.keys = new KeyQueue(this.actions());
    document.addEventListener("keydown", (event) => {
      if (this.root.closest("[hidden]")) return; // as behind another tab
      const key = keyOf(event);
      if (key && this.keys.press(key)) event.preventDefault();
    }, { signal: this.life.signal });
    root.className = "reader";
    root.replaceChildren(element("p", "waiting", "Reading …"));
  }

  get ended() {
    return this.life.signal.aborted;
  }

  /** Builds the reader when the data has loaded, unless it was destroyed meanwhile. */
  async start() {
    const reading = readingOf(await this.source.base());
    if (this.ended) return;
    this.view = possibleView(reading, this.view);
    this.screen = new Screen(this.root, reading, this.view, {
      toolbar: {
        onFind: ({ state, layer, unit, concept }) => void this.change({ state, layer, unit, concept }),
        onChange: (wanted) => void this.change(wanted),
        onStep: (by) => this.step(by),
        onSignals: () => this.toggleSignals(),
        exportUrl: this.options.exportUrl,
        liveUrl: this.options.liveUrl,
      },
      describe: (i) => this.describe(i),
      signals: () => this.signalsInView(),
      onSignals: () => this.toggleSignals(),
      onMarks: this.options.onMarks,
    }, this.life.signal);
    await this.showUnit(this.screen);
    if (!this.ended) this.keys.open();
  }

  /** Shows another text of the same model in place of this one. @param {Source} source */
  async replace(source) {
    const reading = readingOf(await source.base());
    if (this.ended || !this.screen) return;
    this.source = source;
    this.screen.replace(reading);
    const possible = possibleView(reading, this.view); // a long text that is read here has no gates
    const moved = !sameUnit(possible, this.view);
    this.view = possible;
    await this.showUnit(this.screen);
    if (moved && !this.ended) this.options.onView?.(this.view);
  }

  /**
   * The text has been read from one character to before another: they get their predictions and colors.
   *
   * @param {number} first
   * @param {number} last
   */
  grown(first, last) {
    this.screen?.predict(first, last);
    this.more = true;
    this.growing ??= this.#catchUp().finally(() => { this.growing = null; });
    return this.growing;
  }

  /** Colors the text, once for all that has come meanwhile. */
  async #catchUp() {
    while (this.more && this.screen && !this.ended) {
      this.more = false;
      this.signals.stale();
      await this.colorUnit(this.screen);
    }
  }

  destroy() {
    this.keys.close();
    this.life.abort();
  }

  // ---- the view ------------------------------------------------------------------------------------------

  /** Changes part of the view, or shows why it cannot. @param {Partial<View>} wanted */
  async change(wanted) {
    const { screen } = this;
    if (!screen) { // it will begin with this view
      this.view = { ...this.view, ...wanted };
      return;
    }
    const { reading } = screen, next = changedView(reading, this.view, wanted), { state, layer, unit } = next;
    if (!reading.has(state, layer, unit)) {
      const exists = Number.isInteger(unit) && unit >= 0 && unit < reading.units && layer >= 1 && layer <= reading.layers;
      const why = exists ? "this page does not contain it" : `units run from 0 to ${reading.units - 1}, layers from 1 to ${reading.layers}`;
      return screen.refuse(`No unit ${unitName(layer, unit)} (${state}): ${why}.`);
    }
    this.view = next;
    try {
      await this.showUnit(screen);
    } catch (error) {
      if (!this.ended) screen.refuse(`The unit could not be shown (${messageOf(error)}). Reload the page.`);
      return;
    }
    if (!this.ended) this.options.onView?.(this.view);
  }

  /** To the next or previous unit. @param {number} by */
  step(by) {
    if (this.screen) void this.change(nextUnit(this.screen.reading, this.view, by));
  }

  /** To the next or previous detector, or to the next unit if there is no other detector. @param {number} by */
  stepDetector(by) {
    if (!this.screen) return;
    const next = nextDetector(this.screen.reading, this.view, by, this.lastDetector);
    if (!next) return this.step(by);
    const { state, layer, unit, concept } = next;
    this.lastDetector = concept;
    void this.change({ state, layer, unit, concept });
  }

  /** @param {Screen} screen */
  async showUnit(screen) {
    screen.show(this.view);
    await this.colorUnit(screen);
  }

  /** @param {Screen} screen */
  async colorUnit(screen) {
    const { view, source } = this, { reading } = screen, column = reading.column(view);
    const isInView = () => !this.ended && this.source === source && this.view.state === view.state && reading.column(this.view) === column;
    try {
      const activation = await source.activation(view.state, column);
      if (isInView()) screen.color(activation); // else the view has changed
    } catch (error) {
      if (isInView()) throw error;
    }
  }

  /** Colors the text again: the theme may have changed. */
  recolor() {
    if (!this.ended) this.screen?.recolor();
  }

  /** Draws the marked ranges. @param {Range[]} ranges */
  showMarks(ranges) {
    if (!this.ended) this.screen?.brush?.show(ranges);
  }

  /** The signals of the unit in view that the card shows: h and c, and the gates where they cost little or are asked for. */
  get shownSignals() {
    const { screen, view } = this;
    if (!screen) return [];
    const { reading } = screen, asked = view.signals || isGate(view.state) || reading.columns * reading.length <= MOST_UNASKED;
    const shown = asked ? signalsOf(reading) : reading.states;
    return shown.filter((state) => reading.has(state, view.layer, view.unit));
  }

  /** The codes of these that have come. */
  signalsInView() {
    const { screen } = this;
    return screen ? this.signals.of(this.source, screen.reading.column(this.view), this.shownSignals) : new Map();
  }

  /**
   * The unit in view at a character; null while its states load. Gates that load are shown as such: the first time, the
   * server reads the text once more for them.
   *
   * @param {number} i
   * @returns {Promise<Described | null>}
   */
  async describe(i) {
    const { screen, view } = this;
    if (!screen?.activation || i >= (this.source.known ?? Infinity)) return null;
    const { reading, largest } = screen, column = reading.column(view), shown = this.shownSignals;
    const codes = new Map(this.signalsInView());
    for (const state of shown.filter((each) => !isGate(each))) codes.set(state, await this.source.activation(state, column));
    codes.set(view.state, screen.activation);
    if (reading.column(this.view) !== column || screen.activation !== codes.get(view.state)) return null;
    const now = valuesAt(reading, codes, i, largest), before = valuesAt(reading, codes, i - 1, largest);
    /** @type {(value: number | undefined) => string} */
    const text = (value) => (value === undefined ? "…" : activationText(value));
    if (view.signals && reading.gates.length) return { name: unitName(view.layer, view.unit), values: [], update: [] }; // the panel has them
    return {
      name: unitName(view.layer, view.unit),
      values: shown.map((state) => [symbolOf(state, reading.gates), text(now.get(state))]),
      update: updateOf(now, before),
    };
  }

  /** Shows or hides all signals of the unit below the text. */
  toggleSignals() {
    if (this.screen?.reading.gates.length) void this.change({ signals: !this.view.signals });
  }

  // ---- keys ----------------------------------------------------------------------------------------------

  /** @returns {KeyActions} */
  actions() {
    const isAtText = () => {
      const tree = /** @type {Document | ShadowRoot} */ (this.root.getRootNode());
      return this.cursor >= 0 || (this.screen !== null && tree.activeElement === this.screen.scroll);
    };
    return {
      isAtText,
      isPointing: () => this.cursor >= 0,
      detector: (by) => this.stepDetector(by),
      unit: (by) => this.step(by),
      state: (by) => {
        if (this.screen) void this.change({ state: nextState(this.screen.reading, this.view, by) });
      },
      signals: () => this.toggleSignals(),
      character: (by) => {
        this.screen?.brush?.drop();
        this.screen?.pointer.move(by, this.firstInSight);
      },
      pin: () => this.screen?.pointer.togglePin(),
      clear: () => {
        this.screen?.pointer.clear();
        this.screen?.brush?.drop();
      },
      extend: (by, rows) => {
        const brush = this.screen?.brush;
        brush?.extend(this.cursor < 0 ? this.firstInSight : this.cursor, by, rows);
        return Boolean(brush);
      },
      confirm: () => this.screen?.brush?.press() ?? false,
    };
  }

  get cursor() {
    return this.screen?.pointer.cursor ?? -1;
  }

  get firstInSight() {
    return this.screen?.painter.visibleCharacters()[0] ?? 0;
  }
}

/** @param {unknown} error */
export const messageOf = (error) => (error instanceof Error ? error.message : String(error));
