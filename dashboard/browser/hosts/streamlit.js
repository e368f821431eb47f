// @ts-check
// The reader as a Streamlit component. The server names a reading and, when `seq` grows, a unit to show. The browser does
// everything else, and writes the view into the address bar.

import { exportUrl, liveUrl, queryOf } from "../reader/address.js";
import { element } from "../reader/dom.js";
import { keyOf } from "../reader/keys.js";
import { Reader, messageOf } from "../reader/reader.js";
import { RouteSource, fetchAgain } from "../reader/sources.js";
import { DEFAULT_VIEW, sameView, viewIn } from "../reader/view.js";
import { takeKeys } from "./early.js";
import { keepText } from "./kept.js";
import { whenLeaving } from "./leaving.js";
import { nameUnit, showNames } from "./names.js";
import { Outbox } from "./outbox.js";

/** @import { Range, View } from "../reader/types.js" */
/** @import { Press } from "./early.js" */
/** @import { Names } from "./names.js" */

/**
 * @typedef {object} Data What the server says.
 * @property {string} url of the reading
 * @property {{ [name: string]: string }} address model and text for the address bar
 * @property {{ seq: number, view: { [name: string]: unknown } }} cmd the view that was last commanded
 * @property {Range[]} marks
 * @property {Names} [names] what units are called
 * @property {{ [name: string]: number }} heard the number of the last message that the server received, by name
 *
 * @typedef {object} Component What Streamlit and our adapter (dashboard/components.py) pass on.
 * @property {HTMLElement} parentElement
 * @property {Data} data
 * @property {(name: string, value: unknown) => void} setTriggerValue
 * @property {Press[]} [pressed] keys pressed before this module had loaded
 *
 * @typedef {object} Held A reader and where it is.
 * @property {Reader} reader
 * @property {HTMLElement} root
 * @property {string} url
 */

const REST_MS = 1000; // how long a removed reader waits to be mounted again
/** @type {WeakMap<HTMLElement, Held>} */
const mounted = new WeakMap();
/** @type {{ held: Held, scrollTop: number, timer: number } | null} a reader that was removed a moment ago */
let resting = null;
/**
 * What this browser tab shows, and what the server knows about it. It outlives a remount of the component.
 *
 * @type {{ seq: number, view: View, known: View | null, component: Component | null }}
 */
const shown = { seq: -1, view: DEFAULT_VIEW, known: null, component: null };
// Triggers, not states: a state is forgotten if another page is asked for at once.
const outbox = new Outbox((name, message) => shown.component?.setTriggerValue(name, message));

/** Shows what the server says; called again whenever that changes. @param {Component} component */
export function show(component) {
  const { parentElement, data } = component;
  shown.component = component;
  outbox.heard(data.heard);
  if (!outbox.has("view")) heard();
  try {
    const held = mounted.get(parentElement) ?? wake(component);
    if (held?.url === data.url) update(held, data);
    else open(component);
  } catch (error) {
    complain(parentElement, error); // an exception here would wedge the component
  }
}

/** The component was removed. @param {HTMLElement} parentElement */
export function remove(parentElement) {
  const held = mounted.get(parentElement);
  if (!held) return;
  mounted.delete(parentElement);
  if (shown.component?.parentElement === parentElement) shown.component = null;
  endResting();
  held.reader.keys.close();
  const scrollTop = held.reader.screen?.scroll.scrollTop ?? 0;
  resting = { held, scrollTop, timer: window.setTimeout(leave, REST_MS) };
}

// ---- readers --------------------------------------------------------------------------------------------

/** @param {Component} component */
function open({ parentElement, data, pressed = [] }) {
  const root = element("div");
  mounted.get(parentElement)?.reader.destroy();
  placeIn(parentElement).replaceChildren(root);
  const reader = new Reader(root, new RouteSource(data.url, again), obey(data.cmd), {
    onView: remember,
    exportUrl: (view) => exportUrl(data.url, view),
    liveUrl: (view) => liveUrl(data.url, view),
    onMarks: (marks) => outbox.send("marks", marks),
  });
  root.addEventListener("click", save);
  mounted.set(parentElement, { reader, url: data.url, root });
  play(reader, [...takeKeys(), ...pressed]);
  reader.start().then(
    () => {
      if (reader.ended) return;
      if (data.address.text === "own" && reader.screen) {
        keepText(data.url.slice(data.url.lastIndexOf("/") + 1), reader.screen.reading.characters.join(""));
      }
      remember(reader.view);
      reader.showMarks(shown.component?.data.marks ?? []);
      showNames(reader, shown.component?.data.names, outbox);
    },
    (error) => complain(root, error), // in its own root: another reader may have taken over
  );
}

/**
 * Updates a reader to what the server says now.
 *
 * @param {Held} held
 * @param {Data} data
 */
function update({ reader, root }, data) {
  reader.showMarks(data.marks);
  showNames(reader, data.names, outbox);
  if (data.cmd.seq > shown.seq) {
    reader.change(obey(data.cmd)).catch((error) => complain(root, error));
  } else if (reader.screen) {
    writeAddress(reader.view); // the server may have written the address without the unit
    reader.recolor(); // the theme may have changed
  }
}

/**
 * The reader that was removed a moment ago, mounted again: Streamlit remounts a component when others move.
 *
 * @param {Component} component
 * @returns {Held | undefined} undefined if there is none of that reading
 */
function wake({ parentElement, data, pressed = [] }) {
  const rested = resting;
  if (!rested) return undefined;
  window.clearTimeout(rested.timer);
  resting = null;
  const { held: { reader, root, url }, scrollTop } = rested;
  if (url !== data.url) {
    reader.destroy();
    return undefined;
  }
  placeIn(parentElement).replaceChildren(root);
  mounted.set(parentElement, rested.held);
  if (reader.screen) {
    reader.screen.scroll.scrollTop = scrollTop;
    reader.keys.open();
  }
  play(reader, pressed);
  return rested.held;
}

/** The reader was removed and did not come back. */
function leave() {
  endResting();
  outbox.clear();
}

/** Ends the reader that was removed a moment ago. */
function endResting() {
  if (!resting) return;
  window.clearTimeout(resting.timer);
  resting.held.reader.destroy();
  resting = null;
}

/**
 * @param {Reader} reader
 * @param {Press[]} pressed
 */
function play(reader, pressed) {
  for (const [event, target] of pressed) {
    const key = keyOf(event, target);
    if (key) reader.keys.press(key);
  }
}

/** @param {HTMLElement} parentElement */
const placeIn = (parentElement) =>
  /** @type {HTMLElement | null} */ (parentElement.querySelector(".reader-place")) ?? parentElement;

/**
 * @param {HTMLElement} place
 * @param {unknown} error
 */
function complain(place, error) {
  place.replaceChildren(element("p", "broken", `The text could not be shown (${messageOf(error)}). Reload the page.`));
}

// ---- what the server has dropped ------------------------------------------------------------------------

const READS_AGAIN_MS = 120_000, LOOKS_MS = 100;

/** Makes the server read the text again: its script does whenever it runs. Returns whether it has. */
async function again() {
  const heardOf = () => shown.component?.data.heard.again, before = heardOf();
  outbox.send("again", shown.component?.data.url ?? "");
  for (const until = Date.now() + READS_AGAIN_MS; Date.now() < until && heardOf() === before;) {
    await new Promise((resolve) => { window.setTimeout(resolve, LOOKS_MS); });
  }
  return heardOf() !== before;
}

/**
 * Saves an exported page: it is fetched first, so that a reading that was dropped is read again, and a fault is said.
 *
 * @param {MouseEvent} event
 */
async function save(event) {
  const link = event.composedPath().find((node) => node instanceof HTMLAnchorElement && node.matches(".export, .live"));
  if (!(link instanceof HTMLAnchorElement) || !link.href.includes("/charscope/")) return;
  event.preventDefault();
  const title = link.textContent;
  link.textContent = "Saving …";
  try {
    const response = await fetchAgain(link.href, again);
    const name = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get("Content-Disposition") ?? "")?.[1];
    const plain = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") ?? "")?.[1];
    const url = URL.createObjectURL(await response.blob());
    Object.assign(document.createElement("a"), { href: url, download: name ? decodeURIComponent(name) : plain ?? "" }).click();
    window.setTimeout(() => URL.revokeObjectURL(url), READS_AGAIN_MS);
  } catch (error) {
    link.after(element("span", "broken", `The page could not be saved: ${messageOf(error)}`));
  }
  link.textContent = title;
}

// ---- the view -------------------------------------------------------------------------------------------

/** The view to show: the current one, changed by a new command of the server. @param {Data["cmd"]} cmd */
function obey({ seq, view }) {
  if (seq > shown.seq) {
    shown.view = { ...shown.view, concept: "", ...viewIn(view) };
    shown.known = shown.view;
    shown.seq = seq;
  }
  return shown.view;
}

/** @param {View} view */
function remember(view) {
  shown.view = view;
  nameUnit(shown.component ? mounted.get(shown.component.parentElement)?.reader : undefined, view);
  writeAddress(view);
}

/** Writes the address bar: model and text as the server names them, then the view. @param {View} view */
function writeAddress(view) {
  if (!shown.component) return;
  const address = new URL(window.location.href);
  address.search = queryOf(shown.component.data.address, view).toString();
  window.history.replaceState(window.history.state, "", address);
}

/**
 * Sends the server the reader's view when the user leaves the reader: other views need it, but not at every step.
 *
 * @param {Event} event outside the reader
 */
function tell(event) {
  const { component, view, known } = shown;
  const held = component && mounted.get(component.parentElement);
  if (!held?.reader.screen || event.composedPath().includes(held.root) || sameView(view, known)) return false;
  shown.known = view;
  outbox.send("view", view);
  return true;
}

const heard = whenLeaving(tell);
