// @ts-check
// From logits to probabilities, surprise and loss, in float64. Equals torch's: tests/lessons/test_softmax.py.

import { entropyOf } from "../learn/draws.js";
import { crossEntropy, softmax } from "./hello_network.js";

/**
 * What a network says with its logits, and what it costs when one character comes.
 *
 * @param {number[]} given
 * @param {number} shift what is added to each logit
 * @param {number} next the index of the character that comes
 */
export function surpriseOf(given, shift, next) {
  const logits = given.map((logit) => logit + shift), weights = logits.map(Math.exp), probabilities = softmax(logits);
  return {
    logits, weights, probabilities,
    total: weights.reduce((sum, weight) => sum + weight, 0),
    /** The surprise of each character, should it come. */
    bits: logits.map((_, k) => crossEntropy(logits, k) / Math.LN2),
    /** Cross-entropy, in nats. */
    loss: crossEntropy(logits, next),
    /** The mean surprise if characters come with these probabilities, in bits. */
    entropy: entropyOf(probabilities),
  };
}
