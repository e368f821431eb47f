// @ts-check
// The page's side of the engine: a network in a Worker, texts that it reads, texts that it writes.
//
//   const engine = await openEngine({ config, weights: "…/model.safetensors", onProgress: (share) => … });
//   const reading = engine.read(text, { onChunk: (chunk) => … });   await reading.done;
//   const writer = await engine.write({ prompt, seed: 1, onBatch: (batch) => … });   writer.start();

import { loadWeights } from "./download.js";
import { WORKER_URL } from "./worker_url.js";
import { Writer } from "./writer.js";

/** @import { Batch, Chunk, Config, Kept, KernelName, ReadOptions, State, WriteOptions } from "./types.js" */
/**
 * @typedef {object} Info
 * @property {string} cell
 * @property {number} layers
 * @property {number} units per layer
 * @property {string[]} vocabulary
 * @property {State[]} states
 * @property {string[]} gates
 * @property {State} memory what is clamped where no state is named
 * @property {KernelName} kernel which of the two runs
 *
 * @typedef {object} Port A Worker, or one end of a channel to a `Server`.
 * @property {(message: unknown, transfer: Transferable[]) => void} postMessage
 * @property {((event: MessageEvent) => void) | null} onmessage
 * @property {((event: any) => void) | null} [onerror]
 * @property {() => void} [terminate]
 */

/**
 * Load a network into a worker of its own.
 *
 * @param {object} options
 * @param {Config} options.config a run's config.json
 * @param {ArrayBuffer | string} options.weights the bytes of its model.safetensors (handed over), or their address
 * @param {KernelName} [options.kernel] "javascript" does without WebAssembly
 * @param {(share: number) => void} [options.onProgress] while weights are fetched
 * @param {Port} [options.port] in place of a worker
 * @returns {Promise<Engine>}
 * @throws {Error} in one sentence: weights that do not arrive or are damaged, a worker that does not start
 */
export async function openEngine({ config, weights, kernel, onProgress, port }) {
  const file = typeof weights === "string" ? await loadWeights(weights, onProgress) : weights;
  const calls = new Calls(port ?? startWorker());
  try {
    return new Engine(calls, await calls.call("open", { config, weights: file, kernel }, undefined, [file]));
  } catch (error) {
    calls.end();
    throw error;
  }
}

/** @returns {Port} */
function startWorker() {
  try {
    return new Worker(WORKER_URL, { type: "module" });
  } catch (error) {
    throw new Error(notStarted(error instanceof Error ? error.message : ""), { cause: error });
  }
}

/** @param {string} reason */
const notStarted = (reason) =>
  `The network cannot run here: the browser does not start its worker${reason && ` (${reason})`}. Open the page in a current browser.`;

/** @param {string} reason */
const hasStopped = (reason) => `The network's worker has stopped${reason && ` (${reason})`}. Reload the page.`;

/** Calls to the worker, and the events that come of them. */
export class Calls {
  #last = 0;
  #started = false;
  /** @type {Map<number, { resolve: (value: any) => void, reject: (error: Error) => void }>} */
  #waiting = new Map();
  /** @type {Map<number, (event: any) => void>} */
  #listeners = new Map();

  /** @param {Port} port */
  constructor(port) {
    this.port = port;
    port.onmessage = ({ data }) => this.#receive(data);
    port.onerror = (event) => {
      this.#fail(new Error((this.#started ? hasStopped : notStarted)(event.message ?? "")));
    };
  }

  /**
   * @param {string} method
   * @param {unknown} [given]
   * @param {number} [of] the call that opened what is called
   * @param {Transferable[]} [transfer]
   * @param {(event: any) => void} [listener] to the events of what is opened
   */
  call(method, given, of, transfer = [], listener) {
    const call = ++this.#last;
    if (listener) this.#listeners.set(call, listener);
    const answer = new Promise((resolve, reject) => this.#waiting.set(call, { resolve, reject }));
    this.port.postMessage({ call, method, of, given }, transfer);
    return Object.assign(answer, { id: call });
  }

  /** @param {number} id */
  forget(id) {
    this.#listeners.delete(id);
  }

  /** @param {any} message */
  #receive({ call, value, error, of, event }) {
    this.#started = true;
    if (event) return void this.#listeners.get(of)?.(event);
    const waiting = this.#waiting.get(call);
    this.#waiting.delete(call);
    if (error === undefined) waiting?.resolve(value);
    else waiting?.reject(new Error(error));
  }

  /** @param {Error} error */
  #fail(error) {
    for (const { reject } of this.#waiting.values()) reject(error);
    for (const listener of this.#listeners.values()) listener({ error: error.message });
    this.#waiting.clear();
  }

  end() {
    this.port.terminate?.();
    this.#fail(new Error("The engine was closed."));
  }
}

/** A network in its worker. */
export class Engine {
  #calls;

  /** @param {Calls} calls @param {Info} info */
  constructor(calls, info) {
    this.#calls = calls;
    this.info = info;
  }

  /**
   * Read a text. Chunks come as they are ready; `done` is kept after the last. With `after`, an earlier reading, which
   * ends with this, the same beginning is not read again.
   *
   * @param {string} text
   * @param {ReadOptions & { after?: EngineReading, onChunk?: (chunk: Chunk) => void }} [options]
   */
  read(text, options) {
    return new EngineReading(this.#calls, text, options);
  }

  /**
   * Start a text. It reads the prompt and then waits for `start` or `step`. `onError` hears why it stopped, if it did.
   *
   * @param {WriteOptions & { onBatch?: (batch: Batch) => void, onError?: (message: string) => void }} [options]
   */
  async write({ onBatch, onError, ...options } = {}) {
    const opened = this.#calls.call("write", options, undefined, [], ({ batch, error }) => {
      if (batch) onBatch?.(batch);
      if (error) onError?.(error);
    });
    await opened;
    return new Writer(this.#calls, opened.id);
  }

  /** End the worker and all that it reads and writes. */
  close() {
    this.#calls.end();
  }
}

/** A text that the network reads, or has read. */
export class EngineReading {
  #calls;
  #id = 0;

  /** @param {Calls} calls @param {string} text @param {Parameters<Engine["read"]>[1]} [options] */
  constructor(calls, text, { onChunk, after, ...options } = {}) {
    this.#calls = calls;
    /**
     * Whether all was read, and the largest |c| of each unit: `false` after `cancel`.
     *
     * @type {Promise<{ whole: boolean, largest?: Float32Array }>}
     */
    this.done = new Promise((resolve, reject) => {
      const listen = (/** @type {any} */ { chunk, done, cancelled, largest, error }) => {
        if (chunk) onChunk?.(chunk);
        else if (error) reject(new Error(error));
        else if (done || cancelled) resolve({ whole: Boolean(done), largest });
      };
      const opened = calls.call("read", { text, ...options, after: after && after.#id }, undefined, [], listen);
      opened.catch(reject);
      this.#id = opened.id;
      /** What was taken over from the reading before. @type {Promise<Kept>} */
      this.kept = opened.then(({ kept, loss, rank }) => {
        if (after) calls.forget(after.#id);
        return { kept, loss, rank };
      });
    });
    for (const each of [this.done, this.kept]) each.catch(() => {}); // whoever awaits it hears of it
  }

  /**
   * One unit over all chunks so far, as reader/codes.js decodes it; `largest` is what c is scaled by.
   *
   * @param {string} state
   * @param {number} column (layer - 1) times units + unit
   * @returns {Promise<{ codes: Int8Array, largest: number }>}
   */
  activation(state, column) {
    return this.#calls.call("activation", { state, column }, this.#id);
  }

  /** Stop reading; what was read stays. */
  cancel() {
    return this.#calls.call("cancel", undefined, this.#id);
  }

  /** Forget the text. */
  close() {
    this.#calls.forget(this.#id);
    return this.#calls.call("close", undefined, this.#id);
  }
}
