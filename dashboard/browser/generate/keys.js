// @ts-check
// The keys of Generate, wherever the focus is but in a field.

/** @import { Generate } from "./generate.js" */

const IN_FIELD = "input, textarea, select, [contenteditable]", PRESSED_BY_SPACE = "button, a, summary";

/**
 * @param {Generate} page
 * @param {KeyboardEvent} event
 */
export function keysOf(page, event) {
  const [target] = event.composedPath();
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const on = (/** @type {string} */ selector) => target instanceof Element && target.matches(selector);
  if (on(IN_FIELD) || (event.key === " " && on(PRESSED_BY_SPACE))) return;
  const act = actionOf(page, event.key);
  if (!act) return;
  event.preventDefault();
  act();
}

/** @param {Generate} page @param {string} key @returns {(() => void) | undefined} */
function actionOf(page, key) {
  const last = (page.columns[0]?.length ?? 0) - 1, at = page.selected;
  switch (key) {
    case " ": return () => page.run(!page.texts?.running);
    case ".": return () => page.step();
    case "Escape": return () => page.select(null, -1);
    case "Backspace": return at < 0 ? undefined : () => page.goBack();
    case "ArrowLeft": return () => page.select(null, Math.max(0, (at < 0 ? last + 1 : at) - 1));
    case "ArrowRight": return at < 0 ? undefined : () => page.select(null, at + 1 > last ? -1 : at + 1);
    case "ArrowUp": return () => page.parts.events.onStepUnit(-1);
    case "ArrowDown": return () => page.parts.events.onStepUnit(1);
    case "[": case "]": return () => page.parts.stepDetector(page.view, key === "]" ? 1 : -1);
    default: {
      const choice = /^[1-5]$/.test(key) ? page.choices.shown[Number(key) - 1] : undefined;
      return choice && (() => page.force(choice.id));
    }
  }
}
