// @ts-check
// A matrix made nearly orthogonal: its singular values become about 1, its singular vectors stay. What Muon does to a
// step (Jordan et al., 2024). PyTorch computes it in bfloat16, this in float64.

const [A, B, C] = [3.4445, -4.775, 2.0315], ITERATIONS = 5;

/**
 * Five iterations of X <- aX + (bG + cGG)X with G = XX', from the matrix divided by its norm.
 *
 * @param {Float64Array} matrix row by row
 * @param {number} rows
 * @param {number} columns
 * @param {number} epsilon the least norm to divide by
 */
export function orthogonalized(matrix, rows, columns, epsilon) {
  const isTall = rows > columns, m = Math.min(rows, columns), n = Math.max(rows, columns);
  const norm = Math.max(Math.sqrt(matrix.reduce((sum, value) => sum + value * value, 0)), epsilon);
  let x = (isTall ? transposed(matrix, rows, columns) : matrix).map((value) => value / norm);
  for (let k = 0; k < ITERATIONS; k++) {
    const gram = product(x, transposed(x, m, n), m, n, m), square = product(gram, gram, m, m, m);
    const change = product(gram.map((value, i) => B * value + C * square[i]), x, m, m, n);
    x = x.map((value, i) => A * value + change[i]);
  }
  return isTall ? transposed(x, columns, rows) : x;
}

/** @param {Float64Array} matrix @param {number} rows @param {number} columns */
function transposed(matrix, rows, columns) {
  const turned = new Float64Array(matrix.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) turned[j * rows + i] = matrix[i * columns + j];
  return turned;
}

/** An l-by-m matrix times an m-by-n one. @param {Float64Array} a @param {Float64Array} b @param {number} l @param {number} m @param {number} n */
function product(a, b, l, m, n) {
  const c = new Float64Array(l * n);
  for (let i = 0; i < l; i++) {
    for (let k = 0; k < m; k++) {
      const factor = a[i * m + k];
      for (let j = 0; j < n; j++) c[i * n + j] += factor * b[k * n + j];
    }
  }
  return c;
}
