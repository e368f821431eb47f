// @ts-check
// Gives the server a text of the user's that it has dropped, if this browser tab has kept it.

import { keptText } from "./kept.js";

let number = 0;

/** @param {{ data: { key: string }, setTriggerValue: (name: string, value: unknown) => void }} component */
export function show({ data: { key }, setTriggerValue }) {
  number = Math.max(number + 1, Date.now());
  setTriggerValue("text", { number, value: { key, text: keptText(key) } });
}

export function remove() {}
