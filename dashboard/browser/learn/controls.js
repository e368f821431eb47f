// @ts-check
// The controls of a lesson as fields: each follows its value, and its value follows it.

import { element } from "../reader/dom.js";
import { fixed } from "./marks.js";
import { inWords, valueOf } from "./values.js";

/** @import { Control, Values } from "./values.js" */

/**
 * A row with all controls that the widget does not draw itself; hidden ones are not there, locked ones cannot be moved.
 *
 * @param {Values} values
 */
export function controlRow(values) {
  const shown = values.controls.filter(({ name, drawn }) => drawn !== false && !values.hidden.has(name));
  const row = element("div", "controls", ...shown.map((control) => fieldOf(control, values)));
  row.hidden = !shown.length;
  return row;
}

/**
 * A field of one control, for a widget that draws it itself.
 *
 * @param {Control} control
 * @param {Values} values
 */
export function fieldOf(control, values) {
  const input = inputOf(control), shown = element("output", "value");
  input.dataset.control = control.name;
  input.setAttribute("aria-label", control.label);
  const enable = () => { input.disabled = values.locked.has(control.name) || control.isUsed?.(values) === false; };
  const follow = () => {
    const value = values.get(control.name);
    if (control.kind === "slider") shown.textContent = textOf(control, Number(value));
    if (input instanceof HTMLInputElement && control.kind === "toggle") input.checked = value === true;
    else if (input.value !== inWords(value)) input.value = inWords(value);
    input.removeAttribute("aria-invalid");
  };
  let isTyping = false; // what is being typed stays as it is typed
  input.addEventListener("input", () => {
    const written = input instanceof HTMLInputElement && control.kind === "toggle" ? inWords(input.checked) : input.value;
    isTyping = control.kind === "number" || control.kind === "text";
    try {
      values.set({ [control.name]: valueOf(control, written) });
      input.removeAttribute("aria-invalid");
    } catch {
      input.setAttribute("aria-invalid", "true"); // until it is a value again; left like this, it goes back
    }
    isTyping = false;
  });
  input.addEventListener("change", follow);
  values.onChange((changed) => {
    enable();
    if (changed.has(control.name) && !isTyping) follow();
  });
  enable();
  follow();
  const label = element("span", "label", control.label + (values.locked.has(control.name) ? " (locked)" : ""));
  return element("label", `field kind-${control.kind}`, ...(control.kind === "toggle" ? [input, label] : [label, input]), ...(control.kind === "slider" ? [shown] : []));
}

/** @param {Control} control */
function inputOf(control) {
  if (control.kind === "choice") {
    return element("select", "", ...control.options.map(([value, label]) => Object.assign(element("option", "", label), { value })));
  }
  const input = element("input"), types = { slider: "range", number: "number", toggle: "checkbox", text: "text" };
  input.type = types[control.kind];
  if (control.kind === "text") input.maxLength = control.longest;
  if (control.kind === "slider" || control.kind === "number") {
    Object.assign(input, { min: String(control.least), max: String(control.most), step: String(control.step) });
  }
  return input;
}

/** With as many digits as a step of the slider; zero has no sign. @param {{ step: number }} control @param {number} value */
export function textOf({ step }, value) {
  return fixed(value, (String(step).split(".")[1] ?? "").length);
}
