// @ts-check
// An optimizer's steps along given gradients, for a test in Python.

import { clipNorm, makeOptimizer } from "../learn/optimizers.js";

/** @param {number[][]} lists */
const arrays = (lists) => lists.map((list) => Float64Array.from(list));

/**
 * @param {string} name
 * @param {object} options
 * @param {number[][]} start
 * @param {number[][][]} gradients of each step
 * @param {number[][]} shapes
 */
export function parametersAfter(name, options, start, gradients, shapes) {
  const parameters = arrays(start), optimizer = makeOptimizer(name, options);
  return gradients.map((each) => {
    const given = arrays(each);
    optimizer.step(parameters, given, shapes);
    if (given.some((gradient, n) => gradient.some((value, k) => value !== each[n][k]))) throw new Error(`${name} changed the gradients.`);
    return parameters.map((parameter) => [...parameter]);
  });
}

/** @param {number[][]} gradients @param {number} limit */
export function clipped(gradients, limit) {
  const changed = arrays(gradients), norm = clipNorm(changed, limit);
  return { norm, changed };
}
