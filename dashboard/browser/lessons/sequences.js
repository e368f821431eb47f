// @ts-check
// Lesson: sequences in, sequences out. One network in four uses, unrolled step by step.

import { button, element } from "../reader/dom.js";
import { fixed, shade } from "../learn/marks.js";
import { Runs } from "./sequences_runs.js";
import { shapeOf } from "./sequences_shapes.js";
import { COMMENT } from "./sequences_uses.js";

/** @import { Context } from "../learn/types.js" */
/** @import { Control, Values } from "../learn/values.js" */
/** @import { Column, Use } from "./sequences_uses.js" */
/** @import { Done, Given } from "./sequences_runs.js" */

/** @type {[string, string, string][]} */
const USES = [
  ["write", "It writes", "one to many"], ["name", "It names the corpus", "many to one"],
  ["label", "It labels", "many to many, in step"], ["answer", "It answers", "many to many, in turn"],
];
/** @type {Control[]} */
export const CONTROLS = [
  { name: "use", label: "Use", kind: "choice", first: "write", options: USES.map(([use, label]) => [use, label]), drawn: false },
  { name: "mine", label: "Your text", kind: "text", first: "", longest: 200 },
  { name: "seed", label: "Random numbers", kind: "number", first: 1, least: 0, most: 9999, step: 1 },
];
const PACE = 45; // steps per second that light up
const WAIT = 250; // milliseconds after a key, until the text is run
const GLYPHS = new Map([[" ", "␣"], ["\n", "↵"], ["\t", "→"]]);

/** @param {HTMLElement} place @param {Values} controls @param {Context} context */
export function mount(place, controls, { data, isStill, network }) {
  const figure = element("div", "figure"), legend = element("p", "hint"), sentence = element("div", "verdict-of");
  sentence.setAttribute("aria-live", "polite");
  place.classList.add("sequences");
  place.append(...(controls.hidden.has("use") ? [] : [useButtons(controls)]), legend, figure, sentence);
  const wanted = () => {
    const use = /** @type {Use} */ (controls.text("use"));
    return { use, text: controls.text("mine") || data.examples[use], seed: use === "write" || use === "answer" ? controls.number("seed") : 0 };
  };
  let lit = 0, frame = 0, timer = 0;
  /** @type {Column[]} */
  let shown = [];
  const light = (/** @type {number} */ began) => {
    const until = isStill ? shown.length : Math.min(shown.length, Math.ceil(((performance.now() - began) / 1000) * PACE));
    for (; lit < until; lit++) figure.children[lit].replaceWith(stepOf(shown[lit], true));
    if (lit < shown.length) frame = requestAnimationFrame(() => light(began));
  };
  const draw = () => {
    const now = wanted(), done = runs.of(now);
    cancelAnimationFrame(frame);
    figure.className = `figure ${now.use}`;
    figure.replaceChildren(...done.columns.map((column) => stepOf(column, false)));
    [lit, shown] = [0, done.columns];
    if (done.whole) light(performance.now());
    legend.textContent = legendOf(now.use, data.unit.name);
    sentence.replaceChildren(...(done.whole ? inWords(now.use, done, data) : [element("p", "sum", "The network is at work …")]));
    Object.assign(place.dataset, { state: done.whole ? "ready" : "running", use: now.use, seed: String(now.seed), outputs: done.columns.map(({ output }) => output ?? "").join(""), verdict: JSON.stringify(done.verdict ?? null) });
  };
  const runs = new Runs(data, network, draw);
  const fail = (/** @type {unknown} */ error) => { sentence.replaceChildren(element("p", "note", error instanceof Error ? error.message : String(error))); };
  const follow = (/** @type {number} */ wait) => {
    clearTimeout(timer);
    timer = window.setTimeout(() => runs.follow(wanted()).catch(fail), wait);
    draw();
  };
  controls.onChange((changed) => follow(changed.has("mine") ? WAIT : 0));
  follow(0);
  return { destroy: () => { clearTimeout(timer); cancelAnimationFrame(frame); runs.close(); } };
}

/** The four shapes, each a button. @param {Values} controls */
function useButtons(controls) {
  const row = element("div", "uses");
  row.setAttribute("role", "group");
  row.setAttribute("aria-label", "Use");
  for (const [use, label, shape] of USES) {
    const node = button("", "", () => controls.set({ use, mine: "" }));
    node.append(element("b", "", label), shapeOf(use), element("span", "shape", shape));
    node.disabled = controls.locked.has("use");
    const follow = () => node.setAttribute("aria-pressed", String(controls.text("use") === use));
    controls.onChange(follow);
    follow();
    row.append(node);
  }
  return row;
}

/** One step: what comes out, the state, what goes in. @param {Column} column @param {boolean} isLit */
function stepOf({ input, isFed, state, output, isWrong }, isLit) {
  const box = element("i", "state");
  if (isLit && state !== null) box.style.background = shade(state);
  const came = isLit && output !== null ? output : "", name = came.length > 1 ? came : GLYPHS.get(came) ?? came;
  const top = element("span", `out${came ? " some" : ""}${came === COMMENT ? " on" : ""}${isWrong && isLit ? " wrong" : ""}${came.length > 1 ? " word" : ""}`, name);
  return element("span", `step${isLit ? " lit" : ""}`, top, box, element("span", `in${isFed ? " fed" : ""}`, isFed && !isLit ? "" : GLYPHS.get(input) ?? input));
}

/** @param {Use} use @param {string} unit */
function legendOf(use, unit) {
  const state = `Middle: the state, here one unit of 1,024 (${unit}): orange above zero, blue below.`;
  return {
    write: `Bottom: what goes in. Top: what comes out. ${state} Only the first input is given; the gray ones are what came out a step before.`,
    name: `Bottom: what goes in, character by character. ${state} One answer is taken out, at the end.`,
    label: `Bottom: what goes in. Top: a label for each character, c in a comment; framed where the label is wrong. ${state}`,
    answer: `Bottom: first the prompt, of which nothing is taken out; then, gray, what came out a step before. ${state}`,
  }[use];
}

/** @param {Use} use @param {Done} done @param {Given} data */
function inWords(use, { columns, verdict, counts = [], unknown }, data) {
  const unread = unknown ? [element("p", "hint", unknown)] : [];
  if (use === "name" && verdict) return [verdictOf(verdict, counts, columns.length)];
  if (use === "label") {
    const wrong = columns.filter(({ isWrong }) => isWrong).length, on = columns.filter(({ output }) => output === COMMENT).length;
    const judged = columns.length === data.comments.length ? [` ${wrong} of ${columns.length} labels are wrong.`] : [];
    return [element("p", "sum", element("b", "", String(on)), " characters are labelled as comment.", ...judged), element("p", "hint", `The label: whether c of ${data.unit.name} is ${data.unit.sign > 0 ? "above" : "below"} ${fixed(data.unit.threshold)}. The search found the unit and this threshold. On text that it did not choose by, its AUROC is ${fixed(data.unit.auroc, 4)}.`), ...unread];
  }
  const prompt = columns.filter(({ isFed }) => !isFed).map(({ input }) => input).join(""), text = columns.map(({ output }) => output ?? "").join("");
  return [element("p", "written", element("span", "given", prompt), text), ...unread];
}

/** @param {NonNullable<Done["verdict"]>} verdict @param {number[]} unknown @param {number} length */
function verdictOf({ sums, means, probability }, unknown, length) {
  const rows = ["linux (C code)", "war-and-peace-gru (novel)"].map((name, k) => {
    const p = k ? 1 - probability : probability, fill = element("i", "fill");
    fill.style.width = `${100 * p}%`;
    const note = unknown[k] ? ` (${unknown[k]} characters it does not know)` : "";
    return element("tr", "", element("th", "", name, element("span", "hint", note)), element("td", "", fixed(means[k])), element("td", "", `−${fixed(sums[k], 1)}`), element("td", "share", element("span", "track", fill)), element("td", "", p > 0.9995 ? ">99.9 %" : p < 0.0005 ? "<0.1 %" : `${fixed(100 * p, 1)} %`));
  });
  const head = element("tr", "", ...["", "nats per character", "log-probability", "P(corpus | text)", ""].map((name) => element("th", "", name)));
  const none = length < 2 ? [element("p", "hint", "The first character is not predicted. Write one more.")] : [];
  return element("div", "wide", element("table", "", element("thead", "", head), element("tbody", "", ...rows)), ...none);
}
