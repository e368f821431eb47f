// @ts-check
// Many seeds at once: how often does something come, free and with the units held?

import { counted } from "./compare.js";

/** @import { Engine } from "../engine/client.js" */
/** @import { Batch, Clamp } from "../engine/types.js" */
/** @import { Plan } from "./plan.js" */

export const SEEDS = 20, CHARACTERS = 300;

/**
 * Write a text from each seed, free and held, and count in each of them.
 *
 * @param {Engine} engine
 * @param {Plan} plan its seed is the first
 * @param {(done: number, all: number) => void} onProgress
 * @param {AbortSignal} signal
 * @returns {Promise<{ free: number[], held: number[], count: string, characters: number }>}
 */
export async function tryManySeeds(engine, plan, onProgress, signal) {
  /** @type {{ free: number[], held: number[] }} */
  const found = { free: [], held: [] };
  for (let k = 0; k < SEEDS; k++) {
    for (const [name, clamps] of /** @type {["free" | "held", Clamp[]][]} */ ([["free", []], ["held", plan.holds]])) {
      const text = await writeOnce(engine, { ...plan, seed: plan.seed + k, clamps }, signal);
      found[name].push(counted(text, plan.count, plan.prompt));
    }
    onProgress(k + 1, SEEDS);
  }
  return { ...found, count: plan.count, characters: CHARACTERS };
}

/**
 * @param {Engine} engine
 * @param {{ prompt: string, seed: number, temperature: number, clamps: Clamp[] }} beginning
 * @param {AbortSignal} signal
 * @returns {Promise<string>} what was written, without the prompt
 */
async function writeOnce(engine, { prompt, seed, temperature, clamps }, signal) {
  signal.throwIfAborted();
  /** @type {number[]} */
  const ids = [];
  /** @type {(batch: Batch) => void} */
  let hear = () => {};
  const whole = new Promise((resolve, reject) => {
    hear = (batch) => {
      ids.length = batch.start;
      ids.push(...batch.ids);
      if (batch.length >= batch.prompt + CHARACTERS) resolve(ids.slice(batch.prompt));
    };
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    engine.write({ prompt, seed, temperature, clamps, onBatch: (batch) => hear(batch), onError: (message) => reject(new Error(message)) })
      .then(async (writer) => {
        await writer.step(CHARACTERS);
        whole.finally(() => writer.close().catch(() => {})).catch(() => {});
      }).catch(reject);
  });
  const written = await whole;
  return written.map((/** @type {number} */ id) => engine.info.vocabulary[id]).join("");
}
