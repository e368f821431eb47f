// @ts-check
// The cells as diagrams: their wires and nodes, and which of them are switched on.

import { svg } from "../learn/svg.js";

/** @import { Wires } from "./cells_step.js" */

/**
 * @typedef {object} Wire
 * @property {string} path
 * @property {boolean} [on] an optional wire that is off is drawn faintly
 * @property {boolean} [changed] whether the usual cell has it otherwise
 * @property {string} [wire] the control that a click on it changes
 * @property {boolean} [arrow]
 *
 * @typedef {{ at: [number, number], text: string, kind: "gate" | "op" | "name" | "dot" | "weight", on?: boolean, changed?: boolean }} Part
 * @typedef {{ wires: Wire[], parts: Part[] }} Diagram
 */

/** @param {Wires} wires @returns {Diagram} */
export const diagramOf = (wires) => ({ lstm, gru, rnn }[/** @type {"lstm" | "gru" | "rnn"} */ (wires.cell)](wires));

/** @param {Wires} wires @returns {Diagram} */
function lstm(wires) {
  const { forget, coupled, peephole, output, squash } = /** @type {Record<string, boolean>} */ (wires), learns = forget && !coupled;
  const peeps = (/** @type {string} */ path, on = true) => ({ path, on: peephole && on, changed: true, wire: "peephole", arrow: true });
  return {
    wires: [
      { path: "M30 50 H88" }, { path: "M112 50 H218", arrow: true }, { path: "M242 50 H432", arrow: true },
      ...(forget ? [] : [{ path: "M88 50 H112", changed: true }]), { path: "M30 285 H330" }, { path: "M60 312 V285" },
      { path: "M100 285 V233", on: learns, changed: !learns, wire: "coupled", arrow: true }, { path: "M100 197 V62", on: forget, changed: coupled, wire: "forget", arrow: true },
      { path: "M190 285 V233", arrow: true }, { path: "M190 197 V125 H218", arrow: true }, { path: "M270 285 V233", arrow: true }, { path: "M270 197 V125 H242", arrow: true }, { path: "M230 113 V62", arrow: true },
      { path: "M330 285 V233", on: output, wire: "output", arrow: true }, { path: "M330 197 V165 H378", on: output, wire: "output", arrow: true },
      { path: squash ? "M390 50 V81" : "M390 50 V114", changed: !squash, wire: "squash" }, { path: output ? "M390 115 V153" : "M390 115 V177", changed: !output, arrow: output }, { path: "M390 177 V250 H432", arrow: true },
      { path: "M168 215 H124", on: coupled && forget, changed: true, wire: "coupled", arrow: true },
      peeps("M50 50 V172 H86 V197", learns), peeps("M50 50 V172 H178 V197"), peeps("M318 50 V197", output),
    ],
    parts: [
      { at: [100, 50], text: "×", kind: "op", on: forget }, { at: [230, 50], text: "+", kind: "op" }, { at: [230, 125], text: "×", kind: "op" }, { at: [390, 165], text: "×", kind: "op", on: output },
      { at: [100, 215], text: "f", kind: "gate", on: forget, changed: coupled }, { at: [190, 215], text: "i", kind: "gate" }, { at: [270, 215], text: "g", kind: "gate" }, { at: [330, 215], text: "o", kind: "gate", on: output },
      { at: [390, 98], text: "tanh", kind: "gate", on: squash }, { at: [390, 50], text: "", kind: "dot" },
      ...(coupled && forget ? [{ at: /** @type {[number, number]} */ ([150, 215]), text: "1−", kind: /** @type {const} */ ("op"), changed: true }] : []),
      { at: [30, 28], text: "c_t−1", kind: "name" }, { at: [424, 28], text: "c_t", kind: "name" }, { at: [30, 264], text: "h_t−1", kind: "name" }, { at: [60, 326], text: "x_t", kind: "name" }, { at: [424, 228], text: "h_t", kind: "name" },
    ],
  };
}

/** @param {Wires} wires @returns {Diagram} */
function gru({ reset, update }) {
  const isAfter = reset === "after", keeps = update === "keep", times = isAfter ? 190 : 118, weight = isAfter ? 118 : 190;
  return {
    wires: [
      { path: "M30 50 H268", arrow: true }, { path: "M292 50 H378", arrow: true }, { path: "M402 50 H432", arrow: true }, { path: "M50 50 V262 H317 V233", arrow: true }, { path: "M147 262 V233", arrow: true }, { path: "M30 290 H333 V233", arrow: true }, { path: "M163 290 V233", arrow: true }, { path: "M262 290 V148", arrow: true },
      { path: "M50 130 H100", changed: !isAfter, arrow: true }, { path: "M118 130 H190", changed: !isAfter }, { path: "M190 130 H238", changed: !isAfter, arrow: true },
      { path: `M155 197 V172 H${times} V142`, changed: !isAfter, wire: "reset", arrow: true }, { path: "M284 130 H378", arrow: true }, { path: "M390 118 V62", arrow: true },
      { path: "M325 197 V90 H280 V62", changed: !keeps, wire: "update", arrow: true }, { path: "M325 170 H390 V142", changed: !keeps, wire: "update", arrow: true },
    ],
    parts: [
      { at: [weight, 130], text: "W_hn", kind: "weight", changed: !isAfter }, { at: [times, 130], text: "×", kind: "op", changed: !isAfter }, { at: [155, 215], text: "r", kind: "gate" }, { at: [325, 215], text: "z", kind: "gate" }, { at: [262, 130], text: "n", kind: "gate" },
      { at: [280, 50], text: "×", kind: "op" }, { at: [390, 50], text: "+", kind: "op" }, { at: [390, 130], text: "×", kind: "op" }, { at: keeps ? [358, 170] : [302, 90], text: "1−", kind: "op", changed: !keeps },
      { at: [50, 50], text: "", kind: "dot" }, { at: [50, 130], text: "", kind: "dot" }, { at: [147, 262], text: "", kind: "dot" }, { at: [163, 290], text: "", kind: "dot" }, { at: [262, 290], text: "", kind: "dot" }, { at: [325, 170], text: "", kind: "dot" },
      { at: [30, 28], text: "h_t−1", kind: "name" }, { at: [424, 28], text: "h_t", kind: "name" }, { at: [30, 312], text: "x_t", kind: "name" },
    ],
  };
}

/** @param {Wires} wires @returns {Diagram} */
function rnn({ feedback }) {
  const isElman = feedback === "elman";
  return {
    wires: [
      { path: "M220 300 V210", arrow: true }, { path: "M242 190 H432", arrow: true }, { path: "M330 190 V100", arrow: true }, { path: "M356 80 H432", arrow: true },
      { path: "M30 190 H196", on: isElman, wire: "feedback", arrow: true }, { path: "M30 80 H160 V180 H196", on: !isElman, changed: true, wire: "feedback", arrow: true },
    ],
    parts: [
      { at: [110, 190], text: "W_hh", kind: "weight", on: isElman }, { at: [110, 80], text: "W_yh", kind: "weight", on: !isElman, changed: true }, { at: [220, 255], text: "W_xh", kind: "weight" }, { at: [330, 80], text: "W_hy", kind: "weight" },
      { at: [220, 190], text: "tanh", kind: "gate" }, { at: [330, 190], text: "", kind: "dot" },
      { at: [34, 168], text: "h_t−1", kind: "name", on: isElman }, { at: [34, 58], text: "y_t−1", kind: "name", on: !isElman }, { at: [220, 322], text: "x_t", kind: "name" }, { at: [424, 168], text: "h_t", kind: "name" }, { at: [424, 58], text: "y_t", kind: "name" },
    ],
  };
}

/** @param {Diagram} diagram @param {string} label @param {(wire: string) => void} onClick */
export function drawDiagram({ wires, parts }, label, onClick) {
  const root = svg("svg", { viewBox: "0 0 460 336", role: "img", "aria-label": label });
  root.append(svg("marker", { id: "cells-tip", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 6, markerHeight: 6, orient: "auto" }, svg("path", { d: "M0 0 L8 4 L0 8 Z" })));
  for (const wire of [...wires].sort((a, b) => Number(a.on !== false) - Number(b.on !== false))) {
    const { path, on = true, changed = false, arrow = false } = wire;
    const line = svg("path", { d: path, class: `line${on ? "" : " off"}${on && changed ? " changed" : ""}` });
    if (arrow && on) line.setAttribute("marker-end", "url(#cells-tip)");
    root.append(line);
    if (!wire.wire) continue;
    const target = svg("path", { d: path, class: "target" });
    target.addEventListener("click", () => onClick(/** @type {string} */ (wire.wire)));
    root.append(target);
  }
  root.append(...parts.map(partDrawn));
  return root;
}

/** @param {Part} part */
function partDrawn({ at: [x, y], text, kind, on = true, changed = false }) {
  const group = svg("g", { class: `${kind}${on ? "" : " off"}${on && changed ? " changed" : ""}`, transform: `translate(${x} ${y})` });
  if (kind === "dot") group.append(svg("circle", { r: 3.5 }));
  if (kind === "op") group.append(svg("circle", { r: 13 }));
  if (kind === "gate" || kind === "weight") group.append(svg("rect", { x: -24, y: -18, width: 48, height: 36, rx: kind === "gate" ? 7 : 0 }));
  const [letter, below] = text.split("_"), words = svg("text", { "text-anchor": kind === "name" && x < 50 ? "start" : "middle", y: 6, x: kind === "name" && x < 50 ? -6 : 0 }, letter);
  if (below) words.append(svg("tspan", { dy: 5, class: "below" }, below));
  group.append(words);
  return group;
}
