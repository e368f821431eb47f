// @ts-check
// The card of a character: the value of each row, and the surprise of each model.

import { element } from "../reader/dom.js";
import { nameOf } from "../reader/glyphs.js";
import { calledIn, modelsOf, rowLabel, rowWritten } from "./row.js";
import { surpriseText } from "./signals.js";

/** @import { Book, Row, Shown } from "./types.js" */

/** @typedef {{ rows: Row[], focused: number, books: Map<string, Book>, shown: Map<string, Shown>, lines: { characters: string[] } | null }} Compared */

/**
 * @param {HTMLElement} card
 * @param {Compared} compared
 * @param {number} i
 */
export function fillCard(card, { rows, focused, books, shown, lines }, i) {
  const head = element("div", "card-head", element("b", "", nameOf(lines?.characters[i] ?? "")), element("span", "", i.toLocaleString("en")));
  const called = calledIn(books), values = rows.map((row, k) => {
    const line = element("div", k === focused ? "value focused" : "value", element("span", "", `${k + 1} ${rowLabel(row, called)}`),
      element("b", "", shown.get(rowWritten(row))?.text(i) ?? "…"));
    return line;
  });
  const surprises = modelsOf(rows).flatMap((model) => {
    const book = books.get(model);
    if (!book) return [];
    const unknown = book.unknown[i] ? " (does not know it)" : "";
    return [element("div", "value", element("span", "", `surprise of ${model}${unknown}`), element("b", "", surpriseText(book, i)))];
  });
  card.replaceChildren(head, ...values, element("div", "surprises", ...surprises));
}
