// @ts-check
// The keys of a reader. They work wherever the focus is, except in a text field or a menu.

/**
 * @typedef {object} Key A key that was pressed.
 * @property {string} key
 * @property {boolean} shift
 * @property {boolean} inControl whether a control with its own keys, such as a button, has the focus
 * @property {boolean} [inField] whether what has the focus takes letters
 *
 * @typedef {object} KeyActions
 * @property {(by: number) => void} detector to the next or previous detector
 * @property {(by: number) => void} unit to the next or previous unit
 * @property {(by: number) => void} state to the next or previous state of the unit
 * @property {() => void} signals show or hide all signals of the unit
 * @property {(by: number) => void} character to the next or previous character
 * @property {() => void} clear
 * @property {() => void} pin
 * @property {(by: number, rows: number) => boolean} extend the selection; false if there is no brush
 * @property {() => boolean} confirm the brush's first button; false if none is shown
 * @property {() => boolean} isPointing whether the pointer is at a character
 * @property {() => boolean} isAtText whether it is, or the text has the focus
 */

/** @type {Map<string, [by: number, rows: number]>} */
const ARROWS = new Map([["ArrowRight", [1, 0]], ["ArrowLeft", [-1, 0]], ["ArrowDown", [0, 1]], ["ArrowUp", [0, -1]]]);

/**
 * What a key event means to a reader; null if it is for something else. `target` had the focus when the key was pressed.
 *
 * @param {KeyboardEvent} event
 * @param {EventTarget | null} [target]
 * @returns {Key | null}
 */
export function keyOf(event, target = event.composedPath()[0]) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return null;
  /** @param {string} selector */
  const isIn = (selector) => target instanceof Element && target.closest(selector) !== null;
  if (isIn("textarea, select, [contenteditable], input:not([role=combobox])")) return null;
  return { key: event.key, shift: event.shiftKey, inControl: isIn("input, button, a"), inField: isIn("input") };
}

/**
 * Does what a key asks for. Returns whether the reader used it.
 *
 * @param {KeyActions} actions
 * @param {Key} pressed
 */
export function pressKey(actions, pressed) {
  return pressAnywhere(actions, pressed)
    || (!pressed.inControl && (pressForBrush(actions, pressed) || pressInText(actions, pressed.key)));
}

/**
 * Brackets change the detector, even from a closed select box; s and a, where no letters are typed, the state and whether
 * all signals are shown; Escape clears.
 *
 * @param {KeyActions} actions
 * @param {Key} pressed
 */
function pressAnywhere(actions, { key, shift, inField }) {
  if (key === "]") actions.detector(1);
  else if (key === "[") actions.detector(-1);
  else if (!inField && key.toLowerCase() === "s") actions.state(shift ? -1 : 1);
  else if (!inField && key === "a") actions.signals();
  else {
    if (key === "Escape") actions.clear();
    return false;
  }
  return true;
}

/**
 * Shift and arrows select text from the character at the pointer; Enter presses the brush's first button.
 *
 * @param {KeyActions} actions
 * @param {Key} pressed
 */
function pressForBrush(actions, { key, shift }) {
  const arrow = ARROWS.get(key);
  if (shift && arrow && actions.isAtText()) return actions.extend(...arrow);
  return key === "Enter" && actions.confirm();
}

/**
 * Arrows and space act while the pointer is at a character or the text has the focus.
 *
 * @param {KeyActions} actions
 * @param {string} key
 */
function pressInText(actions, key) {
  if (!actions.isAtText()) return false;
  const [by, rows] = ARROWS.get(key) ?? [0, 0];
  if (by) actions.character(by);
  else if (rows) actions.unit(rows);
  else if (key === " " && actions.isPointing()) actions.pin();
  else return false;
  return true;
}

/** Keeps keys that are pressed before the reader is ready, and plays them when it is. */
export class KeyQueue {
  /** @param {KeyActions} actions */
  constructor(actions) {
    this.actions = actions;
    /** @type {Key[]} */
    this.waiting = [];
    this.isOpen = false;
  }

  /** Plays a key now if the reader is ready. Returns whether the reader used it. @param {Key} key */
  press(key) {
    if (this.isOpen) return pressKey(this.actions, key);
    this.waiting.push(key);
    return false;
  }

  /** Plays the waiting keys, and from now on plays keys at once. */
  open() {
    this.isOpen = true;
    for (const key of this.waiting.splice(0)) pressKey(this.actions, key);
  }

  /** Makes keys wait from now on. */
  close() {
    this.isOpen = false;
  }
}
