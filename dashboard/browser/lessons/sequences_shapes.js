// @ts-check
// The four shapes of lesson 1, small: boxes for inputs, states and outputs, with the arrows between them.

const NAMESPACE = "http://www.w3.org/2000/svg";
const STEP = 20, BOX = 11;
/** Which steps have an input and which an output. @type {Record<string, { inputs: string, outputs: string }>} */
const SHAPES = {
  write: { inputs: "1000", outputs: "1111" },
  name: { inputs: "1111", outputs: "0001" },
  label: { inputs: "1111", outputs: "1111" },
  answer: { inputs: "11000", outputs: "00111" },
};

/** @param {string} use */
export function shapeOf(use) {
  const { inputs, outputs } = SHAPES[use], svg = node("svg", { width: STEP * inputs.length, height: 62, "aria-hidden": "true" });
  for (let t = 0; t < inputs.length; t++) {
    const x = t * STEP + 4;
    if (t) svg.append(line(x - STEP + BOX, 31, x, 31));
    if (inputs[t] === "1") svg.append(line(x + BOX / 2, 48, x + BOX / 2, 31), box(x, 48, "input"));
    if (outputs[t] === "1") svg.append(line(x + BOX / 2, 26, x + BOX / 2, 12), box(x, 3, "output"));
    svg.append(box(x, 25.5, "state"));
  }
  return svg;
}

/** @param {number} x @param {number} y @param {string} kind */
const box = (x, y, kind) => node("rect", { x, y, width: BOX, height: BOX, rx: 2, class: kind });
/** @param {number} x1 @param {number} y1 @param {number} x2 @param {number} y2 */
const line = (x1, y1, x2, y2) => node("line", { x1, y1, x2, y2, stroke: "currentColor", "stroke-opacity": 0.6 });

/** @param {string} name @param {Record<string, string | number>} attributes */
function node(name, attributes) {
  const made = document.createElementNS(NAMESPACE, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}
