// @ts-check
// Runs of the networks that read both ways, for tests/lessons/test_both_ways.py.

import { ReadingNetwork } from "../lessons/both_ways_network.js";

/** @import { Task } from "../lessons/both_ways_network.js" */

/** @param {ReadingNetwork} network */
const weightsOf = ({ parts }) => parts.map((part) => part.copy());

/**
 * Weights, logits, loss and gradients over one text, and the bits while it writes.
 *
 * @param {Task} task
 * @param {number[]} ids
 * @param {number} units
 * @param {number} characters
 */
export function gradients(task, ids, units, characters) {
  const network = new ReadingNetwork(task, 5, units, characters), loss = network.backward(ids);
  const found = { loss, gradients: network.parts.map((part) => part.gradients), weights: weightsOf(network), logits: network.read(ids).logits.map((row) => [...row]) };
  return { ...found, bits: network.bits(ids), writing: network.bitsWhileWriting(ids) };
}

/** Weights before and after training on some texts. @param {Task} task @param {number[][]} pieces @param {number} units @param {number} characters */
export function trained(task, pieces, units, characters) {
  const network = new ReadingNetwork(task, 5, units, characters), before = weightsOf(network);
  for (const piece of pieces) network.train(piece);
  return { before, after: weightsOf(network) };
}

/**
 * Mean bits of held-out text after training as the lesson does.
 *
 * @param {Task} task
 * @param {number[]} ids
 * @param {number} held
 * @param {number} steps
 * @param {number} seed
 */
export function learned(task, ids, held, steps, seed) {
  const network = new ReadingNetwork(task, seed), training = ids.slice(0, -held);
  for (let k = 0, at = 0; k < steps; k++, at = (at + 40) % (training.length - 40)) network.train(training.slice(at, at + 40));
  return { bits: network.bits(ids.slice(-held)), writing: network.bitsWhileWriting(ids.slice(-held)) };
}
