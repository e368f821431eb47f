// @ts-check
// Learn's front page: the course as a path.

import { button, element } from "../reader/dom.js";
import { wayTo } from "./frame.js";
import { forgetDone, lessonsDone } from "./memory.js";

/** @import { Summary, Ways } from "./types.js" */

/**
 * @param {HTMLElement} root
 * @param {Summary[]} course
 * @param {Ways} ways
 */
export function showPath(root, course, ways) {
  const done = lessonsDone(), next = course.find(({ name }) => !done.has(name));
  const stations = course.map((lesson) => station(lesson, done.has(lesson.name), lesson === next, ways));
  const minutes = course.reduce((sum, each) => sum + each.minutes, 0), count = course.filter(({ name }) => done.has(name)).length;
  const progress = element("p", "progress", `${course.length} lessons, ${minutes} minutes. You have done ${count}.`);
  if (count) {
    progress.append(" ", button("Start again", "Forget which lessons you have done", () => {
      forgetDone();
      showPath(root, course, ways);
    }));
  }
  const opening = element("p", "question", "How can a network read one letter at a time and know what comes next? Each lesson asks one question and has one thing to touch. Start anywhere.");
  const pages = element("nav", "pages", ...(ways.pages ?? []).map(({ word, title }) => wayTo("", title, ways, word)));
  pages.setAttribute("aria-label", "More of Learn");
  root.replaceChildren(element("header", "", element("h1", "", "Learn"), opening), progress, pages, element("ol", "path", ...stations));
  root.dataset.lesson = "";
}

/** @param {Summary} lesson @param {boolean} isDone @param {boolean} isNext @param {Ways} ways */
function station({ number, name, title, question, minutes }, isDone, isNext, ways) {
  const state = isDone ? "done" : isNext ? "next" : "", mark = element("span", "mark", isDone ? "✓" : String(number));
  mark.setAttribute("aria-hidden", "true");
  const facts = element("span", "facts", `${minutes} min${isDone ? " · done" : isNext ? " · next" : ""}`);
  return element("li", `station ${state}`, mark, element("div", "", element("h2", "", wayTo(name, title, ways), " ", facts), element("p", "", question)));
}
