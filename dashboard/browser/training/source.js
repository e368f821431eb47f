// @ts-check
// What the server knows of a training, over its routes (docs/frame-format.md).

import { decodeFrame } from "../reader/frame.js";
import { snapshotsIn } from "./passage.js";

/** @import { History, Listed } from "./history.js" */
/** @import { Emergence } from "./words.js" */
/**
 * @typedef {{ concepts: { name: string, title: string }[], units: Listed[] }} Emerging
 * @typedef {{ concept: string, units: Listed[] }} Following
 */

/** The server answered that there is nothing: asking again is of no use. */
export class Missing extends Error {}

export class Source {
  /** @param {string} url of the training */
  constructor(url) {
    this.url = url;
  }

  /** @param {string} path */
  async get(path) {
    const response = await fetch(`${this.url}/${path}`);
    if (response.ok) return response;
    const isOurs = response.headers.get("Content-Type")?.startsWith("text/plain");
    const reason = isOurs ? (await response.text()).slice(0, 400) : `The server answered ${response.status}. Reload the page.`;
    throw response.status === 404 ? new Missing(reason) : new Error(reason);
  }

  /** @param {string} since the version of what is known @returns {Promise<History>} */
  async history(since) {
    return (await this.get(`history?${new URLSearchParams({ since })}`)).json();
  }

  /** @param {string} state @param {number} column */
  async snapshots(state, column) {
    return snapshotsIn(decodeFrame(await (await this.get(`snapshots/${state}/${column}`)).arrayBuffer()));
  }

  /** @returns {Promise<Emerging>} */
  async emerging() {
    return (await this.get("emergence")).json();
  }

  /** @param {string} concept @returns {Promise<Following>} */
  async following(concept) {
    return (await this.get(`emergence?${new URLSearchParams({ concept })}`)).json();
  }

  /** @param {{ unit: string, state: string, concept: string }} asked @returns {Promise<Emergence>} */
  async emergence(asked) {
    return (await this.get(`emergence?${new URLSearchParams(asked)}`)).json();
  }
}
