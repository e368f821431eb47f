// @ts-check
// Optimizers that race from one start: on a ravine in two dimensions, and on a small recurrent network.

import { makeOptimizer } from "../learn/optimizers.js";
import { RecurrentNetwork } from "../learn/recurrent.js";

/** @import { Optimizer, Options } from "../learn/optimizers.js" */

export const STEPS = 100;
/** @type {[string, string][]} */
export const RACERS = [
  ["sgd", "SGD"], ["momentum", "Momentum"], ["nesterov", "Nesterov"], ["adagrad", "AdaGrad"],
  ["rmsprop", "RMSProp"], ["adadelta", "Adadelta"], ["adam", "Adam"], ["muon", "Muon"],
];
export const STEEPNESS = 34; // of the ravine across, against 1 along
const START = [-2, 0.6]; // along, across
export const TEXT = "The snow fell on the yard. The horse stood in the yard. The old man led the horse in from the snow.";
export const LETTERS = [...new Set(TEXT)].sort();
const IDS = Array.from(TEXT, (letter) => LETTERS.indexOf(letter)), UNITS = 16;
const FAR = 1e6; // beyond it a path is not followed

/**
 * What a racer is given: PyTorch's defaults, but for the learning rate, the momentum, and RMSProp's mean over about ten
 * steps instead of a hundred. Adadelta has no learning rate: its factor is 1. In Adam the momentum is beta1.
 *
 * @param {string} name
 * @param {number} rate
 * @param {number} momentum
 * @returns {Partial<Options> & { others?: Partial<Options> }}
 */
export function optionsOf(name, rate, momentum) {
  const others = { rate, beta1: momentum };
  return { rate: name === "adadelta" ? 1 : rate, momentum, beta1: momentum, ...(name === "rmsprop" ? { rho: 0.9 } : {}), ...(name === "muon" ? { others } : {}) };
}

/**
 * The ravine, half of (u² + 34 v²), with u along and v across; turned, u and v are not x and y.
 *
 * @param {number} turn in degrees
 */
export function ravine(turn) {
  const cos = Math.cos((turn * Math.PI) / 180), sin = Math.sin((turn * Math.PI) / 180);
  return {
    start: [cos * START[0] - sin * START[1], sin * START[0] + cos * START[1]],
    /** @param {Iterable<number>} point @returns {{ loss: number, gradient: number[] }} */
    at([x, y]) {
      const u = cos * x + sin * y, v = cos * y - sin * x;
      return { loss: (u * u + STEEPNESS * v * v) / 2, gradient: [cos * u - STEEPNESS * sin * v, sin * u + STEEPNESS * cos * v] };
    },
  };
}

/**
 * The way of one optimizer over the ravine. Muon takes the point as a matrix of one row.
 *
 * @param {string} name
 * @param {number} rate
 * @param {number} momentum
 * @param {number} turn
 * @returns {{ points: number[][], losses: number[] }} after 0, 1, … steps
 */
export function pathOn(name, rate, momentum, turn) {
  const ground = ravine(turn), point = Float64Array.from(ground.start), optimizer = makeOptimizer(name, optionsOf(name, rate, momentum));
  const points = [[...point]], losses = [ground.at(point).loss];
  for (let t = 0; t < STEPS; t++) {
    if (losses[t] < FAR * FAR) optimizer.step([point], [Float64Array.from(ground.at(point).gradient)], [[1, 2]]);
    points.push([...point]);
    losses.push(ground.at(point).loss);
  }
  return { points, losses };
}

/** One optimizer that trains a network of its own, step by step; each step reads the whole text. */
export class Racer {
  /** The mean loss in nats after 0, 1, … steps. @type {number[]} */
  losses = [];
  /** @type {Optimizer} */
  #optimizer;

  /** @param {string} name @param {number} rate @param {number} momentum @param {number} seed */
  constructor(name, rate, momentum, seed) {
    this.network = new RecurrentNetwork({ cell: "rnn", characters: LETTERS.length, units: UNITS, seed });
    this.#optimizer = makeOptimizer(name, optionsOf(name, rate, momentum));
    this.shapes = Object.values(this.network.shapes);
  }

  /** Measures the loss, then moves the weights. */
  step() {
    const { network } = this, length = IDS.length - 1;
    network.clearGradients();
    network.forward(IDS.slice(0, -1));
    this.losses.push(network.backward(IDS.slice(1), 1 / length).loss);
    this.#optimizer.step(network.parameterList(), network.gradientList(), this.shapes);
  }
}

/** The weights that all begin with, and one's losses. @param {string} name @param {number} rate @param {number} momentum @param {number} seed @param {number} steps */
export function raced(name, rate, momentum, seed, steps) {
  const racer = new Racer(name, rate, momentum, seed), start = racer.network.copy();
  for (let t = 0; t <= steps; t++) racer.step();
  return { start, shapes: racer.network.shapes, losses: racer.losses };
}
