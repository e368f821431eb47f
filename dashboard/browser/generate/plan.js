// @ts-check
// What is to be written: all that decides the text, as an address says it.

import { unitName } from "../reader/words.js";

/** @import { Clamp } from "../engine/types.js" */

/**
 * @typedef {object} Plan
 * @property {string} prompt
 * @property {number} seed
 * @property {number} temperature
 * @property {Clamp[]} holds units that the second column holds at a value: c of an LSTM, h of the others
 * @property {string} count what is counted in both columns
 *
 * @typedef {{ layers: number, units: number }} Size of a network; units per layer
 */

export const LONGEST_PROMPT = 2000, HOTTEST = 2, MOST_HOLDS = 8, LARGEST_SEED = 999_999, LARGEST_HOLD = 10_000;
export const KEYS = ["prompt", "seed", "temperature", "hold", "count"];
/** @type {Readonly<Plan>} */
export const DEFAULT_PLAN = Object.freeze({ prompt: "", seed: 0, temperature: 0.8, holds: [], count: "" });

/**
 * The plan of an address, and a sentence for each part that is wrong; the other parts are used.
 *
 * @param {URLSearchParams} query
 * @param {Size} size
 * @returns {{ plan: Plan, problems: string[] }}
 */
export function planIn(query, size) {
  const plan = { ...DEFAULT_PLAN }, /** @type {string[]} */ problems = [];
  /** @type {[string, (written: string) => void][]} */
  const parts = [
    ["prompt", (written) => { plan.prompt = requirePrompt(written); }],
    ["seed", (written) => { plan.seed = requireNumber("seed", written, 0, LARGEST_SEED, true); }],
    ["temperature", (written) => { plan.temperature = requireNumber("temperature", written, 0, HOTTEST); }],
    ["hold", (written) => {
      for (const each of written.split(",")) {
        try {
          plan.holds = withHold(plan.holds, holdIn(each, size));
        } catch (error) {
          problems.push(error instanceof Error ? error.message : String(error));
        }
      }
    }],
    ["count", (written) => { plan.count = written.slice(0, 20); }],
  ];
  for (const [name, read] of parts) {
    const written = query.get(name);
    try {
      if (written) read(written);
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
    }
  }
  if (plan.holds.length > MOST_HOLDS) problems.push(`Wanted at most ${MOST_HOLDS} units to hold, got ${plan.holds.length}.`);
  return { plan: { ...plan, holds: plan.holds.slice(0, MOST_HOLDS) }, problems };
}

/**
 * The plan as pairs of words for an address, without the defaults, but always with the prompt: it may be empty.
 *
 * @param {Plan} plan
 * @returns {[string, string][]}
 */
export function inWords({ prompt, seed, temperature, holds, count }) {
  /** @type {[string, string][]} */
  const pairs = [
    ["prompt", prompt], ["seed", String(seed)], ["temperature", String(temperature)],
    ["hold", holds.map(holdText).join(",")], ["count", count],
  ];
  const plain = new Map([["seed", String(DEFAULT_PLAN.seed)], ["temperature", String(DEFAULT_PLAN.temperature)]]);
  return pairs.filter(([name, value]) => name === "prompt" || (value && value !== plain.get(name)));
}

/** As `models sample --clamp` takes it: "L2.u392=1.5". @param {Clamp} hold */
export const holdText = ({ layer, unit, value }) => `L${layer}.u${unit}=${value}`;

/** As it is shown: "L2·u392". @param {Clamp} hold */
export const holdName = ({ layer, unit }) => unitName(layer, unit);

/** @param {string} written */
export function requirePrompt(written) {
  const length = Array.from(written).length;
  if (length > LONGEST_PROMPT) {
    throw new Error(`Wanted a prompt of at most ${LONGEST_PROMPT} characters, got ${length}. Use its end.`);
  }
  return written;
}

/**
 * A sentence about the characters of a prompt, or another text, that a network does not know; "" if it knows all.
 *
 * @param {string} text
 * @param {string[]} vocabulary
 * @param {string} [called]
 */
export function unknownIn(text, vocabulary, called = "prompt") {
  const known = new Set(vocabulary), unknown = Array.from(text).filter((character) => !known.has(character));
  if (!unknown.length) return "";
  const which = [...new Set(unknown)].slice(0, 10).join(" ");
  return `${unknown.length} character${unknown.length === 1 ? "" : "s"} of the ${called} (${which}) ${unknown.length === 1 ? "is" : "are"} not in this model's vocabulary; it reads U+FFFD there.`;
}

/**
 * A number from a form or an address.
 *
 * @param {string} name
 * @param {string} written
 * @param {number} least
 * @param {number} most
 * @param {boolean} [whole]
 */
export function requireNumber(name, written, least, most, whole = false) {
  const value = written.trim() === "" ? NaN : Number(written);
  if (!(value >= least && value <= most) || (whole && !Number.isInteger(value))) {
    const what = whole ? "a whole number" : "a number";
    throw new Error(`Wanted ${what} from ${least} to ${most} as the ${name}, got “${written.slice(0, 40)}”.`);
  }
  return value;
}

/**
 * @param {string} written
 * @param {Size} size
 * @returns {Clamp}
 */
function holdIn(written, { layers, units }) {
  const parts = /^L(\d{1,3})\.u(\d{1,6})=([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d{1,2})?)$/i.exec(written.trim());
  const [layer, unit, value] = (parts ?? []).slice(1).map(Number);
  if (!parts || layer < 1 || layer > layers || unit >= units || !(Math.abs(value) <= LARGEST_HOLD)) {
    throw new Error(
      `Wanted a unit to hold such as L1.u0=1, layers from 1 to ${layers}, units from 0 to ${units - 1}, values up to ${LARGEST_HOLD}, got “${written.slice(0, 40)}”.`,
    );
  }
  return { layer, unit, value };
}

/** @param {Clamp[]} holds @param {Clamp} hold */
function withHold(holds, hold) {
  if (holds.some((other) => holdName(other) === holdName(hold))) throw new Error(`Wanted each unit to hold once, got ${holdName(hold)} twice.`);
  return [...holds, hold];
}
