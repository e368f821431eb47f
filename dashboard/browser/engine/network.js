// @ts-check
// A network in the browser: its weights, which any number of streams share, and its vocabulary. Nothing in it changes.

import { CELLS, LSTM_GATES } from "./cells.js";
import { ROWS, openKernel } from "./kernel.js";
import { readWeights } from "./weights.js";

/** @import { Clamp, Config, Kernel, KernelName, Matrix, State } from "./types.js" */

const UNKNOWN = "\ufffd";
const LARGEST = 100_000; // units, layers or characters: no run has more, a damaged file may
/** @param {number} rows */
const panelsOf = (rows) => Math.ceil(rows / ROWS);

export class Network {
  /** @type {(Float32Array | undefined)[]} */
  #ofCharacter = [];

  /**
   * Made by `Network.open`.
   *
   * @param {Config} config
   * @param {Map<string, Float32Array>} weights
   * @param {KernelName} [wanted]
   */
  constructor(config, weights, wanted) {
    const { model, vocabulary } = config;
    this.cell = model.cell;
    this.kind = CELLS[model.cell];
    this.layers = model.num_layers;
    this.units = model.hidden_size;
    this.embeddingSize = model.embedding_size;
    this.vocabulary = vocabulary;
    this.unknown = vocabulary.length - 1;
    this.idOf = new Map(vocabulary.map((character, id) => [character, id]));
    this.rows = this.kind.rows * this.units;
    const floats = placesOf(this);
    /** @type {Kernel} */
    this.kernel = openKernel(floats.end, wanted);
    this.x = floats.x;
    this.sums = floats.sums;
    this.ofState = floats.ofState;
    this.matrices = floats.matrices;
    for (const [name, matrix] of floats.matrices) pack(weightsOf(weights, name), matrix, this.kernel.space);
    this.embedding = weightsOf(weights, "embedding.weight");
    this.biases = biasesOf(this, weights);
    this.readoutBias = weightsOf(weights, "readout.bias");
  }

  /**
   * The network of a run, from its config.json and the bytes of its model.safetensors.
   *
   * @param {Config} config
   * @param {ArrayBuffer} file
   * @param {KernelName} [wanted] "javascript" does without WebAssembly
   * @throws {Error} a damaged file, one of another model, or a configuration that is none
   */
  static open(config, file, wanted) {
    requireConfig(config);
    return new Network(config, readWeights(config, file), wanted);
  }

  /** The state that carries what a cell remembers. */
  get memory() {
    return /** @type {State} */ (this.kind.states.at(-1));
  }

  /** The id of each character of a text; what the vocabulary lacks is read as U+FFFD. @param {string} text */
  encode(text) {
    return Uint16Array.from(Array.from(text), (character) => this.idOf.get(character) ?? this.unknown);
  }

  /** @param {ArrayLike<number>} ids */
  decode(ids) {
    return Array.from(ids, (id) => this.vocabulary[id]).join("");
  }

  /**
   * What a character adds to the first layer's sums, its bias included: the embedding and the input's product in one.
   *
   * @param {number} id
   */
  ofCharacter(id) {
    return (this.#ofCharacter[id] ??= this.#tabulate(id));
  }

  /** @param {number} id */
  #tabulate(id) {
    if (!(Number.isInteger(id) && id >= 0 && id < this.vocabulary.length)) {
      throw new Error(`Wanted the id of a character, 0 to ${this.unknown}, got ${id}. Encode the text with this network.`);
    }
    const { space } = this.kernel, { input } = this.biases[0];
    space.set(input, this.sums);
    space.set(this.embedding.subarray(id * this.embeddingSize, (id + 1) * this.embeddingSize), this.x);
    this.multiply("rnn.weight_ih_l0", this.sums);
    return space.slice(this.sums, this.sums + input.length);
  }

  /** Add a weight's product with what lies at `x`. @param {string} name @param {number} to */
  multiply(name, to) {
    const { at, columns, panels } = /** @type {Matrix} */ (this.matrices.get(name));
    this.kernel.multiply(at, this.x, to, columns, panels);
  }

  /** The clamps themselves, each with its state, if the network has these units. @param {Clamp[]} clamps */
  requireClamps(clamps) {
    return clamps.map((clamp) => {
      const { layer, unit, value, state = this.memory } = clamp, last = `L${this.layers}.u${this.units - 1}`;
      if (!(isCount(layer, this.layers) && Number.isInteger(unit) && unit >= 0 && unit < this.units)) {
        throw new Error(`Wanted a unit from L1.u0 to ${last}, got L${layer}.u${unit}. Choose one of these.`);
      }
      const known = [...this.kind.states, ...(this.cell === "lstm" ? LSTM_GATES : [])];
      if (!known.includes(state)) {
        throw new Error(`Wanted ${known.join(" or ")} as the state to hold, got ${state}. Choose one of these.`);
      }
      if (!Number.isFinite(Math.fround(value))) {
        throw new Error(`Wanted a number to hold L${layer}.u${unit} at, got ${value}. Name a finite one.`);
      }
      return { layer, unit, value: Math.fround(value), state };
    });
  }
}

/** @param {unknown} size @param {number} [largest] */
const isCount = (size, largest = LARGEST) => Number.isInteger(size) && Number(size) >= 1 && Number(size) <= largest;

/** @param {Config} config */
function requireConfig(config) {
  const { model, vocabulary } = config ?? {};
  const sizes = [model?.num_layers, model?.hidden_size, model?.embedding_size];
  if (!sizes.every((size) => isCount(size)) || !Object.hasOwn(CELLS, model.cell)) {
    const known = Object.keys(CELLS).join(", ");
    throw new Error(
      `Wanted the model of a run's config.json (${known}, sizes from 1), got ${JSON.stringify(model)}. Load the run again.`,
    );
  }
  if (!Array.isArray(vocabulary) || vocabulary.at(-1) !== UNKNOWN || vocabulary.length > 65536) {
    throw new Error("Wanted a vocabulary whose last character is U+FFFD, got another. Load the run again.");
  }
}

/** @param {Map<string, Float32Array>} weights @param {string} name */
function weightsOf(weights, name) {
  const found = weights.get(name);
  if (!found) throw new Error(`Wanted the weight ${name}, it is missing. Load the run again.`);
  return found;
}

/** Where x, the sums and each matrix lie in the kernel's space. @param {Network} network */
function placesOf({ layers, units, rows, embeddingSize, vocabulary }) {
  const padded = ROWS * panelsOf(Math.max(rows, vocabulary.length));
  const x = 0, sums = ROWS * panelsOf(Math.max(units, embeddingSize)), ofState = sums + padded;
  /** @type {Map<string, Matrix & { rows: number }>} */
  const matrices = new Map();
  let end = ofState + padded;
  const place = (/** @type {string} */ name, /** @type {number} */ height, /** @type {number} */ columns) => {
    matrices.set(name, { at: end, rows: height, columns, panels: panelsOf(height) });
    end += panelsOf(height) * ROWS * columns;
  };
  for (let layer = 0; layer < layers; layer++) {
    place(`rnn.weight_ih_l${layer}`, rows, layer ? units : embeddingSize);
    place(`rnn.weight_hh_l${layer}`, rows, units);
  }
  place("readout.weight", vocabulary.length, units);
  return { x, sums, ofState, matrices, end };
}

/**
 * Lay a matrix out in panels.
 *
 * @param {Float32Array} source
 * @param {Matrix & { rows: number }} matrix
 * @param {Float32Array} space
 */
function pack(source, { at, rows, columns }, space) {
  for (let row = 0; row < rows; row++) {
    let to = at + Math.floor(row / ROWS) * ROWS * columns + (row % ROWS);
    for (let from = row * columns; from < (row + 1) * columns; from++, to += ROWS) space[to] = source[from];
  }
}

/**
 * The biases of each layer, of the input's sums and of the state's. Only a GRU needs them apart: its reset gate scales
 * what the state adds, bias included. For the others both are in `input`.
 *
 * @param {Network} network
 * @param {Map<string, Float32Array>} weights
 */
function biasesOf({ layers, rows, cell }, weights) {
  const padded = ROWS * panelsOf(rows);
  return Array.from({ length: layers }, (_, layer) => {
    const input = new Float32Array(padded), state = new Float32Array(padded);
    input.set(weightsOf(weights, `rnn.bias_ih_l${layer}`));
    state.set(weightsOf(weights, `rnn.bias_hh_l${layer}`));
    return cell === "gru" ? { input, state } : { input: input.map((bias, row) => bias + state[row]), state };
  });
}
