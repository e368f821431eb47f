// @ts-check
// The slider through a training as a Streamlit component. The server names the training; everything else comes from its
// routes. Step, unit, state, concept and axis are written into the address bar.

import { askedIn, writeAsked } from "../training/asked.js";
import { Source } from "../training/source.js";
import { Training } from "../training/training.js";
import { element } from "../reader/dom.js";

/** @import { Asked } from "../training/asked.js" */
/**
 * @typedef {{ url: string, live: boolean, told: boolean }} Data What the server says: where the training lies, whether to follow it, and whether the page tells how it stands.
 * @typedef {{ parentElement: HTMLElement, data: Data }} Component What Streamlit and our adapter (dashboard/components.py) pass on.
 */

const REST_MS = 1000; // how long a removed slider waits to be mounted again
const WRITE_MS = 300; // browsers refuse an address that is written too often, as by a slider that plays
/** @type {{ url: string, live: boolean, told: boolean, root: HTMLElement, page: Training } | null} */
let held = null;
/** @type {Component | null} */
let mounted = null;
let resting = 0, timer = 0;
/** What was chosen last, by training: Streamlit clears the address when a visitor changes views. @type {Map<string, Asked>} */
const last = new Map();

/** Shows what the server says; called again whenever that or the theme changes. @param {Component} component */
export function show(component) {
  const { parentElement, data: { url, live, told } } = component;
  mounted = component;
  window.clearTimeout(resting);
  const isSame = held?.url === url && held.live === live && held.told === told;
  if (!isSame) open(component);
  const place = /** @type {HTMLElement | null} */ (parentElement.querySelector(".reader-place")) ?? parentElement;
  if (held && held.root.parentElement !== place) place.replaceChildren(held.root);
  if (!held) return;
  if (isSame) held.page.recolor();
  else held.page.start();
  writeAddress(); // the server may have written it without what was chosen
}

/** The component was removed. @param {HTMLElement} parentElement */
export function remove(parentElement) {
  if (mounted?.parentElement !== parentElement) return;
  mounted = null;
  window.clearTimeout(timer);
  window.clearTimeout(resting);
  resting = window.setTimeout(end, REST_MS);
}

function end() {
  held?.page.destroy();
  held = null;
}

/** @param {Component} component */
function open({ data: { url, live, told } }) {
  const query = new URLSearchParams(window.location.search), written = askedIn(query), isSame = held?.url === url;
  const isAsked = ["step", "sample", "log"].some((name) => query.has(name)) || written.unit !== null;
  const asked = isSame && held ? held.page.asked : isAsked ? written : (last.get(url) ?? written);
  end();
  const root = element("div", "", element("p", "waiting", "Loading the training …"));
  held = { url, live, told, root, page: new Training(root, { source: new Source(url), asked, query: isSame ? new URLSearchParams() : query, isLive: live, isTold: told, onChange: changed }) };
}

/** Writes the address, not more often than browsers allow. @param {Asked} asked */
function changed(asked) {
  if (held) last.set(held.url, asked);
  if (!timer) timer = window.setTimeout(writeAddress, WRITE_MS);
}

function writeAddress() {
  window.clearTimeout(timer);
  timer = 0;
  if (!mounted || !held) return;
  const asked = last.get(held.url);
  if (!asked) return; // as it was asked for
  const address = new URL(window.location.href);
  writeAsked(address.searchParams, asked);
  window.history.replaceState(window.history.state, "", address);
}
