// @ts-check
// Rows as the address writes them, and in words.

import { isGate } from "../reader/states.js";
import { SYMBOLS, titleOf, unitName } from "../reader/words.js";

/** @import { Book, Row, Signal } from "./types.js" */

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

/** @typedef {(signal: Signal) => string} Called what people call a unit; "" if it has no name */

/** @type {Called} */
const NAMELESS = () => "";

/** What people call a unit, by the models that have loaded. @param {Map<string, Book>} books @returns {Called} */
export const calledIn = (books) => ({ model, kind, layer, unit }) =>
  (kind === "unit" && books.get(model)?.names.get(`L${layer}.u${unit}`)) || "";

/** What a signal is, without its model: `L2·u217 c · quotes`. @param {Signal} signal @param {Called} [called] */
export function signalName(signal, called = NAMELESS) {
  if (signal.kind === "loss") return "surprise";
  const symbol = stateName(signal.state), name = called(signal);
  if (signal.kind === "layer") return `L${signal.layer} mean |${symbol}|`;
  return `${unitName(signal.layer, signal.unit)} ${symbol}${name ? ` · ${name}` : ""}`;
}

/** The whole label of a row. @param {Row} row @param {Called} [called] */
export function rowLabel(row, called) {
  const one = `${row.model} ${signalName(row, called)}`;
  if (!row.minus) return one;
  if (row.kind === "loss") return `surprise: ${row.model} against ${row.minus.model}`;
  const less = signalName(row.minus, called);
  return row.model === row.minus.model ? `${one} − ${less}` : `${one} − ${row.minus.model} ${less}`;
}

/**
 * What follows the short label: the name of the unit, the other model, or else the model where there are several.
 *
 * @param {Row} row
 * @param {Called} called
 * @param {boolean} isOneOfMany whether the rows are of several models
 */
export function moreAbout(row, called, isOneOfMany) {
  if (row.minus) return row.kind === "loss" ? `against ${row.minus.model}` : "";
  return called(row) || (isOneOfMany ? row.model : "");
}

/** A short one, which stands before each line of the text. @param {Row | Signal} row @returns {string} */
export function shortLabel(row) {
  if (row.kind === "loss") return "surprise";
  if ("minus" in row && row.minus) return `${shortLabel(signalOf(row))} − ${shortLabel(row.minus)}`;
  return row.kind === "layer" ? `L${row.layer} |${stateName(row.state)}|` : signalName(row).replace(/ gate$/, "");
}

/** The models of some rows, each once. @param {Row[]} rows */
export const modelsOf = (rows) => [...new Set(rows.flatMap((row) => [row.model, ...(row.minus ? [row.minus.model] : [])]))];

/** The first two models, if no row compares their surprise yet. @param {Row[]} rows @returns {[string, string] | null} */
export function unpaired(rows) {
  const models = modelsOf(rows), isPaired = rows.some((row) => row.kind === "loss" && row.minus);
  return models.length > 1 && !isPaired ? [models[0], models[1]] : null;
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
