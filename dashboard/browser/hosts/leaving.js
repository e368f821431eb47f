// @ts-check
// When the user leaves the reader for another part of the page, the server learns which view the reader shows.

const LONGEST_MS = 2000; // a click waits no longer, whatever the server does

/**
 * Calls `tell` when something else is pressed or focused; `tell` says whether it told the server something.
 *
 * The server runs a click's script beside the one that takes in what it was told, and that may be the later one. So a
 * click on a link or a button elsewhere waits until the server has heard. A canvas, of a table say, needs its click at
 * once.
 *
 * @param {(event: Event) => boolean} tell
 * @returns {() => void} to be called when the server has heard
 */
export function whenLeaving(tell) {
  let timer = 0; // 0: nothing is on its way
  /** @type {{ click: MouseEvent, target: Element } | null} */
  let waiting = null;
  const heard = () => {
    const held = waiting;
    window.clearTimeout(timer);
    [timer, waiting] = [0, null];
    if (held?.target.isConnected) held.target.dispatchEvent(new MouseEvent("click", held.click));
  };
  for (const name of ["pointerdown", "focusin", "keydown"]) {
    document.addEventListener(name, (event) => {
      if (event instanceof KeyboardEvent && event.key !== "Enter" && event.key !== " ") return;
      if (!tell(event)) return;
      window.clearTimeout(timer);
      timer = window.setTimeout(heard, LONGEST_MS);
    }, { capture: true });
  }
  document.addEventListener("click", (event) => {
    const [target] = event.composedPath();
    if (!timer || !(target instanceof Element) || target.getRootNode() !== document || !target.closest("a, button")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    waiting = { click: event, target };
  }, { capture: true });
  return heard;
}
