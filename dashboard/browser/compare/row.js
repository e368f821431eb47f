// @ts-check
// Rows as the address writes them, and in words.

import { isGate } from "../reader/states.js";
import { SYMBOLS, titleOf, unitName } from "../reader/words.js";

/** @import { Row, Signal } from "./types.js" */

/** @param {Signal} signal */
function signalWritten({ model, kind, layer, unit, state }) {
  const name = encodeURIComponent(model).replaceAll("~", "%7E");
  if (kind === "loss") return `${name}:loss`;
  return kind === "layer" ? `${name}:L${layer}:${state}` : `${name}:L${layer}.u${unit}:${state}`;
}

/** As dashboard/compared.py reads it. @param {Row} row */
export const rowWritten = (row) => [row, ...(row.minus ? [row.minus] : [])].map(signalWritten).join("~");

/** @param {Row[]} rows */
export const rowsWritten = (rows) => rows.map(rowWritten).join(",");

/** h, c, or a gate's name in words. @param {string} state */
export const stateName = (state) => (isGate(state) ? titleOf(state) : SYMBOLS.get(state) ?? state);

/** What a signal is, without its model. @param {Signal} signal @param {(signal: Signal) => string} [nameOf] */
export function signalName(signal, nameOf = ({ layer, unit }) => unitName(layer, unit)) {
  if (signal.kind === "loss") return "surprise";
  const symbol = stateName(signal.state);
  return signal.kind === "layer" ? `L${signal.layer} mean |${symbol}|` : `${nameOf(signal)} ${symbol}`;
}

/** The whole label of a row. @param {Row} row */
export function rowLabel(row) {
  const one = `${row.model} ${signalName(row)}`;
  if (!row.minus) return one;
  if (row.kind === "loss") return `${row.model} against ${row.minus.model}: surprise`;
  return row.model === row.minus.model ? `${one} − ${signalName(row.minus)}` : `${one} − ${row.minus.model} ${signalName(row.minus)}`;
}

/** A short one, which stands before each line of the text. @param {Row} row */
export function shortLabel(row) {
  if (row.minus) return "difference";
  if (row.kind === "loss") return "surprise";
  return row.kind === "layer" ? `L${row.layer} |${stateName(row.state)}|` : signalName(row).replace(/ gate$/, "");
}

/** The signal of a row, without what is subtracted. @param {Row | Signal} row @returns {Signal} */
export const signalOf = ({ model, kind, layer, unit, state }) => ({ model, kind, layer, unit, state });

/** Whether two signals can be subtracted. @param {Signal} one @param {Signal} other */
export const sameKind = (one, other) => (one.kind === "loss") === (other.kind === "loss");

/**
 * The rows with one of them in another place.
 *
 * @template T
 * @param {T[]} rows
 * @param {number} from
 * @param {number} to
 * @returns {T[]}
 */
export function moved(rows, from, to) {
  const rest = rows.filter((_, k) => k !== from);
  return [...rest.slice(0, to), rows[from], ...rest.slice(to)];
}
