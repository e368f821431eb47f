// @ts-check
// Keys that are pressed while the server reads the text. The next reader plays them.

/** @typedef {[event: KeyboardEvent, target: EventTarget]} Press A key, and what had the focus. */

/** @type {Press[]} */
const pressed = [];
let listening = new AbortController();
listening.abort();

/** Notes keys from now on, after some that were noted before. @param {Press[]} [before] */
export function noteKeys(before = []) {
  pressed.push(...before);
  if (!listening.signal.aborted) return;
  listening = new AbortController();
  const note = (/** @type {KeyboardEvent} */ event) => { pressed.push([event, event.composedPath()[0]]); };
  document.addEventListener("keydown", note, { signal: listening.signal });
}

/** Ends the noting. Returns the keys. */
export function takeKeys() {
  listening.abort();
  return pressed.splice(0);
}
