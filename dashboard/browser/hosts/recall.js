// @ts-check
// Gives the server a text of the user that it has dropped, if this browser tab has kept it. A state, not a trigger: one
// that is sent while a component is mounted can be lost.

import { keptText } from "./kept.js";

let number = 0, answered = "";

/** @param {{ data: { key: string }, setStateValue: (name: string, value: unknown) => void }} component */
export function show({ data: { key }, setStateValue }) {
  if (key === answered) return;
  answered = key;
  number = Math.max(number + 1, Date.now());
  setStateValue("text", { number, value: { key, text: keptText(key) } });
}

export function remove() {}
