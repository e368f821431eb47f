// @ts-check
// Which character is written next: the same from the same seed as in models/sample.py, on every machine.
//
// The generator is Philox 4x64-10 (Salmon, Moraes, Dror and Shaw, 2011). It has no state: the random number of the n-th
// written character is a function of the seed and n. So a text can be taken back and go on, and two networks that write
// from the same seed use the same random numbers, position by position.

const MASK = (1n << 64n) - 1n;
const MULTIPLIERS = [0xd2e7470ee14c6c93n, 0xca5a826395121157n];
const WEYL = [0x9e3779b97f4a7c15n, 0xbb67ae8584caa73bn];
const ROUNDS = 10;

/**
 * One block of Philox 4x64-10: four random words of 64 bits.
 *
 * @param {bigint[]} counter four words, the lowest first
 * @param {bigint[]} key two words, the lowest first
 */
export function philox([c0, c1, c2, c3], [k0, k1]) {
  for (let round = 0; round < ROUNDS; round++) {
    const first = MULTIPLIERS[0] * c0, second = MULTIPLIERS[1] * c2;
    [c0, c1, c2, c3] = [(second >> 64n) ^ c1 ^ k0, second & MASK, (first >> 64n) ^ c3 ^ k1, first & MASK];
    k0 = (k0 + WEYL[0]) & MASK;
    k1 = (k1 + WEYL[1]) & MASK;
  }
  return [c0, c1, c2, c3];
}

/**
 * The random number, 0 <= u < 1, of the n-th written character (from 0): the first word of the block whose counter is
 * n + 1, its upper 53 bits. `numpy.random.Philox(key=seed, counter=n)` gives this word first: it counts up, then draws.
 *
 * @param {number | bigint} seed a whole number from 0 up to 2^64 - 1
 * @param {number} n
 */
export function uniformAt(seed, n) {
  const [word] = philox([BigInt(n) + 1n, 0n, 0n, 0n], [requireSeed(seed), 0n]);
  return Number(word >> 11n) * 2 ** -53;
}

/** @param {number | bigint} seed */
export function requireSeed(seed) {
  const whole = typeof seed === "bigint" || Number.isSafeInteger(seed) ? BigInt(seed) : -1n;
  if (whole < 0n || whole > MASK) throw new Error(`Wanted a whole number from 0 as the seed, got ${seed}. Choose another.`);
  return whole;
}

/** @param {number} temperature */
export function requireTemperature(temperature) {
  if (!(temperature >= 0)) {
    throw new Error(`Wanted a temperature of 0 or more, got ${temperature}. 0 is greedy, 1 the model's own.`);
  }
  return temperature;
}

/**
 * The probability with which each character is written at a temperature: 0 for U+FFFD, the last, which is never
 * written. At temperature 0 the likeliest has all of it.
 *
 * @param {Float32Array} logits
 * @param {number} temperature
 */
export function distribution(logits, temperature) {
  const weights = weightsOf(logits, temperature);
  const total = weights.reduce((a, b) => a + b, 0);
  return Float64Array.from(logits, (_, id) => (weights[id] ?? 0) / total);
}

/**
 * What each character but the last weighs at a temperature; the largest weighs 1.
 *
 * @param {Float32Array} logits
 * @param {number} temperature
 */
function weightsOf(logits, temperature) {
  requireTemperature(temperature);
  const written = logits.subarray(0, -1), largest = written.reduce((a, b) => Math.max(a, b), -Infinity);
  if (!written.every(Number.isFinite)) throw new Error("The network's predictions are not numbers. Train it again.");
  if (temperature === 0) {
    const likeliest = written.indexOf(largest);
    return Float64Array.from(written, (_, id) => Number(id === likeliest));
  }
  return Float64Array.from(written, (logit) => Math.exp((logit - largest) / temperature));
}

/**
 * The character that a random number chooses: the first whose cumulative weight exceeds u of the total.
 *
 * @param {Float32Array} logits
 * @param {number} temperature 0 takes the likeliest, the first of equals, whatever u is
 * @param {number} u 0 <= u < 1
 */
export function choose(logits, temperature, u) {
  const cumulative = weightsOf(logits, temperature);
  for (let id = 1; id < cumulative.length; id++) cumulative[id] += cumulative[id - 1];
  const wanted = u * cumulative[cumulative.length - 1];
  return cumulative.findIndex((sum) => sum > wanted);
}
