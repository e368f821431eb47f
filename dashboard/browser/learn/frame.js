// @ts-check
// A lesson's page: the question, the widget with its stops and controls, the text, a prediction and its answer, the footer.

import { button, element } from "../reader/dom.js";
import { controlRow } from "./controls.js";
import { noteDone } from "./memory.js";
import { Values } from "./values.js";

/** @import { Lesson, Networks, Summary, Ways, Widget } from "./types.js" */

const FOOTER = { model: "Model", text: "Text", examples: "Examples", test: "Held true by" };

export class LessonPage {
  /**
   * @param {HTMLElement} root
   * @param {object} options
   * @param {Lesson} options.lesson
   * @param {Widget} options.widget
   * @param {URLSearchParams} options.query what the address says of the controls
   * @param {Networks} options.network
   * @param {Summary[]} [options.course] all lessons, if there is a way to them
   * @param {Ways} [options.ways]
   * @param {(words: [string, string][]) => void} options.onChange called with what the address is to say
   */
  constructor(root, { lesson, widget, query, network, course = [], ways, onChange }) {
    this.root = root;
    this.lesson = lesson;
    this.values = new Values(widget.CONTROLS, query);
    const place = element("div", "widget");
    const problems = this.values.problems.map((problem) => element("p", "note", problem));
    root.replaceChildren(
      this.header(course, ways), ...problems, this.stops(),
      element("div", "stage", controlRow(this.values), place),
      element("div", "prose", ...contentOf(lesson.text)), this.prediction(), this.see(), this.footer(), neighbours(lesson, course, ways),
    );
    const isStill = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.mounted = widget.mount(place, this.values, { data: lesson.data, isStill, network });
    this.values.onChange(() => onChange(this.values.words()));
    onChange(this.values.words());
    root.dataset.lesson = lesson.name;
  }

  destroy() {
    this.mounted?.destroy?.();
  }

  /** @param {Summary[]} course @param {Ways} [ways] */
  header(course, ways) {
    const { number, title, question, minutes } = this.lesson;
    const glossary = ways?.pages?.find(({ word }) => word === "glossary");
    const line = crumbs(ways, `Lesson ${number}${course.length ? "" : " of the Charscope course"} · ${minutes} minutes`);
    if (ways && glossary) line.append(" · ", wayTo("", glossary.title, ways, glossary.word));
    return element("header", "", line, element("h1", "", title), element("p", "question", question));
  }

  stops() {
    const row = element("div", "stops", element("span", "label", "Try this:"));
    row.setAttribute("role", "group");
    row.setAttribute("aria-label", "Try this");
    for (const { name, set } of this.lesson.stops) {
      const node = button(name, "", () => this.values.set(this.values.ofStop(set)));
      const follow = () => node.setAttribute("aria-pressed", String(this.values.isAt(set)));
      node.disabled = this.values.isBarred(set);
      this.values.onChange(follow);
      follow();
      row.append(node);
    }
    return row;
  }

  prediction() {
    const { predict: { question, options, right }, answer, name } = this.lesson;
    const result = element("div", "answer"), verdict = element("p", "verdict");
    result.setAttribute("aria-live", "polite");
    const reveal = button("Reveal the answer", "", () => {
      const chosen = Number(asked.querySelector("input:checked")?.getAttribute("value") ?? 0);
      verdict.textContent = !options.length ? "" : chosen === right ? "Yes." : `Not this one. It is: ${options[right - 1]}`;
      result.replaceChildren(verdict, ...contentOf(answer));
      noteDone(name);
      this.root.dataset.revealed = "true";
    });
    reveal.className = "reveal";
    reveal.disabled = true;
    const asked = element("fieldset", "", element("legend", "", question), ...(options.length ? options.map(optionOf) : [ownLine()]));
    asked.addEventListener("input", () => { reveal.disabled = !hasAnswer(asked); });
    return element("section", "predict", element("h2", "", "Predict, then reveal"), asked, reveal, result);
  }

  /** Ways to real models, in new tabs: what was done here stays. */
  see() {
    const links = this.lesson.see.map(({ name, href }) => element("li", "", Object.assign(element("a", "", `${name} ↗`), { href, target: "_blank" })));
    const nav = element("nav", "see", element("h2", "", "See it in a real model"), element("ul", "", ...links));
    nav.setAttribute("aria-label", "See it in a real model");
    nav.hidden = !links.length;
    return nav;
  }

  footer() {
    const facts = Object.entries(FOOTER).flatMap(([name, label]) => [element("dt", "", label), element("dd", "", this.lesson.footer[name] ?? "")]);
    return element("footer", "", element("dl", "", ...facts));
  }
}

/** @param {string} text @param {number} k */
function optionOf(text, k) {
  const input = Object.assign(element("input"), { type: "radio", name: "prediction", value: String(k + 1) });
  return element("label", "option", input, element("span", "", text));
}

function ownLine() {
  const input = Object.assign(element("input", "own"), { type: "text", maxLength: 300, placeholder: "Your prediction" });
  input.setAttribute("aria-label", "Your prediction");
  return input;
}

/** @param {HTMLElement} asked */
const hasAnswer = (asked) => Boolean(asked.querySelector("input:checked") || asked.querySelector("input.own")?.matches(":not(:placeholder-shown)"));

/**
 * The nodes of HTML that Python made. A parsed document runs no scripts.
 *
 * @param {string} html
 */
function contentOf(html) {
  return [...new DOMParser().parseFromString(html, "text/html").body.childNodes].map((node) => document.importNode(node, true));
}

/** The line above a title: the way to the front page, if there is one, and where one is. @param {Ways | undefined} ways @param {string} here */
export function crumbs(ways, here) {
  return element("p", "crumbs", ...(ways ? [wayTo("", "Learn", ways), " › "] : []), here);
}

/** @param {string} name @param {string} text @param {Ways} ways @param {string} [page] */
export function wayTo(name, text, ways, page) {
  const link = Object.assign(element("a", "", text), { href: ways.href(name, page) });
  link.addEventListener("click", (event) => {
    if (!ways.open || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    ways.open(name, page);
  });
  return link;
}

/** The way to the previous and the next lesson. @param {Lesson} lesson @param {Summary[]} course @param {Ways} [ways] */
function neighbours(lesson, course, ways) {
  const here = course.findIndex(({ name }) => name === lesson.name), row = element("nav", "neighbours");
  row.setAttribute("aria-label", "Other lessons");
  const before = course[here - 1], after = here < 0 ? undefined : course[here + 1];
  if (ways && before) row.append(wayTo(before.name, `← ${before.number} ${before.title}`, ways));
  if (ways && after) row.append(element("span", "next", wayTo(after.name, `${after.number} ${after.title} →`, ways)));
  return row;
}
