// @ts-check
// The worker's side: one network, the texts that it reads and writes, and the calls that client.js makes.

import { Network } from "./network.js";
import { TextReading } from "./reading.js";
import { requireTemperature } from "./sampling.js";
import { Tasks } from "./tasks.js";
import { Writing } from "./writing.js";

/** @import { Task } from "./tasks.js" */
/** @import { Config, Edit, KernelName, ReadOptions, WriteOptions, Watched } from "./types.js" */
/** @typedef {(event: unknown) => void} Emit sends an event; the buffers of its arrays are handed over */

export class Server {
  /** @type {Network | undefined} */
  #network;
  #tasks = new Tasks();
  /** @type {Map<number, ReadTask | WriteTask>} */
  #open = new Map();

  /** @param {(message: unknown, transfer: Transferable[]) => void} send */
  constructor(send) {
    this.send = (/** @type {unknown} */ message) => send(message, buffersIn(message));
  }

  /** Answer a call. @param {{ call: number, method: string, of?: number, given?: any }} message */
  receive({ call, method, of, given }) {
    try {
      this.send({ call, value: this.#answer(call, method, of, given) });
    } catch (error) {
      this.send({ call, error: messageOf(error) });
    }
  }

  /** @param {number} call @param {string} method @param {number | undefined} of @param {any} given */
  #answer(call, method, of, given) {
    if (method === "open") return this.#load(given);
    const emit = (/** @type {unknown} */ event) => this.send({ of: call, event });
    if (method === "read") return this.#read(call, given, emit);
    if (method === "write") return this.#start(call, new WriteTask(this.network, given, emit));
    const task = this.#open.get(of ?? NaN);
    if (!task) throw new Error("This text is no longer held. Read it again.");
    if (method === "close") {
      this.#tasks.remove(task);
      return void this.#open.delete(of ?? NaN);
    }
    const answer = task.answer(method, given);
    this.#tasks.wake(task);
    return answer;
  }

  get network() {
    if (!this.#network) throw new Error("Wanted a network first, none was opened.");
    return this.#network;
  }

  /** @param {{ config: Config, weights: ArrayBuffer, kernel?: KernelName }} given */
  #load({ config, weights, kernel }) {
    const network = (this.#network = Network.open(config, weights, kernel));
    const { cell, layers, units, vocabulary, kind, memory } = network;
    const { states, gates } = kind;
    return { cell, layers, units, vocabulary, states, gates, memory, kernel: network.kernel.name };
  }

  /** @param {number} call @param {{ text: string, after?: number } & ReadOptions} given @param {Emit} emit */
  #read(call, { after, ...given }, emit) {
    const task = new ReadTask(this.network, given, emit), before = this.#open.get(after ?? NaN);
    if (before instanceof ReadTask) {
      before.cancel();
      task.takeOver(before);
      this.#tasks.remove(before);
      this.#open.delete(after ?? NaN);
    }
    return { ...task.kept, ...this.#start(call, task) };
  }

  /** @param {number} call @param {ReadTask | WriteTask} task */
  #start(call, task) {
    this.#open.set(call, task);
    this.#tasks.wake(task);
    return { length: task.length };
  }
}

/** @implements {Task} */
class ReadTask {
  /** @type {string | undefined} */
  #error;
  #cancelled = false;

  /** @param {Network} network @param {{ text: string } & ReadOptions} given @param {Emit} emit */
  constructor(network, { text, ...options }, emit) {
    this.reading = new TextReading(network, text, options);
    this.length = this.reading.ids.length;
    this.emit = emit;
    this.kept = { kept: 0, loss: 0, rank: 0 };
    if (!this.length) this.#done();
  }

  /** Do without what another has read of the same beginning. @param {ReadTask} before */
  takeOver(before) {
    this.kept = this.reading.takeOver(before.reading);
    if (this.kept.kept === this.length) this.#done();
  }

  #done() {
    this.emit({ done: true, largest: this.reading.largest() });
  }

  due() {
    return this.reading.finished || this.#cancelled || this.#error ? Infinity : 0;
  }

  turn() {
    const chunk = this.reading.advance();
    if (chunk) this.emit({ chunk });
    if (this.reading.finished) this.#done();
  }

  rest() {}

  /** @param {unknown} error */
  failed(error) {
    this.#error = messageOf(error);
    this.emit({ error: this.#error });
  }

  /** @param {string} method @param {any} given */
  answer(method, given) {
    if (method === "cancel") return this.cancel();
    if (method === "activation") return this.reading.activation(given.state, given.column);
    throw new Error(`A text that is read has no ${method}.`);
  }

  cancel() {
    this.#cancelled = true;
    return this.emit({ cancelled: true });
  }
}

const BATCH = 16; // milliseconds between two events: about a frame
const BEHIND = 100; // milliseconds that are made up for where timers come late

/** @implements {Task} */
class WriteTask {
  #running = false;
  #next = 0;
  #sent = 0;
  #sentAt = -Infinity;
  #steps = 0;
  /** Whether something changed that no batch has told yet. */
  #untold = true;
  /** @type {string | undefined} */
  #error;

  /** @param {Network} network @param {WriteOptions} given @param {Emit} emit */
  constructor(network, given, emit) {
    this.writing = new Writing(network, given);
    this.length = this.writing.prompt.length;
    this.emit = emit;
    this.speed = speedOf(given.speed);
    /** @type {Watched[]} */
    this.watch = [];
    this.#setWatch(given.watch ?? []);
  }

  /** @param {number} now */
  due(now) {
    const { writing } = this;
    if (this.#error) return Infinity;
    if (writing.length < writing.prompt.length || this.#steps) return now;
    return this.#running ? this.#next : Infinity;
  }

  turn() {
    const { writing } = this, prompted = writing.length < writing.prompt.length;
    writing.advance();
    this.#untold = true;
    if (prompted) return;
    if (this.#steps) this.#steps--;
    else if (this.speed < Infinity) this.#next = Math.max(this.#next, performance.now() - BEHIND) + 1000 / this.speed;
  }

  /** @param {number} now */
  rest(now) {
    const waits = this.#running && this.speed > 1000 / BATCH && now - this.#sentAt < BATCH;
    if (this.#untold && !waits) this.#tell(now);
  }

  /** @param {number} now */
  #tell(now) {
    const { writing } = this, batch = writing.batch(this.#sent);
    batch.watched = this.watch.map(({ state, column }) => writing.activation(state, column, this.#sent));
    this.emit({ batch: { ...batch, running: this.#running }, error: this.#error });
    this.#sent = writing.length;
    this.#sentAt = now;
    this.#untold = false;
  }

  /** @param {unknown} error */
  failed(error) {
    this.#error = messageOf(error);
    this.#running = false;
    this.#tell(performance.now());
  }

  /** @param {string} method @param {any} given */
  answer(method, given) {
    const answers = /** @type {Record<string, ((given: any) => unknown) | undefined>} */ (this.#answers);
    const answer = Object.hasOwn(answers, method) ? answers[method] : undefined;
    if (!answer) throw new Error(`A text that is written has no ${method}.`);
    return answer(given);
  }

  #answers = {
    start: () => this.#go(true),
    pause: () => this.#go(false),
    step: (/** @type {number} */ count) => void (this.#steps += count),
    set: (/** @type {Partial<WriteOptions>} */ options) => this.#set(options),
    edit: (/** @type {{ edits: Edit[], kept: number }} */ { edits, kept }) => this.#edit(edits, kept),
    activation: (/** @type {Watched} */ { state, column }) => this.writing.activation(state, column),
    state: (/** @type {{ state: string, layer: number }} */ { state, layer }) => {
      return Float32Array.from(this.writing.stream.state(state, layer));
    },
  };

  /** @param {boolean} running */
  #go(running) {
    this.#running = running;
    this.#steps = 0;
    this.#untold = true;
    this.#next = performance.now();
  }

  /** @param {Partial<WriteOptions>} options */
  #set({ temperature, clamps, speed, watch }) {
    if (temperature !== undefined) this.writing.temperature = requireTemperature(temperature);
    if (clamps !== undefined) this.writing.stream.clamps = clamps;
    if (speed !== undefined) this.speed = speedOf(speed);
    if (watch !== undefined) this.#setWatch(watch);
    this.#next = performance.now();
  }

  /** @param {Watched[]} watch */
  #setWatch(watch) {
    for (const { state, column } of watch) this.writing.activation(state, column); // an error if there is none
    this.watch = watch;
  }

  /** @param {Edit[]} edits @param {number} kept */
  #edit(edits, kept) {
    this.writing.edit(edits, kept);
    this.#sent = Math.min(this.#sent, kept);
    this.#error = undefined;
    this.#steps = 0;
    this.#untold = true;
  }
}

/** @param {number} [speed] */
function speedOf(speed = Infinity) {
  if (!(speed > 0)) throw new Error(`Wanted a speed above 0 characters per second, got ${speed}.`);
  return speed;
}

/** @param {unknown} error */
const messageOf = (error) => (error instanceof Error ? error.message : String(error));

/**
 * The buffers of all arrays in a message: they are handed over, not copied.
 *
 * @param {unknown} message
 * @returns {Transferable[]}
 */
function buffersIn(message) {
  if (ArrayBuffer.isView(message)) return [message.buffer];
  return message && typeof message === "object" ? Object.values(message).flatMap(buffersIn) : [];
}
