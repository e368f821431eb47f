// @ts-check
// Optimizers: what moves parameters against their gradients. Each step equals torch.optim's in float64
// (tests/lessons/test_optimizers.py). Needs no DOM.

import { orthogonalized } from "./newton_schulz.js";

/**
 * @typedef {object} Options Those that a rule does not read change nothing.
 * @property {number} rate the learning rate
 * @property {number} momentum how much of the last step is kept: momentum, nesterov, muon
 * @property {number} rho how much of the mean square is kept: rmsprop (PyTorch says alpha), adadelta
 * @property {number} beta1 how much of the mean gradient is kept: adam
 * @property {number} beta2 how much of the mean square is kept: adam
 * @property {number} epsilon keeps a denominator from zero
 * @property {number} decay the weight decay
 * @property {boolean} decoupled whether weights shrink by themselves (AdamW), instead of through the gradient (L2)
 *
 * @typedef {{ [name: string]: Float64Array }} Memory What a rule keeps of one parameter from step to step.
 * @typedef {(p: Float64Array, g: Float64Array, memory: Memory, options: Options, t: number, shape: number[]) => void} Rule
 * @typedef {{ step: (parameters: Float64Array[], gradients: Float64Array[], shapes?: number[][]) => void }} Optimizer
 */

/** What torch.optim takes where nothing is said; its decay is 0 here for all. @type {{ [name: string]: Options }} */
export const DEFAULTS = {
  sgd: options({ rate: 1e-3 }),
  momentum: options({ rate: 1e-3, momentum: 0.9 }),
  nesterov: options({ rate: 1e-3, momentum: 0.9 }),
  adagrad: options({ rate: 1e-2, epsilon: 1e-10 }),
  rmsprop: options({ rate: 1e-2, rho: 0.99, epsilon: 1e-8 }),
  adadelta: options({ rate: 1, rho: 0.9, epsilon: 1e-6 }),
  adam: options({ rate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }),
  muon: options({ rate: 1e-3, momentum: 0.95, epsilon: 1e-7, decoupled: true }),
};

/** @param {Partial<Options>} given @returns {Options} */
function options(given) {
  return { rate: 0, momentum: 0, rho: 0, beta1: 0, beta2: 0, epsilon: 0, decay: 0, decoupled: false, ...given };
}

/** @type {{ [name: string]: Rule }} */
const RULES = {
  sgd(p, g, _memory, { rate }) {
    for (let k = 0; k < p.length; k++) p[k] -= rate * g[k];
  },
  momentum(p, g, memory, { rate, momentum }) {
    const velocity = (memory.velocity ??= zerosLike(g));
    for (let k = 0; k < p.length; k++) p[k] -= rate * (velocity[k] = momentum * velocity[k] + g[k]);
  },
  nesterov(p, g, memory, { rate, momentum }) {
    const velocity = (memory.velocity ??= zerosLike(g));
    for (let k = 0; k < p.length; k++) p[k] -= rate * (g[k] + momentum * (velocity[k] = momentum * velocity[k] + g[k]));
  },
  adagrad(p, g, memory, { rate, epsilon }) {
    const squares = (memory.squares ??= zerosLike(g));
    for (let k = 0; k < p.length; k++) p[k] -= (rate * g[k]) / (Math.sqrt(squares[k] += g[k] * g[k]) + epsilon);
  },
  rmsprop(p, g, memory, { rate, rho, epsilon }) {
    const squares = (memory.squares ??= zerosLike(g));
    for (let k = 0; k < p.length; k++) p[k] -= (rate * g[k]) / (Math.sqrt(squares[k] = rho * squares[k] + (1 - rho) * g[k] * g[k]) + epsilon);
  },
  adadelta(p, g, memory, { rate, rho, epsilon }) {
    const squares = (memory.squares ??= zerosLike(g)), moves = (memory.moves ??= zerosLike(g));
    for (let k = 0; k < p.length; k++) {
      squares[k] = rho * squares[k] + (1 - rho) * g[k] * g[k];
      const move = (Math.sqrt(moves[k] + epsilon) / Math.sqrt(squares[k] + epsilon)) * g[k];
      moves[k] = rho * moves[k] + (1 - rho) * move * move;
      p[k] -= rate * move;
    }
  },
  adam(p, g, memory, { rate, beta1, beta2, epsilon }, t) {
    const means = (memory.means ??= zerosLike(g)), squares = (memory.squares ??= zerosLike(g));
    const size = rate / (1 - beta1 ** t), scale = Math.sqrt(1 - beta2 ** t);
    for (let k = 0; k < p.length; k++) {
      means[k] = beta1 * means[k] + (1 - beta1) * g[k];
      squares[k] = beta2 * squares[k] + (1 - beta2) * g[k] * g[k];
      p[k] -= (size * means[k]) / (Math.sqrt(squares[k]) / scale + epsilon);
    }
  },
  // Jordan et al., 2024: Nesterov's momentum, made orthogonal. Matrices only.
  muon(p, g, memory, { rate, momentum, epsilon }, _t, [rows, columns]) {
    const mean = (memory.mean ??= zerosLike(g)), ahead = zerosLike(g);
    for (let k = 0; k < p.length; k++) {
      mean[k] += (1 - momentum) * (g[k] - mean[k]);
      ahead[k] = g[k] + momentum * (mean[k] - g[k]);
    }
    const direction = orthogonalized(ahead, rows, columns, epsilon), adjusted = rate * Math.sqrt(Math.max(1, rows / columns));
    for (let k = 0; k < p.length; k++) p[k] -= adjusted * direction[k];
  },
};

/**
 * An optimizer by its name: sgd, momentum, nesterov, adagrad, rmsprop, adadelta, adam, muon. `decoupled` makes AdamW of
 * Adam. Muon moves matrices only; what is no matrix is moved by Adam with the options `others`.
 *
 * @param {string} name
 * @param {Partial<Options> & { others?: Partial<Options> }} [given] what differs from DEFAULTS
 * @returns {Optimizer} `step` changes the parameters in place and leaves the gradients as they are
 */
export function makeOptimizer(name, { others = {}, ...given } = {}) {
  if (!(name in RULES)) throw new Error(`No optimizer is called ${name}. Known: ${Object.keys(RULES).join(", ")}.`);
  /** @type {{ [rule: string]: Options }} */
  const chosen = { [name]: { ...DEFAULTS[name], ...given }, ...(name === "muon" ? { adam: { ...DEFAULTS.adam, ...others } } : {}) };
  /** @type {Memory[]} */
  const memories = [];
  let t = 0;
  return {
    step(parameters, gradients, shapes) {
      t += 1;
      parameters.forEach((p, n) => {
        const shape = shapes?.[n] ?? [p.length], rule = name === "muon" && shape.length !== 2 ? "adam" : name;
        RULES[rule](p, decayed(p, gradients[n], chosen[rule]), (memories[n] ??= {}), chosen[rule], t, shape);
      });
    },
  };
}

/** The gradient with the weight decay in it; the decoupled one is done here at once. @param {Float64Array} p @param {Float64Array} g @param {Options} options */
function decayed(p, g, { rate, decay, decoupled }) {
  if (!decay) return g;
  if (!decoupled) return g.map((value, k) => value + decay * p[k]);
  for (let k = 0; k < p.length; k++) p[k] *= 1 - rate * decay;
  return g;
}

/** @param {Float64Array} g */
const zerosLike = (g) => new Float64Array(g.length);

/** The length of all gradients together. @param {Float64Array[]} gradients */
export const normOf = (gradients) => Math.sqrt(gradients.reduce((total, g) => g.reduce((sum, value) => sum + value * value, total), 0));

/**
 * Shortens gradients, all by the same factor, so that their norm together is at most a limit: torch.nn.utils.clip_grad_norm_.
 *
 * @param {Float64Array[]} gradients changed in place
 * @param {number} limit
 * @returns {number} the norm before
 */
export function clipNorm(gradients, limit) {
  const norm = normOf(gradients), factor = limit / (norm + 1e-6);
  if (factor < 1) for (const g of gradients) for (let k = 0; k < g.length; k++) g[k] *= factor;
  return norm;
}
