// @ts-check
// Names of units in the app: the server says them, the reader shows them, and stars go to the server.

import { NamesBar, slugOf } from "../reader/names.js";

/** @import { NamedUnits } from "../reader/names.js" */
/** @import { Reader } from "../reader/reader.js" */
/** @import { View } from "../reader/types.js" */
/** @import { Outbox } from "./outbox.js" */

/**
 * @typedef {object} Names What the server says of one model's units.
 * @property {string} model
 * @property {string} weights
 * @property {boolean} locked whether visitors can change nothing
 * @property {NamedUnits} units
 */

const MESSAGE = "stars";

/** The bar of each reader. @type {WeakMap<Reader, NamesBar>} */
const bars = new WeakMap();
/** Stars that the server has not heard. @type {{ weights: string, stars: { [slug: string]: { starred: boolean, state: string } } }} */
let pending = { weights: "", stars: {} };

/**
 * Shows what units are called in a reader that has loaded. A bar is made the first time.
 *
 * @param {Reader} reader
 * @param {Names | undefined} names
 * @param {Outbox} outbox
 */
export function showNames(reader, names, outbox) {
  if (!reader.screen || !names) return;
  let bar = bars.get(reader);
  if (!bar) {
    const { model, weights } = names;
    bar = new NamesBar({
      onJump: ({ layer, unit, state }) => void reader.change({ layer, unit, state, concept: "" }),
      onStar: names.locked ? undefined : (unit, starred) => {
        if (pending.weights !== weights) pending = { weights, stars: {} };
        pending.stars[slugOf(unit)] = { starred, state: unit.state };
        outbox.send(MESSAGE, { model, weights, stars: { ...pending.stars } }); // all of them: a message replaces the last
      },
    });
    reader.screen.toolbar.root.querySelector(".unit")?.after(bar.root);
    bars.set(reader, bar);
  }
  if (!outbox.has(MESSAGE)) pending = { weights: names.weights, stars: {} };
  if (!outbox.has(MESSAGE)) bar.know(names.units);
  bar.show(reader.view);
}

/** The reader shows another unit. @param {Reader | undefined} reader @param {View} view */
export function nameUnit(reader, view) {
  if (reader) bars.get(reader)?.show(view);
}
