// @ts-check
// Runs long tasks by turns, a little of each, so that messages are heard in between: stop, pause, hold a unit.

const SLICE = 8; // milliseconds until messages are heard

/**
 * @typedef {object} Task
 * @property {(now: number) => number} due when it wants its next turn: a time, Infinity for not now
 * @property {() => void} turn does a little, one character, say
 * @property {(now: number) => void} rest after each slice: sends what has come together
 * @property {(error: unknown) => void} failed its turn threw; it is taken off
 */

export class Tasks {
  /** @type {Set<Task>} */
  #tasks = new Set();
  #scheduled = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** Add a task, or look at it again after its `due` changed. @param {Task} task */
  wake(task) {
    this.#tasks.add(task);
    this.#schedule(0);
  }

  /** @param {Task} task */
  remove(task) {
    this.#tasks.delete(task);
  }

  /** @param {number} milliseconds */
  #schedule(milliseconds) {
    if (this.#scheduled) return;
    clearTimeout(this.#timer);
    if (milliseconds > 0) {
      this.#timer = setTimeout(() => this.#run(), milliseconds);
      return;
    }
    this.#scheduled = true; // a message waits behind those that have come; a timer would wait 4 ms
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      this.#scheduled = false;
      this.#run();
    };
    port2.postMessage(null);
  }

  #run() {
    const end = performance.now() + SLICE;
    let now = performance.now();
    for (let ready = true; ready && now < end; ) {
      ready = false;
      for (const task of this.#tasks) {
        if (task.due(now) > now) continue;
        ready = this.#turn(task) || ready;
      }
      now = performance.now();
    }
    for (const task of this.#tasks) task.rest(now);
    const next = Math.min(...Array.from(this.#tasks, (task) => task.due(now)));
    if (next < Infinity) this.#schedule(next - now);
  }

  /** Whether it can go on. @param {Task} task */
  #turn(task) {
    try {
      task.turn();
      return true;
    } catch (error) {
      this.#tasks.delete(task);
      task.failed(error);
      return false;
    }
  }
}
