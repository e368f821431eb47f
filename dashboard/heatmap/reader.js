// The reader: a text colored by a unit. The same code runs in the app and in exported pages.

const DEFAULT_VIEW = { state: "hidden", layer: 1, unit: 0, mode: "colors", palette: "blue–orange" };

class Reader {
  /**
   * root: where to build. source: RouteSource or InlineSource. view: { state, layer, unit, mode, palette }.
   * options.onView is told of every change of view; options.exportUrl makes the address of an exported page;
   * options.onMarks is told of ranges that somebody marks: without it there is no brush.
   */
  constructor(root, source, view, options = {}) {
    this.root = root;
    this.source = source;
    this.options = options;
    this.view = { ...DEFAULT_VIEW, ...view };
    this.cursor = -1;
    this.pinned = false;
    this.activation = null;
    this.root.className = "reader";
    this.root.replaceChildren(element("p", "waiting", "Reading …"));
  }

  /** Builds itself when the data is here; does nothing if it was destroyed meanwhile. */
  async start() {
    const { header, arrays } = await this.source.base();
    if (this.destroyed) return;
    const characters = Array.from(new TextDecoder("utf-8", { ignoreBOM: true }).decode(arrays.text));
    const held = header.exported && new Set(header.exported.map((unit) => `${unit.state} ${unit.column}`));
    this.reading = {
      ...header, characters, arrays,
      guesses: arrays.top_char.length / characters.length,
      has: (state, layer, unit) =>
        header.states.includes(state) && (!held || held.has(`${state} ${(layer - 1) * header.units + unit}`)),
    };
    if (!header.states.includes(this.view.state)) this.view.state = header.states[0]; // of another model's cell
    if (!this.reading.has(this.view.state, this.view.layer, this.view.unit)) this.adoptExported(header.exported[0]);
    this.build();
    this.layOut();
    await this.showUnit();
    if (this.destroyed) return;
    this.observer = new ResizeObserver(() => this.refit());
    this.observer.observe(this.scroll);
    document.fonts?.ready.then(() => this.destroyed || this.refit());
  }

  adoptExported({ state, column }) {
    Object.assign(this.view, { state, layer: 1 + Math.floor(column / this.reading.units), unit: column % this.reading.units });
  }

  build() {
    this.toolbar = new Toolbar(this.reading, {
      find: (index) => index !== "" && this.change(this.reading.findings[index]),
      unit: (layer, unit) => this.change({ layer, unit }),
      step: (by) => this.step(by),
      state: (state) => this.change({ state }),
      mode: (mode) => this.change({ mode }),
      palette: (palette) => this.change({ palette }),
      exportUrl: this.options.exportUrl && (() => this.options.exportUrl(this.view)),
    });
    this.sentence = element("p", "sentence");
    this.note = element("p", "note");
    this.strip = element("canvas", "strip");
    this.strip.addEventListener("mousemove", (event) => this.hoverStrip(event));
    this.strip.addEventListener("mouseleave", () => this.leave());
    this.lowest = element("span"); this.highest = element("span");
    this.legend = element("div", "legend", this.lowest, element("i", "ramp"), this.highest);
    this.legend.title = "activation of the unit; zero has no color";
    this.scroll = element("div", "scroll");
    this.scroll.tabIndex = 0;
    this.card = element("div", "card");
    this.card.hidden = true;
    const keys = element("p", "keys");
    for (const [key, text] of [["[ ]", "or"], ["↑ ↓", "unit"], ["← →", "character"], ["space", "pin"], ["esc", "clear"], ...(this.options.onMarks ? [["shift ← →", "mark"]] : [])]) {
      keys.append(element("kbd", "", key), ` ${text}  `);
    }
    const head = element("div", "under", this.legend, keys);
    this.root.replaceChildren(this.sentence, this.toolbar.root, this.strip, head, this.note, this.scroll, this.card);
    this.scroll.addEventListener("mousemove", (event) => this.hover(event));
    this.scroll.addEventListener("mouseleave", () => this.leave());
    this.scroll.addEventListener("click", (event) => this.click(event));
    this.scroll.addEventListener("scroll", () => this.scrolled(), { passive: true });
    this.onKey = (event) => pressKey(this, event);
    this.onCopy = (event) => copySelected(this.painter, event);
    document.addEventListener("keydown", this.onKey);
    document.addEventListener("copy", this.onCopy);
    if (this.options.onMarks) this.brush = new Brush(this, this.options.onMarks);
  }

  destroy() {
    this.destroyed = true;
    this.observer?.disconnect();
    this.painter?.destroy();
    this.brush?.destroy();
    document.removeEventListener("keydown", this.onKey);
    document.removeEventListener("copy", this.onCopy);
  }

  // ---- what is shown -------------------------------------------------------------------------------------

  get column() {
    return (this.view.layer - 1) * this.reading.units + this.view.unit;
  }

  async change(wanted) {
    const { layers, units } = this.reading;
    const keep = ({ state, layer, unit, mode, palette }) => ({ state, layer, unit, mode, palette });
    const next = { ...this.view, ...Object.fromEntries(Object.entries(keep(wanted)).filter(([, v]) => v !== undefined)) };
    const possible = Number.isInteger(next.unit) && next.unit >= 0 && next.unit < units && next.layer >= 1 && next.layer <= layers;
    if (!possible || !this.reading.has(next.state, next.layer, next.unit)) {
      this.toolbar.show(this.view);
      const why = possible ? "this page does not hold it" : `units run from 0 to ${units - 1}, layers from 1 to ${layers}`;
      this.note.textContent = `No unit L${next.layer}·u${next.unit} (${next.state}): ${why}.`;
      return;
    }
    const relaid = next.mode !== this.view.mode;
    this.view = next;
    this.note.textContent = "";
    if (relaid) this.layOut();
    try {
      await this.showUnit();
    } catch (error) {
      this.note.textContent = `The unit could not be shown (${error.message}). Reload the page.`;
      return;
    }
    this.options.onView?.(this.view);
  }

  step(by) {
    const { layers, units } = this.reading;
    const total = layers * units;
    for (let k = 1; k <= total; k++) {
      const column = (((this.column + by * k) % total) + total) % total;
      const [layer, unit] = [1 + Math.floor(column / units), column % units];
      if (this.reading.has(this.view.state, layer, unit)) return this.change({ layer, unit });
    }
  }

  async showUnit() {
    const { state, layer, unit } = this.view;
    this.toolbar.show(this.view);
    const hint = element("span", "hint", " Press ", element("kbd", "", "]"), " for the next unit.");
    this.sentence.replaceChildren(sentenceAbout(this.reading.findings, this.view), hint);
    const wanted = this.column;
    const activation = await this.source.activation(state, wanted);
    if (this.destroyed || this.view.state !== state || this.column !== wanted) return; // another was asked for meanwhile
    this.activation = activation;
    this.recolor();
  }

  recolor() {
    const began = performance.now();
    this.theme = themeOf(this.root);
    this.levels = activationLevels(this.view.state, this.largest);
    const colors = activationColors(this.levels, this.view.palette, this.theme);
    this.painter.paintActivation(this.activation, colors);
    this.scheduleStrip();
    this.root.dataset.recolorMs = (performance.now() - began).toFixed(3);
    this.root.dataset.unit = `${this.view.state} ${unitName(this.view.layer, this.view.unit)}`;
    this.lowest.textContent = `${this.view.state === "hidden" ? "h" : "tanh c"} = −1`;
    this.highest.textContent = "+1";
    const { low, high } = PALETTES[this.view.palette][this.theme];
    const opacity = STRONGEST[this.theme];
    this.legend.style.setProperty("--ramp", `linear-gradient(90deg, ${css(low, opacity)}, transparent, ${css(high, opacity)})`);
    if (this.cursor >= 0) this.showCard(this.cursor);
  }

  /** The largest |c| of the unit in view; undefined where cells have none. */
  get largest() {
    return this.reading.arrays.cell_scale?.[this.column];
  }

  layOut() {
    const cell = this.measureCell();
    this.fittedWidth = this.scroll.clientWidth;
    const columns = Math.max(20, Math.min(160, Math.floor((this.scroll.clientWidth - 28) / cell.width) - 1));
    this.grid = new Grid(this.reading.characters, columns);
    const style = getComputedStyle(this.scroll);
    const ruler = new CellRuler(`${style.fontSize} ${style.fontFamily}`, cell.width);
    this.painter?.destroy();
    this.painter = new Painter(this.scroll, this.grid, this.reading, ruler, cell, this.view.mode === "guesses");
    this.painter.build(themeOf(this.root));
    this.brush?.draw();
  }

  /** Lays out anew when the width (or, with a late font, the cell) has changed. */
  refit() {
    const cell = this.measureCell();
    if (this.scroll.clientWidth === this.fittedWidth && cell.width === this.painter.cell.width) return this.scheduleStrip();
    this.layOut();
    if (this.activation) this.recolor();
  }

  measureCell() {
    const probe = element("pre", "probe", "0".repeat(100));
    this.scroll.append(probe);
    const { width, height } = probe.getBoundingClientRect();
    probe.remove();
    return { width: width / 100, height };
  }

  scheduleStrip() {
    if (this.stripAsked) return;
    this.stripAsked = true;
    requestAnimationFrame(() => {
      this.stripAsked = false;
      if (!this.activation) return;
      [this.first, this.last] = this.painter.visibleCharacters();
      const color = getComputedStyle(this.root).color;
      drawStrip(this.strip, this.activation, this.levels, this.first, this.last, this.cursor, this.view.palette, themeOf(this.root), color);
    });
  }

  // ---- pointing ------------------------------------------------------------------------------------------

  hover(event) {
    if (this.pinned || event.buttons & 1) return; // with the button down, text is being selected
    const i = this.painter.characterAt(event.clientX, event.clientY);
    if (i < 0) this.leave();
    else if (i !== this.cursor) this.point(i);
  }

  hoverStrip(event) {
    if (this.pinned || !this.last) return;
    const { left, width } = this.strip.getBoundingClientRect();
    const i = this.first + Math.floor(((event.clientX - left) / width) * (this.last - this.first));
    if (i >= this.first && i < this.last) this.point(i);
  }

  click(event) {
    if (selectedCharacters(this.painter)) return; // it ends a selection
    const i = this.painter.characterAt(event.clientX, event.clientY);
    if (i < 0) return this.clear();
    this.pinned = !(this.pinned && i === this.cursor);
    this.point(i);
  }

  leave() {
    if (!this.pinned) this.clear();
  }

  /** The card goes with its character, and hides while that is out of sight. */
  scrolled() {
    this.scheduleStrip();
    if (this.cursor < 0) return;
    const at = this.painter.boxOf(this.cursor), frame = this.scroll.getBoundingClientRect();
    this.card.hidden = at.bottom < frame.top || at.top > frame.bottom;
    if (!this.card.hidden) this.placeCard(this.cursor);
  }

  clear() {
    this.pinned = false;
    this.cursor = -1;
    this.card.hidden = true;
    this.painter.mark(-1);
    this.scheduleStrip();
  }

  point(i) {
    this.cursor = i;
    this.painter.mark(i);
    this.showCard(i);
    this.scheduleStrip();
  }

  async showCard(i) {
    if (!this.activation) return; // it is still on its way
    const { state, layer, unit } = this.view;
    const values = [];
    for (const name of this.reading.states.filter((each) => this.reading.has(each, layer, unit))) {
      const activation = name === state ? this.activation : await this.source.activation(name, this.column);
      if (this.destroyed || this.cursor !== i || this.view.unit !== unit || this.view.layer !== layer) return;
      values.push([SYMBOLS[name], activationText(activationOf(name, activation[i], this.largest))]);
    }
    fillCard(this.card, this.reading, i, unitName(layer, unit), values);
    this.card.classList.toggle("pinned", this.pinned);
    this.card.hidden = false;
    this.placeCard(i);
  }

  placeCard(i) {
    const at = this.painter.boxOf(i), frame = this.root.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.card;
    const left = Math.min(Math.max(0, at.left - frame.left - 20), Math.max(0, frame.width - width));
    const below = at.bottom - frame.top + 8;
    const roomBelow = window.innerHeight - at.bottom > height + 16;
    this.card.style.left = `${left}px`;
    this.card.style.top = `${roomBelow ? below : at.top - frame.top - height - 8}px`;
  }

  togglePin() {
    this.pinned = !this.pinned;
    this.point(this.cursor);
  }

  move(by) {
    this.brush?.drop();
    const from = this.cursor < 0 ? (this.first ?? 0) - (by > 0 ? 1 : 0) : this.cursor;
    const i = Math.max(0, Math.min(this.reading.characters.length - 1, from + by));
    this.pinned = true;
    this.painter.reveal(i);
    this.point(i);
  }
}
