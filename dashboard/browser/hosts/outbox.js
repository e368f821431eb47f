// @ts-check
// Messages to the server, each sent until the server has heard it: Streamlit can lose one while it mounts the component.

const AGAIN_MS = 1500, TIMES = 4;

/** @typedef {{ number: number, value: unknown, left: number, timer: ReturnType<typeof setTimeout> | undefined }} Message `left`: how often it may be sent yet */

/** The last message of each name. Sending it twice must do no harm. */
export class Outbox {
  /** @param {(name: string, message: { number: number, value: unknown }) => void} post */
  constructor(post) {
    this.post = post;
    this.number = 0;
    /** @type {Map<string, Message>} */
    this.waiting = new Map();
  }

  /**
   * @param {string} name
   * @param {unknown} value
   */
  send(name, value) {
    this.#forget(name);
    this.number += 1;
    this.waiting.set(name, { number: this.number, value, left: TIMES, timer: undefined });
    this.#send(name);
  }

  /**
   * Takes note of what the server has heard: the number of the last message by name.
   *
   * @param {{ [name: string]: number }} numbers
   */
  heard(numbers) {
    for (const [name, { number }] of this.waiting) if (numbers[name] === number) this.#forget(name);
  }

  /** Forgets all messages. */
  clear() {
    for (const name of [...this.waiting.keys()]) this.#forget(name);
  }

  /** @param {string} name */
  has(name) {
    return this.waiting.has(name);
  }

  /** @param {string} name */
  #send(name) {
    const message = this.waiting.get(name);
    if (!message) return;
    message.left -= 1;
    if (message.left > 0) message.timer = setTimeout(() => this.#send(name), AGAIN_MS);
    else this.waiting.delete(name);
    this.post(name, { number: message.number, value: message.value });
  }

  /** @param {string} name */
  #forget(name) {
    clearTimeout(this.waiting.get(name)?.timer);
    this.waiting.delete(name);
  }
}
