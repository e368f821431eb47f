// @ts-check
// Mounted by Read before the server has read the text: loads the reader's modules, and notes keys for the reader.

import "./streamlit.js";
import { noteKeys, takeKeys } from "./early.js";

/** @import { Press } from "./early.js" */

let here = false;

/** @param {{ pressed?: Press[] }} component */
export function show({ pressed = [] }) {
  if (!here) noteKeys(pressed);
  here = true;
}

/** Read was left. */
export function remove() {
  here = false;
  takeKeys();
}
