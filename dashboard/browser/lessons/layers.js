// @ts-check
// Lesson: layers. A network of two layers reads a short text; a wire is cut, a layer skipped, a memory cleared.

import { button, element } from "../reader/dom.js";
import { fixed, shade } from "../learn/marks.js";
import { paintText } from "../learn/painted.js";
import { openHere } from "../learn/shipped.js";
import { Slices } from "../learn/training.js";
import { CUTS, CutReading, bitsOf, paintedBy } from "./layers_cuts.js";

/** @import { Network } from "../engine/network.js" */
/** @import { Context } from "../learn/types.js" */
/** @import { Control, Values } from "../learn/values.js" */
/** @import { Reading } from "./layers_cuts.js" */

/** @type {Control[]} */
export const CONTROLS = [
  {
    name: "cut", label: "Change", kind: "choice", first: "none",
    options: [
      ["none", "nothing"], ["wire-zero", "layer 2 gets zeros"], ["wire-mean", "layer 2 gets the mean"],
      ["top-zero", "the readout gets zeros"], ["top-mean", "the readout gets the mean"], ["skip", "the readout reads layer 1"],
      ["forget-1", "layer 1 forgets each step"], ["forget-2", "layer 2 forgets each step"],
    ],
  },
  {
    name: "about", label: "Units for", kind: "choice", first: "if-condition",
    options: [
      ["comment", "comments"], ["string", "strings"], ["if-condition", "conditions of an if"], ["loop-body", "bodies of loops"], ["function-body", "bodies of functions"],
      ["call-arguments", "arguments of calls"], ["brace-depth", "the depth of braces"], ["indentation", "the indentation"],
    ],
  },
];
const MEASURES = /** @type {Record<string, string>} */ ({ auroc: "AUROC", spearman: "Spearman’s ρ" });
const GLYPHS = new Map([[" ", "␣"], ["\n", "↵"], ["\t", "→ "]]);

/** @param {HTMLElement} place @param {Values} controls @param {Context} context */
export function mount(place, controls, { data, network }) {
  /** @type {Map<string, Reading>} */
  const readings = new Map();
  const parts = [1, 2].map((layer) => layerPart(layer)), wires = [element("span", "wire"), element("span", "wire")], output = outputPart();
  const bars = barsOf(controls), sentence = element("p", "sum"), scores = scoresOf(controls, data);
  sentence.setAttribute("aria-live", "polite");
  place.classList.add("layers");
  place.append(element("div", "flow", parts[0].root, wires[0], parts[1].root, wires[1], output.root), sentence, bars.root, scores.root);
  const characters = Array.from(data.text);
  const draw = () => {
    const cut = controls.text("cut"), concept = data.concepts[controls.text("about")], whole = readings.get("none"), reading = readings.get(cut);
    parts.forEach((part, k) => part.show(characters, concept, k, whole, reading, CUTS[cut].forgets === k + 1, cut !== "none"));
    wires.forEach((wire, k) => showWire(wire, CUTS[cut].layer === k + 1));
    output.show(characters, reading, cut, problem ? "" : "The network is being opened …");
    const bits = Object.fromEntries(Array.from(readings, ([name, { loss }]) => [name, bitsOf(loss)]));
    sentence.replaceChildren(...(problem ? [element("span", "note", problem)] : inWords(reading, characters, bits.none)));
    bars.show(bits, cut, problem ? "" : "…");
    scores.show(controls.text("about"));
    Object.assign(place.dataset, {
      state: readings.size === Object.keys(CUTS).length ? "ready" : "running", bits: JSON.stringify(bits), right: String(reading ? rightOf(reading, characters) : ""),
      predicted: reading ? reading.top.map(({ character }) => character).join("") : "", first: parts[1].text.textContent ?? "",
    });
  };
  let stop = () => {};
  let problem = "";
  const fail = (/** @type {unknown} */ error) => {
    problem = error instanceof Error ? error.message : String(error);
    draw();
  };
  const isClosed = { value: false };
  controls.onChange(draw);
  draw();
  openHere(network, data.model).then((opened) => { if (!isClosed.value) stop = readAll(opened, data.text, readings, () => controls.text("cut"), draw); }, fail);
  return { destroy: () => { isClosed.value = true; stop(); } };
}

/**
 * Reads the text with each cut, the chosen one as soon as the whole network has read it.
 *
 * @param {Network} network
 * @param {string} text
 * @param {Map<string, Reading>} readings
 * @param {() => string} chosen
 * @param {() => void} onNews
 */
function readAll(network, text, readings, chosen, onNews) {
  const ids = network.encode(text);
  /** @type {Float32Array[]} */
  let means = [];
  /** @type {{ name: string, reading: CutReading } | null} */
  let now = null;
  const next = () => {
    const name = ["none", chosen(), ...Object.keys(CUTS)].find((each) => !readings.has(each));
    return name === undefined ? null : { name, reading: new CutReading(network, ids, name, means) };
  };
  const step = () => {
    now ??= next();
    if (!now) return false;
    if (now.reading.step()) return true;
    readings.set(now.name, now.reading.reading);
    if (now.name === "none") means = now.reading.means;
    now = null;
    onNews();
    return true;
  };
  const slices = new Slices({ step });
  slices.start();
  return () => slices.destroy();
}

/** The text colored by a layer's best unit for the concept. @param {number} layer */
function layerPart(layer) {
  const name = element("b", ""), facts = element("span"), text = element("p", "text"), badge = element("span", "badge");
  let shown = "";
  return {
    root: element("section", "", element("h2", "", `Layer ${layer} `, badge), element("p", "unit", name, facts), text), text,
    /** @param {string[]} characters @param {any} concept @param {number} k @param {Reading | undefined} whole @param {Reading | undefined} reading @param {boolean} forgets @param {boolean} isChanged */
    show(characters, concept, k, whole, reading, forgets, isChanged) {
      const unit = concept.layers[k], key = JSON.stringify([unit.name, reading?.loss[9], forgets, isChanged]);
      if (key === shown) return;
      shown = key;
      name.textContent = unit.name;
      facts.textContent = ` ${MEASURES[concept.measure]} ${fixed(unit.score, 3)}${isChanged ? " in the whole network" : ""}`;
      badge.textContent = forgets ? "forgets" : "";
      const values = whole && reading ? paintedBy(whole.cell[k], reading.cell[k], unit) : [];
      paintText(text, characters, (i) => (values.length ? { background: shade(values[i]) } : {}));
    },
  };
}

/** @param {HTMLElement} wire @param {boolean} isCut */
function showWire(wire, isCut) {
  wire.className = `wire${isCut ? " cut" : ""}`;
  wire.textContent = isCut ? "✂" : "→";
  wire.title = isCut ? "cut" : "";
}

/** What the network holds for the likeliest at each place. */
function outputPart() {
  const text = element("p", "text"), title = element("h2", "", "Prediction ");
  const badge = element("span", "badge");
  title.append(badge);
  return {
    root: element("section", "", title, element("p", "unit", "the likeliest character at each place"), text),
    /** @param {string[]} characters @param {Reading | undefined} reading @param {string} cut @param {string} waiting */
    show(characters, reading, cut, waiting) {
      badge.textContent = CUTS[cut].by === "below" ? "from layer 1" : "";
      const body = characters.flatMap((character, i) => {
        const said = reading && i ? reading.top[i - 1].character : null;
        const node = element("span", said === null ? "" : said === character ? "right" : "wrong", said === null ? " " : character === said && said === " " ? " " : GLYPHS.get(said) ?? said);
        return character === "\n" ? [node, "\n"] : character === "\t" && said !== "\t" ? [node, " "] : [node];
      });
      text.replaceChildren(...(reading ? body : [waiting]));
    },
  };
}

/** @param {Reading} reading @param {string[]} characters */
const rightOf = ({ top }, characters) => top.filter(({ character }, i) => i + 1 < characters.length && character === characters[i + 1]).length;

/** @param {Reading | undefined} reading @param {string[]} characters @param {number} whole bits */
function inWords(reading, characters, whole) {
  if (!reading) return ["Layer 2 reads nothing but layer 1, and the readout nothing but layer 2."];
  const right = rightOf(reading, characters);
  return ["Likeliest character right: ", element("b", "", `${right} of ${characters.length - 1}`), ". Loss: ", element("b", "", fixed(bitsOf(reading.loss))), ` bits per character, the whole network ${fixed(whole)}.`];
}

/** A row of bars that chooses a value, or only shows it where its control is hidden. @param {Values} controls @param {string} control @param {string} value */
function rowOf(controls, control, value) {
  if (controls.hidden.has(control)) return element("div", "row");
  return Object.assign(button("", "", () => controls.set({ [control]: value })), { disabled: controls.locked.has(control) });
}

/** @param {HTMLElement} row @param {boolean} isChosen */
function mark(row, isChosen) {
  if (row instanceof HTMLButtonElement) row.setAttribute("aria-pressed", String(isChosen));
  else row.classList.toggle("chosen", isChosen);
}

/** The loss with each cut; each row chooses its cut. @param {Values} controls */
function barsOf(controls) {
  const control = /** @type {import("../learn/values.js").ChoiceControl} */ (CONTROLS[0]);
  const rows = control.options.map(([name, label]) => {
    const fill = element("i", "fill"), number = element("span", "amount"), text = element("span", "name", label);
    const node = rowOf(controls, "cut", name);
    node.append(text, element("span", "track", fill), number);
    return { name, fill, number, node };
  });
  return {
    root: element("section", "bars", element("h2", "", "Bits per character, by what is changed"), ...rows.map(({ node }) => node)),
    /** @param {Record<string, number>} bits @param {string} cut @param {string} waiting */
    show(bits, cut, waiting) {
      const most = Math.max(1, ...Object.values(bits));
      for (const { name, fill, number, node } of rows) {
        fill.style.width = `${100 * (bits[name] ?? 0) / most}%`;
        number.textContent = name in bits ? fixed(bits[name]) : waiting;
        mark(node, name === cut);
      }
    },
  };
}

/** How well the best unit of each layer follows each concept. @param {Values} controls @param {any} data */
function scoresOf(controls, data) {
  const control = /** @type {import("../learn/values.js").ChoiceControl} */ (CONTROLS[1]);
  const rows = control.options.map(([name, label]) => {
    const [one, two] = data.concepts[name].layers, node = rowOf(controls, "about", name);
    node.append(element("span", "name", label), ...[one, two].map(({ score }) => {
      const fill = element("i", "fill");
      fill.style.width = `${100 * score}%`;
      return element("span", "pair", element("span", "track", fill), element("span", "amount", fixed(score)));
    }));
    return { name, node };
  });
  const [first, second] = data.detectors;
  const head = element("p", "heads", element("span", "name"), element("span", "pair", "layer 1"), element("span", "pair", "layer 2"));
  return {
    root: element("section", "bars scores", element("h2", "", "The best unit of each layer"), head, ...rows.map(({ node }) => node),
      element("p", "hint", `Scores from the search, on text that it did not choose by: AUROC (0.5 is chance), or Spearman’s ρ for a depth. The search found ${first} units in layer 1 that detect a concept, and ${second} in layer 2.`)),
    /** @param {string} concept */
    show(concept) {
      for (const { name, node } of rows) mark(node, name === concept);
    },
  };
}
