// @ts-check
// Where a comparison comes from: routes of the running server, or the exported page itself.

import { readingOf } from "../reader/reading.js";
import { InlineSource, RouteSource } from "../reader/sources.js";
import { rowWritten } from "./row.js";

/** @import { Frame, Reading, Source } from "../reader/types.js" */
/** @import { Book, LayerCodes, Paired, Supply } from "./types.js" */

/** @typedef {{ [slug: string]: string }} Names what people call a model's units, by `L2.u217` */

/** 1 for each character that the model reads as U+FFFD. @param {Reading} reading */
function unknownIn({ characters, vocabulary }) {
  const known = new Set(vocabulary.slice(0, -1));
  return Uint8Array.from(characters, (character) => Number(!known.has(character)));
}

/**
 * @param {Reading} reading
 * @param {Source} source
 * @param {Names} names
 * @param {Pick<Book, "layer" | "hasLayer">} layers
 * @returns {Book}
 */
const bookOf = (reading, source, names, layers) => ({
  reading, unknown: unknownIn(reading), names: new Map(Object.entries(names)),
  activation: (state, column) => source.activation(state, column), ...layers,
});

/** An answer of the server, or its words for why there is none. @param {string} url */
async function answer(url) {
  const response = await fetch(url);
  if (response.ok) return response.json();
  const isOurs = response.headers.get("Content-Type")?.startsWith("text/plain");
  throw new Error(isOurs ? (await response.text()).slice(0, 300) : `${response.status}. Reload the page.`);
}

/** @implements {Supply} */
export class RouteSupply {
  /**
   * @param {string} url of the text as some model read it
   * @param {string[]} models
   */
  constructor(url, models) {
    this.url = url;
    this.models = models;
    this.whole = true;
    /** @type {Map<string, Promise<unknown>>} */
    this.asked = new Map();
  }

  /**
   * @template T
   * @param {string} name
   * @param {() => Promise<T>} ask
   * @returns {Promise<T>}
   */
  once(name, ask) {
    const known = /** @type {Promise<T> | undefined} */ (this.asked.get(name));
    if (known) return known;
    const asked = ask();
    asked.catch(() => this.asked.delete(name));
    this.asked.set(name, asked);
    return asked;
  }

  /** The address of a model's reading, and what people call its units. @param {string} model @returns {Promise<{ url: string, names: Names }>} */
  place(model) {
    return this.once(`by ${model}`, () => answer(`${this.url}/by/${encodeURIComponent(model)}`));
  }

  /** @param {string} model */
  open(model) {
    return this.once(`book ${model}`, async () => {
      const { url, names } = await this.place(model), source = new RouteSource(url), reading = readingOf(await source.base());
      return bookOf(reading, source, names, {
        hasLayer: (state, layer) => reading.states.includes(state) && layer >= 1 && layer <= reading.layers,
        layer: async (state, layer) => {
          const { header, arrays } = await source.get(`layer/${layer}/${state}`);
          const { mean, scale } = /** @type {LayerCodes} */ (/** @type {unknown} */ (header));
          return { codes: arrays.activations, mean, scale };
        },
      });
    });
  }

  /** @param {string} first @param {string} second */
  paired(first, second) {
    return this.once(`paired ${rowWritten(lossOf(first, second))}`, async () => {
      const [one, other] = await Promise.all([this.place(first), this.place(second)]);
      return /** @type {Paired} */ (await answer(`${one.url}/against/${other.url.slice(other.url.lastIndexOf("/") + 1)}`));
    });
  }

  /** @param {string} rows @param {string} palette */
  exportUrl(rows, palette) {
    return `${this.url}/comparison?${new URLSearchParams({ rows, palette })}`;
  }
}

/** @typedef {{ first: string, second: string, found: Paired }} PairedInPage */
/** @typedef {Frame["header"] & { exported_layers: { state: string, layer: number, mean: number, scale: number }[] }} PageHeader */

/** @implements {Supply} */
export class PageSupply {
  /**
   * @param {Map<string, string>} frames by model, in base64
   * @param {PairedInPage[]} paired
   * @param {{ [model: string]: Names }} names
   */
  constructor(frames, paired, names) {
    this.models = [...frames.keys()];
    this.whole = false;
    this.exportUrl = /** @type {Supply["exportUrl"]} */ (undefined);
    this.found = paired;
    this.books = new Map(Array.from(frames, ([model, frame]) => [model, bookInPage(frame, names[model] ?? {})]));
  }

  /** @param {string} model */
  async open(model) {
    const book = this.books.get(model);
    if (!book) throw new Error("This page does not contain that model.");
    return book;
  }

  /** @param {string} first @param {string} second */
  async paired(first, second) {
    const same = this.found.find((each) => each.first === first && each.second === second);
    const turned = this.found.find((each) => each.first === second && each.second === first);
    if (!same && !turned) throw new Error("This page does not compare these two models.");
    return same ? same.found : reversed(/** @type {PairedInPage} */ (turned).found);
  }
}

/** @param {string} first @param {string} second @returns {import("./types.js").Row} */
export function lossOf(first, second) {
  const loss = /** @type {const} */ ({ kind: "loss", layer: 0, unit: 0, state: "" });
  return { model: first, ...loss, minus: { model: second, ...loss } };
}

/** The same from the other model's side. @param {Paired} paired @returns {Paired} */
export function reversed(paired) {
  const { nats, low, high, total, first_better, second_better, stretches } = paired;
  return {
    ...paired, nats: -nats, low: high === null ? null : -high, high: low === null ? null : -low, total: -total,
    first_better: second_better, second_better: first_better,
    stretches: stretches.map((stretch) => ({ ...stretch, nats: -stretch.nats })),
  };
}

/** @param {string} base64 @param {Names} names */
function bookInPage(base64, names) {
  const source = new InlineSource(base64), { frame } = source, reading = readingOf(frame);
  const layers = /** @type {PageHeader} */ (frame.header).exported_layers;
  const codes = /** @type {{ layer_activations: Int8Array }} */ (/** @type {unknown} */ (frame.arrays)).layer_activations;
  const length = frame.header.length;
  const at = (/** @type {string} */ state, /** @type {number} */ layer) =>
    layers.findIndex((each) => each.state === state && each.layer === layer);
  return bookOf(reading, source, names, {
    hasLayer: (state, layer) => at(state, layer) >= 0,
    layer: async (state, layer) => {
      const k = at(state, layer);
      if (k < 0) throw new Error("This page does not contain that layer.");
      return { codes: codes.subarray(k * length, (k + 1) * length), mean: layers[k].mean, scale: layers[k].scale };
    },
  });
}
