// @ts-check
// One step of a recurrent cell and its derivative, in float64, for networks that train in the page. The gates stand in
// PyTorch's order. `sums` is what the input adds; `ofState` is what the state adds, which only a GRU keeps apart: its
// reset gate scales it, bias included.

/**
 * One step on the tape: row t of each quantity. `dh` and `dc` are the loss's gradients at h and c.
 *
 * @typedef {object} Step
 * @property {number} id the character that is read
 * @property {Float64Array} h
 * @property {Float64Array} c
 * @property {Float64Array} hBefore
 * @property {Float64Array} cBefore
 * @property {Float64Array} gates activated
 * @property {Float64Array} ofState
 * @property {Float64Array} dh
 * @property {Float64Array} dc
 * @property {Float64Array} dhBefore
 * @property {Float64Array} dcBefore
 * @property {Float64Array} logits
 * @property {Float64Array} probabilities
 * @property {Float64Array} dSums
 * @property {Float64Array} dOfState
 * @property {Float64Array} dLogits
 * @property {Float64Array} keep by what each unit is multiplied on its way to the readout (dropout); else 1
 * @property {Float64Array} read what the readout reads: h times keep
 *
 * @typedef {object} CellKind
 * @property {number} rows rows of its weights for each unit
 * @property {string[]} gates
 * @property {(step: Step, sums: Float64Array) => void} forward
 * @property {(step: Step) => void} backward fills dSums and dOfState; adds to dhBefore and dcBefore what does not pass W_hh
 */

/** @param {number} x */
const sigmoid = (x) => 1 / (1 + Math.exp(-x));

/** h = tanh(W_ih x + b_ih + W_hh h + b_hh) @type {CellKind} */
const rnn = {
  rows: 1,
  gates: [],
  forward({ h, ofState }, sums) {
    for (let k = 0; k < h.length; k++) h[k] = Math.tanh(sums[k] + ofState[k]);
  },
  backward({ h, dh, dSums, dOfState }) {
    for (let k = 0; k < h.length; k++) dSums[k] = dOfState[k] = dh[k] * (1 - h[k] * h[k]);
  },
};

/** r, z, n; h = (1 - z) n + z h, and n = tanh(sums + r ofState): PyTorch's. @type {CellKind} */
const gru = {
  rows: 3,
  gates: ["reset", "update", "candidate"],
  forward({ h, hBefore, gates, ofState }, sums) {
    const size = h.length, two = 2 * size;
    for (let k = 0; k < size; k++) {
      const r = sigmoid(sums[k] + ofState[k]), z = sigmoid(sums[size + k] + ofState[size + k]);
      const n = Math.tanh(sums[two + k] + r * ofState[two + k]);
      gates[k] = r;
      gates[size + k] = z;
      gates[two + k] = n;
      h[k] = (1 - z) * n + z * hBefore[k];
    }
  },
  backward({ h, hBefore, gates, ofState, dh, dhBefore, dSums, dOfState }) {
    const size = h.length, two = 2 * size;
    for (let k = 0; k < size; k++) {
      const r = gates[k], z = gates[size + k], n = gates[two + k];
      const dn = dh[k] * (1 - z) * (1 - n * n);
      dSums[k] = dOfState[k] = dn * ofState[two + k] * r * (1 - r);
      dSums[size + k] = dOfState[size + k] = dh[k] * (hBefore[k] - n) * z * (1 - z);
      dSums[two + k] = dn;
      dOfState[two + k] = dn * r;
      dhBefore[k] += dh[k] * z;
    }
  },
};

/** i, f, g, o; c = f c + i g, h = o tanh c. @type {CellKind} */
const lstm = {
  rows: 4,
  gates: ["input", "forget", "candidate", "output"],
  forward({ h, c, cBefore, gates, ofState }, sums) {
    const size = h.length, two = 2 * size, three = 3 * size;
    for (let k = 0; k < size; k++) {
      const i = sigmoid(sums[k] + ofState[k]), f = sigmoid(sums[size + k] + ofState[size + k]);
      const g = Math.tanh(sums[two + k] + ofState[two + k]), o = sigmoid(sums[three + k] + ofState[three + k]);
      gates[k] = i;
      gates[size + k] = f;
      gates[two + k] = g;
      gates[three + k] = o;
      c[k] = f * cBefore[k] + i * g;
      h[k] = o * Math.tanh(c[k]);
    }
  },
  backward({ c, cBefore, gates, dh, dc, dcBefore, dSums, dOfState }) {
    const size = c.length, two = 2 * size, three = 3 * size;
    for (let k = 0; k < size; k++) {
      const i = gates[k], f = gates[size + k], g = gates[two + k], o = gates[three + k], squashed = Math.tanh(c[k]);
      dc[k] += dh[k] * o * (1 - squashed * squashed);
      dSums[k] = dOfState[k] = dc[k] * g * i * (1 - i);
      dSums[size + k] = dOfState[size + k] = dc[k] * cBefore[k] * f * (1 - f);
      dSums[two + k] = dOfState[two + k] = dc[k] * i * (1 - g * g);
      dSums[three + k] = dOfState[three + k] = dh[k] * squashed * o * (1 - o);
      dcBefore[k] += dc[k] * f;
    }
  },
};

/** @typedef {"rnn" | "gru" | "lstm"} CellName */
/** @type {Record<CellName, CellKind>} */
export const CELLS = { rnn, gru, lstm };
