// @ts-check
// Keys that are pressed while the server still reads the text: the reader that comes next plays them.

/** @typedef {[event: KeyboardEvent, target: EventTarget]} Press A key, and what had the focus. */

/** @type {Press[]} */
const pressed = [];
let listening = new AbortController();
listening.abort();

/** Notes keys from now on, after those that were noted elsewhere. @param {Press[]} [before] */
export function noteKeys(before = []) {
  pressed.push(...before);
  if (!listening.signal.aborted) return;
  listening = new AbortController();
  const note = (/** @type {KeyboardEvent} */ event) => { pressed.push([event, event.composedPath()[0]]); };
  document.addEventListener("keydown", note, { signal: listening.signal });
}

/** The keys that were noted; no more are. */
export function takeKeys() {
  listening.abort();
  return pressed.splice(0);
}
