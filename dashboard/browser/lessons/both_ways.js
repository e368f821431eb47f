// @ts-check
// Lesson: reading both ways, and continuous time. Three parts; one is shown at a time.

import { BlankPart } from "./both_ways_blank.js";
import { TimePart } from "./both_ways_curve.js";
import { TrainPart } from "./both_ways_training.js";
import { element } from "../reader/dom.js";

/** @import { Context } from "../learn/types.js" */
/** @import { Control, Values } from "../learn/values.js" */
/** @typedef {{ node: HTMLElement, show: () => void, hide?: () => void, destroy: () => void }} Part `show` draws; `hide` ends what moves */

/** @type {Control[]} */
export const CONTROLS = [
  { name: "part", label: "Part", kind: "choice", first: "blank", options: [["blank", "fill in a blank"], ["train", "predict the next"], ["time", "continuous time"]] },
  { name: "sentence", label: "Sentence with one _", kind: "text", first: "They rode through the _orest.", longest: 80, drawn: false },
  { name: "trained", label: "Training steps", kind: "slider", first: 200, least: 0, most: 300, step: 20, drawn: false },
  { name: "seed", label: "Random start", kind: "number", first: 0, least: 0, most: 9999, step: 1, drawn: false },
  { name: "tau", label: "Time constant τ", kind: "slider", first: 1, least: 0.1, most: 5, step: 0.1, drawn: false },
  { name: "step", label: "Step Δt", kind: "slider", first: 0.5, least: 0.05, most: 2, step: 0.05, drawn: false },
  { name: "w", label: "Feedback w", kind: "slider", first: 0, least: -2, most: 2, step: 0.1, drawn: false },
  { name: "solver", label: "Solver", kind: "choice", first: "euler", options: [["euler", "Euler"], ["rk4", "Runge–Kutta 4"]], drawn: false },
];

/** @param {HTMLElement} place @param {Values} controls @param {Context} context */
export function mount(place, controls, context) {
  /** @type {{ [name: string]: Part }} */
  const parts = {
    blank: new BlankPart(place, controls, context),
    train: new TrainPart(place, controls, context),
    time: new TimePart(place, controls),
  };
  place.classList.add("both-ways");
  place.append(element("div", "", ...Object.values(parts).map(({ node }) => node)));
  const draw = () => {
    const shown = controls.text("part");
    for (const [name, part] of Object.entries(parts)) {
      part.node.hidden = name !== shown;
      if (name !== shown) part.hide?.();
    }
    place.dataset.part = shown;
    parts[shown].show();
  };
  controls.onChange(draw);
  draw();
  return { destroy: () => Object.values(parts).forEach((part) => part.destroy()) };
}
