// @ts-check
// Asks again and again how a training goes, while it goes on and somebody looks.

import { Missing } from "./source.js";

/** @import { History } from "./history.js" */

const EVERY_MS = 1500, SELDOM_MS = 8000; // while it trains; while it waits, or the server does not answer

export class Follower {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer = undefined;
  #isEnded = false;
  #isAsking = false;

  /**
   * @param {object} options
   * @param {() => Promise<History>} options.ask
   * @param {(history: History) => void} options.onAnswer
   * @param {(error: unknown) => void} options.onError
   */
  constructor({ ask, onAnswer, onError }) {
    this.options = { ask, onAnswer, onError };
    this.seen = () => {
      if (document.visibilityState === "visible" && this.#timer === undefined && !this.#isEnded) this.now();
    };
    document.addEventListener("visibilitychange", this.seen);
  }

  destroy() {
    this.#isEnded = true;
    clearTimeout(this.#timer);
    document.removeEventListener("visibilitychange", this.seen);
  }

  /** Asks at once, and from then on as long as the training goes on. */
  async now() {
    if (this.#isAsking) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isAsking = true;
    /** @type {number | null} */
    let wait = SELDOM_MS;
    try {
      const history = await this.options.ask();
      if (this.#isEnded) return;
      this.options.onAnswer(history);
      wait = waitAfter(history);
      if (wait === null) this.destroy();
    } catch (error) {
      if (this.#isEnded) return;
      this.options.onError(error);
      if (error instanceof Missing) this.destroy();
    } finally {
      this.#isAsking = false;
    }
    if (wait !== null && !this.#isEnded && document.visibilityState === "visible") this.#timer = setTimeout(() => this.now(), wait);
  }
}

/** Milliseconds until it is worth asking again; null for a training that is over. @param {Pick<History, "status">} history */
export const waitAfter = ({ status }) => (status === "training" ? EVERY_MS : status === "finished" || status === "failed" ? null : SELDOM_MS);
