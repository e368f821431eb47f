// @ts-check
// A small GRU that learns a short text by heart: training in small pieces of work, the losses after each epoch, early
// stopping, and how much of what it writes is copied. Needs no DOM.

import { choose, uniformAt } from "../engine/sampling.js";
import { dropout, fastNumbers } from "../learn/dropout.js";
import { clipNorm, makeOptimizer } from "../learn/optimizers.js";
import { RecurrentNetwork, crossEntropy } from "../learn/recurrent.js";

/** @import { State, Weights } from "../learn/recurrent.js" */
/** @typedef {{ characters: string[], training: number[], validation: number[] }} Parts */
/** @typedef {{ units: number, dropout: number, decay: number, seed: number }} Settings */
/** @typedef {{ training: number, validation: number, weights: Weights }} Epoch Losses in bits per character, without dropout. */

export const EPOCHS = 40, PATIENCE = 5, SHARE = 0.8; // of the text that is for training
const RATE = 0.01, LIMIT = 1, WINDOW = 40, PIECE = 80; // characters of a step of training, and of a piece of measuring

/** @param {string} text @returns {Parts} */
export function partsOf(text) {
  const characters = [...new Set(text)].sort(), ids = Array.from(text, (character) => characters.indexOf(character)), end = Math.round(SHARE * ids.length);
  return { characters, training: ids.slice(0, end), validation: ids.slice(end) };
}

export class Trainer {
  /** After 0, 1, … epochs. @type {Epoch[]} */
  epochs = [];

  /** @param {Settings} settings @param {Parts} parts */
  constructor({ units, dropout: p, decay, seed }, parts) {
    this.parts = parts;
    this.p = p;
    this.network = new RecurrentNetwork({ cell: "gru", characters: parts.characters.length, units, seed: null });
    this.optimizer = makeOptimizer("adam", { rate: RATE, decay, decoupled: true });
    this.next = fastNumbers(seed);
    this.work = this.#work(seed);
  }

  /** One piece of work, a few milliseconds at most. */
  step() {
    this.work.next();
  }

  /** @param {number} seed @returns {Generator<void, void, void>} */
  *#work(seed) {
    const { parts: { training, validation }, network, epochs } = this;
    yield* network.drawWeights(seed);
    while (true) {
      const losses = { training: yield* this.#measured(training), validation: yield* this.#measured(validation) };
      epochs.push({ ...losses, weights: network.copy() });
      yield* this.#epoch(training);
    }
  }

  /** The mean loss over a text, read from a state of zeros. @param {number[]} ids @returns {Generator<void, number, void>} */
  *#measured(ids) {
    let total = 0, state = this.network.zeroState();
    for (let from = 0; from + 1 < ids.length; from += PIECE) {
      const piece = ids.slice(from, Math.min(from + PIECE, ids.length - 1)), read = this.network.forward(piece, state);
      read.steps.forEach(({ logits }, t) => { total += crossEntropy(logits, ids[from + t + 1]); });
      state = read.state;
      yield;
    }
    return total / (ids.length - 1) / Math.LN2;
  }

  /** Truncated backpropagation through time: the state is carried from window to window. @param {number[]} ids */
  *#epoch(ids) {
    const { network, p } = this;
    let state = network.zeroState();
    for (let from = 0; from + 1 < ids.length; from += WINDOW) {
      const read = ids.slice(from, Math.min(from + WINDOW, ids.length - 1)), targets = ids.slice(from + 1, from + 1 + read.length);
      network.clearGradients();
      state = network.forward(read, state, p ? dropout(read.length * network.units, p, this.next) : undefined).state;
      network.backward(targets, 1 / read.length);
      clipNorm(network.gradientList(), LIMIT);
      this.optimizer.step(network.parameterList(), network.gradientList());
      yield;
    }
  }
}

/**
 * Early stopping: the first epoch with the least validation loss is kept; training ends once there was none better for
 * PATIENCE epochs.
 *
 * @param {number[]} losses of the validation, after each epoch so far
 * @returns {{ kept: number, end: number | null }} end: the last epoch, if it has come
 */
export function earlyStop(losses) {
  let kept = 0;
  for (let epoch = 1; epoch < losses.length; epoch++) {
    if (losses[epoch] < losses[kept]) kept = epoch;
    if (epoch - kept >= PATIENCE) return { kept, end: epoch };
  }
  return { kept, end: null };
}

/**
 * What a network writes after a line break, at temperature 1, ten characters at a time.
 *
 * @param {RecurrentNetwork} network
 * @param {string[]} characters
 * @param {number} seed
 * @param {number} length
 * @returns {Generator<string, void, void>} all that is written so far
 */
export function* writing(network, characters, seed, length) {
  let id = Math.max(0, characters.indexOf("\n")), text = "";
  /** @type {State | undefined} */
  let state;
  for (let n = 0; n < length; n++) {
    const read = network.forward([id], state), logits = new Float32Array(characters.length + 1); // `choose` never takes the last
    logits.set(read.steps[0].logits);
    state = read.state;
    id = choose(logits, 1, uniformAt(seed, n));
    text += characters[id];
    if (n % 10 === 9 || n + 1 === length) yield text;
  }
}

/** Which characters of a text belong to a run of at least `least` that also stands in another text. @param {string} text @param {string} source @param {number} least */
export function copiedIn(text, source, least) {
  const copied = Array(text.length).fill(false);
  for (let from = 0; from + least <= text.length; from++) if (source.includes(text.slice(from, from + least))) copied.fill(true, from, from + least);
  return copied;
}
