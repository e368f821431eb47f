// @ts-check
// The teacher's page: a lesson, its controls, what of them the class is to see and to change, and the link that says so.

import { button, element } from "../reader/dom.js";
import { fieldOf } from "./controls.js";
import { crumbs } from "./frame.js";
import { Task } from "./task.js";

/** @import { Setting } from "./pages.js" */
/** @import { Bar } from "./task.js" */
/** @import { Lesson } from "./types.js" */

const WHAT_FOR = "Hide a control that would distract or give the answer away: it is not on the page, and only a stop or the figure still changes its value. "
  + "Lock a control whose value belongs to the task: nothing on the page changes it, and a stop that would is switched off.";

/**
 * The page. Its address is that of the lesson which it makes, with `teacher` in place of `lesson`.
 *
 * @param {Setting} setting
 * @returns {Promise<Node[]>}
 */
export async function openTeacher(setting) {
  const { course, ways } = setting, note = element("p", "note"), work = element("div", "work");
  const isKnown = course.some(({ name }) => name === setting.name);
  const choice = element("select", "", ...course.map(({ number, name, title }) => Object.assign(element("option", "", `${number} ${title}`), { value: name })));
  choice.setAttribute("aria-label", "Lesson");
  let asked = 0;
  const open = async (/** @type {string} */ name, /** @type {URLSearchParams} */ query) => {
    const mine = (asked += 1);
    choice.value = name;
    const { lesson, widget } = await setting.lesson(name);
    if (mine !== asked) return; // another lesson was chosen meanwhile
    const task = new Task(widget.CONTROLS, query);
    note.textContent = task.problems.join(" ");
    work.replaceChildren(...taskForm(task, lesson, setting));
    work.dataset.task = name;
  };
  const begin = (/** @type {string} */ name, /** @type {URLSearchParams} */ query) => {
    open(name, query).catch((error) => { note.textContent = `This lesson could not be opened (${error instanceof Error ? error.message : error}).`; });
  };
  choice.addEventListener("change", () => begin(choice.value, new URLSearchParams()));
  const example = `…${setting.linkTo(course[0]?.name ?? "", []).split("/").at(-1)}`;
  const pasted = Object.assign(element("input"), { type: "text", placeholder: example });
  pasted.addEventListener("change", () => {
    const [page, words] = pasted.value.split("?"), query = new URLSearchParams(words);
    const name = query.get("lesson") ?? /([a-z-]+)\.html$/.exec(page)?.[1] ?? ""; // in the app, or in a static site
    if (course.some((each) => each.name === name)) begin(name, query);
    else note.textContent = `Wanted the address of a lesson, such as ${example}, got “${pasted.value.slice(0, 60)}”.`;
  });
  await open(isKnown ? setting.name : (course[0]?.name ?? ""), isKnown ? setting.query : new URLSearchParams());
  if (setting.name && !isKnown) note.textContent = `No lesson is called “${setting.name.slice(0, 40)}”. Choose one below.`;
  const opening = element("p", "question", "Set a task: choose a lesson, set its controls, and send the link to your class.");
  return [
    element("header", "", crumbs(ways, "For teachers"), element("h1", "", "For teachers"), opening),
    element("p", "prose", WHAT_FOR), note,
    element("div", "tools", element("label", "field", element("span", "label", "Lesson"), choice), element("label", "field", element("span", "label", "or its address"), pasted)), work,
  ];
}

/** @param {Task} task @param {Lesson} lesson @param {Setting} setting */
function taskForm(task, lesson, setting) {
  const link = linkRow(), summary = element("p", "summary");
  summary.role = "status";
  const follow = () => {
    const words = task.words();
    link.set(setting.linkTo(lesson.name, words));
    summary.textContent = task.summary(lesson.stops);
    setting.onChange(lesson.name, words);
  };
  const rows = element("div", "bars", ...task.values.controls.map((control) => {
    const row = element("div", "bar", fieldOf(control, task.values), barBox(task, "hide", control, follow), barBox(task, "lock", control, follow));
    row.setAttribute("role", "group");
    row.setAttribute("aria-label", control.label);
    return row;
  }));
  task.values.onChange(follow);
  follow();
  return [stopRow(task, lesson), rows, summary, link.root];
}

/** Stops as values to start from. @param {Task} task @param {Lesson} lesson */
function stopRow({ values }, { stops }) {
  const row = element("div", "stops", element("span", "label", "Start from:"));
  row.setAttribute("role", "group");
  row.setAttribute("aria-label", "Start from");
  for (const { name, set } of stops) {
    const node = button(name, "", () => values.set(values.ofStop(set))), follow = () => node.setAttribute("aria-pressed", String(values.isAt(set)));
    values.onChange(follow);
    follow();
    row.append(node);
  }
  return row;
}

/** @param {Task} task @param {Bar} bar @param {{ name: string, label: string }} control @param {() => void} onChange */
function barBox(task, bar, { name, label }, onChange) {
  const box = Object.assign(element("input"), { type: "checkbox", checked: task.barred[bar].has(name) }), word = bar === "hide" ? "Hide" : "Lock";
  box.dataset[bar] = name;
  box.setAttribute("aria-label", `${word} ${label}`);
  box.addEventListener("change", () => {
    task.setBarred(bar, name, box.checked);
    onChange();
  });
  return element("label", "option", box, element("span", "", word));
}

function linkRow() {
  const field = Object.assign(element("input", "link"), { type: "text", readOnly: true }), said = element("span", "said");
  const way = Object.assign(element("a", "", "Open it ↗"), { target: "_blank" });
  field.setAttribute("aria-label", "Link for the class");
  said.role = "status";
  field.addEventListener("focus", () => field.select());
  const copy = button("Copy the link", "", async () => {
    try {
      await navigator.clipboard.writeText(field.value);
      said.textContent = "Copied.";
    } catch {
      field.focus();
      said.textContent = "The browser does not let this page use the clipboard. The link is selected: copy it.";
    }
  });
  const set = (/** @type {string} */ address) => {
    field.value = way.href = address;
    said.textContent = "";
  };
  return { set, root: element("div", "send", element("h2", "", "Link for the class"), field, element("div", "tools", copy, way, said)) };
}
