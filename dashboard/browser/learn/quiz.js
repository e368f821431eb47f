// @ts-check
// The quiz "Guess this unit": what a unit does on texts, what it tracks as the visitor says, and what the search knows.

import { button, element } from "../reader/dom.js";
import { wayTo } from "./frame.js";
import { levelsOf, paintLevels } from "./levels.js";
import { OwnText } from "./quiz_own.js";
import { revealed, summary } from "./quiz_reveal.js";
import { LAST_SEED, NOTHING, TITLE_OF_NOTHING, isRight, placeIn, scoreOf, wordsOf } from "./quiz_state.js";

/** @import { Setting } from "./pages.js" */
/** @import { Networks, Ways } from "./types.js" */
/** @import { Answer, Excerpt, Place, Question, Quiz } from "./quiz_state.js" */

const QUESTION = "A unit does something at every letter. Can you tell from its colors what it tracks?";
const LEGEND = "Colors as in Read: orange above zero, blue below, white near it. A unit may be orange where its concept holds, or blue. Many track nothing that has a name.";

/** The page. @param {Setting} setting */
export async function openQuiz({ query, quiz, networkAt, ways, signal, onChange }) {
  const root = element("div", "quiz-page");
  const page = new QuizPage(root, { query, quiz, networkAt, ways, onChange: (words) => onChange("", words) });
  signal.addEventListener("abort", () => page.destroy());
  return [root];
}

export class QuizPage {
  /** @type {Map<number, Answer>} */
  answers = new Map();
  /** @type {Quiz | null} */
  quiz = null;
  /** @type {OwnText | null} */
  own = null;
  #loads = 0;

  /**
   * @param {HTMLElement} root
   * @param {object} options
   * @param {URLSearchParams} options.query
   * @param {Setting["quiz"]} options.quiz
   * @param {(address: string) => ReturnType<Networks>} options.networkAt
   * @param {Ways} options.ways
   * @param {(words: [string, string][]) => void} options.onChange called with what the address is to say
   */
  constructor(root, { query, quiz, networkAt, ways, onChange }) {
    this.root = root;
    this.ask = quiz;
    this.networkAt = networkAt;
    this.ways = ways;
    this.onChange = onChange;
    const { place, problems } = placeIn(query);
    this.place = place;
    this.crumbs = element("p", "crumbs");
    this.steps = element("nav", "steps");
    this.steps.setAttribute("aria-label", "Units of this quiz");
    this.stage = element("div", "stage");
    root.replaceChildren(element("header", "quiz-head", this.crumbs, element("h1", "", "Guess this unit"), element("p", "question", QUESTION)), ...problems.map((problem) => element("p", "note", problem)), this.steps, this.stage);
    this.stage.classList.add("quiz");
    void this.load();
  }

  destroy() {
    this.#loads++;
    this.own?.close();
  }

  /** Asks for the quiz that `place` names. */
  async load() {
    const load = ++this.#loads, { model, units, seed } = this.place;
    this.answers.clear();
    this.#head();
    this.stage.replaceChildren(element("p", "waiting", "Reading the demo passages …"));
    this.onChange(wordsOf(this.place));
    try {
      const quiz = await this.ask({ model, units, seed: String(seed) });
      if (load !== this.#loads) return;
      this.quiz = quiz;
      this.own?.close();
      this.own = new OwnText(() => this.networkAt(quiz.network), quiz.model);
      this.go(Math.min(this.place.at, quiz.questions.length + 1));
    } catch (error) {
      if (load !== this.#loads) return;
      this.quiz = null;
      this.#head();
      const other = button("Take a quiz of other units", "", () => this.begin({ model: "", units: "", seed }));
      this.stage.replaceChildren(element("p", "note", error instanceof Error ? error.message : String(error)), other);
    }
  }

  /** Begins another quiz. @param {Omit<Place, "at">} place */
  begin(place) {
    this.place = { ...place, at: 1 };
    void this.load();
  }

  /** Shows a question, or after the last one the summary. @param {number} at */
  go(at) {
    const { quiz } = this;
    if (!quiz) return;
    this.place = { ...this.place, model: quiz.model, at };
    this.onChange(wordsOf(this.place));
    this.#head();
    const question = quiz.questions[at - 1];
    if (question) this.#ask(question, at - 1);
    else this.#end(quiz);
    const { answered, right } = scoreOf(quiz.questions, this.answers);
    Object.assign(this.stage.dataset, { at: String(at), score: `${right} ${answered}` });
  }

  #head() {
    const { quiz, place: { at } } = this, model = quiz ? ` · ${quiz.model}, ${quiz.title}` : "";
    this.crumbs.replaceChildren(wayTo("", "Learn", this.ways), ` › Quiz${model}`);
    if (!quiz) return this.steps.replaceChildren();
    const { answered, right } = scoreOf(quiz.questions, this.answers);
    const steps = [...quiz.questions.map((question, k) => {
      const answer = this.answers.get(k), mark = answer?.isRevealed ? (isRight(question, answer.chosen) ? "✓" : "✗") : "";
      const node = button(mark || String(k + 1), "", () => this.go(k + 1));
      node.setAttribute("aria-label", `Unit ${k + 1}${mark && (mark === "✓" ? ", right" : ", not right")}`);
      if (at === k + 1) node.setAttribute("aria-current", "step");
      return node;
    })];
    this.steps.replaceChildren(...steps, element("span", "score", answered ? `${right} of ${answered} right` : `${quiz.questions.length} units`));
  }

  /** @param {Question} question @param {number} k */
  #ask(question, k) {
    const quiz = /** @type {Quiz} */ (this.quiz), own = /** @type {OwnText} */ (this.own);
    const answer = this.answers.get(k) ?? { chosen: "", words: "", isRevealed: false }, result = element("div", "result");
    this.answers.set(k, answer);
    const words = Object.assign(element("input", "own"), { type: "text", maxLength: 200, placeholder: "For example: on inside quotes, off after them", value: answer.words, disabled: answer.isRevealed });
    words.addEventListener("input", () => { answer.words = words.value; });
    const reveal = button("Reveal", "", () => {
      answer.isRevealed = true;
      this.go(k + 1);
      this.#focus(".result");
    });
    const next = button(k + 1 < quiz.questions.length ? "Next unit" : "Summary", "", () => {
      this.go(k + 2);
      this.root.scrollIntoView({ block: "start" });
      this.#focus("h2");
    });
    reveal.className = "reveal";
    reveal.disabled = !answer.chosen || answer.isRevealed;
    const asked = choiceOf(question, answer, () => { reveal.disabled = false; });
    result.tabIndex = -1;
    if (answer.isRevealed) result.append(...revealed(quiz, question, answer));
    this.stage.replaceChildren(
      headOf(`Unit ${k + 1} of ${quiz.questions.length}`), element("p", "hint", LEGEND),
      element("div", "excerpts", ...question.excerpts.map(excerptOf)), own.node,
      asked, element("label", "in-words", element("span", "label", "In your own words (if you like)"), words),
      ...(answer.isRevealed ? [result, element("p", "forth", next)] : [element("p", "forth", reveal, next)]),
    );
    own.show(question);
  }

  /** For the keyboard and for screen readers: where to go on. @param {string} place */
  #focus(place) {
    /** @type {HTMLElement | null} */ (this.stage.querySelector(place))?.focus();
  }

  /** @param {Quiz} quiz */
  #end(quiz) {
    const { model, units, seed } = this.place;
    const ways = [
      button("Other units", "Draw with the next seed", () => this.begin({ model, units: "", seed: (seed + 1) % (LAST_SEED + 1) })),
      button("The same units again", "Forget the answers", () => this.begin({ model, units, seed })),
    ];
    const link = element("p", "hint", "The address of this page is a link to this quiz, without your answers. These units as a list in an address, to be changed: ", element("code", "", `learn?quiz&model=${quiz.model}&units=${quiz.units.join(",")}`));
    this.stage.replaceChildren(headOf("Summary"), ...summary(quiz, this.answers), element("p", "forth", ...ways), ...(quiz.units.length ? [link] : []));
  }
}

/** @param {string} text */
const headOf = (text) => Object.assign(element("h2", "", text), { tabIndex: -1 });

/** @param {Question} question @param {Answer} answer @param {() => void} onChoice */
function choiceOf(question, answer, onChoice) {
  const options = [...question.options, { name: NOTHING, title: TITLE_OF_NOTHING }].map(({ name, title }) => {
    const input = Object.assign(element("input"), { type: "radio", name: "tracks", value: name, checked: answer.chosen === name, disabled: answer.isRevealed });
    const note = answer.isRevealed ? [isRight(question, name) ? "✓" : "", answer.chosen === name ? "your choice" : ""].filter(Boolean).join(" ") : "";
    return element("label", answer.isRevealed && isRight(question, name) ? "option right" : "option", input, element("span", "", title), element("span", "hint", note));
  });
  const asked = element("fieldset", "", element("legend", "", "What does this unit track?"), ...options);
  asked.addEventListener("input", (event) => {
    answer.chosen = /** @type {HTMLInputElement} */ (event.target).value;
    onChoice();
  });
  return asked;
}

/** @param {Excerpt} excerpt @param {number} k */
function excerptOf({ passage, start, text, levels }, k) {
  const painted = element("div", "text"), name = `Demo passage ${passage}, from character ${start + 1}`;
  paintLevels(painted, Array.from(text), levelsOf(levels));
  painted.setAttribute("role", "img");
  painted.setAttribute("aria-label", `${name}, colored by the unit`);
  return element("figure", "", element("figcaption", "hint", k === 2 ? `${name}: another kind of text` : name), painted);
}
