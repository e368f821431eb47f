// @ts-check
// A lesson's shipped model, in a worker or on the page, and texts that it writes and reads to their end. Needs no DOM.

import { openEngine } from "../engine/client.js";
import { loadWeights } from "../engine/download.js";
import { Network } from "../engine/network.js";

/** @import { Engine } from "../engine/client.js" */
/** @import { Clamp, ReadOptions, Watched } from "../engine/types.js" */
/** @import { About } from "../generate/about.js" */
/** @import { Networks } from "./types.js" */

/**
 * @typedef {object} Written A text that was written, its prompt included.
 * @property {number[]} ids
 * @property {number[][]} values of each watched unit, after each character
 *
 * @typedef {object} Read A text that was read.
 * @property {number[]} ids
 * @property {number[]} loss nats of the character after each; one less than characters
 * @property {number[]} top the likeliest after each
 * @property {Record<string, Float32Array[]>} states those asked for, one array of all units for each character
 */

/**
 * Opens a model of the lesson.
 *
 * @param {Networks} network
 * @param {string} name
 * @returns {Promise<{ engine: Engine, about: About }>}
 */
export async function openShipped(network, name) {
  const { about, weights } = await network(name);
  return { engine: await openEngine({ config: about.config, weights }), about };
}

/**
 * Opens a model of the lesson on the page itself, for a widget that reaches into its steps: it runs them in slices.
 *
 * @param {Networks} network
 * @param {string} name
 */
export async function openHere(network, name) {
  const { about, weights } = await network(name);
  return Network.open(about.config, typeof weights === "string" ? await loadWeights(weights) : weights);
}

/**
 * Writes a number of characters after a prompt.
 *
 * @param {Engine} engine
 * @param {{ prompt: string, seed: number, temperature: number, clamps?: Clamp[], watch?: Watched[] }} beginning
 * @param {number} length
 * @param {AbortSignal} signal
 * @param {(part: Written) => void} [onPart] hears of what there is so far
 * @returns {Promise<Written>}
 */
export async function writeText(engine, beginning, length, signal, onPart = () => {}) {
  signal.throwIfAborted();
  /** @type {Written} */
  const written = { ids: [], values: (beginning.watch ?? []).map(() => []) };
  return new Promise((resolve, reject) => {
    const opened = engine.write({
      ...beginning, onError: (message) => end(() => reject(new Error(message))),
      onBatch: ({ start, ids, watched, prompt }) => {
        if (signal.aborted) return;
        written.ids.splice(start, Infinity, ...ids);
        watched.forEach((values, k) => written.values[k].splice(start, Infinity, ...values));
        onPart(written);
        if (written.ids.length >= prompt + length) end(() => resolve(written));
      },
    });
    const end = (/** @type {() => void} */ settle) => {
      signal.removeEventListener("abort", stop);
      opened.then((writer) => writer.close()).catch(() => {});
      settle();
    };
    const stop = () => end(() => reject(signal.reason));
    signal.addEventListener("abort", stop);
    opened.then((writer) => writer.step(length)).catch(reject);
  });
}

/**
 * Reads a text.
 *
 * @param {Engine} engine
 * @param {string} text
 * @param {ReadOptions} options `send` names the states that are wanted
 * @param {AbortSignal} signal
 * @returns {Promise<Read>}
 */
export async function readText(engine, text, options, signal) {
  signal.throwIfAborted();
  /** @type {Read} */
  const read = { ids: [], loss: [], top: [], states: Object.fromEntries((options.send ?? []).map((name) => [name, []])) };
  const reading = engine.read(text, {
    states: [], ...options,
    onChunk: ({ ids, loss, length, top_char, states }) => {
      const predictions = top_char.length / length;
      read.ids.push(...ids);
      read.loss.push(...loss);
      for (let t = 0; t < length; t++) read.top.push(top_char[t * predictions]);
      for (const [name, rows] of Object.entries(states)) {
        const columns = rows.length / length;
        for (let t = 0; t < length; t++) read.states[name].push(rows.subarray(t * columns, (t + 1) * columns));
      }
    },
  });
  const stop = () => void reading.cancel().catch(() => {});
  signal.addEventListener("abort", stop, { once: true });
  await reading.done;
  signal.removeEventListener("abort", stop);
  void reading.close().catch(() => {});
  signal.throwIfAborted();
  read.loss.pop(); // the last character has none after it
  return read;
}
