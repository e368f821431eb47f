// @ts-check
// When the user leaves the reader for another part of the page, the server learns which view the reader shows.

const LONGEST_MS = 2000; // a click waits no longer, whatever the server does

/**
 * Calls `tell` when something else is pressed or focused; `tell` returns whether it sent the server a view.
 *
 * The server runs a click's script and the script that receives the view side by side, in either order. So a click on
 * anything else, such as a link to another page, waits until the server has received the view. A click that opens a new
 * tab does not wait: it starts another session.
 *
 * @param {(event: Event) => boolean} tell
 * @returns {() => void} to be called when the server has received the view
 */
export function whenLeaving(tell) {
  let timer = 0; // 0: no view is on its way
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
