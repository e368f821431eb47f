// @ts-check
// The keys of a reader: they work wherever the focus is, unless something is being typed or chosen there.

/**
 * @typedef {object} Key A key that was pressed.
 * @property {string} key
 * @property {boolean} shift
 * @property {boolean} inControl whether a button or the like has the focus, which takes keys of its own
 *
 * @typedef {object} KeyActions
 * @property {(by: number) => void} detector to the next or previous detector
 * @property {(by: number) => void} unit to the next or previous unit
 * @property {(by: number) => void} character to the next or previous character
 * @property {() => void} clear
 * @property {() => void} pin
 * @property {(by: number, rows: number) => boolean} extend the selection; false if there is no brush
 * @property {() => boolean} confirm what is on offer; false if nothing is
 * @property {() => boolean} isPointing whether a character is pointed at
 * @property {() => boolean} isAtText whether one is, or the text has the focus
 */

/** @type {Map<string, [by: number, rows: number]>} */
const ARROWS = new Map([["ArrowRight", [1, 0]], ["ArrowLeft", [-1, 0]], ["ArrowDown", [0, 1]], ["ArrowUp", [0, -1]]]);

/**
 * What a key event means to a reader; null if it is for something else. The target is that of the moment of the press.
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
  return { key: event.key, shift: event.shiftKey, inControl: isIn("input, button, a") };
}

/**
 * Does what a key says. Says whether the key is used up.
 *
 * @param {KeyActions} actions
 * @param {Key} pressed
 */
export function pressKey(actions, pressed) {
  return pressAnywhere(actions, pressed.key)
    || (!pressed.inControl && (pressForBrush(actions, pressed) || pressInText(actions, pressed.key)));
}

/**
 * Brackets change the detector, also from a closed select box; Escape clears.
 *
 * @param {KeyActions} actions
 * @param {string} key
 */
function pressAnywhere(actions, key) {
  if (key === "]") actions.detector(1);
  else if (key === "[") actions.detector(-1);
  else {
    if (key === "Escape") actions.clear();
    return false;
  }
  return true;
}

/**
 * Shift and arrows select text from the character that is pointed at; Enter presses the first button on offer.
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
 * Arrows and space act while a character is pointed at or the text has the focus.
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

/** Keys that are pressed before the reader is ready, to be played when it is. */
export class KeyQueue {
  /** @param {KeyActions} actions */
  constructor(actions) {
    this.actions = actions;
    /** @type {Key[]} */
    this.waiting = [];
    this.isOpen = false;
  }

  /** Plays a key now if the reader is ready. Says whether it is used up. @param {Key} key */
  press(key) {
    if (this.isOpen) return pressKey(this.actions, key);
    this.waiting.push(key);
    return false;
  }

  /** From now on keys are played at once; those that waited first. */
  open() {
    this.isOpen = true;
    for (const key of this.waiting.splice(0)) pressKey(this.actions, key);
  }

  /** From now on keys wait. */
  close() {
    this.isOpen = false;
  }
}
