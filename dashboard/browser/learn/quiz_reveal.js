// @ts-check
// What the quiz reveals of a unit, and the summary of a whole quiz.

import { element } from "../reader/dom.js";
import { fixed } from "./marks.js";
import { NOTHING, isRight, scoreOf } from "./quiz_state.js";

/** @import { Answer, Evidence, Question, Quiz } from "./quiz_state.js" */

const CONTROLS = {
  ngram: "Without a network: the last 1, 3 or 5 characters", untrained: "Best unit of three untrained networks",
  rotated: "Best direction after a random rotation", delimiter_swap: "Best unit for the same rule with other delimiters", null_95: "Best of all units by chance (95th percentile)",
};

/** @param {Quiz} quiz @param {Question} question @param {Answer} answer @returns {Node[]} */
export function revealed(quiz, question, answer) {
  const right = isRight(question, answer.chosen), { tracks, evidence } = question;
  const truth = tracks.length ? `It tracks “${tracks.join("”, “")}”.` : "The search found nothing that this unit tracks.";
  const parts = [element("p", "verdict", `${right ? "Yes." : "No."} ${truth}`), element("p", "named", element("b", "", question.name), " ", ...(answer.words ? ["You wrote: ", element("q", "", answer.words)] : []))];
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
  const { answered, right, blind } = scoreOf(questions, answers);
  const rows = questions.map((question, k) => {
    const answer = answers.get(k), isDone = answer?.isRevealed, said = titleOf(question, answer?.chosen ?? "");
    const mark = isDone && answer ? (isRight(question, answer.chosen) ? "✓" : "✗") : "–";
    return element("tr", "", element("td", "mark", mark), element("th", "", isDone ? wayTo(question.name, question.ways.unit) : `Unit ${k + 1}`), element("td", "", isDone ? question.tracks.join(", ") || "nothing that the search knows" : "not answered"), element("td", "", isDone ? said : ""), element("td", "words", isDone ? answer?.words ?? "" : ""));
  });
  const head = element("tr", "", ...["", "Unit", "It tracks", "You chose", "In your words"].map((name) => element("th", "", name)));
  const score = answered ? [element("b", "", `${right} of ${answered}`), ` right${answered < questions.length ? `, ${questions.length - answered} not answered` : ""}. Blind guesses make ${fixed(blind, 1)} on average.`] : ["No unit was answered yet."];
  return [element("p", "sum", ...score), element("div", "wide", element("table", "", element("thead", "", head), element("tbody", "", ...rows)))];
}

/** @param {Question} question @param {string} chosen */
const titleOf = ({ options }, chosen) => (chosen === NOTHING ? "nothing that the search knows" : options.find(({ name }) => name === chosen)?.title ?? "");
