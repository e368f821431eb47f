// @ts-check
// What logits say of the next character: probabilities, loss, rank, the likeliest. Sums are float64.

/** @import { Top } from "./types.js" */

/** ln of the sum of exp, without overflow. @param {Float32Array} logits */
export function logSumExp(logits) {
  const largest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - largest);
  return largest + Math.log(sum);
}

/** Nats of a character. @param {Float32Array} logits @param {number} id */
export const lossOf = (logits, id) => logSumExp(logits) - logits[id];

/** 1 for the likeliest character. @param {Float32Array} logits @param {number} id */
export function rankOf(logits, id) {
  let above = 0;
  for (const logit of logits) above += Number(logit > logits[id]);
  return above + 1;
}

/** The likeliest characters. @param {Float32Array} logits @param {number} count @returns {Top} */
export function likeliest(logits, count) {
  const ids = new Uint16Array(Math.min(count, logits.length));
  let found = 0;
  for (let id = 0; id < logits.length; id++) {
    if (found === ids.length && !(logits[id] > logits[ids[found - 1]])) continue;
    let at = found < ids.length ? found++ : found - 1;
    for (; at > 0 && logits[id] > logits[ids[at - 1]]; at--) ids[at] = ids[at - 1];
    ids[at] = id;
  }
  const total = logSumExp(logits);
  return { ids, probabilities: Float32Array.from(ids, (id) => Math.exp(logits[id] - total)) };
}
