// @ts-check
// Which of two models predicts the text better: in all, per character with its interval, and where.

import { button, element } from "../reader/dom.js";

/** @import { Paired, Stretch } from "./types.js" */

const NATS_TO_BITS = 1 / Math.LN2;
/** @param {number} value @param {number} digits */
const plain = (value, digits) => value.toFixed(digits).replace("-", "−");
/** @param {number} share */
const percent = (share) => `${(100 * share).toFixed(1)} %`;

/**
 * The result as sentences.
 *
 * @param {string} first model
 * @param {string} second
 * @param {Paired} paired
 * @returns {string[]}
 */
export function sentencesAbout(first, second, { nats, low, high, total, characters, left_out, first_better, second_better }) {
  const better = total >= 0 ? first : second, sign = total >= 0 ? 1 : -1;
  const ends = low === null || high === null ? null : [low * sign, high * sign].sort((one, other) => one - other);
  const interval = ends ? ` (95 %: ${plain(ends[0], 3)} to ${plain(ends[1], 3)})` : "";
  const said = [
    `${better} is better by ${plain(Math.abs(total), 1)} nats on ${characters.toLocaleString("en")} characters: `
    + `${plain(Math.abs(nats), 3)} nats${interval} or ${plain(Math.abs(nats) * NATS_TO_BITS, 3)} bits per character.`,
    `${first} is better on ${percent(first_better)} of them, ${second} on ${percent(second_better)}.`,
  ];
  if (!ends) said.push("The text is too short for an interval: it takes 2,000 characters.");
  else if (ends[0] < 0) said.push("The interval includes 0: on other text of this kind the other one may be better.");
  if (left_out) said.push(`${left_out.toLocaleString("en")} more characters do not count, since one of the models does not know them.`);
  return said;
}

/** The text of a stretch on one line. @param {string[]} characters @param {Stretch} stretch */
export const excerptOf = (characters, { start, stop }) =>
  characters.slice(start, stop).map((character) => (character < " " ? " " : character)).join("");

export class Panel {
  /** @param {(stretch: Stretch) => void} onStretch a stretch is to be shown */
  constructor(onStretch) {
    this.onStretch = onStretch;
    this.root = element("section", "paired");
    this.root.hidden = true;
    this.about = ""; // the row that it is about
  }

  hide() {
    this.root.hidden = true;
    this.about = "";
  }

  /** @param {string} words */
  say(words) {
    this.about = "";
    this.root.hidden = false;
    this.root.replaceChildren(element("p", "note", words));
  }

  /**
   * @param {string} first model
   * @param {string} second
   * @param {Paired} paired
   * @param {string[]} characters of the text
   */
  show(first, second, paired, characters) {
    const title = element("h3", "", `Surprise: ${first} against ${second}`);
    const said = sentencesAbout(first, second, paired).map((words, k) => element("p", k ? "" : "main", words));
    const list = element("ol", "stretches", ...paired.stretches.map((stretch) => {
      const at = button("", "show it in the text", () => this.onStretch(stretch));
      at.append(
        element("span", "gained", `${(stretch.nats < 0 ? "" : "+") + plain(stretch.nats, 1)}`),
        element("span", "whose", stretch.nats < 0 ? second : first),
        element("code", "", excerptOf(characters, stretch)),
      );
      return element("li", "", at);
    }));
    const head = element("p", "", "Where they differ most, in nats over 60 characters, above 0 where "
      + `${first} is better. Click one to see it:`);
    this.root.replaceChildren(title, ...said, ...(paired.stretches.length ? [head, list] : []));
    this.root.hidden = false;
  }
}
