// @ts-check
// Trains lesson 22's network, for a test in Python.

import { dropout, fastNumbers } from "../learn/dropout.js";
import { RecurrentNetwork } from "../learn/recurrent.js";
import { Trainer, partsOf, writing } from "../lessons/overfit.js";

/** @import { Settings } from "../lessons/overfit.js" */

/** @param {string} text @param {Settings} settings @param {number} epochs */
export function trained(text, settings, epochs) {
  const parts = partsOf(text), trainer = new Trainer(settings, parts);
  while (trainer.epochs.length <= epochs) trainer.step();
  return { ...parts, epochs: trainer.epochs };
}

/** @param {number} seed @param {number} size @param {number} p */
export const factors = (seed, size, p) => dropout(size, p, fastNumbers(seed));

/** What untrained weights write, and its length each time the writer pauses. @param {string[]} characters @param {number} seed @param {number} length */
export function paused(characters, seed, length) {
  const parts = [...writing(new RecurrentNetwork({ cell: "gru", characters: characters.length, units: 4, seed }), characters, seed, length)];
  return { text: parts.at(-1), lengths: parts.map((part) => part.length) };
}
