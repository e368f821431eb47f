// @ts-check
// Somebody turns from the reader to another part of the page: the moment to tell the server which view is left.

const LONGEST_MS = 2000; // a click waits no longer, whatever the server does

/**
 * Calls `tell` when something else is pressed or focused; `tell` says whether it told the server something.
 *
 * The server runs a click's script beside the one that takes in what it was told, and that may be the later one. So a
 * click on anything else, a link to another page say, waits until the server has heard. A click that opens a new tab
 * does not: it is another session's.
 *
 * @param {(event: Event) => boolean} tell
 * @returns {() => void} to be called when the server has heard
 */
export function whenLeaving(tell) {
  let timer = 0; // 0: nothing is on its way
  /** @type {MouseEvent | null} */
  let waiting = null;
  const heard = () => {
    const click = waiting;
    window.clearTimeout(timer);
    [timer, waiting] = [0, null];
    if (click) click.target?.dispatchEvent(new MouseEvent("click", click));
  };
  for (const name of ["pointerdown", "focusin"]) {
    document.addEventListener(name, (event) => {
      if (!tell(event)) return;
      window.clearTimeout(timer);
      timer = window.setTimeout(heard, LONGEST_MS);
    }, { capture: true });
  }
  document.addEventListener("click", (event) => {
    if (!timer || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    waiting = event;
  }, { capture: true });
  return heard;
}
