// @ts-check
// Lesson: cause. Two texts from the same random numbers, one with a unit held, and what broke in it.

import { countedThing } from "../generate/compare.js";
import { button, element } from "../reader/dom.js";
import { paintText } from "../learn/painted.js";
import { fixed, shade } from "../learn/marks.js";
import { MOST, partingOf, placesOf, sumsOf } from "./cause_counts.js";
import { lossPanel } from "./cause_loss.js";
import { Runs } from "./cause_runs.js";

/** @import { Context } from "../learn/types.js" */
/** @import { Control, Values } from "../learn/values.js" */

/** @type {Control[]} */
export const CONTROLS = [
  { name: "which", label: "Unit", kind: "choice", first: "quote", options: [["quote", "inside quotations"], ["line", "length of the line"], ["said", "“he said”"], ["other", "another (a control)"]] },
  { name: "hold", label: "Hold it", kind: "toggle", first: true },
  { name: "value", label: "at c =", kind: "slider", first: -2.8, least: -12, most: 12, step: 0.1, isUsed: (values) => values.isOn("hold") },
  { name: "seed", label: "Seed", kind: "number", first: 1, least: 0, most: 9999, step: 1 },
  { name: "texts", label: "Texts", kind: "number", first: 1, least: 1, most: MOST, step: 1, drawn: false },
];
/** What is counted, where the means of the search lie, and at which places it measured. @type {Record<string, { count: string, sides: string[], places?: string }>} */
const UNITS = {
  quote: { count: "\"", sides: ["inside quotations", "outside"], places: "closing quotation marks" },
  line: { count: "\n", sides: ["in the later half of lines", "in the earlier half"], places: "line breaks" },
  said: { count: "\"", sides: ["in words like “he said”", "elsewhere"], places: "stretches of words like “he said”" },
  other: { count: "\"", sides: [] },
};
const SEEN = "Left, the network writes a text freely; right, it writes again with one unit held. Color shows that unit at each character: blue below 0, orange above. A box marks what is counted.";
const WAIT = 60; // milliseconds that a slider may move before texts are written anew

/** @param {HTMLElement} place @param {Values} controls @param {Context} context */
export function mount(place, controls, { data, isStill, network }) {
  const runs = new Runs(data, () => { if (!isStill || textsOf(0).every(({ whole }) => whole)) show(); });
  const about = element("p", "hint"), columns = [columnOf("Free"), columnOf("Held")], parted = element("p", "sum"), many = tallies(controls), loss = lossPanel(), slider = sliderOf(place, controls, data.units);
  parted.setAttribute("aria-live", "polite");
  place.classList.add("cause");
  place.append(element("p", "hint", SEEN), about, element("div", "columns", ...columns.map(({ root }) => root)), parted, many.root, loss.root);
  const wanted = () => {
    const name = controls.text("which"), unit = data.units[name], value = controls.number("value");
    const clamps = controls.isOn("hold") ? [{ layer: unit.layer, unit: unit.unit, value }] : [];
    return { name, unit, clamps, seed: controls.number("seed"), texts: controls.number("texts"), ...UNITS[name] };
  };
  const textsOf = (/** @type {number} */ k) => {
    const { name, clamps, seed } = wanted();
    return [[], clamps].map((held) => runs.text(name, held, seed + k));
  };
  const show = () => {
    const { count, unit, clamps, texts, sides, places = "" } = wanted(), [free, held] = textsOf(0), part = partingOf(free.characters, held.characters);
    slider.follow(unit, runs);
    about.replaceChildren(...aboutUnit(unit, sides));
    columns.forEach((column, k) => column.show(data.prompt, [free, held][k], count, k ? part : -1, k && clamps.length ? `Held at ${fixed(clamps[0].value, 1)}` : k ? "Not held" : "Free"));
    const counts = [0, 1].map((k) => Array.from({ length: texts }, (_, n) => textsOf(n)[k]).filter(({ whole }) => whole).map((text) => placesOf(text.characters, count, data.prompt).length));
    parted.replaceChildren(...inWords(counts, part, free.characters.length, count));
    many.show(counts, texts, count, !clamps.length);
    const reads = [runs.reading([]), runs.reading(clamps)], losses = reads.map((read) => read && read.loss);
    const ready = counts.every(({ length }) => length === texts) && losses.every(Boolean);
    loss.show(Array.from(data.passage), reads, { count, unit, places });
    Object.assign(place.dataset, { state: ready ? "ready" : "running", free: free.characters.join(""), held: held.characters.join(""), counts: JSON.stringify(counts), losses: ready ? JSON.stringify(losses) : "" });
  };
  let timer = 0;
  const fail = (/** @type {unknown} */ error) => { about.replaceChildren(element("span", "note", error instanceof Error ? error.message : String(error))); };
  const follow = (wait = WAIT) => {
    clearTimeout(timer);
    timer = window.setTimeout(() => runs.follow(wanted()).catch(fail), wait);
    show();
  };
  controls.onChange(() => follow());
  show();
  runs.open(network).then(() => follow(0), fail);
  return { destroy: () => { clearTimeout(timer); runs.close(); } };
}

/** Where the unit is, and its two means; of the control, how it varies and that it follows no quotations. @param {any} unit @param {string[]} sides */
function aboutUnit({ name, layer, off, ablation, control }, sides) {
  const means = ablation
    ? `Its mean is ${fixed(ablation.inside_mean, 1)} ${sides[0]} and ${fixed(ablation.outside_mean, 1)} ${sides[1]}.`
    : `It varies as much as the quotation unit (standard deviation ${fixed(control.deviation, 1)}, there ${fixed(control.as_much_as, 1)}) but does not follow quotations: take one character inside and one outside, and it is higher inside in ${fixed(100 * control.auroc, 0)} of 100 pairs. ${fixed(off, 1)} is ${fixed(Math.abs(control.steps), 1)} standard deviations ${control.steps < 0 ? "below" : "above"} its mean, as “off” is for the quotation unit.`;
  return [element("b", "", name), `, unit ${name.split("u")[1]} of layer ${layer}. `, means];
}

/**
 * The field of the held value: it spans what the unit does on real text, and another unit begins at its own value.
 *
 * @param {HTMLElement} place @param {Values} controls @param {any} units
 */
function sliderOf(place, controls, units) {
  const fieldOf = (/** @type {string} */ name) => /** @type {HTMLInputElement | null | undefined} */ (place.parentElement?.querySelector(`[data-control="${name}"]`));
  fieldOf("which")?.addEventListener("input", () => controls.set({ value: units[controls.text("which")].off }));
  return {
    /** @param {{ layer: number, unit: number }} unit @param {Runs} runs */
    follow(unit, runs) {
      const input = fieldOf("value"), extent = runs.extentOf(unit), value = controls.number("value");
      if (!input || !extent) return;
      input.min = String(Math.min(Math.floor(extent.low), Math.floor(value)));
      input.max = String(Math.max(Math.ceil(extent.high), Math.ceil(value)));
      input.value = String(value);
    },
  };
}

/** One of the two texts. @param {string} name */
function columnOf(name) {
  const title = element("h2", "", name), text = element("p", "text");
  let shown = "";
  return {
    root: element("section", "", title, text),
    /** @param {string} prompt @param {{ characters: string[], values: number[] }} written @param {string} count @param {number} part @param {string} called */
    show(prompt, { characters, values }, count, part, called) {
      const key = JSON.stringify([characters.length, values.at(-1), count, part, called, characters.join("")]);
      if (key === shown) return;
      shown = key;
      title.textContent = called;
      const there = new Set(placesOf(characters, count, prompt)), body = element("span", "");
      paintText(body, characters, (i) => ({ background: shade(values[i] / 5), mark: there.has(i) ? "counted" : i === part ? "parted" : "" }));
      text.replaceChildren(element("span", "prompt", prompt), body, ...(characters.length ? [] : [element("span", "prompt", " … the network is being opened")]));
    },
  };
}

/** @param {number[][]} counts @param {number} part @param {number} length @param {string} count */
function inWords(counts, part, length, count) {
  if (!length) return ["Both texts use the same seed."];
  const where = part < 0 ? "The two texts are the same so far. " : `The texts differ from character ${part + 1} on (orange tick). `;
  const [free, held] = counts.map(([first]) => first);
  return free === undefined || held === undefined ? [where] : [where, `${capital(countedThing(count, 2))}: free `, element("b", "", String(free)), ", held ", element("b", "", String(held)), "."];
}

/** The counts of many texts, a cell for each. @param {Values} controls */
function tallies(controls) {
  const more = button(`Write ${MOST} texts`, "From as many seeds, free and held", () => controls.set({ texts: MOST }));
  const table = element("table", "tallies"), note = element("p", "hint");
  return {
    root: element("section", "", ...(controls.hidden.has("texts") ? [] : [element("p", "actions", more)]), element("div", "wide", table), note),
    /** @param {number[][]} counts @param {number} texts @param {string} count @param {boolean} isFree */
    show(counts, texts, count, isFree) {
      more.disabled = texts >= MOST || controls.locked.has("texts");
      const most = Math.max(1, ...counts.flat());
      const rows = counts.map((of, k) => {
        const { texts: some, all } = sumsOf(of);
        const cells = Array.from({ length: texts }, (_, n) => {
          const cell = element("td", "one", of[n] === undefined ? "" : String(of[n]));
          if (of[n]) cell.style.background = `color-mix(in srgb, var(--accent) ${Math.round(60 * (of[n] / most))}%, transparent)`;
          return cell;
        });
        return element("tr", "", element("th", "", k ? (isFree ? "not held" : "held") : "free"), element("td", "total", ...(of.length ? [element("b", "", String(all)), ` ${shortThing(count, all)}, in ${some} of the ${of.length} texts`] : [])), ...cells);
      });
      table.replaceChildren(element("tbody", "", ...rows));
      table.hidden = texts < 2;
      note.textContent = texts < 2 ? "One text is an anecdote. Count in many." : `${capital(countedThing(count, 2))} in ${texts} texts. Texts above each other have the same seed.`;
    },
  };
}

/** @param {string} text */
const capital = (text) => text[0].toUpperCase() + text.slice(1);

/** @param {string} count @param {number} all */
const shortThing = (count, all) => `${count === "\n" ? "break" : "mark"}${all === 1 ? "" : "s"}`;
