// @ts-check
// Learn as a Streamlit component. The server names the course and where its lessons lie; the address says which lesson is
// shown and how its controls stand, or which other page of Learn. The front page has neither in its address.

import { loadDescription } from "../engine/download.js";
import { aboutFrom } from "../generate/about.js";
import { LessonPage } from "../learn/frame.js";
import { PAGES, placeIn } from "../learn/pages.js";
import { showPath } from "../learn/path.js";
import { element } from "../reader/dom.js";

/** @import { Lesson, Summary, Ways, Widget } from "../learn/types.js" */
/**
 * @typedef {object} Data What the server says.
 * @property {(Summary & { module: string })[]} course
 * @property {string} url below which the lessons lie
 * @property {string} glossary where the terms lie
 * @property {string} quizzes where they are made
 * @property {{ [name: string]: string }} address model and unit of the other views, for the address bar
 *
 * @typedef {{ parentElement: HTMLElement, data: Data }} Component What Streamlit and our adapter (dashboard/components.py) pass on.
 */

const REST_MS = 1000; // how long a removed page waits to be mounted again
const WRITE_MS = 300; // browsers refuse an address that is written too often, as by a slider that plays
/** @type {Component | null} */
let mounted = null;
/** @typedef {{ page: string, name: string }} Place A lesson, or with "" the front page, or what another page begins with. */
/** @type {{ root: HTMLElement, place: Place, page: { destroy: () => void } | null } | null} */
let held = null;
let resting = 0;
/** What the address says of the shown lesson. @type {[string, string][]} */
let shown = [];
let written = 0, timer = 0; // when the address was written last, and when it will be

/** Shows what the server says; called again whenever that changes. @param {Component} component */
export function show(component) {
  mounted = component;
  window.clearTimeout(resting);
  const { parentElement } = component, place = /** @type {HTMLElement | null} */ (parentElement.querySelector(".reader-place")) ?? parentElement;
  if (held) writeAddress(held.place, shown, false); // the server may have written it without them
  else openAddress();
  if (held && held.root.parentElement !== place) place.replaceChildren(held.root);
}

/** The component was removed. @param {HTMLElement} parentElement */
export function remove(parentElement) {
  if (mounted?.parentElement !== parentElement) return;
  mounted = null;
  window.clearTimeout(resting);
  resting = window.setTimeout(end, REST_MS);
}

function end() {
  window.clearTimeout(timer); // another page's address is not written over
  held?.page?.destroy();
  held = null;
}

/** Shows the lesson or the page that the address names. */
function openAddress() {
  const query = new URLSearchParams(window.location.search);
  open(placeIn(query), query);
}

/** @param {Place} place @param {URLSearchParams} query */
function open(place, query) {
  const component = mounted, root = held?.root ?? element("div", "reader lesson"), { page, name } = place;
  if (!component) return;
  end();
  /** @type {NonNullable<typeof held>} */
  const opened = { root, place, page: null }, { course } = component.data;
  held = opened;
  root.dataset.page = page;
  if (page !== "lesson" || course.some((each) => each.name === name)) {
    root.replaceChildren(element("p", "waiting", "Opening …"));
    (page === "lesson" ? load : loadPage)(opened, query).catch((error) => {
      if (held === opened) root.replaceChildren(element("p", "broken", `This could not be shown (${error instanceof Error ? error.message : error}). Reload the page.`));
    });
    return;
  }
  held.place = { page, name: "" };
  showPath(root, course, ways);
  if (name) root.prepend(element("p", "note", `No lesson is called “${name.slice(0, 40)}”. Choose one below.`));
  writeAddress(held.place, [], false);
}

/** @param {NonNullable<typeof held>} opened @param {URLSearchParams} query */
async function load(opened, query) {
  const { course } = /** @type {Component} */ (mounted).data, { place } = opened;
  const { lesson, widget } = await fetchLesson(place.name);
  if (held !== opened) return;
  opened.page = new LessonPage(opened.root, { lesson, widget, query, course, ways, network: (wanted) => networkAt(lesson.networks[wanted]), onChange: (words) => changed(place, words) });
}

/** @param {NonNullable<typeof held>} opened @param {URLSearchParams} query */
async function loadPage(opened, query) {
  const { course, glossary, quizzes } = /** @type {Component} */ (mounted).data, { page, name } = opened.place, life = new AbortController();
  opened.page = { destroy: () => life.abort() };
  const content = await PAGES.get(page)?.open({
    name, query, course, ways, networkAt, lesson: fetchLesson, linkTo: lessonAddress, signal: life.signal,
    terms: async () => (await answered(glossary)).json(),
    quiz: async (asked) => (await answered(`${quizzes}?${new URLSearchParams(asked)}`)).json(),
    onChange(chosen, words) {
      if (held === opened) changed((opened.place = { page, name: chosen }), words);
    },
  });
  if (held !== opened) return;
  delete opened.root.dataset.lesson;
  opened.root.replaceChildren(...(content ?? []));
}

/** @param {string} address */
async function answered(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(await response.text());
  return response;
}

/** @param {string} name @returns {Promise<{ lesson: Lesson & { networks: { [name: string]: string } }, widget: Widget }>} */
async function fetchLesson(name) {
  const { url, course } = /** @type {Component} */ (mounted).data, module = course.find((each) => each.name === name)?.module;
  const [response, widget] = await Promise.all([answered(`${url}/${name}`), import(new URL(`../${module}`, import.meta.url).href)]);
  return { lesson: await response.json(), widget };
}

/** A network that the server holds. @param {string} address */
async function networkAt(address) {
  return { about: aboutFrom(await loadDescription(`${address}/about`)), weights: `${address}/weights` };
}

/** @type {Ways} */
const ways = {
  pages: [...PAGES].map(([word, { title }]) => ({ word, title })),
  href: (name, page = "lesson") => `${window.location.pathname}?${queryOf({ page, name }, [])}`,
  open(name, page = "lesson") {
    if (held) writeAddress(held.place, shown, false);
    writeAddress({ page, name }, [], true);
    open({ page, name }, new URLSearchParams());
    held?.root.scrollIntoView({ block: "start" });
  },
};

/** A lesson's address for others: without what this visitor's other views show. @param {string} name @param {[string, string][]} words */
function lessonAddress(name, words) {
  const query = new URLSearchParams([["lesson", name], ...words]).toString().replaceAll("%2C", ",");
  return `${window.location.origin}${window.location.pathname}?${query}`;
}

/** @param {Place} place @param {[string, string][]} words */
function queryOf({ page, name }, words) {
  const query = new URLSearchParams(PAGES.get(page)?.isAlone ? undefined : mounted?.data.address);
  for (const [key, value] of [...(name || page !== "lesson" ? [[page, name]] : []), ...words]) query.set(key, value);
  return query;
}

/** Writes the address, not more often than browsers allow. @param {Place} place @param {[string, string][]} words */
function changed(place, words) {
  shown = words;
  window.clearTimeout(timer);
  timer = window.setTimeout(() => writeAddress(place, words, false), Math.max(0, written + WRITE_MS - performance.now()));
  if (performance.now() > written + WRITE_MS) writeAddress(place, words, false);
}

/** @param {Place} place @param {[string, string][]} words @param {boolean} isNew whether the visitor can go back from it */
function writeAddress(place, words, isNew) {
  if (!mounted) return;
  shown = words;
  window.clearTimeout(timer);
  written = performance.now();
  const address = new URL(window.location.href);
  address.search = queryOf(place, words).toString();
  window.history[isNew ? "pushState" : "replaceState"](window.history.state, "", address);
}

window.addEventListener("popstate", () => {
  const { page, name } = placeIn(new URLSearchParams(window.location.search));
  if (mounted && (page !== held?.place.page || (page === "lesson" && name !== held.place.name))) openAddress();
});
