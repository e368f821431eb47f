// @ts-check
// Lesson: cause. Two texts from the same random numbers, one with a unit held, and what broke in it.

import { activationText } from "../reader/words.js";
import { countedThing } from "../generate/compare.js";
import { button, element } from "../reader/dom.js";
import { paintText } from "../learn/painted.js";
import { fixed, shade } from "../learn/marks.js";
import { MOST, costs, partingOf, placesOf, sumsOf } from "./cause_counts.js";
import { Runs } from "./cause_runs.js";

/** @import { Context } from "../learn/types.js" */
/** @import { Control, Values } from "../learn/values.js" */

/** @type {Control[]} */
export const CONTROLS = [
  { name: "which", label: "Unit", kind: "choice", first: "quote", options: [["quote", "inside quotations"], ["line", "length of the line"], ["said", "“he said”"], ["other", "another (a control)"]] },
  { name: "hold", label: "Hold it", kind: "toggle", first: true },
  { name: "value", label: "at c =", kind: "slider", first: -2.8, least: -6, most: 6, step: 0.1 },
  { name: "seed", label: "Random numbers", kind: "number", first: 1, least: 0, most: 9999, step: 1 },
  { name: "texts", label: "Texts", kind: "number", first: 1, least: 1, most: MOST, step: 1, drawn: false },
];
/** What is counted, and where the means of the search lie. @type {Record<string, { count: string, sides: string[] }>} */
const UNITS = {
  quote: { count: "\"", sides: ["inside quotations", "outside"] },
  line: { count: "\n", sides: ["in the later half of lines", "in the earlier half"] },
  said: { count: "\"", sides: ["in words like “he said”", "elsewhere"] },
  other: { count: "\"", sides: [] },
};
const WAIT = 60; // milliseconds that a slider may move before texts are written anew

/** @param {HTMLElement} place @param {Values} controls @param {Context} context */
export function mount(place, controls, { data, isStill, network }) {
  const runs = new Runs(data, () => { if (!isStill || isWhole()) show(); });
  const about = element("p", "hint"), columns = [columnOf("Free"), columnOf("Held")], parted = element("p", "sum"), many = tallies(controls), loss = lossPanel();
  parted.setAttribute("aria-live", "polite");
  place.classList.add("cause");
  place.append(about, element("div", "columns", ...columns.map(({ root }) => root)), parted, many.root, loss.root);
  const wanted = () => {
    const name = controls.text("which"), unit = data.units[name], value = controls.number("value");
    const clamps = controls.isOn("hold") ? [{ layer: unit.layer, unit: unit.unit, value }] : [];
    return { name, unit, clamps, seed: controls.number("seed"), texts: controls.number("texts"), ...UNITS[name] };
  };
  const textsOf = (/** @type {number} */ k) => {
    const { name, clamps, seed } = wanted();
    return [[], clamps].map((held) => runs.text(name, held, seed + k));
  };
  const isWhole = () => textsOf(0).every(({ whole }) => whole);
  const show = () => {
    const { count, unit, clamps, texts, sides } = wanted(), [free, held] = textsOf(0), part = partingOf(free.characters, held.characters);
    about.replaceChildren(...rangeOf(unit, sides, runs));
    columns.forEach((column, k) => column.show(data.prompt, [free, held][k], count, k ? part : -1, k && clamps.length ? `Held at ${fixed(clamps[0].value, 1)}` : k ? "Not held" : "Free"));
    const counts = [0, 1].map((k) => Array.from({ length: texts }, (_, n) => textsOf(n)[k]).filter(({ whole }) => whole).map((text) => placesOf(text.characters, count, data.prompt).length));
    parted.replaceChildren(...inWords(counts, part, free.characters.length, count));
    many.show(counts, texts, count, !clamps.length);
    const losses = [runs.losses([]), runs.losses(clamps)];
    loss.show(Array.from(data.passage), losses, count, unit);
    const ready = counts.every(({ length }) => length === texts) && losses.every(Boolean);
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

/** Where the unit is on real text. @param {any} unit @param {string[]} sides @param {Runs} runs */
function rangeOf({ name, layer, unit, ablation }, sides, runs) {
  const extent = runs.extentOf({ layer, unit });
  const range = extent ? ` On a passage of real text its c lies between ${activationText(extent.low)} and ${activationText(extent.high)}.` : "";
  const means = ablation ? ` Its mean is ${fixed(ablation.inside_mean, 1)} ${sides[0]} and ${fixed(ablation.outside_mean, 1)} ${sides[1]} (test text of the search).` : " It varies as much as the quotation unit, and the search found no concept for it.";
  return [element("b", "", name), `, a unit of layer ${layer}.`, range, means];
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
  if (!length) return ["Both texts use the same random numbers."];
  const where = part < 0 ? "The two texts are the same so far. " : `The texts part at character ${part + 1}. `;
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
        return element("tr", "", element("th", "", k ? (isFree ? "not held" : "held") : "free"), element("td", "total", ...(of.length ? [element("b", "", String(all)), ` in ${some} of ${of.length}`] : [])), ...cells);
      });
      table.replaceChildren(element("tbody", "", ...rows));
      table.hidden = texts < 2;
      note.textContent = texts < 2 ? "One text is an anecdote. Count in many." : `${capital(countedThing(count, 2))} in ${texts} texts; above each other: the same random numbers.`;
    },
  };
}

/** What the unit is needed for in order to predict a text. */
function lossPanel() {
  const text = element("p", "text"), body = element("tbody"), note = element("p", "hint");
  const head = element("thead", "", element("tr", "", ...["bits per character", "free", "held", "change"].map((name) => element("th", "", name))));
  let shown = "";
  return {
    root: element("section", "loss", element("h2", "", "The same unit while the network reads"), element("table", "", head, body), note, text),
    /** @param {string[]} characters @param {(number[] | null)[]} losses @param {string} count @param {any} unit */
    show(characters, [free, held], count, { ablation }) {
      const key = JSON.stringify([free?.length, held?.length, held?.reduce((sum, nats) => sum + nats, 0), count, ablation?.events]);
      if (key === shown) return;
      shown = key;
      const { there, elsewhere } = costs(characters, free ?? [], held ?? [], count);
      const rows = [[there, `at the ${there.count} ${countedThing(count, there.count)}`], [elsewhere, `at the other ${elsewhere.count} characters`]];
      body.replaceChildren(...rows.map(([row, name]) => rowOf(/** @type {any} */ (row), free && held ? String(name) : "…", Boolean(free && held))));
      const { clamped_to: side = "", inside_mean: inside = 0, outside_mean: outside = 0 } = ablation ?? {};
      const found = ablation ? ` The search held it at ${fixed(side === "inside" ? inside : outside, 1)} while the network read 10,000 characters or more: +${fixed(ablation.bits_there)} bits at the ${ablation.events} places where the concept matters, ${fixed(ablation.bits_elsewhere)} elsewhere. At these places 95 % of ${ablation.controls} other units of the layer cost less than ${fixed(ablation.controls_95)}.` : "";
      note.textContent = `Orange: predicted worse with the unit held. Blue: better. The strongest color is 4 bits.${found}`;
      paintText(text, characters, (i) => ({ background: i && free && held ? shade((held[i - 1] - free[i - 1]) / Math.LN2 / 4) : "" }));
    },
  };
}

/** @param {{ free: number, held: number }} row @param {string} name @param {boolean} isThere */
function rowOf({ free, held }, name, isThere) {
  const cells = isThere ? [fixed(free), fixed(held), `${held >= free ? "+" : ""}${fixed(held - free)}`] : ["", "", ""];
  return element("tr", "", element("th", "", name), ...cells.map((text, k) => element("td", k === 2 ? "change" : "", text)));
}

/** @param {string} text */
const capital = (text) => text[0].toUpperCase() + text.slice(1);
