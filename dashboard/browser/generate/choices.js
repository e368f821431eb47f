// @ts-check
// The likeliest next characters at one place of the text, as bars; pressing one writes it there.

import { distribution } from "../engine/sampling.js";
import { button, element } from "../reader/dom.js";
import { glyphOf } from "../reader/glyphs.js";
import { probabilityText } from "../reader/words.js";

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
   */
  constructor(vocabulary, onForce) {
    this.vocabulary = vocabulary;
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
  }

  /**
   * @param {string} title
   * @param {Choice[]} choices
   * @param {string} facts
   * @param {number} [taken] the character that follows in the text
   */
  show(title, choices, facts, taken = -1) {
    this.shown = choices;
    this.title.textContent = title;
    this.facts.textContent = facts;
    for (const [k, { row, bar, code, number }] of this.rows.entries()) {
      const choice = choices[k];
      row.hidden = !choice || this.vocabulary[choice.id] === "\uFFFD";
      if (!choice) continue;
      const { text } = glyphOf(this.vocabulary[choice.id], true);
      code.textContent = text;
      number.textContent = probabilityText(choice.probability);
      bar.style.width = `${100 * choice.probability}%`;
      row.title = `write ${text} here and go on from there`;
      row.ariaPressed = String(choice.id === taken);
    }
  }
}
