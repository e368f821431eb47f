// @ts-check
// Lesson 25, part two: three small networks train side by side; one of them reads what it is to predict.

import { Chart } from "../learn/chart.js";
import { fieldRow } from "../learn/fields.js";
import { fixed } from "../learn/marks.js";
import { Player, Timeline } from "../learn/training.js";
import { element } from "../reader/dom.js";
import { ReadingNetwork, TASKS, idsOf } from "./both_ways_network.js";

/** @import { Context } from "../learn/types.js" */
/** @import { Values } from "../learn/values.js" */
/** @typedef {{ right: number, next: number, blank: number, rightWriting: number, nextWriting: number }} Bits mean bits per held-out character */

const LENGTH = 40, EVERY = 20, MOST = 300;
const SLICE = 4; // milliseconds: what is kept is computed in between
const LOOKS = { right: { color: "currentColor", label: "one way, next" }, next: { color: "var(--orange)", label: "both ways, next" }, blank: { color: "var(--accent)", label: "both ways, blank" } };

export class TrainPart {
  /** @type {Map<number, Timeline<Bits>>} */
  #timelines = new Map();
  #shown = "";

  /** @param {HTMLElement} place @param {Values} controls @param {Context} context */
  constructor(place, controls, { data }) {
    const ids = idsOf(data.text);
    this.place = place;
    this.controls = controls;
    this.training = ids.slice(0, -data.held);
    this.held = ids.slice(-data.held);
    this.chart = new Chart({ label: "Mean bits per character of held-out text against steps of training", height: 260 });
    this.table = element("tbody");
    const head = element("tr", "", ...["Network", "It reads", "Bits", "Bits while it writes"].map((text) => element("th", "", text)));
    const note = element("p", "hint", "Bits per character on text that was held out. While it writes, nothing stands to the right of the last character yet.");
    this.node = element("section", "part", fieldRow(controls, ["trained", "seed"]));
    this.node.append(this.chart.node, element("table", "bits", element("thead", "", head), this.table), note);
    this.player = new Player({ draw: (step) => this.#draw(step), slice: SLICE });
  }

  show() {
    const seed = this.controls.number("seed"), wanted = this.controls.number("trained"), asked = `${seed} ${wanted}`;
    if (asked === this.#shown) return;
    this.#shown = asked;
    this.player.show(this.#timeline(seed), wanted);
  }

  /** @param {number} seed */
  #timeline(seed) {
    const known = this.#timelines.get(seed);
    if (known) return known;
    const networks = TASKS.map((task) => new ReadingNetwork(task, seed)), { training, held } = this;
    let at = 0;
    const train = () => {
      for (const network of networks) network.train(training.slice(at, at + LENGTH));
      at = (at + LENGTH) % (training.length - LENGTH);
    };
    const keep = () => {
      const [right, next, blank] = networks.map((network) => network.bits(held));
      return { right, next, blank, rightWriting: right, nextWriting: networks[1].bitsWhileWriting(held) };
    };
    const timeline = new Timeline({ train, keep, every: EVERY });
    this.#timelines.set(seed, timeline);
    return timeline;
  }

  /** @param {number} step */
  #draw(step) {
    const timeline = this.#timeline(this.controls.number("seed")), until = timeline.until(step), bits = timeline.at(step);
    this.chart.show({
      x: { name: "training steps", low: 0, high: MOST, ticks: [0, 100, 200, 300] }, y: { name: "bits per character", low: 0, high: 5, ticks: [0, 1, 2, 3, 4, 5] },
      curves: TASKS.map((task) => ({ ...LOOKS[task], values: until.map((each) => each[task]), every: EVERY, label: until.length > 6 ? LOOKS[task].label : "" })),
    });
    this.table.replaceChildren(
      rowOf("one way, predicts the next", "what stands to the left", bits.right, fixed(bits.rightWriting)),
      rowOf("both ways, predicts the next", "all, the next character too", bits.next, fixed(bits.nextWriting)),
      rowOf("both ways, fills in a blank", "all but the blank", bits.blank, "cannot write"),
    );
    Object.assign(this.place.dataset, { trained: String(step), longest: String(this.player.slices.longest), ...Object.fromEntries(Object.entries(bits).map(([name, value]) => [name, String(value)])) });
  }

  hide() {
    this.player.stop();
    this.#shown = "";
  }

  destroy() {
    this.player.destroy();
    this.chart.destroy();
  }
}

/** @param {string} name @param {string} reads @param {number} bits @param {string} writing */
const rowOf = (name, reads, bits, writing) => element("tr", "", element("td", "", name), element("td", "", reads), element("td", "number", fixed(bits)), element("td", "number", writing));
