// @ts-check
// Networks of lesson 25 that train in the page: one reads to the right, two read both ways. A network that reads both
// ways is two recurrent networks whose logits are added: one readout of both their states (Schuster and Paliwal 1997).
// Needs no DOM.

import { makeOptimizer } from "../learn/optimizers.js";
import { RecurrentNetwork, crossEntropy } from "../learn/recurrent.js";

/**
 * @typedef {"right" | "next" | "blank"} Task "right": reads to the right, and predicts the next character; "next": reads both ways, and predicts the same; "blank": reads both ways, and fills in the character between its two states
 * @typedef {{ right: number, left: number, target: number }} Place where a character is predicted: the step of the network that reads to the right, the step of the one that reads to the left, counted from the end of the text, and the character; below 0 there is no such step
 */

export const TASKS = /** @type {Task[]} */ (["right", "next", "blank"]);
export const CHARACTERS = " abcdefghijklmnopqrstuvwxyz";
const UNITS = 20, RATE = 0.01;

/** The ids of a text; what is no lower-case letter is read as a space. @param {string} text */
export const idsOf = (text) => Array.from(text, (character) => Math.max(0, CHARACTERS.indexOf(character)));

/**
 * What is predicted from what. The network that reads to the left has read character t after T - 1 - t steps.
 *
 * @param {Task} task
 * @param {number[]} ids
 * @returns {Place[]}
 */
export function placesOf(task, ids) {
  const last = ids.length - 1;
  if (task === "blank") return ids.map((target, t) => ({ right: t - 1, left: last - t - 1, target })).slice(1, -1);
  return ids.slice(1).map((target, t) => ({ right: t, left: task === "next" ? last - t : -1, target }));
}

export class ReadingNetwork {
  /** @param {Task} task @param {number} seed @param {number} [units] of each direction @param {number} [characters] */
  constructor(task, seed, units = UNITS, characters = CHARACTERS.length) {
    const make = (/** @type {number} */ start) => new RecurrentNetwork({ cell: "rnn", characters, units, seed: start });
    this.task = task;
    this.parts = task === "right" ? [make(seed)] : [make(seed), make(seed + 1)];
    this.optimizer = makeOptimizer("adam", { rate: RATE });
  }

  /**
   * The logits at each place, and in nats the loss there. Both networks' last steps then hold the added logits.
   *
   * @param {number[]} ids
   */
  read(ids) {
    const places = placesOf(this.task, ids), [right, left] = this.parts;
    const ofRight = right.forward(ids).steps, ofLeft = left?.forward(ids.toReversed()).steps;
    const logits = places.map((place) => {
      const parts = [ofRight[place.right], ...(ofLeft ? [ofLeft[place.left]] : [])], sum = parts[0].logits.map((logit, k) => logit + (parts[1]?.logits[k] ?? 0));
      const largest = Math.max(...sum), weights = sum.map((logit) => Math.exp(logit - largest)), total = weights.reduce((a, b) => a + b);
      for (const part of parts) {
        part.logits.set(sum);
        part.probabilities.set(weights.map((weight) => weight / total));
      }
      return sum;
    });
    return { places, logits, losses: places.map(({ target }, k) => crossEntropy(logits[k], target)) };
  }

  /** Adds the gradient of the mean loss over a text to that of each part; returns the loss in nats. @param {number[]} ids */
  backward(ids) {
    const { places, losses } = this.read(ids), sides = /** @type {const} */ (["right", "left"]);
    this.parts.forEach((part, k) => {
      const targets = Array(ids.length).fill(-1);
      for (const place of places) targets[place[sides[k]]] = place.target;
      part.backward(targets, 1 / places.length);
    });
    return mean(losses);
  }

  /** One step of training. @param {number[]} ids */
  train(ids) {
    for (const part of this.parts) part.clearGradients();
    this.backward(ids);
    this.optimizer.step(this.parts.flatMap((part) => part.parameterList()), this.parts.flatMap((part) => part.gradientList()));
  }

  /** Mean bits per character of a text. @param {number[]} ids */
  bits(ids) {
    return mean(this.read(ids).losses) / Math.LN2;
  }

  /**
   * The same, if nothing right of the character that was read last is there yet, as when a text is written: the
   * network that reads to the left then starts at this character.
   *
   * @param {number[]} ids
   */
  bitsWhileWriting(ids) {
    const [right, left] = this.parts, ofRight = right.forward(ids).steps;
    const ofLeft = new Map([...new Set(ids)].map((id) => [id, left?.forward([id]).steps[0].logits.slice()]));
    const losses = ids.slice(1).map((target, t) => crossEntropy(ofRight[t].logits.map((logit, k) => logit + (ofLeft.get(ids[t])?.[k] ?? 0)), target));
    return mean(losses) / Math.LN2;
  }
}

/** @param {number[]} values */
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
