// @ts-check
// The sources of a reading: routes of the running server, or the exported page itself.

import { decodeFrame } from "./frame.js";
import { isGate } from "./states.js";

/** @import { Frame, Source } from "./types.js" */

const GONE = 410; // the status of a reading that the server no longer holds
const LARGEST_STATE_BYTES = 30e6; // a state larger than this is fetched unit by unit

/**
 * Activations from routes of the server: a state is fetched once, with all its units.
 *
 * @implements {Source}
 */
export class RouteSource {
  /**
   * @param {string} url of the reading
   * @param {() => Promise<boolean>} [again] makes the server read the text again, which it may have dropped meanwhile
   */
  constructor(url, again) {
    this.url = url;
    this.again = again;
    /** @type {Map<string, Promise<Frame>>} */
    this.fetched = new Map();
  }

  /** @param {string} path */
  get(path) {
    const known = this.fetched.get(path);
    if (known) return known;
    const arrived = fetchAgain(`${this.url}/${path}`, this.again)
      .then(async (response) => decodeFrame(await response.arrayBuffer()));
    arrived.catch(() => this.fetched.delete(path));
    this.fetched.set(path, arrived);
    return arrived;
  }

  base() {
    return this.get("base");
  }

  /**
   * @param {string} state
   * @param {number} column
   */
  async activation(state, column) {
    const { header } = await this.base();
    return this.take(state, column, header.columns * header.length > LARGEST_STATE_BYTES);
  }

  /**
   * One signal of a unit. A gate is fetched for that unit alone, unless the text was colored by it.
   *
   * @param {string} state
   * @param {number} column
   */
  signal(state, column) {
    return isGate(state) && !this.fetched.has(state) ? this.take(state, column, true) : this.activation(state, column);
  }

  /**
   * @param {string} state
   * @param {number} column
   * @param {boolean} alone whether this unit is fetched, or all of them
   */
  async take(state, column, alone) {
    const { header } = await this.base(), { arrays } = await this.get(alone ? `${state}/${column}` : state);
    const first = alone ? 0 : column * header.length;
    return arrays.activations.subarray(first, first + header.length);
  }
}

/**
 * What the server holds at an address. Where it has dropped that, it is asked to make it again, once.
 *
 * @param {string} url
 * @param {(() => Promise<boolean>) | undefined} again
 */
export async function fetchAgain(url, again) {
  let response = await fetch(url);
  if (response.status === GONE && again && (await again())) response = await fetch(url);
  if (!response.ok) throw new Error(await response.text());
  return response;
}

/**
 * Activations in an exported page: only those of the exported units.
 *
 * @implements {Source}
 */
export class InlineSource {
  /** @param {string} base64 the frame */
  constructor(base64) {
    this.frame = decodeFrame(bytesOfBase64(base64).buffer);
    /** @type {Map<string, number>} a page may hold thousands of units */
    this.rows = new Map((this.frame.header.exported ?? []).map(({ state, column }, row) => [`${state} ${column}`, row]));
  }

  async base() {
    return this.frame;
  }

  /**
   * @param {string} state
   * @param {number} column
   */
  async activation(state, column) {
    const { header, arrays } = this.frame;
    const row = this.rows.get(`${state} ${column}`);
    if (row === undefined) throw new Error("This page does not contain that unit.");
    return arrays.activations.subarray(row * header.length, (row + 1) * header.length);
  }
}

/**
 * The bytes that base64 encodes. Where the browser has no decoder, this is a plain loop: a callback per byte would take
 * half a second for a large page.
 *
 * @param {string} base64
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function bytesOfBase64(base64) {
  const native = /** @type {{ fromBase64?: (text: string) => Uint8Array<ArrayBuffer> }} */ (/** @type {unknown} */ (Uint8Array));
  if (native.fromBase64) return native.fromBase64(base64);
  const text = atob(base64), bytes = new Uint8Array(text.length);
  for (let k = 0; k < text.length; k++) bytes[k] = text.charCodeAt(k);
  return bytes;
}
