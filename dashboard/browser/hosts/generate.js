// @ts-check
// Generate as a Streamlit component. The server names a network; everything else happens in the browser, also when the
// server is gone. The plan and the view are written into the address bar.

import { aboutFrom } from "../generate/about.js";
import { Generate } from "../generate/generate.js";
import { KEYS, inWords, planIn } from "../generate/plan.js";
import { queryOf } from "../reader/address.js";
import { element } from "../reader/dom.js";
import { viewIn } from "../reader/view.js";
import { whenLeaving } from "./leaving.js";
import { Outbox } from "./outbox.js";

/** @import { Plan } from "../generate/plan.js" */
/** @import { View } from "../reader/types.js" */
/**
 * @typedef {object} Data What the server says.
 * @property {string} url of the network
 * @property {{ [name: string]: string }} address the model, for the address bar
 * @property {{ [name: string]: unknown }} view the unit to begin with
 * @property {{ [name: string]: number }} heard the number of the last message that the server received, by name
 *
 * @typedef {object} Component What Streamlit and our adapter (dashboard/components.py) pass on.
 * @property {HTMLElement} parentElement
 * @property {Data} data
 * @property {(name: string, value: unknown) => void} setTriggerValue
 *
 * @typedef {{ url: string, root: HTMLElement, page: Generate | null, life: AbortController, given: string }} Held `given` by the server: the view
 */

const REST_MS = 1000; // how long a removed page waits to be mounted again
/** @type {Held | null} */
let held = null;
/** @type {Component | null} */
let mounted = null;
let resting = 0;
let told = ""; // the view that the server knows
/**
 * The last plan of each network, and whether it was writing: Streamlit clears the address when a visitor changes views.
 *
 * @type {Map<string, { plan: Plan, running: boolean }>}
 */
const last = new Map();
const outbox = new Outbox((name, message) => mounted?.setTriggerValue(name, message));

/** Shows what the server says; called again whenever that changes. @param {Component} component */
export function show(component) {
  const { parentElement, data } = component;
  mounted = component;
  window.clearTimeout(resting);
  outbox.heard(data.heard);
  if (!outbox.has("view")) heard();
  if (held?.url !== data.url) open(data);
  const place = /** @type {HTMLElement | null} */ (parentElement.querySelector(".reader-place")) ?? parentElement;
  if (held && held.root.parentElement !== place) place.replaceChildren(held.root);
  const given = JSON.stringify(data.view);
  if (held?.page && given !== held.given && given !== told) held.page.show({ ...held.page.view, ...viewIn(data.view) });
  if (held) held.given = given;
  if (held?.page) {
    writeAddress(held.page.view, held.page.plan); // the server may have written it without them
    held.page.schedule(); // the theme may have changed
  }
}

/** The component was removed. @param {HTMLElement} parentElement */
export function remove(parentElement) {
  if (mounted?.parentElement !== parentElement) return;
  mounted = null;
  if (held?.page) last.set(held.url, { plan: held.page.plan, running: held.page.texts?.running ?? true });
  held?.page?.run(false);
  window.clearTimeout(resting);
  resting = window.setTimeout(() => {
    end();
    outbox.clear();
  }, REST_MS);
}

function end() {
  held?.life.abort();
  held?.page?.destroy();
  held = null;
}

/** @param {Data} data */
function open({ url, view }) {
  const before = held?.page, query = new URLSearchParams(before ? "" : window.location.search);
  end();
  const opened = (held = { url, root: element("div", "reader generate", element("p", "waiting", "Loading the network …")), page: null, life: new AbortController(), given: JSON.stringify(view) });
  load(opened, viewIn(view), query, before ?? null).catch((error) => {
    if (opened.life.signal.aborted) return;
    opened.root.replaceChildren(element("p", "broken", error instanceof Error ? error.message : String(error)));
  });
}

/**
 * @param {Held} opened
 * @param {Partial<View>} view
 * @param {URLSearchParams} query
 * @param {Generate | null} before the page of another network that was here
 */
async function load(opened, view, query, before) {
  const { url, root, life: { signal } } = opened;
  const about = await describe(url, signal);
  const asked = KEYS.some((key) => query.has(key)), { plan, problems } = planIn(query, about.reading);
  if (signal.aborted) return;
  const usual = { ...plan, ...(query.has("prompt") ? {} : { prompt: about.starts[0]?.prompt ?? "" }) };
  const begun = before ? { ...usual, ...kept(before) } : asked ? usual : (last.get(url)?.plan ?? usual);
  const plays = !problems.length && (asked || (last.get(url)?.running ?? true));
  const page = (opened.page = new Generate(root, {
    about, weights: `${url}/weights`, view, plan: begun, problems, plays, liveUrl: liveUrl(url), onChange: writeAddress,
  }));
  told = JSON.stringify(page.view);
  await page.start();
}

/**
 * @param {string} url of the network
 * @param {AbortSignal} signal
 */
async function describe(url, signal) {
  try {
    const response = await fetch(`${url}/about`, { signal });
    if (response.ok) return aboutFrom(await response.arrayBuffer());
    const isOurs = response.headers.get("Content-Type")?.startsWith("text/plain");
    throw new Error(isOurs ? (await response.text()).slice(0, 300) : String(response.status));
  } catch (error) {
    if (signal.aborted) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The network's description did not arrive (${reason.replace(/\.$/, "")}). Reload the page.`, { cause: error });
  }
}

/** What stays of a plan when another network writes: the reader's own prompt, the seed, the temperature. @param {Generate} page */
function kept({ plan, about }) {
  const { prompt, seed, temperature } = plan, own = !about.starts.some((start) => start.prompt === prompt);
  return { seed, temperature, ...(own ? { prompt } : {}) };
}

/** @param {View} view @param {Plan} plan */
function writeAddress(view, plan) {
  if (!mounted) return;
  const address = new URL(window.location.href), query = queryOf(mounted.data.address, view);
  for (const name of KEYS) query.delete(name);
  for (const [name, value] of inWords(plan)) query.set(name, value);
  address.search = query.toString();
  window.history.replaceState(window.history.state, "", address);
}

/** The address of a page that opens with what is shown. @param {string} url of the network */
const liveUrl = (url) => (/** @type {View} */ view, /** @type {Plan} */ plan) => `${url}/live?${queryOf({ tab: "generate", ...Object.fromEntries(inWords(plan)) }, view)}`;

/** Sends the server the view when the user turns to another part of the page. @param {Event} event */
function tell(event) {
  const page = held?.page;
  if (!mounted || !page || event.composedPath().includes(page.root) || JSON.stringify(page.view) === told) return false;
  told = JSON.stringify(page.view);
  outbox.send("view", page.view);
  return true;
}

const heard = whenLeaving(tell);
