// @ts-check
// A plain recurrent network that learns one short text by heart: gradient descent, each step on the whole text.

import { clipNorm } from "./optimizers.js";
import { RecurrentNetwork } from "./recurrent.js";
import { Timeline } from "./training.js";

const LONGEST = 5; // of the gradient: it is clipped there

/**
 * @param {object} options
 * @param {string} options.text each character is to predict the next one
 * @param {number} options.units
 * @param {number} options.rate the learning rate
 * @param {number} options.every after how many steps the weights are kept
 */
export function shortText({ text, units, rate, every }) {
  const characters = Array.from(text), alphabet = [...new Set(characters)], ids = characters.map((character) => alphabet.indexOf(character));
  const inputs = ids.slice(0, -1), targets = ids.slice(1);
  /** A network with random weights. @param {number} seed */
  const start = (seed) => new RecurrentNetwork({ cell: "rnn", characters: alphabet.length, units, seed });
  return {
    characters, alphabet, inputs, targets, start,
    /** The weights of its training, to be looked at. @param {number} seed */
    trained(seed) {
      const network = start(seed);
      return new Timeline({ train: () => descend(network, inputs, targets, rate), keep: () => network.copy(), every });
    },
  };
}

/** @typedef {ReturnType<typeof shortText>} ShortText */

/**
 * The part of each state's gradient that comes back from the next state: all but what its own loss says.
 *
 * @param {import("./recurrent_cells.js").Step[]} steps
 * @param {ArrayLike<number>} readout its weights
 */
export const fromNext = (steps, readout) => steps.map(({ dh, dLogits }) => dh.map((value, k) => value - dLogits.reduce((sum, d, row) => sum + d * readout[row * dh.length + k], 0)));

/** The length of a vector. @param {ArrayLike<number>} vector */
export const norm = (vector) => Math.hypot(...Array.from(vector));

/**
 * One step of gradient descent on the sum of all losses.
 *
 * @param {RecurrentNetwork} network
 * @param {number[]} inputs
 * @param {number[]} targets
 * @param {number} rate
 */
export function descend(network, inputs, targets, rate) {
  network.forward(inputs);
  network.clearGradients();
  network.backward(targets);
  const gradients = network.gradientList();
  clipNorm(gradients, LONGEST);
  network.parameterList().forEach((values, j) => values.forEach((_, k) => { values[k] -= rate * gradients[j][k]; }));
}
