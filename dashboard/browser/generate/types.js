// @ts-check
// What the page that holds Generate gives it. This module holds no code.

/** @import { Engine } from "../engine/client.js" */
/** @import { View } from "../reader/types.js" */
/** @import { About } from "./about.js" */
/** @import { Plan } from "./plan.js" */

/**
 * @typedef {object} Options
 * @property {About} about
 * @property {ArrayBuffer | string} weights
 * @property {Engine} [engine] with the weights loaded, where others use it too; it is left open
 * @property {Partial<View>} [view]
 * @property {Plan} [plan]
 * @property {string[]} [problems] of the address
 * @property {(view: View, plan: Plan) => string} [liveUrl] the address of an exported page that holds the network
 * @property {boolean} [plays] whether it begins to write on its own
 * @property {(view: View, plan: Plan) => void} [onChange]
 */

export {};
