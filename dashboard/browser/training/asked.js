// @ts-check
// What the address says of the slider: step, unit, state, concept and axis. Needs no DOM.

/**
 * @typedef {object} Asked What the reader chose; null for what nobody chose.
 * @property {number | null} step null: the last one
 * @property {number | null} sample counted from 1, in older links
 * @property {string | null} unit
 * @property {string | null} state
 * @property {string | null} concept
 * @property {boolean} isLog whether the axis of steps is logarithmic
 */

/** The keys that are the slider's alone; the others are those of every view. */
export const OWN_KEYS = ["step", "log", "sample"], UNIT_KEYS = ["unit", "state", "concept"];

/** @param {URLSearchParams} query @returns {Asked} */
export function askedIn(query) {
  const unit = query.get("unit");
  return {
    step: wholeIn(query.get("step")), sample: wholeIn(query.get("sample")),
    unit, state: unit && query.get("state"), concept: unit && query.get("concept"),
    isLog: query.get("log") !== "false",
  };
}

/** @param {string | null} written */
const wholeIn = (written) => (/^[0-9]{1,12}$/.test(written ?? "") ? Number(written) : null);

/** A sentence on what an address asks for in vain; empty if there is nothing. @param {URLSearchParams} query @param {{ samples: number }} known */
export function problemIn(query, { samples }) {
  const step = query.get("step"), sample = query.get("sample");
  if (step && wholeIn(step) === null) return `Wanted a step in the link, got “${step.slice(0, 40)}”. Move the slider.`;
  if (sample && !((wholeIn(sample) ?? 0) >= 1 && Number(sample) <= samples)) return `Wanted a sample from 1 to ${samples}, got “${sample.slice(0, 40)}” in the link. Move the slider.`;
  return "";
}

/**
 * Writes what was chosen into an address. Without a chosen unit, that of the other views stays.
 *
 * @param {URLSearchParams} query
 * @param {Asked} asked
 */
export function writeAsked(query, { step, unit, state, concept, isLog }) {
  for (const name of OWN_KEYS) query.delete(name);
  if (step !== null) query.set("step", String(step));
  if (!isLog) query.set("log", "false");
  if (unit === null) return;
  for (const [name, value] of Object.entries({ unit, state, concept })) {
    if (value) query.set(name, value);
    else query.delete(name);
  }
}
