// @ts-check
// One-hot vectors, their product with a matrix, and how alike two rows are. A matrix is its rows, one after the other.

/** @param {number} id @param {number} count */
export const oneHot = (id, count) => Array.from({ length: count }, (_, k) => Number(k === id));

/**
 * The product of a row vector and a matrix, with every multiplication and addition.
 *
 * @param {number[]} vector
 * @param {Float32Array} matrix
 * @param {number} columns
 */
export function timesMatrix(vector, matrix, columns) {
  return Array.from({ length: columns }, (_, column) => vector.reduce((sum, value, row) => sum + value * matrix[row * columns + column], 0));
}

/** Row `id`, read without a multiplication. @param {Float32Array} matrix @param {number} columns @param {number} id */
export const rowOf = (matrix, columns, id) => Array.from(matrix.subarray(id * columns, (id + 1) * columns));

/**
 * The rows less their mean, each of length 1: the cosine of two is then their product.
 *
 * @param {Float32Array} matrix
 * @param {number} columns
 * @returns {Float64Array[]}
 */
export function directionsOf(matrix, columns) {
  const count = matrix.length / columns, mean = new Float64Array(columns);
  matrix.forEach((value, k) => { mean[k % columns] += value / count; });
  return Array.from({ length: count }, (_, id) => {
    const row = Float64Array.from(matrix.subarray(id * columns, (id + 1) * columns), (value, k) => value - mean[k]);
    const length = Math.hypot(...row);
    return row.map((value) => value / length);
  });
}

/** The cosine of row `id` with every row. @param {Float64Array[]} directions @param {number} id */
export const cosinesOf = (directions, id) => directions.map((row) => row.reduce((sum, value, k) => sum + value * directions[id][k], 0));

/** The rows that are nearest to row `id`, without it. @param {Float64Array[]} directions @param {number} id @param {number} count */
export function nearestTo(directions, id, count) {
  const cosines = cosinesOf(directions, id);
  return [...cosines.keys()].filter((other) => other !== id).sort((a, b) => cosines[b] - cosines[a] || a - b).slice(0, count);
}

export const GROUPS = /** @type {const} */ (["vowels", "consonants", "capitals", "digits", "signs", "spaces"]);

/** @param {string} character @returns {typeof GROUPS[number]} */
export function groupOf(character) {
  if (/\s/.test(character)) return "spaces";
  if (/[aeiou]/.test(character)) return "vowels";
  if (/[a-z]/.test(character)) return "consonants";
  if (/[A-Z]/.test(character)) return "capitals";
  return /[0-9]/.test(character) ? "digits" : "signs";
}

/**
 * Of the three nearest of each member of a group, the share that are members; and that share if neighbours were drawn at
 * random.
 *
 * @param {Float64Array[]} directions
 * @param {string[]} characters
 * @param {string} group
 */
export function shareWithin(directions, characters, group) {
  const members = characters.flatMap((character, id) => (groupOf(character) === group ? [id] : []));
  const near = members.flatMap((id) => nearestTo(directions, id, 3)), inside = new Set(members);
  return { share: near.filter((id) => inside.has(id)).length / near.length, chance: (members.length - 1) / (characters.length - 1) };
}
