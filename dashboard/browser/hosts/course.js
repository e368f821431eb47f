// @ts-check
// A page of the course in a static site: its content is in the page, and its address says how the controls stand.

import { loadDescription } from "../engine/download.js";
import { aboutFrom } from "../generate/about.js";
import { LessonPage } from "../learn/frame.js";
import { PAGES } from "../learn/pages.js";
import { showPath } from "../learn/path.js";
import { element } from "../reader/dom.js";
import { messageOf } from "../reader/reader.js";

/** @import { Quiz } from "../learn/quiz_state.js" */
/** @import { Term } from "../learn/terms.js" */
/** @import { Lesson, Networks, Summary, Ways, Widget } from "../learn/types.js" */
/**
 * @typedef {{ [name: string]: { about: string, weights: string } }} Files of networks, by their names
 * @typedef {Lesson & { networks: Files }} SiteLesson
 *
 * @typedef {object} Content As Python's `dashboard/site/course_pages.py` writes it.
 * @property {string} page `lesson`, or the word of another page; the front page is a lesson without a lesson
 * @property {(Summary & { module: string })[]} course
 * @property {string[]} pages the words of the pages that the site has besides the lessons
 * @property {SiteLesson} [lesson]
 * @property {Term[]} [terms]
 * @property {string[]} [quizzes] the addresses of those that the site has
 * @property {Files} [networks]
 */

const WRITE_MS = 300; // browsers refuse an address that is written too often

/** Opens the page that loaded this module. */
async function openCoursePage() {
  const root = document.getElementById("learn");
  if (!root) return;
  try {
    const content = contentOf(document), query = new URLSearchParams(window.location.search);
    root.dataset.page = content.page;
    if (content.lesson) await openLesson(root, content, content.lesson, query);
    else if (content.page === "lesson") showPath(root, content.course, waysIn(content));
    else await openPage(root, content, query);
  } catch (error) {
    root.replaceChildren(element("p", "broken", `This page could not be shown (${messageOf(error)}). Reload it.`));
  }
}

/** @param {Document} page @returns {Content} */
const contentOf = (page) => JSON.parse(page.getElementById("content")?.textContent ?? "");

/** @param {HTMLElement} root @param {Content} content @param {SiteLesson} lesson @param {URLSearchParams} query */
async function openLesson(root, content, lesson, query) {
  const { course } = content, widget = await widgetOf(lesson.name, course);
  const network = networksIn(lesson.networks);
  new LessonPage(root, { lesson, widget, query, course, ways: waysIn(content), network, onChange: writer() });
}

/** @param {HTMLElement} root @param {Content} content @param {URLSearchParams} query */
async function openPage(root, content, query) {
  const { page, course, terms = [], quizzes = [], networks = {} } = content, write = writer();
  const shown = await PAGES.get(page)?.open({
    name: query.get(page) ?? "", query, course, ways: waysIn(content), linkTo,
    terms: async () => terms,
    networkAt: networksIn(networks),
    signal: new AbortController().signal, // the page stays until the browser leaves it
    async quiz({ model, units, seed }) {
      const quiz = /** @type {Quiz} */ (await (await answered(quizzes[Number(seed) % quizzes.length])).json());
      if (units || (model && model !== quiz.model)) throw new Error(`This site has only quizzes of ${quiz.model} that were made with it.`);
      return quiz;
    },
    lesson: async (name) => {
      const html = await (await answered(`${name}.html`)).text();
      const { lesson } = contentOf(new DOMParser().parseFromString(html, "text/html"));
      if (!lesson) throw new Error(`${name}.html is no lesson`);
      return { lesson, widget: await widgetOf(name, course) };
    },
    onChange: (name, words) => write([...(name ? [/** @type {[string, string]} */ ([page, name])] : []), ...words]),
  });
  root.replaceChildren(...(shown ?? []));
}

/** @param {Files} files @returns {Networks} */
function networksIn(files) {
  return async (name) => {
    const { about, weights } = files[name];
    return { about: aboutFrom(await loadDescription(about)), weights };
  };
}

/** @param {string} name @param {Content["course"]} course @returns {Promise<Widget>} */
async function widgetOf(name, course) {
  const module = course.find((each) => each.name === name)?.module;
  return import(new URL(`../${module}`, import.meta.url).href);
}

/** @param {string} address of a file of the site */
async function answered(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address} did not arrive: the server answered ${response.status}`);
  return response;
}

/** @param {Content} content @returns {Ways} */
function waysIn({ pages }) {
  return {
    pages: [...PAGES].flatMap(([word, { title }]) => (pages.includes(word) ? [{ word, title }] : [])),
    href: (name, page = "lesson") => (page === "lesson" ? `${name || "index"}.html` : `${page}.html${name && `?${new URLSearchParams([[page, name]])}`}`),
  };
}

/** @param {string} name @param {[string, string][]} words */
function linkTo(name, words) {
  const query = new URLSearchParams(words).toString().replaceAll("%2C", ",");
  return new URL(`${name}.html${query && `?${query}`}`, window.location.href).href;
}

/** Writes what is shown into the address. */
function writer() {
  let timer = 0;
  return (/** @type {[string, string][]} */ words) => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      const query = new URLSearchParams(words).toString();
      window.history.replaceState(null, "", window.location.pathname + (query && `?${query}`));
    }, WRITE_MS);
  };
}

await openCoursePage();
