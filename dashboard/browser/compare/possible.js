// @ts-check
// The row that a model can show, next to the one that was asked for.

import { statesOf } from "../reader/states.js";

/** @import { Book, Row } from "./types.js" */

/**
 * A row after a change: with another model or another kind, what it lacks becomes what there is. A unit that was asked for
 * and is not there is refused in words.
 *
 * @param {Row} wanted
 * @param {Row} before
 * @param {Book} book of the wanted model
 * @param {boolean} whole whether all units are there
 * @returns {Row | string}
 */
export function fitted(wanted, before, { reading, hasLayer }, whole) {
  const { kind } = wanted, moves = wanted.model !== before.model || kind !== before.kind;
  const minus = wanted.minus && (wanted.minus.kind === "loss") === (kind === "loss") ? wanted.minus : null;
  if (kind === "loss") return { ...wanted, layer: 0, unit: 0, state: "", minus };
  const known = kind === "unit" ? statesOf(reading) : reading.states; // a gate is shown of one unit
  const state = known.includes(wanted.state) ? wanted.state : reading.states[reading.states.length - 1];
  const layer = moves ? Math.max(1, Math.min(wanted.layer, reading.layers)) : wanted.layer;
  if (kind === "layer") {
    return hasLayer(state, layer) ? { ...wanted, layer, unit: 0, state, minus } : `No layer ${layer} (${state}): this page does not contain it.`;
  }
  const unit = moves && !(wanted.unit < reading.units) ? 0 : wanted.unit;
  if (reading.has(state, layer, unit)) return { ...wanted, layer, unit, state, minus };
  if (moves && reading.exported?.length) {
    const [{ state: other, column }] = reading.exported;
    return { ...wanted, state: other, layer: 1 + Math.floor(column / reading.units), unit: column % reading.units, minus };
  }
  return whole
    ? `No unit ${unit} in layer ${layer}: units run from 0 to ${reading.units - 1}, layers from 1 to ${reading.layers}.`
    : `No unit L${layer}·u${unit} (${state}): this page does not contain it.`;
}
