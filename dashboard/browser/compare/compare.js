// @ts-check
// Compare: several signals over one text, one above the other. The same code runs in the app and in exported pages.

import { PALETTES, activationColors, themeOf } from "../reader/colors.js";
import { button, element } from "../reader/dom.js";
import { keyOf } from "../reader/keys.js";
import { nextUnit } from "../reader/reading.js";
import { nextState } from "../reader/states.js";
import { messageOf } from "../reader/reader.js";
import { DEFAULT_VIEW } from "../reader/view.js";
import { Chips } from "./chips.js";
import { Cursor } from "./cursor.js";
import { fillCard } from "./card.js";
import { act, keysLine } from "./keys.js";
import { fillLegend } from "./legend.js";
import { Lines } from "./lines.js";
import { Panel } from "./panel.js";
import { fitted } from "./possible.js";
import { calledIn, modelsOf, moreAbout, moved, rowLabel, rowWritten, rowsWritten, shortLabel, signalOf, unpaired } from "./row.js";
import { shownOf } from "./signals.js";
import { lossOf } from "./supply.js";
import { Toolbar } from "./toolbar.js";

/** @import { Lane } from "./lines.js" */
/** @import { Book, Row, Shown, Signal, Supply } from "./types.js" */

/**
 * @typedef {object} Options
 * @property {Row[]} rows
 * @property {string} palette
 * @property {((rows: Row[], palette: string) => void)} [onChange]
 */

export const MOST_ROWS = 12; // as in dashboard/compared.py

export class Comparison {
  /**
   * @param {HTMLElement} root
   * @param {Supply} supply
   * @param {Options} options
   */
  constructor(root, supply, { rows, palette, onChange }) {
    this.root = root;
    this.supply = supply;
    this.rows = rows;
    this.palette = PALETTES.has(palette) ? palette : DEFAULT_VIEW.palette;
    this.onChange = onChange;
    this.focused = 0;
    this.life = new AbortController();
    /** What has loaded. @type {Map<string, Book>} */
    this.books = new Map();
    /** What rows show, by what they are. @type {Map<string, Shown>} */
    this.shown = new Map();
    /** Why a row shows nothing. @type {Map<string, string>} */
    this.failed = new Map();
    /** @type {Lines | null} null until a model has read the text */
    this.lines = null;
    /** @type {Cursor | null} */
    this.cursor = null;
    this.pairedNow = "";
    this.called = calledIn(this.books);
    this.chips = new Chips({
      onFocus: (k) => this.focus(k), onMove: (from, to) => this.move(from, to), onRemove: (k) => this.remove(k), onAdd: () => this.add(),
    });
    this.toolbar = new Toolbar(supply.models, {
      onChange: (wanted) => void this.change(wanted), onStep: (by) => this.step(by),
      onMinus: (signal) => this.subtract(signal), onPalette: (name) => this.recolor(name),
    }, supply.whole);
    this.export = element("a", "export", "Export");
    this.pair = button("Compare their surprise", "a row with the difference in surprise", () => this.addPaired());
    this.legend = element("div", "legend");
    this.note = element("p", "note");
    this.panel = new Panel(({ start }) => this.cursor?.pinAt(start));
    this.scroll = element("div", "scroll lines", element("p", "waiting", "Reading …"));
    this.assemble();
    document.addEventListener("keydown", (event) => {
      const key = root.closest("[hidden]") ? null : keyOf(event);
      if (key && act(this, key)) event.preventDefault();
    }, { signal: this.life.signal });
  }

  /** Puts all parts into the page. */
  assemble() {
    Object.assign(this.export, { title: "Save this comparison as one HTML file that works offline", download: "" });
    if (this.supply.exportUrl) this.toolbar.root.append(this.export);
    this.pair.className = "pair";
    this.chips.root.append(this.pair);
    this.note.role = "status";
    this.scroll.tabIndex = 0;
    const under = element("div", "under", this.legend, keysLine());
    this.root.className = "reader compare";
    this.root.replaceChildren(this.chips.root, this.toolbar.root, under, this.note, this.scroll, this.panel.root);
  }

  destroy() {
    this.life.abort();
  }

  get ended() {
    return this.life.signal.aborted;
  }

  async start() {
    this.show();
    await this.load();
  }

  // ---- loading -------------------------------------------------------------------------------------------

  /** Loads what rows need and shows it as it comes. */
  async load() {
    await Promise.all(this.rows.map((row) => this.loadRow(row)));
    if (!this.ended) await this.comparePaired();
  }

  /** @param {Row} row */
  async loadRow(row) {
    const name = rowWritten(row);
    if (this.shown.has(name)) return;
    try {
      const [book, other] = await Promise.all([this.book(row.model), row.minus ? this.book(row.minus.model) : null]);
      const shown = await shownOf(row, book, other);
      this.shown.set(name, shown);
      this.failed.delete(name);
    } catch (error) {
      this.failed.set(name, messageOf(error));
    }
    if (this.ended) return;
    if (this.rows.some((each) => rowWritten(each) === name)) this.show();
  }

  /** @param {string} model */
  async book(model) {
    const book = this.books.get(model) ?? await this.supply.open(model);
    this.books.set(model, book);
    if (!this.lines && !this.ended) this.build(book.reading.characters);
    return book;
  }

  /** @param {string[]} characters */
  build(characters) {
    const { signal } = this.life, lines = (this.lines = new Lines(this.scroll, characters));
    this.cursor = new Cursor(this.root, lines, { fill: (card, i) => fillCard(card, this, i), onLane: (k) => this.focus(k) }, signal);
    this.root.append(this.cursor.card);
    this.scroll.addEventListener("scroll", () => lines.draw(), { passive: true, signal });
    const refit = () => { if (!signal.aborted && lines.refit()) this.cursor?.refresh(); };
    lines.whenPrinted(signal);
    const observer = new ResizeObserver(refit);
    observer.observe(this.scroll);
    signal.addEventListener("abort", () => observer.disconnect());
    document.fonts?.ready.then(refit);
  }

  // ---- rows ----------------------------------------------------------------------------------------------

  /** Shows the rows as far as they have loaded. */
  show() {
    const began = performance.now(), { rows, focused } = this, row = rows[focused];
    this.called = calledIn(this.books);
    this.chips.show(rows, focused, rows.length >= MOST_ROWS, this.called);
    this.toolbar.show(rows, focused, row ? (this.books.get(row.model) ?? null) : null, this.palette, this.called);
    this.export.href = this.supply.exportUrl?.(rowsWritten(rows), this.palette) ?? "";
    this.pair.hidden = !unpaired(rows) || rows.length >= MOST_ROWS;
    this.note.textContent = rows.flatMap((each) => this.failed.get(rowWritten(each)) ?? []).join(" ");
    this.showLegend();
    this.lines?.show(rows.map((each) => this.lane(each)), focused);
    this.cursor?.refresh();
    this.root.dataset.shownMs = (performance.now() - began).toFixed(3);
    this.root.dataset.rows = rowsWritten(rows);
    this.root.dataset.ready = String(rows.every((each) => this.shown.has(rowWritten(each)) || this.failed.has(rowWritten(each))));
  }

  /** @param {Row} row @returns {Lane} */
  lane(row) {
    const shown = this.shown.get(rowWritten(row));
    return {
      name: shortLabel(row), more: moreAbout(row, this.called, modelsOf(this.rows).length > 1), title: rowLabel(row, this.called), unknown: this.books.get(row.model)?.unknown ?? null, codes: shown?.codes ?? null,
      colors: shown ? activationColors(shown.levels, this.palette, themeOf(this.scroll)) : null,
    };
  }

  showLegend() {
    const row = this.rows[this.focused], shown = row && this.shown.get(rowWritten(row));
    this.legend.hidden = !row || !shown;
    if (row && shown) fillLegend(this.legend, shown, rowLabel(row, this.called), this.palette, themeOf(this.scroll));
  }

  /** @param {Row[]} rows @param {number} focused */
  become(rows, focused) {
    this.rows = rows;
    this.focused = Math.max(0, Math.min(focused, rows.length - 1));
    this.show();
    this.onChange?.(this.rows, this.palette);
    void this.load();
  }

  /** @param {number} k */
  focus(k) {
    if (k === this.focused || k < 0 || k >= this.rows.length) return;
    this.focused = k;
    this.show();
    void this.comparePaired();
  }

  /** @param {Partial<Signal>} wanted of the row in focus */
  async change(wanted) {
    const row = this.rows[this.focused], k = this.focused;
    if (!row) return;
    try {
      const next = fitted({ ...row, ...wanted }, row, await this.book(wanted.model ?? row.model), this.supply.whole);
      if (typeof next === "string") return this.refuse(next);
      if (this.rows[k] === row) this.become(this.rows.with(k, next), k);
    } catch (error) {
      this.refuse(messageOf(error));
    }
  }

  /** @param {string} why */
  refuse(why) {
    this.show();
    this.note.textContent = why;
  }

  /** To the next or previous unit of the row in focus. @param {number} by */
  step(by) {
    const row = this.rows[this.focused], book = row && this.books.get(row.model);
    if (!book || row.kind !== "unit") return;
    const { layer, unit } = nextUnit(book.reading, row, by);
    this.become(this.rows.with(this.focused, { ...row, layer, unit }), this.focused);
  }

  /** To the next state of the unit of the row in focus. */
  nextState() {
    const row = this.rows[this.focused], book = row && this.books.get(row.model);
    if (book && row.kind === "unit") void this.change({ state: nextState(book.reading, row, 1) });
  }

  /** @param {number} from @param {number} to */
  move(from, to) {
    if (to < 0 || to >= this.rows.length) return;
    this.become(moved(this.rows, from, to), to);
    this.chips.follow(to);
  }

  /** @param {number} k */
  remove(k) {
    this.become(this.rows.filter((_, each) => each !== k), this.focused > k ? this.focused - 1 : this.focused);
  }

  /** Adds a copy of the row in focus below it, to be changed. */
  add() {
    const row = this.rows[this.focused];
    if (row) this.insert({ ...signalOf(row), minus: null }, this.focused + 1);
  }

  /** @param {Row} row @param {number} k */
  insert(row, k) {
    if (this.rows.length < MOST_ROWS) this.become([...this.rows.slice(0, k), row, ...this.rows.slice(k)], k);
  }

  /** A row less another: a new one below it, unless it is a difference already. @param {Signal | null} minus */
  subtract(minus) {
    const row = this.rows[this.focused];
    if (row.minus || !minus) return this.become(this.rows.with(this.focused, { ...row, minus }), this.focused);
    this.insert({ ...row, minus }, this.focused + 1);
  }

  /** @param {string} palette */
  recolor(palette = this.palette) {
    const isNew = palette !== this.palette;
    this.palette = palette;
    this.show();
    if (isNew) this.onChange?.(this.rows, palette);
  }

  // ---- two models ----------------------------------------------------------------------------------------

  addPaired() {
    const models = unpaired(this.rows);
    if (models) this.insert(lossOf(...models), this.rows.length);
  }

  /** Says which of two models is better, by the row in focus or else the first that compares two. */
  async comparePaired() {
    const paired = [this.rows[this.focused], ...this.rows].find((row) => row?.kind === "loss" && row.minus && row.minus.model !== row.model);
    this.pairedNow = paired ? rowWritten(paired) : "";
    if (!paired?.minus) return this.panel.hide();
    const name = this.pairedNow, { model, minus } = paired;
    if (this.panel.about === name) return;
    try {
      const found = await this.supply.paired(model, minus.model);
      if (!this.ended && this.pairedNow === name && this.lines) {
        this.panel.show(model, minus.model, found, this.lines.characters);
        this.panel.about = name;
      }
    } catch (error) {
      if (!this.ended && this.pairedNow === name) this.panel.say(messageOf(error));
    }
  }
}
