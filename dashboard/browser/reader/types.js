// @ts-check
// The shapes that the modules share, in one place. This module holds no code.

/**
 * @typedef {"light" | "dark"} Theme
 * @typedef {"colors" | "predictions"} Mode
 *
 * @typedef {object} Unit One unit in one of its states.
 * @property {string} state "hidden", "cell" or a gate such as "forget_gate"
 * @property {number} layer from 1
 * @property {number} unit from 0
 *
 * @typedef {object} Look How a text is shown.
 * @property {string} concept the chosen concept; "" for the one that the unit tracks best
 * @property {Mode} mode
 * @property {string} palette
 * @property {boolean} signals whether all signals of the unit are shown below the text
 *
 * @typedef {Unit & Look} View All that a reader shows; the address bar says the same.
 *
 * @typedef {object} Finding One row of the search table: how well a unit tracks a concept.
 * @property {string} concept
 * @property {string} title words that complete "the unit is on …" or "rises with …"
 * @property {string} where where the concept applies, such as "inside links"; "" for everywhere
 * @property {string} kind
 * @property {string} state
 * @property {number} layer
 * @property {number} unit
 * @property {number} sign 1 or -1
 * @property {string} measure "AUROC", "Spearman" or "η²"
 * @property {number} score on the test part
 * @property {number | null} untrained score of the best unit of untrained networks
 * @property {number | null} ngram score of the best n-gram baseline
 * @property {"detector" | "ramp" | "local" | "none"} verdict
 * @property {"strict" | "default" | "lax" | ""} level
 * @property {boolean} clear a detector or a ramp by the default or the strict rule
 * @property {number | null} f1
 * @property {number | null} share
 * @property {number} rank 1 for the best unit of the concept over all states
 *
 * @typedef {object} Blob One array of a frame.
 * @property {string} name
 * @property {string} dtype NumPy's name of the type
 * @property {number} offset in bytes from the first array
 * @property {number} length in elements
 *
 * @typedef {Int8Array | Uint8Array | Uint16Array | Uint32Array | Float32Array} Numbers
 *
 * @typedef {object} Header The header of the base frame.
 * @property {number} length characters of the text
 * @property {number} layers
 * @property {number} units per layer
 * @property {number} columns layers times units
 * @property {string[]} states h and c
 * @property {string[]} [gates] that can be had as well, as states: "forget_gate"; frames of before have none
 * @property {string[]} vocabulary
 * @property {Finding[]} findings
 * @property {string} model
 * @property {{ state: string, column: number }[]} [exported] the units that an exported page holds
 *
 * @typedef {object} BaseArrays The arrays of the base frame.
 * @property {Uint8Array} text
 * @property {Uint16Array} top_char
 * @property {Float32Array} top_prob
 * @property {Float32Array} loss
 * @property {Uint16Array} rank
 * @property {Float32Array} [cell_scale]
 *
 * @typedef {object} Frame
 * @property {Header & { blobs: Blob[] }} header
 * @property {BaseArrays & { activations: Int8Array }} arrays of which a frame holds some
 *
 * @typedef {object} Extent Which units of a reading can be shown.
 * @property {(state: string, layer: number, unit: number) => boolean} has whether the unit is available
 * @property {(unit: Unit) => number} column of a unit
 *
 * @typedef {Header & Extent & { gates: string[], characters: string[], unknown: Uint8Array | null, arrays: BaseArrays, predictions: number }} Reading
 * A text as one model read it; `predictions` is their number for each character, `unknown` is 1 where the model does not know it.
 *
 * @typedef {object} Source Where a reading comes from.
 * @property {() => Promise<Frame>} base
 * @property {(state: string, column: number) => Promise<Int8Array>} activation
 * @property {(state: string, column: number) => Promise<Int8Array>} [signal] the same where no other unit will be asked for
 * @property {number} [known] characters that have been read, while a text is
 *
 * @typedef {[number, number]} Range First character and the one after the last.
 * @typedef {{ width: number, height: number }} Cell Size of a character cell, in CSS pixels.
 * @typedef {{ text: string, mark: boolean }} Glyph What is shown for a character: itself, or a mark for it.
 */

export {};
