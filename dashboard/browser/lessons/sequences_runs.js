// @ts-check
// What lesson 1 has its networks do, and what it keeps of it. The second network is opened when it is first needed.

import { unknownIn } from "../generate/plan.js";
import { openShipped, readText, writeText } from "../learn/shipped.js";
import { compared, labelledColumns, namedColumns, waiting, writtenColumns } from "./sequences_uses.js";

/** @import { Engine } from "../engine/client.js" */
/** @import { Networks } from "../learn/types.js" */
/** @import { Column, Rule, Use } from "./sequences_uses.js" */
/**
 * @typedef {object} Given
 * @property {{ code: string, novel: string }} models
 * @property {Record<Use, string>} examples
 * @property {Record<string, number>} written
 * @property {number} temperature
 * @property {Rule & { name: string, layer: number, unit: number, auroc: number }} unit
 * @property {boolean[]} comments
 *
 * @typedef {{ use: Use, text: string, seed: number }} Wanted
 * @typedef {{ columns: Column[], verdict?: ReturnType<typeof compared>, counts?: number[], unknown: string }} Done `counts`: of characters that each model does not know; `unknown`: a sentence about those that the first does not
 */

export class Runs {
  /** @type {Map<string, Done>} */
  #done = new Map();
  /** @type {Map<string, Promise<Engine>>} */
  #engines = new Map();
  #stop = new AbortController();
  #closed = false;

  /** @param {Given} given @param {Networks} network @param {() => void} onNews */
  constructor(given, network, onNews) {
    this.given = given;
    this.network = network;
    this.onNews = onNews;
  }

  /** What came of it, or what goes in while nothing has. @param {Wanted} wanted @returns {Done & { whole: boolean }} */
  of(wanted) {
    const found = this.#done.get(JSON.stringify(wanted));
    return found ? { ...found, whole: true } : { columns: waiting(Array.from(wanted.text)), unknown: "", whole: false };
  }

  /** @param {Wanted} wanted */
  async follow(wanted) {
    this.#stop.abort();
    const { signal } = (this.#stop = new AbortController()), key = JSON.stringify(wanted);
    if (this.#done.has(key)) return;
    try {
      const done = await this.#run(wanted, signal);
      this.#done.set(key, done);
      this.onNews();
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /** @param {Wanted} wanted @param {AbortSignal} signal @returns {Promise<Done>} */
  async #run({ use, text, seed }, signal) {
    const { models, unit, temperature, written, comments, examples } = this.given;
    const engine = await this.#engine(models.code), column = (unit.layer - 1) * engine.info.units + unit.unit, state = engine.info.memory, unknown = unknownIn(text, engine.info.vocabulary, "text");
    if (use === "write" || use === "answer") {
      const { ids, values: [states] } = await writeText(engine, { prompt: text, seed, temperature, watch: [{ state, column }] }, written[use], signal);
      return { columns: writtenColumns(ids.map((id) => engine.info.vocabulary[id]), states, Array.from(text).length), unknown };
    }
    const characters = Array.from(text), read = await readText(engine, text, { send: [state] }, signal), states = read.states[state].map((row) => row[column]);
    if (use === "label") return { columns: labelledColumns(characters, states, unit, text === examples.label ? comments : null), unknown };
    const other = await this.#engine(models.novel), verdict = compared(read.loss, (await readText(other, text, {}, signal)).loss);
    const counts = [engine, other].map(({ info }) => characters.filter((character) => !info.vocabulary.includes(character)).length);
    return { columns: namedColumns(characters, states, verdict.probability >= 0.5 ? "code" : "novel"), verdict, counts, unknown };
  }

  /** @param {string} name */
  #engine(name) {
    const known = this.#engines.get(name);
    if (known) return known;
    const opened = openShipped(this.network, name).then(({ engine }) => {
      if (this.#closed) engine.close();
      return engine;
    });
    this.#engines.set(name, opened);
    opened.catch(() => this.#engines.delete(name)); // so that the next change tries again
    return opened;
  }

  close() {
    this.#closed = true;
    this.#stop.abort();
    for (const opened of this.#engines.values()) opened.then((engine) => engine.close()).catch(() => {});
  }
}
