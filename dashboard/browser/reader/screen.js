// @ts-check
// All parts of a reader on the page: sentence, controls, strip chart, legend, text, card, brush.

import { activationColors } from "./colors.js";
import { activationLevels } from "./codes.js";
import { Brush } from "./brush.js";
import { detectorsOf } from "./detectors.js";
import { element } from "./dom.js";
import { Legend, keysLine } from "./legend.js";
import { TextPane } from "./pane.js";
import { Pointer } from "./pointer.js";
import { copySelected } from "./selection.js";
import { sentenceAbout } from "./sentence.js";
import { SignalsPanel } from "./signals_panel.js";
import { isShare } from "./states.js";
import { Strip } from "./strip.js";
import { Toolbar } from "./toolbar.js";
import { aboutUnknown } from "./unknown.js";
import { unitName } from "./words.js";

/** @import { PointerEvents } from "./pointer.js" */
/** @import { Range, Reading, View } from "./types.js" */
/** @import { ToolbarEvents } from "./toolbar.js" */

const AT_END = 40; // CSS pixels from the end, within which a growing text goes on scrolling

/**
 * @typedef {object} ScreenEvents
 * @property {ToolbarEvents} toolbar
 * @property {PointerEvents["describe"]} describe the unit in view at a character
 * @property {() => Map<string, Int8Array>} signals codes of all signals of the unit in view, those that have come
 * @property {() => void} onSignals all signals are to be shown or hidden
 * @property {((ranges: Range[]) => void) | undefined} onMarks ranges are to be marked; without it there is no brush
 */

export class Screen {
  /**
   * @param {HTMLElement} root where to build; it must be in the page
   * @param {Reading} reading
   * @param {View} view
   * @param {ScreenEvents} events
   * @param {AbortSignal} signal ends it
   */
  constructor(root, reading, view, events, signal) {
    this.root = root;
    this.reading = reading;
    this.view = view;
    /** @type {Int8Array | null} null until the unit has loaded */
    this.activation = null;
    this.levels = activationLevels("hidden");
    this.hasDetectors = detectorsOf(reading).length > 0;
    this.sentence = element("p", "sentence");
    this.note = element("p", "note");
    this.toolbar = new Toolbar(reading, events.toolbar);
    this.strip = new Strip(() => this.trace(), (i) => this.pointer.hoverOver(i));
    this.legend = new Legend();
    this.scroll = element("div", "scroll");
    this.scroll.tabIndex = 0;
    const under = element("div", "under", this.legend.root, keysLine(this.hasDetectors, Boolean(events.onMarks), reading));
    this.aboutUnknown = element("p", "about-unknown", aboutUnknown(reading));
    this.signals = new SignalsPanel(() => this.shownSignals(events.signals), {
      onPoint: (i) => this.pointer.hoverOver(i), onClose: events.onSignals,
    });
    root.replaceChildren(this.sentence, this.toolbar.root, this.strip.canvas, under, this.note, this.scroll, this.aboutUnknown, this.signals.root);
    this.pane = new TextPane(this.scroll, reading, view.mode);
    signal.addEventListener("abort", () => this.pane.destroy());
    this.pointer = new Pointer(this, { onPoint: () => this.schedule(), describe: events.describe }, signal);
    root.append(this.pointer.card);
    this.brush = events.onMarks ? this.brushFor(events.onMarks, signal) : null;
    this.listen(signal);
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    document.addEventListener("copy", (event) => copySelected(this.painter, event), { signal });
    this.scroll.addEventListener("scroll", () => this.strip.schedule(), { passive: true, signal });
    const observer = new ResizeObserver(() => signal.aborted || this.refit());
    observer.observe(this.scroll);
    signal.addEventListener("abort", () => observer.disconnect());
    document.fonts?.ready.then(() => signal.aborted || this.refit());
  }

  /**
   * @param {(ranges: Range[]) => void} onMarks
   * @param {AbortSignal} signal
   */
  brushFor(onMarks, signal) {
    const onSelect = (/** @type {boolean} */ selecting) => this.root.classList.toggle("selecting", selecting);
    return new Brush(this, { onMarks, onSelect, onExtend: (i) => this.pointer.pinAt(i) }, signal);
  }

  get painter() {
    return this.pane.painter;
  }

  // ---- what is shown -------------------------------------------------------------------------------------

  /** Shows a view, all but the colors, which follow when the unit has loaded. @param {View} view */
  show(view) {
    if (view.mode !== this.pane.mode) {
      this.pane.setMode(view.mode);
      this.laidOut();
    }
    this.view = view;
    this.toolbar.show(view);
    this.signals.root.hidden = !this.showsSignals;
    this.root.classList.toggle("with-signals", this.showsSignals);
    const next = this.hasDetectors ? " for the next detector." : " for the next unit.";
    const hint = element("span", "hint", " Press ", element("kbd", "", "]"), next);
    this.sentence.replaceChildren(sentenceAbout(this.reading.findings, view, this.reading.gates), hint);
    this.note.textContent = "";
  }

  /** Shows why nothing changed. @param {string} why */
  refuse(why) {
    this.toolbar.show(this.view);
    this.note.textContent = why;
  }

  /** Shows another text; what begins the same keeps its colors until the new ones come. @param {Reading} reading */
  replace(reading) {
    const before = this.reading.characters, { characters } = reading, { scroll } = this;
    let same = 0;
    while (same < Math.min(before.length, characters.length) && before[same] === characters[same]) same++;
    const atEnd = scroll.scrollTop > 0 && scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < AT_END;
    Object.assign(this.reading, reading);
    if (this.pointer.cursor >= same) this.pointer.clear();
    this.signals.forget();
    this.aboutUnknown.textContent = aboutUnknown(reading);
    this.pane.regrow(same);
    const activation = new Int8Array(characters.length);
    if (this.activation) activation.set(this.activation.subarray(0, same));
    this.color(activation);
    if (atEnd && same === before.length) scroll.scrollTop = scroll.scrollHeight;
  }

  /**
   * The characters from one to before another have got their predictions.
   *
   * @param {number} first
   * @param {number} last
   */
  predict(first, last) {
    if (this.pane.mode === "predictions" && first < last) this.painter.rewrite(first, last);
  }

  /** Colors the text by the unit in view. @param {Int8Array} activation */
  color(activation) {
    this.activation = activation;
    this.recolor();
  }

  recolor() {
    if (!this.activation) return;
    const began = performance.now(), { state, layer, unit, palette } = this.view, { theme } = this.pane;
    this.levels = activationLevels(state, this.largest);
    this.painter.paintActivation(this.activation, activationColors(this.levels, palette, theme));
    this.schedule();
    this.root.dataset.recolorMs = (performance.now() - began).toFixed(3);
    this.root.dataset.unit = `${state} ${unitName(layer, unit)}`;
    this.legend.show(state, palette, theme);
    this.pointer.refresh();
  }

  /** Signals have come: the card shows them, and the panel, also where nothing is pointed at. */
  cameSignals() {
    this.pointer.refresh();
    this.signals.schedule();
  }

  /** Draws the charts with the next frame. */
  schedule() {
    this.strip.schedule();
    this.signals.schedule();
  }

  get showsSignals() {
    return this.view.signals && this.reading.gates.length > 0;
  }

  /** @param {() => Map<string, Int8Array>} signals */
  shownSignals(signals) {
    if (!this.activation) return null;
    const { reading, view, largest, painter, pointer: { cursor } } = this;
    return { reading, view, codes: signals(), cursor, first: painter.visibleCharacters()[0], largest };
  }

  /** The largest |c| of the unit in view; undefined if cells have no c. */
  get largest() {
    return this.reading.arrays.cell_scale?.[this.reading.column(this.view)];
  }

  /** Lays the text out again if its box has changed. */
  refit() {
    if (!this.pane.refit()) return this.schedule();
    this.laidOut();
    this.recolor();
  }

  laidOut() {
    this.brush?.draw();
  }

  trace() {
    const { activation, levels, painter, view } = this;
    if (!activation) return null;
    return { activation, levels, sight: painter.visibleCharacters(), cursor: this.pointer.cursor, palette: view.palette, rises: isShare(view.state) };
  }
}
