// @ts-check
// A unit in continuous time: tau dh/dt = -h + tanh(w h + u x(t)), h(0) = 0. Needs no DOM.

export const INPUT = { from: 1, until: 4, u: 1.5 }, END = 10, FINE = 0.01;

/** The input at a time: 1 for three seconds, else 0. @param {number} t */
export const inputAt = (t) => Number(t >= INPUT.from - 1e-9 && t < INPUT.until - 1e-9);

/** dh/dt times tau. @param {number} w @param {number} h @param {number} x */
const pull = (w, h, x) => -h + Math.tanh(w * h + INPUT.u * x);

/**
 * One step; the input is what it is at the step's beginning.
 *
 * @type {{ [solver: string]: (w: number, h: number, x: number, a: number) => number }} a is the step over tau
 */
const SOLVERS = {
  euler: (w, h, x, a) => h + a * pull(w, h, x),
  rk4: (w, h, x, a) => {
    const first = pull(w, h, x), second = pull(w, h + (a / 2) * first, x), third = pull(w, h + (a / 2) * second, x), fourth = pull(w, h + a * third, x);
    return h + (a / 6) * (first + 2 * second + 2 * third + fourth);
  },
};

/**
 * h after 0, 1, 2 … steps.
 *
 * @param {{ solver: string, tau: number, w: number, step: number }} unit
 * @returns {number[]}
 */
export function solve({ solver, tau, w, step }) {
  const found = [0], count = Math.floor(END / step + 1e-9);
  for (let k = 0; k < count; k++) found.push(SOLVERS[solver](w, found[k], inputAt(k * step), step / tau));
  return found;
}

/** h at a time without feedback, w = 0: it goes to tanh(u) while the input is there, and back to 0. @param {number} tau @param {number} t */
export function closedForm(tau, t) {
  const { from, until, u } = INPUT, risen = (/** @type {number} */ time) => Math.tanh(u) * (1 - Math.exp(-Math.max(0, time - from) / tau));
  return t < until ? risen(t) : risen(until) * Math.exp(-(t - until) / tau);
}

/**
 * What is compared with: the closed form without feedback, else Runge and Kutta's method in steps of 0.01.
 *
 * @param {number} tau
 * @param {number} w
 * @returns {number[]} every 0.01
 */
export function exact(tau, w) {
  if (w === 0) return Array.from({ length: Math.round(END / FINE) + 1 }, (_, k) => closedForm(tau, k * FINE));
  return solve({ solver: "rk4", tau, w, step: FINE });
}

/** The largest difference at the steps. @param {number[]} found @param {number} step @param {number[]} truth every 0.01 */
export function largestError(found, step, truth) {
  return found.reduce((largest, h, k) => {
    const at = (k * step) / FINE, before = Math.min(truth.length - 1, Math.floor(at + 1e-6)), after = Math.min(truth.length - 1, before + 1);
    return Math.max(largest, Math.abs(h - truth[before] - Math.max(0, at - before) * (truth[after] - truth[before])));
  }, 0);
}
