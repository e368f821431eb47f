// @ts-check
// A slider over the options of a choice, for values that do not lie evenly, such as learning rates.

import { element } from "../reader/dom.js";

/** @import { ChoiceControl, Values } from "./values.js" */

/**
 * The field, or nothing if the control is hidden.
 *
 * @param {ChoiceControl} control one with `drawn: false`
 * @param {Values} controls
 */
export function choiceSlider({ name, label, options }, controls) {
  if (controls.hidden.has(name)) return [];
  const isLocked = controls.locked.has(name), shown = element("output", "value");
  const input = Object.assign(element("input"), { type: "range", min: "0", max: String(options.length - 1), step: "1", disabled: isLocked });
  input.dataset.control = name;
  input.setAttribute("aria-label", label);
  const follow = () => {
    const at = options.findIndex(([value]) => value === controls.text(name));
    input.value = String(at);
    shown.textContent = options[at][1];
    input.setAttribute("aria-valuetext", options[at][1]);
  };
  input.addEventListener("input", () => controls.set({ [name]: options[Number(input.value)][0] }));
  controls.onChange((changed) => changed.has(name) && follow());
  follow();
  return [element("label", "field kind-slider", element("span", "label", label + (isLocked ? " (locked)" : "")), input, shown)];
}
