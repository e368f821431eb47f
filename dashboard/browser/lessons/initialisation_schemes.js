// @ts-check
// How the weights of a network are drawn before training. `scheme.variance` is what theory says of each entry; drawn
// weights are held against it, and against torch.nn.init, in tests/lessons/test_initialisation.py.

import { philox } from "../engine/sampling.js";

/** @typedef {{ rows: number, columns: number, values: Float64Array }} Matrix row by row; rows: the units it leads to, columns: those it comes from */
/** @typedef {() => number} Draw the next random number of a sequence */
/** @typedef {{ variance: (rows: number, columns: number, units: number) => number, isUniform?: boolean, isOrthogonal?: boolean, hasBias?: boolean }} Scheme */

/** @type {{ [name: string]: Scheme }} */
export const SCHEMES = {
  glorot: { variance: (rows, columns) => 2 / (rows + columns), isUniform: true },
  lecun: { variance: (_rows, columns) => 1 / columns },
  he: { variance: (_rows, columns) => 2 / columns },
  orthogonal: { variance: (rows, columns) => 1 / Math.max(rows, columns), isOrthogonal: true },
  pytorch: { variance: (_rows, _columns, units) => 1 / (3 * units), isUniform: true, hasBias: true },
};

/** @type {Map<number, number[]>} */
const kept = new Map(); // big integers are slow: the numbers of the last seed are kept

/** Uniform random numbers, 0 <= u < 1: all four words of each block of the sampler's generator. @param {number} seed @returns {Draw} */
export function uniforms(seed) {
  if (!kept.has(seed)) kept.clear();
  const numbers = kept.get(seed) ?? [];
  kept.set(seed, numbers);
  let at = 0;
  return () => {
    if (at === numbers.length) numbers.push(...philox([BigInt(at / 4 + 1), 0n, 0n, 0n], [BigInt(seed), 0n]).map((word) => Number(word >> 11n) * 2 ** -53));
    return numbers[at++];
  };
}

/** Normal with variance 1, two at a time: Box and Muller, 1958. @param {Draw} uniform @returns {Draw} */
function normals(uniform) {
  /** @type {number | undefined} */
  let spare;
  return () => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const length = Math.sqrt(-2 * Math.log(1 - uniform())), angle = 2 * Math.PI * uniform();
    spare = length * Math.sin(angle);
    return length * Math.cos(angle);
  };
}

/**
 * @param {string} name of the scheme
 * @param {number} rows
 * @param {number} columns
 * @param {number} units of the network
 * @param {Draw} uniform
 * @returns {Matrix}
 */
export function drawn(name, rows, columns, units, uniform) {
  const { variance, isUniform, isOrthogonal } = SCHEMES[name], deviation = Math.sqrt(variance(rows, columns, units));
  const normal = normals(uniform), next = () => (isUniform ? (2 * uniform() - 1) * Math.sqrt(3) : normal()) * (isOrthogonal ? 1 : deviation);
  const matrix = { rows, columns, values: Float64Array.from({ length: rows * columns }, next) };
  return isOrthogonal ? orthonormal(matrix) : matrix;
}

/** Makes the columns orthonormal, one after the other (Gram and Schmidt, twice for accuracy). @param {Matrix} matrix with no more columns than rows @returns {Matrix} */
function orthonormal({ rows, columns, values }) {
  const vectors = Array.from({ length: columns }, (_, column) => Float64Array.from({ length: rows }, (_row, row) => values[row * columns + column]));
  vectors.forEach((vector, column) => {
    for (let again = 0; again < 2; again++) for (const before of vectors.slice(0, column)) addTo(vector, before, -dot(vector, before));
    const length = Math.sqrt(dot(vector, vector));
    for (let k = 0; k < rows; k++) vector[k] /= length;
  });
  return { rows, columns, values: values.map((_, at) => vectors[at % columns][Math.floor(at / columns)]) };
}

/** @param {Float64Array} x @param {Float64Array} y */
function dot(x, y) {
  let sum = 0;
  for (let k = 0; k < x.length; k++) sum += x[k] * y[k];
  return sum;
}

/** @param {Float64Array} x @param {Float64Array} y @param {number} factor */
function addTo(x, y, factor) {
  for (let k = 0; k < x.length; k++) x[k] += factor * y[k];
}
