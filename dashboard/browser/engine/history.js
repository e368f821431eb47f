// @ts-check
// What a stream has read, so that it can be taken back to any character and go on from there, to the bit.
//
// Every 64 characters a snapshot is kept; what lies between is read again, with the clamps of then.

/** @import { Stream } from "./stream.js" */
/** @import { Clamp, Snapshot } from "./types.js" */

const EVERY = 64;

export class History {
  /** @type {Snapshot[]} */
  #snapshots;
  /** @type {Clamp[][]} */
  #clamps = [];

  /** @param {Stream} stream that has read nothing yet */
  constructor(stream) {
    this.stream = stream;
    /** @type {number[]} */
    this.ids = [];
    this.#snapshots = [stream.snapshot()];
  }

  get length() {
    return this.ids.length;
  }

  /** Read one character. @param {number} id */
  step(id) {
    this.stream.step(id);
    this.ids.push(id);
    this.#clamps.push(this.stream.clamps);
    if (this.length % EVERY === 0) this.#snapshots.push(this.stream.snapshot());
  }

  /** Keep the first characters, forget the others. The stream's clamps stay as they are. @param {number} kept */
  goTo(kept) {
    if (!(Number.isInteger(kept) && kept >= 0 && kept <= this.length)) {
      throw new Error(`Wanted a character from 0 to ${this.length} to go back to, got ${kept}.`);
    }
    const { stream } = this, now = stream.clamps, from = Math.floor(kept / EVERY);
    this.#snapshots.length = from + 1;
    stream.restore(this.#snapshots[from]);
    for (let k = from * EVERY; k < kept; k++) {
      stream.clamps = this.#clamps[k];
      stream.step(this.ids[k]);
    }
    stream.clamps = now;
    this.ids.length = this.#clamps.length = kept;
  }
}
