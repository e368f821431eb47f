// @ts-check
// One step of an LSTM, a GRU or a plain RNN with two units, and of their variants, equation by equation. Needs no DOM.
//
// With the first values of all wires the LSTM, GRU and plain RNN are torch's cells: tests/lessons/test_cells.py, which
// also holds the variants.

import { uniformAt } from "../engine/sampling.js";

/**
 * @typedef {number[][]} Matrix by rows
 * @typedef {{ x: Matrix, h: Matrix, b: number[], bh: number[], p: number[] }} Weights of a gate: from x, from h, both biases, peephole
 * @typedef {{ gates: { [name: string]: Weights }, read: { h: Matrix, b: number[] }, h: number[], c: number[] }} Drawn the weights, and the state before
 * @typedef {{ [wire: string]: string | boolean }} Wires values of the controls: cell and those of WIRES
 * @typedef {{ key: string, name: string, values: number[] }} Row an equation, by its key in dashboard/lessons/cells.py, and what it gives
 */

export const UNITS = 2, GATES = { lstm: ["i", "f", "g", "o"], gru: ["r", "z", "n"], rnn: ["h"] };
/** The wires of each cell, with the value that the usual cell has. @type {{ [cell: string]: Wires }} */
export const WIRES = {
  lstm: { forget: true, coupled: false, peephole: false, output: true, squash: true },
  gru: { reset: "after", update: "keep" },
  rnn: { feedback: "elman" },
};
const LARGEST = 1.5; // of the weights

/** Weights and a state before the step. @param {number} seed @returns {Drawn} */
export function drawn(seed) {
  let n = 0;
  const number = () => LARGEST * (2 * uniformAt(seed, n++) - 1), vector = () => Array.from({ length: UNITS }, number);
  const matrix = () => Array.from({ length: UNITS }, vector);
  const gates = Object.fromEntries(Object.entries(GATES).flatMap(([cell, names]) => names.map((name) => [`${cell}.${name}`, { x: vector().map((value) => [value]), h: matrix(), b: vector(), bh: vector(), p: vector() }])));
  return { gates, read: { h: matrix(), b: vector() }, h: vector().map(Math.tanh), c: vector() };
}

/** @param {Matrix} matrix @param {number[]} by */
const product = (matrix, by) => matrix.map((row) => row.reduce((sum, value, k) => sum + value * by[k], 0));
/** Element by element. @param {(...values: number[]) => number} of @param {number[][]} vectors */
const each = (of, ...vectors) => vectors[0].map((_, k) => of(...vectors.map((vector) => vector[k])));
/** @param {number} value */
const sigmoid = (value) => 1 / (1 + Math.exp(-value));
/** W_x x + W_h h + b, where b is both of torch's biases. @param {Weights} weights @param {number[]} x @param {number[]} h */
const sum = ({ x: ofInput, h: ofState, b, bh }, x, h) => each((...terms) => terms.reduce((total, term) => total + term), product(ofInput, x), product(ofState, h), b, bh);

/**
 * All equations of one step, in order.
 *
 * @param {Wires} wires
 * @param {Drawn} weights
 * @param {number} input
 * @returns {Row[]}
 */
export function stepOf(wires, weights, input) {
  return { lstm, gru, rnn }[/** @type {"lstm" | "gru" | "rnn"} */ (wires.cell)](wires, weights, [input]);
}

/** @param {Wires} wires @param {Drawn} weights @param {number[]} x @returns {Row[]} */
function lstm({ forget, coupled, peephole, output, squash }, { gates, h, c }, x) {
  const looks = (/** @type {string} */ name, /** @type {number[]} */ cell) => {
    const sums = sum(gates[`lstm.${name}`], x, h);
    return each(sigmoid, peephole ? each((a, p, value) => a + p * value, sums, gates[`lstm.${name}`].p, cell) : sums);
  };
  const seen = peephole ? ".peephole" : "", i = looks("i", c), g = each(Math.tanh, sum(gates["lstm.g"], x, h));
  const f = !forget ? c.map(() => 1) : coupled ? each((value) => 1 - value, i) : looks("f", c);
  const now = each((keep, before, take, candidate) => keep * before + take * candidate, f, c, i, g);
  const o = output ? looks("o", now) : c.map(() => 1), shown = squash ? each(Math.tanh, now) : now;
  return [
    { key: `lstm.i${seen}`, name: "i", values: i },
    ...(forget ? [{ key: coupled ? "lstm.f.coupled" : `lstm.f${seen}`, name: "f", values: f }] : []),
    { key: "lstm.g", name: "g", values: g },
    { key: forget ? "lstm.c" : "lstm.c.kept", name: "c", values: now },
    ...(output ? [{ key: `lstm.o${seen}`, name: "o", values: o }] : []),
    { key: `lstm.h${output ? "" : ".open"}${squash ? "" : ".linear"}`, name: "h", values: each((gate, value) => gate * value, o, shown) },
  ];
}

/** @param {Wires} wires @param {Drawn} weights @param {number[]} x @returns {Row[]} */
function gru({ reset, update }, { gates, h }, x) {
  const r = each(sigmoid, sum(gates["gru.r"], x, h)), z = each(sigmoid, sum(gates["gru.z"], x, h)), of = gates["gru.n"];
  const ofState = reset === "after" ? each((gate, value, b) => gate * (value + b), r, product(of.h, h), of.bh) : each((value, b) => value + b, product(of.h, each((gate, value) => gate * value, r, h)), of.bh);
  const n = each((a, b, state) => Math.tanh(a + b + state), product(of.x, x), of.b, ofState);
  const next = update === "keep" ? each((gate, value, before) => (1 - gate) * value + gate * before, z, n, h) : each((gate, value, before) => gate * value + (1 - gate) * before, z, n, h);
  return [
    { key: "gru.r", name: "r", values: r }, { key: "gru.z", name: "z", values: z },
    { key: reset === "after" ? "gru.n" : "gru.n.before", name: "n", values: n },
    { key: update === "keep" ? "gru.h" : "gru.h.take", name: "h", values: next },
  ];
}

/** @param {Wires} wires @param {Drawn} weights @param {number[]} x @returns {Row[]} */
function rnn({ feedback }, { gates, read, h }, x) {
  const readOut = (/** @type {number[]} */ state) => each((value, b) => value + b, product(read.h, state), read.b);
  const isElman = feedback === "elman", next = each(Math.tanh, sum(gates["rnn.h"], x, isElman ? h : readOut(h)));
  return [{ key: isElman ? "rnn.h" : "rnn.h.jordan", name: "h", values: next }, { key: "rnn.y", name: "y", values: readOut(next) }];
}

/** The same cell with its usual wires. @param {Wires} wires @returns {Wires} */
export const usual = ({ cell }) => ({ cell, ...WIRES[String(cell)] });
