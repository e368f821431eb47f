// @ts-check
// A reading in memory: the base frame, its characters, and which units are available.

/** @import { Frame, Reading, Unit } from "./types.js" */

/**
 * @param {Frame} frame the base frame
 * @returns {Reading}
 */
export function readingOf({ header, arrays }) {
  const characters = Array.from(new TextDecoder("utf-8", { ignoreBOM: true }).decode(arrays.text));
  const held = header.exported && new Set(header.exported.map((unit) => `${unit.state} ${unit.column}`));
  /** @param {Unit} unit */
  const column = ({ layer, unit }) => (layer - 1) * header.units + unit;
  return {
    ...header, gates: header.gates ?? [], characters, unknown: unknownIn(characters, header.vocabulary), arrays, column,
    predictions: arrays.top_char.length / characters.length,
    has: (state, layer, unit) =>
      (header.states.includes(state) || (header.gates ?? []).includes(state))
      && Number.isInteger(unit) && unit >= 0 && unit < header.units && layer >= 1 && layer <= header.layers
      && (!held || held.has(`${state} ${column({ state, layer, unit })}`)),
  };
}

/**
 * 1 for each character that the model reads as U+FFFD; null if it knows them all.
 *
 * @param {string[]} characters
 * @param {string[]} vocabulary
 */
function unknownIn(characters, vocabulary) {
  const known = new Set(vocabulary), unknown = Uint8Array.from(characters, (character) => (known.has(character) && character !== "\ufffd" ? 0 : 1));
  return unknown.includes(1) ? unknown : null;
}

/**
 * The next available unit by number; after the last comes the first.
 *
 * @param {Reading} reading
 * @param {Unit} from
 * @param {number} by 1 or -1
 * @returns {Unit}
 */
export function nextUnit(reading, from, by) {
  const total = reading.layers * reading.units;
  for (let k = 1; k <= total; k++) {
    const column = (((reading.column(from) + by * k) % total) + total) % total;
    const [layer, unit] = [1 + Math.floor(column / reading.units), column % reading.units];
    if (reading.has(from.state, layer, unit)) return { state: from.state, layer, unit };
  }
  return from;
}
