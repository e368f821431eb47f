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
/** The last plan of each network: Streamlit clears the address when a visitor changes views. @type {Map<string, Plan>} */
const plans = new Map();
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
  end();
  const opened = (held = { url, root: element("div", "reader generate", element("p", "waiting", "Loading the network …")), page: null, life: new AbortController(), given: JSON.stringify(view) });
  const query = new URLSearchParams(window.location.search);
  load(opened, viewIn(view), query).catch((error) => {
    if (opened.life.signal.aborted) return;
    opened.root.replaceChildren(element("p", "broken", `The network could not be shown (${error instanceof Error ? error.message : error}). Reload the page.`));
  });
}

/**
 * @param {Held} opened
 * @param {Partial<View>} view
 * @param {URLSearchParams} query
 */
async function load(opened, view, query) {
  const { url, root, life: { signal } } = opened;
  const response = await fetch(`${url}/about`, { signal });
  if (!response.ok) throw new Error(await response.text());
  const about = aboutFrom(await response.arrayBuffer());
  const asked = KEYS.some((key) => query.has(key)), { plan, problems } = planIn(query, about.reading);
  if (signal.aborted) return;
  const begun = asked ? plan : (plans.get(url) ?? { ...plan, prompt: about.starts[0]?.prompt ?? "" });
  const page = (opened.page = new Generate(root, {
    about, weights: `${url}/weights`, view, plan: begun, problems, plays: !problems.length, liveUrl: liveUrl(url),
    onChange: (shown, next) => {
      plans.set(url, next);
      writeAddress(shown, next);
    },
  }));
  told = JSON.stringify(page.view);
  await page.start();
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
