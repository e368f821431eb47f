// @ts-check
// A stream: one network reading one text, character by character. Several share the weights; each has its own state.

import { LSTM_GATES as GATES, fromGates, tanh } from "./cells.js";
import { likeliest, lossOf } from "./predictions.js";

/** @import { Network } from "./network.js" */
/** @import { Clamp, LayerState, Snapshot } from "./types.js" */

export class Stream {
  /** @type {Required<Clamp>[]} */
  #clamps = [];

  /** A stream in the zero state, that has read nothing. @param {Network} network @param {Clamp[]} [clamps] */
  constructor(network, clamps = []) {
    this.network = network;
    const { units, rows, kind } = network;
    /** @type {LayerState[]} */
    this.layers = Array.from({ length: network.layers }, () => ({
      h: new Float32Array(units),
      c: new Float64Array(kind.states.includes("cell") ? units : 0),
      gates: new Float32Array(kind.gates.length ? rows : 0),
    }));
    /** What the last step predicts for the next character; before the first, the readout's bias. */
    this.logits = network.readoutBias.slice();
    this.clamps = clamps;
    const { space } = network.kernel, { sums, ofState } = network;
    this.sums = space.subarray(sums, sums + rows);
    this.ofState = space.subarray(ofState, ofState + rows);
  }

  /** Units that are held at values after every step from the next on; before the first all states are 0. */
  get clamps() {
    return this.#clamps;
  }

  set clamps(/** @type {Clamp[]} */ clamps) {
    this.#clamps = this.network.requireClamps(clamps);
  }

  /**
   * Read one character. A clamped state is overwritten before anything reads it: h = o tanh c is taken from a clamped
   * c for the recurrence, the next layer and the readout alike (models/clamp.py). So it is with a clamped gate of an
   * LSTM: the unit's c and h are those that follow from it.
   *
   * @param {number} id
   * @returns {Float32Array} the logits of the next
   */
  step(id) {
    const { network } = this, { space } = network.kernel;
    const ofCharacter = network.ofCharacter(id); // the first time it is computed, in the place of x and the sums
    this.layers.forEach((state, layer) => {
      if (layer) {
        space.set(network.biases[layer].input, network.sums);
        space.set(this.output(layer), network.x);
        network.multiply(`rnn.weight_ih_l${layer}`, network.sums);
      } else {
        space.set(ofCharacter, network.sums);
      }
      this.#addOfState(layer);
      const clamps = this.#clamps.filter((clamp) => clamp.layer === layer + 1), before = clamps.map(({ unit }) => state.c[unit]);
      network.kind.advance(state, this.sums, this.ofState);
      if (clamps.length) hold(state, clamps, before);
    });
    return this.#readOut();
  }

  /** What a layer hands on, to the next one or to the readout: its h. @param {number} layer from 1 */
  output(layer) {
    return this.layers[layer - 1].h;
  }

  /** @param {number} layer */
  #addOfState(layer) {
    const { network } = this, { space } = network.kernel, apart = network.cell === "gru";
    if (apart) space.set(network.biases[layer].state, network.ofState);
    space.set(this.layers[layer].h, network.x);
    network.multiply(`rnn.weight_hh_l${layer}`, apart ? network.ofState : network.sums);
  }

  #readOut() {
    const { network } = this, { space } = network.kernel, { sums, readoutBias } = network;
    space.fill(0, sums + readoutBias.length, sums + readoutBias.length + 32);
    space.set(readoutBias, sums);
    space.set(this.output(this.layers.length), network.x);
    network.multiply("readout.weight", sums);
    this.logits.set(space.subarray(sums, sums + readoutBias.length));
    return this.logits;
  }

  /**
   * A layer's state or gate after the last step, as a view that the next step overwrites.
   *
   * @param {string} name "hidden", "cell", or a gate such as "forget_gate"
   * @param {number} layer from 1
   * @returns {Float32Array | Float64Array}
   */
  state(name, layer) {
    const { kind, units } = this.network, found = this.layers[layer - 1];
    const gate = kind.gates.findIndex((named) => `${named}_gate` === name);
    if (!found || !(gate >= 0 || kind.states.some((state) => state === name))) {
      const known = [...kind.states, ...kind.gates.map((named) => `${named}_gate`)].join(", ");
      throw new Error(`Wanted ${known} of layer 1 to ${this.layers.length}, got ${name} of layer ${layer}.`);
    }
    if (gate >= 0) return found.gates.subarray(gate * units, (gate + 1) * units);
    return name === "hidden" ? found.h : found.c;
  }

  /** Nats of a character as the next. @param {number} id */
  loss(id) {
    return lossOf(this.logits, id);
  }

  /** The likeliest next characters, at temperature 1. @param {number} [count] */
  top(count = 5) {
    return likeliest(this.logits, count);
  }

  /** All that the next step depends on, and the gates and logits of the last. @returns {Snapshot} */
  snapshot() {
    return {
      network: this.network,
      h: this.layers.map(({ h }) => h.slice()),
      c: this.layers.map(({ c }) => c.slice()),
      gates: this.layers.map(({ gates }) => gates.slice()),
      logits: this.logits.slice(),
    };
  }

  /**
   * Go back to a snapshot of this or of another stream of the network; clamps stay as they are.
   *
   * @param {Snapshot} snapshot
   */
  restore({ network, h, c, gates, logits }) {
    if (network !== this.network) throw new Error("Wanted a snapshot of this network, got one of another.");
    this.layers.forEach((state, layer) => {
      state.h.set(h[layer]);
      state.c.set(c[layer]);
      state.gates.set(gates[layer]);
    });
    this.logits.set(logits);
  }
}

/**
 * Overwrite held units of one layer: gates first, with the c and h that follow from them, then c, with its h, then h.
 *
 * @param {LayerState} state
 * @param {Required<Clamp>[]} clamps
 * @param {number[]} before the c of each clamp's unit before the step
 */
function hold(state, clamps, before) {
  const { h, c, gates } = state, output = gates.length - h.length;
  clamps.forEach(({ unit, value, state: held }) => {
    const gate = GATES.indexOf(held);
    if (gate >= 0) gates[gate * h.length + unit] = value;
  });
  clamps.forEach(({ unit, state: held }, k) => GATES.includes(held) && fromGates(state, unit, before[k]));
  for (const { unit, value } of clamps.filter((clamp) => clamp.state === "cell")) {
    c[unit] = value;
    h[unit] = gates[output + unit] * tanh(value);
  }
  for (const { unit, value } of clamps.filter((clamp) => clamp.state === "hidden")) h[unit] = value;
}
