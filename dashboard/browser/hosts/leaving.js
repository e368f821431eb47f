// @ts-check
// Somebody turns from the reader to another part of the page: the moment to tell the server which view is left.

/**
 * Calls `tell` when something else is pressed or focused; `tell` says whether it told the server something.
 *
 * Streamlit sends what it is told in a task of its own. A click that is handled before that, on a link to another page
 * say, would send first, and the server would be called back to this page: such a click waits until the other was sent.
 *
 * @param {(event: Event) => boolean} tell
 */
export function whenLeaving(tell) {
  let isSending = false;
  /** @type {MouseEvent | null} */
  let waiting = null;
  const sent = () => {
    const click = waiting;
    [isSending, waiting] = [false, null];
    if (click) click.target?.dispatchEvent(new MouseEvent("click", click));
  };
  for (const name of ["pointerdown", "focusin"]) {
    document.addEventListener(name, (event) => {
      if (!tell(event)) return;
      isSending = true;
      window.setTimeout(sent, 0); // Streamlit set its own before
    }, { capture: true });
  }
  document.addEventListener("click", (event) => {
    if (!isSending) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    waiting = event;
  }, { capture: true });
}
