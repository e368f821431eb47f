// @ts-check
// Compare as a Streamlit component. The server names a text that it holds, and the rows to begin with; the browser does
// the rest, and writes the rows into the address bar.

import { Comparison } from "../compare/compare.js";
import { rowsWritten } from "../compare/row.js";
import { RouteSupply } from "../compare/supply.js";
import { element } from "../reader/dom.js";
import { messageOf } from "../reader/reader.js";
import { whenLeaving } from "./leaving.js";
import { Outbox } from "./outbox.js";

/** @import { Row } from "../compare/types.js" */
/**
 * @typedef {object} Data What the server says.
 * @property {string} url of the text as some model read it
 * @property {string[]} models that can be chosen
 * @property {Row[]} rows
 * @property {number} seq grows when the server wants these rows
 * @property {string} palette
 * @property {{ [name: string]: string }} address model and text for the address bar
 * @property {{ [name: string]: number }} heard the number of the last message that the server received, by name
 *
 * @typedef {object} Component What Streamlit and our adapter (dashboard/components.py) pass on.
 * @property {HTMLElement} parentElement
 * @property {Data} data
 * @property {(name: string, value: unknown) => void} setTriggerValue
 */

const REST_MS = 1000; // how long a removed comparison waits to be mounted again
/** @type {{ url: string, seq: number, root: HTMLElement, page: Comparison } | null} */
let held = null;
/** @type {Component | null} */
let mounted = null;
let resting = 0;
let told = ""; // what the server knows of the rows
const outbox = new Outbox((name, message) => mounted?.setTriggerValue(name, message));

/** Shows what the server says; called again whenever that changes. @param {Component} component */
export function show(component) {
  const { parentElement, data } = component;
  mounted = component;
  window.clearTimeout(resting);
  outbox.heard(data.heard);
  if (!outbox.has("rows")) heard();
  const place = /** @type {HTMLElement | null} */ (parentElement.querySelector(".reader-place")) ?? parentElement;
  try {
    if (held?.url !== data.url || data.seq > held.seq) open(data);
    if (held && held.root.parentElement !== place) place.replaceChildren(held.root);
    if (!held) return;
    writeAddress(held.page.rows, held.page.palette); // the server may have written it without the rows
    held.page.recolor(); // the theme may have changed
    if (!held.page.lines) begin(held.page, held.root);
  } catch (error) {
    place.replaceChildren(element("p", "broken", `The comparison could not be shown (${messageOf(error)}). Reload the page.`));
  }
}

/** The component was removed. @param {HTMLElement} parentElement */
export function remove(parentElement) {
  if (mounted?.parentElement !== parentElement) return;
  mounted = null;
  window.clearTimeout(resting);
  resting = window.setTimeout(() => {
    held?.page.destroy();
    held = null;
    outbox.clear();
  }, REST_MS);
}

/** Another text keeps the rows, unless the server wants others. @param {Data} data */
function open({ url, models, rows, seq, palette }) {
  const before = held && seq <= held.seq ? held.page : null;
  held?.page.destroy();
  const root = element("div"), supply = new RouteSupply(url, models);
  const page = new Comparison(root, supply, { rows: before?.rows ?? rows, palette: before?.palette ?? palette, onChange: writeAddress });
  if (!before) told = JSON.stringify([rowsWritten(rows), palette]);
  held = { url, seq, root, page };
}

/** Loads a comparison that is in the page. @param {Comparison} page @param {HTMLElement} root */
function begin(page, root) {
  page.start().catch((error) => {
    if (!page.ended) root.replaceChildren(element("p", "broken", `The comparison could not be shown (${messageOf(error)}). Reload the page.`));
  });
}

/** @param {Row[]} rows @param {string} palette */
function writeAddress(rows, palette) {
  if (!mounted) return;
  const address = new URL(window.location.href), query = new URLSearchParams(mounted.data.address);
  query.set("rows", rowsWritten(rows));
  query.delete("palette");
  if (palette !== "blue–orange") query.set("palette", palette);
  address.search = query.toString().replaceAll("%3A", ":").replaceAll("%2C", ",").replaceAll("%7E", "~");
  window.history.replaceState(window.history.state, "", address);
}

/** Sends the server the rows when the user turns to another part of the page. @param {Event} event */
function tell(event) {
  const page = held?.page;
  if (!mounted || !held || !page || event.composedPath().includes(held.root)) return false;
  const now = JSON.stringify([rowsWritten(page.rows), page.palette]);
  if (now === told) return false;
  told = now;
  outbox.send("rows", { rows: rowsWritten(page.rows), palette: page.palette });
  return true;
}

const heard = whenLeaving(tell);
