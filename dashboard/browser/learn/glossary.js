// @ts-check
// The glossary: every term of the course in English and Chinese, with the way to the lesson that explains it.

import { button, element } from "../reader/dom.js";
import { crumbs, wayTo } from "./frame.js";
import { LANGUAGES, inOrder, matching } from "./terms.js";

/** @import { Setting } from "./pages.js" */
/** @import { Term } from "./terms.js" */

/**
 * The page. The address says the chosen term, the language of the definitions and what is searched for.
 *
 * @param {Setting} setting
 * @returns {Promise<Node[]>}
 */
export async function openGlossary(setting) {
  const { name, query, ways } = setting, terms = await setting.terms(), known = LANGUAGES.map(([language]) => language);
  const state = { chosen: name, language: query.get("language") ?? "both", searched: query.get("search") ?? "" };
  if (!known.includes(state.language)) state.language = "both";
  const isUnknown = name && !terms.some((term) => term.name === name);
  const note = isUnknown ? [element("p", "note", `No term is called “${name.slice(0, 40)}”. Search below.`)] : [];
  const count = element("p", "count"), list = element("dl", "terms");
  count.role = "status";
  const search = searchField(state.searched), languages = languageRow();
  const draw = () => {
    const found = inOrder(matching(terms, state.searched), state.searched ? "" : state.language);
    if (!found.some((term) => term.name === state.chosen)) state.chosen = "";
    for (const node of languages.querySelectorAll("button")) node.setAttribute("aria-pressed", String(node.value === state.language));
    count.textContent = state.searched ? `${found.length} of ${terms.length} terms` : `${terms.length} terms`;
    list.replaceChildren(...found.map((term) => entry(term, state, setting, choose)));
    setting.onChange(state.chosen, wordsOf(state));
  };
  const choose = (/** @type {string} */ chosen) => {
    state.chosen = chosen;
    draw();
    const link = list.querySelector(".chosen a");
    if (link instanceof HTMLElement) link.focus({ preventScroll: true });
  };
  search.addEventListener("input", () => { state.searched = search.value.trim(); draw(); });
  languages.addEventListener("click", ({ target }) => {
    if (target instanceof HTMLButtonElement) { state.language = target.value; draw(); }
  });
  draw();
  if (state.chosen) requestAnimationFrame(() => list.querySelector(".chosen")?.scrollIntoView({ block: "center" }));
  const opening = element("p", "question", "The terms of the course in English and Chinese. Each leads to the lesson that explains it.");
  const tools = element("div", "tools", element("label", "field", element("span", "label", "Search"), search), languages, count);
  return [element("header", "", crumbs(ways, "Glossary"), element("h1", "", "Glossary ", inChinese("span", "", "术语表")), opening), ...note, tools, list];
}

/** @param {{ language: string, searched: string }} state @returns {[string, string][]} */
const wordsOf = ({ language, searched }) => [...(language === "both" ? [] : [/** @type {[string, string]} */ (["language", language])]), ...(searched ? [/** @type {[string, string]} */ (["search", searched])] : [])];

/** @param {"span" | "p"} tag @param {string} className @param {string} text */
function inChinese(tag, className, text) {
  return Object.assign(element(tag, className, text), { lang: "zh" });
}

/** @param {string} searched */
function searchField(searched) {
  return Object.assign(element("input"), { type: "search", value: searched, placeholder: "hidden state, 门, gradient …", maxLength: 60, autocomplete: "off" });
}

function languageRow() {
  const row = element("div", "group");
  row.setAttribute("role", "group");
  row.setAttribute("aria-label", "Language of the definitions");
  for (const [value, label] of LANGUAGES) row.append(Object.assign(button(label, "", () => {}), { value }, value === "zh" ? { lang: "zh" } : {}));
  return row;
}

/**
 * @param {Term} term
 * @param {{ chosen: string, language: string }} state
 * @param {Setting} setting
 * @param {(name: string) => void} choose
 */
function entry(term, { chosen, language }, { course, ways }, choose) {
  const lesson = course.find(({ name }) => name === term.lesson), isChosen = term.name === chosen;
  const link = wayTo(term.name, term.term, { ...ways, open: choose }, "glossary");
  if (isChosen) link.setAttribute("aria-current", "true");
  const meaning = element("dd", "",
    ...(language === "zh" ? [] : [element("p", "", term.definition)]), ...(language === "en" ? [] : [inChinese("p", "", term.definition_zh)]),
    element("p", "facts", ...(lesson ? [wayTo(lesson.name, `Lesson ${lesson.number}: ${lesson.title}`, ways)] : [])));
  const node = element("div", isChosen ? "term chosen" : "term", element("dt", "", link, inChinese("span", "", term.term_zh)), meaning);
  node.dataset.term = term.name;
  return node;
}
