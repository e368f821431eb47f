// @ts-check
// Learn as a Streamlit component. The server names the course and where its lessons lie; the address says which lesson is
// shown and how its controls stand. The front page has no lesson in its address.

import { aboutFrom } from "../generate/about.js";
import { LessonPage, wayTo } from "../learn/frame.js";
import { showPath } from "../learn/path.js";
import { QuizPage } from "../learn/quiz.js";
import { element } from "../reader/dom.js";

/** @import { Lesson, Summary, Ways, Widget } from "../learn/types.js" */
/**
 * @typedef {object} Data What the server says.
 * @property {(Summary & { module: string })[]} course
 * @property {string} url below which the lessons lie
 * @property {string} quiz where it makes quizzes
 * @property {{ [name: string]: string }} address model and unit of the other views, for the address bar
 *
 * @typedef {{ parentElement: HTMLElement, data: Data }} Component What Streamlit and our adapter (dashboard/components.py) pass on.
 */

const QUIZ = "?quiz"; // a name that no lesson can have
const REST_MS = 1000; // how long a removed page waits to be mounted again
/** @type {Component | null} */
let mounted = null;
/** @type {{ root: HTMLElement, name: string, page: { destroy: () => void } | null } | null} */
let held = null;
let resting = 0;
/** What the address says of the shown lesson. @type {[string, string][]} */
let shown = [];

/** Shows what the server says; called again whenever that changes. @param {Component} component */
export function show(component) {
  mounted = component;
  window.clearTimeout(resting);
  const { parentElement } = component, place = /** @type {HTMLElement | null} */ (parentElement.querySelector(".reader-place")) ?? parentElement;
  if (held) writeAddress(held.name, shown, false); // the server may have written it without them
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
  held?.page?.destroy();
  held = null;
}

/** Shows the lesson that the address names. */
function openAddress() {
  const query = new URLSearchParams(window.location.search);
  open(nameIn(query), query);
}

/** The name of what an address shows. @param {URLSearchParams} query */
const nameIn = (query) => (query.has("quiz") ? QUIZ : query.get("lesson") ?? "");

/** @param {string} name of a lesson; "" is the front page @param {URLSearchParams} query */
function open(name, query) {
  const component = mounted, root = held?.root ?? element("div", "reader lesson");
  if (!component) return;
  end();
  /** @type {NonNullable<typeof held>} */
  const opened = { root, name, page: null };
  held = opened;
  const lesson = component.data.course.find((each) => each.name === name), { course } = component.data;
  if (name === QUIZ) {
    opened.page = new QuizPage(root, { query, url: component.data.quiz, networkAt, ways, onChange: (words) => writeAddress(QUIZ, words, false) });
    return;
  }
  if (name && lesson) {
    root.replaceChildren(element("p", "waiting", "Opening the lesson …"));
    load(opened, lesson, query).catch((error) => {
      if (held === opened) root.replaceChildren(element("p", "broken", `The lesson could not be shown (${error instanceof Error ? error.message : error}). Reload the page.`));
    });
    return;
  }
  held.name = "";
  showPath(root, course, ways, ["A quiz: ", wayTo(QUIZ, "guess this unit", ways)]);
  if (name) root.prepend(element("p", "note", `No lesson is called “${name.slice(0, 40)}”. Choose one below.`));
  writeAddress("", [], false);
}

/** @param {NonNullable<typeof held>} opened @param {Summary & { module: string }} summary @param {URLSearchParams} query */
async function load(opened, { name, module }, query) {
  const { url, course } = /** @type {Component} */ (mounted).data;
  /** @type {[Response, Widget]} */
  const [response, widget] = await Promise.all([fetch(`${url}/${name}`), import(new URL(`../${module}`, import.meta.url).href)]);
  if (!response.ok) throw new Error(await response.text());
  const lesson = /** @type {Lesson & { networks: { [name: string]: string } }} */ (await response.json());
  if (held !== opened) return;
  opened.page = new LessonPage(opened.root, { lesson, widget, query, course, ways, network: (wanted) => networkAt(lesson.networks[wanted]), onChange: (words) => writeAddress(name, words, false) });
}

/** A network that the server holds. @param {string} address */
async function networkAt(address) {
  const response = await fetch(`${address}/about`);
  if (!response.ok) throw new Error(await response.text());
  return { about: aboutFrom(await response.arrayBuffer()), weights: `${address}/weights` };
}

/** @type {Ways} */
const ways = {
  href: (name) => `${window.location.pathname}?${queryOf(name, [])}`,
  open(name) {
    writeAddress(name, [], true);
    open(name, new URLSearchParams());
    held?.root.scrollIntoView({ block: "start" });
  },
};

/** @param {string} name @param {[string, string][]} words */
function queryOf(name, words) {
  if (name === QUIZ) return new URLSearchParams(words.length ? words : [["quiz", ""]]); // it names a model of its own
  const query = new URLSearchParams(mounted?.data.address);
  for (const [key, value] of [...(name ? [["lesson", name]] : []), ...words]) query.set(key, value);
  return query;
}

/** @param {string} name @param {[string, string][]} words @param {boolean} isNew whether the visitor can go back from it */
function writeAddress(name, words, isNew) {
  if (!mounted) return;
  shown = words;
  const address = new URL(window.location.href);
  address.search = queryOf(name, words).toString().replace(/^quiz=(?=&|$)/, "quiz");
  window.history[isNew ? "pushState" : "replaceState"](window.history.state, "", address);
}

window.addEventListener("popstate", () => {
  if (mounted && nameIn(new URLSearchParams(window.location.search)) !== held?.name) openAddress();
});
