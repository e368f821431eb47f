// @ts-check
// Runs of the small trainable network, for tests/lessons/test_recurrent.py.

import { clipNorm } from "../learn/optimizers.js";
import { RecurrentNetwork } from "../learn/recurrent.js";

/** @import { CellName } from "../learn/recurrent_cells.js" */

/**
 * Reads one text in two pieces with carried state, and goes back along each.
 *
 * @param {CellName} cell
 * @param {number[][]} pieces
 * @param {number[][]} targets
 * @param {{ h: number[], c: number[] }} start
 * @param {number[]} [keep] dropout factors of each piece
 */
export function gradients(cell, pieces, targets, start, keep) {
  const network = new RecurrentNetwork({ cell, characters: 5, units: 6, outputs: 4, seed: 3 });
  /** @type {import("../learn/recurrent.js").State} */
  let state = { h: Float64Array.from(start.h), c: Float64Array.from(start.c) };
  const read = pieces.map((ids, k) => {
    const { steps, state: next } = network.forward(ids, state, keep && Float64Array.from(keep)), { loss } = network.backward(targets[k], 0.5);
    state = next;
    return { loss, ...copied(steps) };
  });
  return { weights: network.weights, gradients: network.gradients, read, state };
}

/** @param {import("../learn/recurrent_cells.js").Step[]} steps */
const copied = (steps) => ({
  h: steps.map(({ h }) => [...h]), c: steps.map(({ c }) => [...c]), gates: steps.map(({ gates }) => [...gates]), dh: steps.map(({ dh }) => [...dh]),
  logits: steps.map(({ logits }) => [...logits]), probabilities: steps.map(({ probabilities }) => [...probabilities]),
});

/**
 * Gradient descent with clipping, the state carried from one step to the next.
 *
 * @param {CellName} cell
 * @param {number[]} text
 * @param {number} steps
 * @param {number} length of each piece
 */
export function descend(cell, text, steps, length) {
  const network = new RecurrentNetwork({ cell, characters: 5, units: 6, seed: 3 }), before = network.copy();
  /** @type {import("../learn/recurrent.js").State} */
  let state = network.zeroState();
  const losses = Array.from({ length: steps }, (_, k) => {
    const ids = text.slice(k * length, (k + 1) * length), targets = text.slice(k * length + 1, (k + 1) * length + 1);
    state = network.forward(ids, state).state;
    network.clearGradients();
    const { loss } = network.backward(targets, 1 / length);
    clipNorm(network.gradientList(), 0.5);
    network.parameterList().forEach((values, j) => values.forEach((_v, i) => { values[i] -= 0.3 * network.gradientList()[j][i]; }));
    return loss;
  });
  return { before, after: network.weights, losses };
}
