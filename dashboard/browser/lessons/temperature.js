// @ts-check
// Lesson: temperature. The same logits, divided by T, and draws from what they become.

import { distribution } from "../engine/sampling.js";
import { button, element } from "../reader/dom.js";
import { countsOf, entropyOf, groupsOf } from "../learn/draws.js";
import { fixed } from "../learn/marks.js";

/** @import { Context } from "../learn/types.js" */
/** @import { Control, Values } from "../learn/values.js" */

/** @type {Control[]} */
export const CONTROLS = [
  { name: "temperature", label: "Temperature T", kind: "slider", first: 1, least: 0, most: 3, step: 0.05 },
  { name: "prompt", label: "After", kind: "choice", first: "middle", options: [["middle", "the middle of a word"], ["start", "the start of a word"], ["end", "the end of a sentence"]] },
  { name: "draws", label: "Draws", kind: "slider", first: 0, least: 0, most: 1000, step: 100 },
  { name: "seed", label: "Seed", kind: "number", first: 0, least: 0, most: 999999, step: 1 },
];
const SHOWN = 12;
const GLYPHS = new Map([[" ", "␣"], ["\n", "↵"], ["\t", "→"]]);

/** @param {HTMLElement} place @param {Values} controls @param {Context} context */
export function mount(place, controls, { data, isStill }) {
  const prompt = element("p", "prompt"), facts = element("p", "sum"), list = element("ol", "bars"), legend = element("p", "hint");
  facts.setAttribute("aria-live", "polite");
  const rows = Array.from({ length: SHOWN + 1 }, rowOf);
  list.append(...rows.map(({ node }) => node));
  place.classList.add("temperature");
  place.classList.toggle("still", isStill);
  const drawing = element("p", "drawing");
  if (!controls.hidden.has("draws")) drawing.append(...drawingButtons(controls));
  place.append(prompt, list, legend, drawing, facts);
  const draw = () => {
    const { prompt: text, logits: given } = data.prompts[controls.text("prompt")], logits = Float32Array.from(given);
    const temperature = controls.number("temperature"), times = controls.number("draws");
    const counts = countsOf(logits, temperature, controls.number("seed"), times), { ids, others, probabilities } = groupsOf(logits, temperature, SHOWN), trained = groupsOf(logits, 1, SHOWN).probabilities;
    const grouped = [...ids.map((id) => counts[id]), others.reduce((sum, id) => sum + counts[id], 0)];
    prompt.replaceChildren("…", element("code", "", text.slice(-44)), element("span", "cursor", "?"));
    rows.forEach((row, k) => row.show(k < SHOWN ? nameOf(data.characters[ids[k]]) : `${others.length} others`, k < SHOWN ? logits[ids[k]] : null, probabilities[k], trained[k], times ? grouped[k] : null, times));
    const bits = entropyOf(distribution(logits, temperature));
    legend.replaceChildren("Bar: the probability at this temperature. Dashed: at T = 1.", times ? ` Tick: the share of ${times} draws. Right: how often it was drawn, and how often it is expected.` : " Right of the character: its logit.");
    facts.replaceChildren("The distribution has ", element("b", "bits", fixed(bits)), ` bits of entropy: as uncertain as a choice among ${fixed(2 ** bits, 1)} equally likely characters.`);
    Object.assign(place.dataset, { bits: String(bits), counts: grouped.join(" "), probabilities: probabilities.join(" ") });
  };
  controls.onChange(draw);
  draw();
}

/** @param {Values} controls */
function drawingButtons(controls) {
  const hundred = button("Draw a hundred", "", () => controls.set({ draws: Math.min(1000, controls.number("draws") + 100) }));
  const other = button("Other random numbers", "Take the next seed", () => controls.set({ seed: (controls.number("seed") + 1) % 1000000 }));
  const none = button("Start again", "", () => controls.set({ draws: 0 }));
  const follow = () => {
    const draws = controls.number("draws");
    hundred.textContent = draws ? "Draw a hundred more" : "Draw a hundred";
    hundred.disabled = draws >= 1000 || controls.locked.has("draws");
    other.disabled = !draws || controls.locked.has("seed");
    none.disabled = !draws || controls.locked.has("draws");
  };
  controls.onChange(follow);
  follow();
  return [hundred, other, none];
}

/** A character, its logit, its bar, and how often it was drawn. */
function rowOf() {
  const name = element("code", "name"), logit = element("span", "logit"), fill = element("i", "fill"), outline = element("i", "outline"), tick = element("i", "tick");
  const share = element("span", "share"), drawn = element("span", "drawn"), node = element("li", "", name, logit, element("span", "track", fill, outline, tick), share, drawn);
  return {
    node,
    /** @param {string} character @param {number | null} value @param {number} probability @param {number} trained @param {number | null} count @param {number} times */
    show(character, value, probability, trained, count, times) {
      name.textContent = character;
      logit.textContent = value === null ? "" : fixed(value, 1);
      fill.style.width = `${100 * probability}%`;
      outline.style.width = `${100 * trained}%`;
      tick.hidden = count === null;
      tick.style.left = `${100 * ((count ?? 0) / (times || 1))}%`;
      share.textContent = percent(probability);
      drawn.textContent = count === null ? "" : `${count} of ${fixed(probability * times, probability * times < 10 ? 1 : 0)}`;
    },
  };
}

/** @param {number} probability */
const percent = (probability) => (probability > 0 && probability < 0.001 ? "<0.1 %" : `${fixed(100 * probability, 1)} %`);
/** @param {string} character */
const nameOf = (character) => GLYPHS.get(character) ?? character;
