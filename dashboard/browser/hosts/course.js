// @ts-check
// A page of the course in a static site. The page holds its content; its address says how the controls stand.

import { aboutFrom } from "../generate/about.js";
import { LessonPage } from "../learn/frame.js";
import { showPath } from "../learn/path.js";
import { element } from "../reader/dom.js";
import { messageOf } from "../reader/reader.js";

/** @import { Lesson, Networks, Summary, Ways, Widget } from "../learn/types.js" */
/**
 * @typedef {{ page: "path", course: Course }} PathContent
 * @typedef {{ page: "lesson", course: Course, lesson: Lesson & { networks: { [name: string]: { about: string, weights: string } } } }} LessonContent
 * @typedef {(Summary & { module: string })[]} Course
 */

const WRITE_MS = 300; // browsers refuse an address that is written too often

/** @type {Ways} */
const ways = { href: (name) => (name ? `${name}.html` : "index.html") };

/** Opens the page that loaded this module. */
async function openCoursePage() {
  const root = document.getElementById("learn"), written = document.getElementById("content")?.textContent;
  if (!root || !written) return;
  try {
    const content = /** @type {PathContent | LessonContent} */ (JSON.parse(written));
    if (content.page === "lesson") await openLesson(root, content);
    else showPath(root, content.course, ways);
  } catch (error) {
    root.replaceChildren(element("p", "broken", `This page could not be shown (${messageOf(error)}). Reload it.`));
  }
}

/** @param {HTMLElement} root @param {LessonContent} content */
async function openLesson(root, { course, lesson }) {
  const { module = "" } = course.find(({ name }) => name === lesson.name) ?? {};
  const widget = /** @type {Widget} */ (await import(new URL(`../${module}`, import.meta.url).href));
  /** @type {Networks} */
  const network = async (name) => {
    const { about, weights } = lesson.networks[name];
    const response = await fetch(about, { cache: "force-cache" });
    if (!response.ok) throw new Error(`The model ${name} did not arrive (the server answered ${response.status}). Reload the page.`);
    return { about: aboutFrom(await response.arrayBuffer()), weights };
  };
  new LessonPage(root, { lesson, widget, query: new URLSearchParams(window.location.search), course, ways, network, onChange: writer() });
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
