// @ts-check
// All parts of Generate on the page, and what each of them shows.

import { nextDetector } from "../reader/detectors.js";
import { button, element } from "../reader/dom.js";
import { Legend } from "../reader/legend.js";
import { themeOf } from "../reader/colors.js";
import { sentenceAbout } from "../reader/sentence.js";
import { Toolbar } from "../reader/toolbar.js";
import { SYMBOLS } from "../reader/words.js";
import { Controls } from "./controls.js";
import { holdsInWords } from "./compare.js";
import { Holds, rounded } from "./holds.js";

/** @import { View } from "../reader/types.js" */
/** @import { About, Start } from "./about.js" */
/** @import { Column } from "./column.js" */
/** @import { Events as ControlEvents } from "./controls.js" */
/** @import { Plan } from "./plan.js" */
/** @typedef {ControlEvents & { onView: (wanted: Partial<View>) => void, onStepUnit: (by: number) => void, onStart: (start: Start) => void, liveUrl?: () => string }} Events */

export class Parts {
  /** @param {About} about @param {Events} events */
  constructor(about, events) {
    this.about = about;
    this.events = events;
    this.lastDetector = "";
    this.unitSentence = element("p", "sentence");
    this.toolbar = new Toolbar(about.reading, {
      onFind: ({ state, layer, unit, concept }) => events.onView({ state, layer, unit, concept }),
      onChange: events.onView, onStep: events.onStepUnit, exportUrl: undefined,
    });
    this.controls = new Controls(events);
    this.holds = new Holds({
      symbol: SYMBOLS.get(about.memory) ?? "",
      extentOf: (hold) => about.extent(about.memory, about.reading.column({ ...hold, state: about.memory })),
      onChange: (holds) => events.onPlan({ holds }),
      onShow: ({ layer, unit }) => events.onView({ layer, unit, state: about.memory }),
    });
    this.legend = new Legend();
    this.note = element("p", "note");
    this.note.role = "status";
    this.sentence = element("p", "followed");
    this.count = this.#countField();
    this.trial = element("div", "trial");
    this.columns = element("div", "columns");
    this.aside = element("div", "aside");
    this.wait = element("p", "waiting");
    /** @type {Column[]} */
    this.shownColumns = [];
    this.root = element("div", "generate-parts",
      element("p", "intro", "The network writes here, in your browser, one character after the other. The text is colored by one of its units."),
      this.unitSentence, this.toolbar.root, this.#starts(), this.controls.root,
      element("div", "row holding", this.holds.root, this.count.root), this.note, this.sentence, this.trial, this.wait,
      element("div", "under", this.legend.root, keysLine()),
      element("div", "stage", this.columns, this.aside), this.#saving());
  }

  #starts() {
    const row = element("div", "row starts", element("span", "label", "Experiments:"));
    row.append(...this.about.starts.map((start) => button(start.title, "", () => this.events.onStart(start))));
    row.hidden = !this.about.starts.length;
    return row;
  }

  #countField() {
    const input = element("input", "count");
    Object.assign(input, { type: "text", maxLength: 20, ariaLabel: "Count", placeholder: 'such as "' });
    input.title = "how often this comes in each text; \\n is a line break";
    input.addEventListener("change", () => this.events.onPlan({ count: input.value.replaceAll("\\n", "\n") }));
    const root = element("label", "field", element("span", "", "Count in both texts"), input);
    return { root, show: (/** @type {string} */ count) => { input.value = count.replaceAll("\n", "\\n"); } };
  }

  #saving() {
    const copy = button("Copy", "copy the text, with its prompt", () => void this.#copy());
    const save = element("a", "export", "Save as text");
    Object.assign(save, { download: "generated.txt", href: "#" });
    save.addEventListener("click", () => {
      URL.revokeObjectURL(save.href);
      save.href = URL.createObjectURL(new Blob([this.written], { type: "text/plain" }));
    });
    const live = element("a", "export", "Export live page");
    Object.assign(live, { download: "", href: "#", title: "Save text and network as one HTML file: it reads any text and writes, offline" });
    live.addEventListener("click", () => { live.href = this.events.liveUrl?.() ?? "#"; });
    return element("div", "row saving", copy, save, ...(this.events.liveUrl ? [live] : []));
  }

  async #copy() {
    try {
      await navigator.clipboard.writeText(this.written);
      this.note.textContent = "The text is in the clipboard.";
    } catch {
      this.note.textContent = "The browser does not let this page use the clipboard. Save the text, or select and copy it.";
    }
  }

  // ---- what is shown -------------------------------------------------------------------------------------

  /** @param {string} words "" when there is nothing to wait for */
  waiting(words) {
    this.wait.textContent = words;
    this.wait.hidden = !words;
  }

  /** @param {View} view */
  showView(view) {
    this.toolbar.show(view);
    this.unitSentence.textContent = sentenceAbout(this.about.reading.findings, view, this.about.reading.gates);
    this.legend.show(view.state, view.palette, themeOf(this.columns));
  }

  /** @param {Plan} plan @param {View} view */
  showPlan(plan, { layer, unit }) {
    this.controls.show(plan);
    this.count.show(plan.count);
    this.holds.show(plan.holds);
    this.holds.offer({ layer, unit, value: 0 }, (hold) => {
      const { low, high } = this.about.extent(this.about.memory, this.about.reading.column({ ...hold, state: this.about.memory }));
      this.events.onPlan({ holds: [...plan.holds, { ...hold, value: rounded(high, low, high) }] });
    });
    this.count.root.hidden = !plan.holds.length;
  }

  /** @param {Column[]} columns @param {Plan} plan */
  showColumns(columns, { holds }) {
    this.shownColumns = [...columns];
    this.columns.replaceChildren(...columns.map(({ root }) => root));
    const [free, held] = columns;
    free.title.hidden = !held;
    free.title.textContent = "Nothing held";
    if (held) held.title.textContent = `${holdsInWords(holds, " held at ")}, same random numbers`;
  }

  /** What is copied and saved: the texts with their prompts, each below its title where there are two. */
  get written() {
    const texts = this.shownColumns.map(({ title, text }) => [title.textContent, text.characters.join("")]);
    return texts.length === 1 ? texts[0][1] : texts.map(([title, text]) => `${title}:\n${text}\n`).join("\n");
  }

  /** @param {View} view @param {number} by */
  stepDetector(view, by) {
    const next = nextDetector(this.about.reading, view, by, this.lastDetector);
    if (!next) return this.events.onStepUnit(by);
    const { state, layer, unit, concept } = next;
    this.lastDetector = concept;
    this.events.onView({ state, layer, unit, concept });
  }
}

function keysLine() {
  const pairs = [["space", "write, pause"], [".", "step"], ["← →", "select"], ["1 … 5", "write a prediction"], ["⌫", "back to the selected"], ["↑ ↓", "unit"], ["[ ]", "detector"], ["esc", "clear"]];
  return element("p", "keys", ...pairs.flatMap(([key, does]) => [element("kbd", "", key), ` ${does}  `]));
}
