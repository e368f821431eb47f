// @ts-check
// Lesson 25, part one: a blank, filled from its left side, and from both sides.

import { loadWeights } from "../engine/download.js";
import { Network } from "../engine/network.js";
import { unknownIn } from "../generate/plan.js";
import { fieldRow } from "../learn/fields.js";
import { fixed } from "../learn/marks.js";
import { entropyOf } from "../learn/draws.js";
import { Slices } from "../learn/training.js";
import { element } from "../reader/dom.js";
import { fill, sidesOf } from "./both_ways_fill.js";

/** @import { Context } from "../learn/types.js" */
/** @import { Values } from "../learn/values.js" */
/** @import { Filling } from "./both_ways_fill.js" */

const SHOWN = 6;

export class BlankPart {
  /** @type {Network | null} */
  #network = null;
  /** @type {ReturnType<typeof fill> | null} */
  #filling = null;
  #asked = "";
  #problem = "";

  /** @param {HTMLElement} place @param {Values} controls @param {Context} context */
  constructor(place, controls, { data, network }) {
    this.place = place;
    this.controls = controls;
    this.sentence = element("p", "sentence");
    this.note = element("p", "hint");
    this.note.setAttribute("aria-live", "polite");
    this.left = candidates("From the left side alone", "left");
    this.both = candidates("From both sides", "both");
    this.node = element("section", "part", fieldRow(controls, ["sentence"]), this.sentence, element("div", "two", this.left.node, this.both.node), this.note);
    this.slices = new Slices({ step: () => this.#advance() });
    this.open = async () => {
      const { about, weights } = await network(data.model);
      this.#network = Network.open(about.config, typeof weights === "string" ? await loadWeights(weights) : weights);
      if (!this.node.hidden) this.show();
    };
    this.open().catch((error) => { this.note.textContent = this.#problem = error instanceof Error ? error.message : String(error); });
  }

  show() {
    const written = this.controls.text("sentence"), sides = sidesOf(written);
    this.sentence.replaceChildren(...(sides ? [sides.left, element("span", "blank", "?"), sides.right] : [written]));
    if (!sides) return this.#clear(`Wanted one _ where the blank is, got ${written.split("_").length - 1}.`);
    if (!this.#network) this.note.textContent = this.#problem;
    if (!this.#network || written === this.#asked) return;
    this.#asked = written;
    this.note.textContent = "The network tries each character …";
    this.#filling = fill(this.#network, sides);
    this.slices.start();
  }

  /** Takes away what belongs to no sentence any more. @param {string} why */
  #clear(why) {
    this.slices.stop();
    this.#asked = "";
    for (const list of [this.left, this.both]) list.clear();
    this.note.textContent = why;
    this.place.dataset.filled = "";
  }

  #advance() {
    const next = this.#filling?.next();
    if (!next?.done) return Boolean(next);
    this.#draw(next.value);
    return false;
  }

  /** @param {Filling} filling */
  #draw({ left, both }) {
    const { vocabulary } = /** @type {Network} */ (this.#network), bits = [left, both].map(entropyOf);
    this.left.show(left, vocabulary, bits[0]);
    this.both.show(both, vocabulary, bits[1]);
    this.note.textContent = `${this.#unread(vocabulary)}A bar is the probability of a character in the blank. The frame marks the likeliest. Write a sentence of your own with one _.`;
    Object.assign(this.place.dataset, { filled: this.#asked, left: left.join(" "), both: both.join(" ") });
  }

  /** What the network could not read of the sentence, if anything. @param {string[]} vocabulary */
  #unread(vocabulary) {
    const { left = "", right = "" } = sidesOf(this.#asked) ?? {}, unknown = unknownIn(left + right, vocabulary, "sentence");
    const nothing = left ? "" : right ? "Nothing stands left of the blank: from there the network has read nothing, and only the readout’s bias says what is likely. " : "Nothing stands beside the blank: the network has read nothing, and only the readout’s bias says what is likely. ";
    return nothing + (unknown && `${unknown} `);
  }

  hide() {
    if (this.slices.isRunning) this.#asked = "";
    this.slices.stop();
  }

  destroy() {
    this.slices.destroy();
  }
}

/** A list of the likeliest characters. @param {string} title @param {string} name */
function candidates(title, name) {
  const list = element("ol", "bars"), certainty = element("p", "certainty");
  const rows = Array.from({ length: SHOWN }, () => {
    const letter = element("code", "letter"), bar = element("i", "bar"), share = element("span", "share");
    list.append(element("li", "", letter, element("span", "track", bar), share));
    return { letter, bar, share };
  });
  return {
    node: element("div", `candidates ${name}`, element("h2", "", title), list, certainty),
    clear() {
      for (const { letter, bar, share } of rows) {
        letter.classList.remove("likeliest");
        letter.textContent = share.textContent = bar.style.width = "";
      }
      certainty.textContent = "";
    },
    /** @param {number[]} probabilities @param {string[]} vocabulary @param {number} bits */
    show(probabilities, vocabulary, bits) {
      const order = [...probabilities.keys()].sort((a, b) => probabilities[b] - probabilities[a]).slice(0, SHOWN);
      rows.forEach(({ letter, bar, share }, k) => {
        const probability = probabilities[order[k]];
        letter.textContent = { " ": "␣", "\n": "↵" }[vocabulary[order[k]]] ?? vocabulary[order[k]];
        letter.classList.toggle("likeliest", k === 0);
        bar.style.width = `${100 * probability}%`;
        share.textContent = `${fixed(100 * probability, probability < 0.1 ? 1 : 0)} %`;
      });
      certainty.textContent = `Uncertain by ${fixed(bits)} bits.`;
    },
  };
}
