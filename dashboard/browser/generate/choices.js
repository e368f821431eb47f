// @ts-check
// The likeliest next characters at one place of the text, as bars; pressing one writes it there.

import { distribution } from "../engine/sampling.js";
import { button, element } from "../reader/dom.js";
import { glyphOf } from "../reader/glyphs.js";
import { symbolOf } from "../reader/states.js";
import { activationText, probabilityText, unitName } from "../reader/words.js";

/** @import { View } from "../reader/types.js" */
/** @import { Column } from "./column.js" */
/** @typedef {{ id: number, probability: number }} Choice */

const CHOICES = 5;

/**
 * The likeliest characters at a temperature, the likeliest first.
 *
 * @param {Float32Array} logits
 * @param {number} temperature
 * @returns {Choice[]}
 */
export function choicesFrom(logits, temperature) {
  const choices = Array.from(distribution(logits, temperature), (probability, id) => ({ id, probability, logit: logits[id] }));
  return choices.sort((a, b) => b.probability - a.probability || b.logit - a.logit || a.id - b.id).slice(0, CHOICES);
}

export class Choices {
  /**
   * @param {string[]} vocabulary
   * @param {(id: number) => void} onForce
   * @param {string[]} gates of the network's cells
   */
  constructor(vocabulary, onForce, gates) {
    this.vocabulary = vocabulary;
    this.gates = gates;
    this.title = element("h3", "choices-title");
    this.list = element("ol", "choices-list");
    this.facts = element("p", "choices-facts");
    this.root = element("section", "choices", this.title, this.list, this.facts);
    this.rows = Array.from({ length: CHOICES }, (_, k) => {
      const bar = element("i", "bar"), code = element("code"), number = element("span", "probability");
      const row = button("", "", () => this.shown[k] && onForce(this.shown[k].id));
      row.append(bar, element("kbd", "", String(k + 1)), code, number);
      this.list.append(element("li", "", row));
      return { row, bar, code, number };
    });
    /** @type {Choice[]} */
    this.shown = [];
    this.inPrompt = false;
  }

  /**
   * The choices after the selected character of a column, else after its last, where the temperature counts.
   *
   * @param {Column} column
   * @param {View} view
   * @param {number} temperature
   * @param {string} whose the column, in words, where there are two
   */
  showIn({ text, last }, { state, layer, unit }, temperature, whose) {
    if (!last) return;
    this.inPrompt = text.selected >= 0 && text.selected + 1 < text.prompt;
    const end = text.ids.length - 1, i = text.selected < 0 ? end : text.selected, value = text.values[i];
    const after = i < 0 ? `${whose}at the beginning` : `${whose}after “${glyphOf(text.characters[i], true).text}”`;
    const facts = value === undefined ? "" : `${unitName(layer, unit)} ${symbolOf(state, this.gates)} = ${activationText(value)} here.`;
    if (i === end) {
      const choices = choicesFrom(last.logits, temperature), all = distribution(last.logits, temperature);
      const rest = 1 - choices.reduce((sum, { probability }) => sum + probability, 0);
      const likely = all.filter((probability) => probability >= 0.01).length;
      this.show(`${after}, at temperature ${temperature.toFixed(2)}`, choices,
        `${facts} All others together: ${(100 * Math.max(0, rest)).toFixed(1)} %. ${likely} of ${all.length} characters have 1 % or more.`);
    } else {
      const { predictions: n, arrays: { top_char, top_prob } } = text;
      const choices = Array.from({ length: n }, (_, k) => ({ id: top_char[i * n + k], probability: top_prob[i * n + k] }));
      this.show(`${after}, at temperature 1`, choices, `${facts} ${this.inPrompt ? "This is part of the prompt. Change it above." : "Press one to go back here and write it."}`, text.ids[i + 1]);
    }
  }

  /**
   * @param {string} title
   * @param {Choice[]} choices
   * @param {string} facts
   * @param {number} [taken] the character that follows in the text
   */
  show(title, choices, facts, taken = -1) {
    this.shown = choices;
    this.title.textContent = title.slice(0, 1).toUpperCase() + title.slice(1);
    this.facts.textContent = facts;
    for (const [k, { row, bar, code, number }] of this.rows.entries()) {
      const choice = choices[k];
      row.hidden = !choice || this.vocabulary[choice.id] === "\uFFFD";
      if (!choice) continue;
      const { text } = glyphOf(this.vocabulary[choice.id], true);
      code.textContent = text;
      row.disabled = this.inPrompt;
      number.textContent = probabilityText(choice.probability);
      bar.style.width = `${100 * choice.probability}%`;
      row.title = `write ${text} here and go on from there`;
      row.ariaPressed = String(choice.id === taken);
    }
  }
}
