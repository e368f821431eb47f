// @ts-check
// What the quiz reveals of a unit, and the summary of a whole quiz.

import { element } from "../reader/dom.js";
import { fixed } from "./marks.js";
import { NOTHING, TITLE_OF_NOTHING, isRight, scoreOf } from "./quiz_state.js";

/** @import { Answer, Evidence, Question, Quiz } from "./quiz_state.js" */

const CONTROLS = {
  ngram: "Without a network: the last 1, 3 or 5 characters", untrained: "Best unit of three untrained networks",
  rotated: "Best direction after a random rotation", delimiter_swap: "Best unit for the same rule with other delimiters", null_95: "Best of all units by chance (95th percentile)",
};

/** @param {Quiz} quiz @param {Question} question @param {Answer} answer @returns {Node[]} */
export function revealed(quiz, question, answer) {
  const right = isRight(question, answer.chosen), { tracks, evidence } = question;
  const truth = tracks.length ? `It tracks “${tracks.join("”, “")}”.` : "The search found nothing that this unit tracks.";
  const parts = [element("p", "verdict", `${right ? "Yes." : "No."} ${truth}`), element("p", "named", element("b", "", question.name, ...(question.called ? [" · ", element("bdi", "", question.called)] : [])), " ", ...(answer.words ? ["You wrote: ", element("q", "", answer.words)] : []))];
  if (evidence) parts.push(element("p", "says", ...(tracks.length ? [evidence.sentence] : ["The concept that it follows best is “", evidence.title, "”. ", evidence.sentence])), bars(evidence, quiz.characters));
  parts.push(element("p", "ways", wayTo("Open it in Unit", question.ways.unit), wayTo("Read with it", question.ways.read)));
  return parts;
}

/** In a new tab: the quiz stays as it is. @param {string} text @param {string} href */
const wayTo = (text, href) => Object.assign(element("a", "", `${text} ↗`), { href, target: "_blank", rel: "noopener" });

/** The score beside each control, as bars from what chance gives to 1. @param {Evidence} evidence @param {number} characters */
function bars({ measure, score, interval, controls }, characters) {
  const least = measure === "AUROC" ? 0.5 : 0;
  const row = (/** @type {string} */ name, /** @type {number} */ value, /** @type {string} */ kind) => {
    const fill = element("i", kind);
    fill.style.width = `${100 * Math.min(1, Math.max(0, (value - least) / (1 - least)))}%`;
    return element("tr", kind, element("th", "", name), element("td", "bar", element("span", "track", fill)), element("td", "number", fixed(value, 3)));
  };
  const rows = Object.entries(CONTROLS).filter(([name]) => name in controls).map(([name, label]) => row(label, controls[name], "control"));
  const within = interval ? ` (95 % interval ${fixed(interval[0], 3)} to ${fixed(interval[1], 3)})` : "";
  const legend = element("p", "hint", `${measure}${within} on ${characters.toLocaleString("en")} characters that had no part in choosing the unit; bars go from ${least} to 1. A finding has to beat its controls.`);
  return element("div", "evidence", element("table", "", element("tbody", "", row("This unit", score, "unit"), ...rows)), legend);
}

/** @param {Quiz} quiz @param {Map<number, Answer>} answers @returns {Node[]} */
export function summary({ questions }, answers) {
  const { answered, right, blind } = scoreOf(questions, answers), left = questions.length - answered;
  const score = answered ? [element("b", "", `${right} of ${answered}`), ` right${left ? `, ${left} not answered` : ""}. Blind guesses make ${fixed(blind, 1)} on average.`] : ["No unit was answered yet."];
  const head = element("tr", "", ...["", "Unit", "It tracks", "You chose", "In your words"].map((name) => element("th", "", name)));
  const rows = questions.map((question, k) => summaryRow(question, answers.get(k), k));
  return [element("p", "sum", ...score), element("table", "summary", element("thead", "", head), element("tbody", "", ...rows))];
}

/** @param {Question} question @param {Answer | undefined} answer @param {number} k */
function summaryRow(question, answer, k) {
  if (!answer?.isRevealed) return element("tr", "", element("td", "", "–"), element("th", "", `Unit ${k + 1}`), element("td", "", "not answered"), element("td"), element("td"));
  const cell = (/** @type {string} */ label, /** @type {string} */ text) => {
    const node = element("td", "", text);
    if (text) node.dataset.label = label; // shown before it on a phone
    return node;
  };
  return element("tr", "", element("td", "", isRight(question, answer.chosen) ? "✓" : "✗"), element("th", "", wayTo(question.name, question.ways.unit)),
    cell("It tracks", question.tracks.join(", ") || TITLE_OF_NOTHING), cell("You chose", titleOf(question, answer.chosen)), cell("In your words", answer.words));
}

/** @param {Question} question @param {string} chosen */
const titleOf = ({ options }, chosen) => (chosen === NOTHING ? TITLE_OF_NOTHING : options.find(({ name }) => name === chosen)?.title ?? "");
