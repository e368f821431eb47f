// @ts-check
// The terms of the glossary: which ones match what is searched for, and in which order they stand. Needs no DOM.

/** @typedef {{ name: string, term: string, term_zh: string, definition: string, definition_zh: string, lesson: string }} Term As Python's `glossary_page()` makes it. */

/** Languages of the definitions, as the address and the page name them. @type {[string, string][]} */
export const LANGUAGES = [["both", "Both"], ["en", "English"], ["zh", "中文"]];

const plain = (/** @type {string} */ text) => text.normalize("NFKC").toLowerCase().replaceAll("’", "'");

/**
 * The terms in which each searched word stands, in either language; first those whose own name has them.
 *
 * @param {Term[]} terms
 * @param {string} searched
 */
export function matching(terms, searched) {
  const words = plain(searched).split(/\s+/u).filter(Boolean);
  const has = (/** @type {string[]} */ ...texts) => words.every((word) => plain(texts.join("\n")).includes(word));
  const found = terms.filter(({ term, term_zh: zh, definition, definition_zh: meaning }) => has(term, zh, definition, meaning));
  const isNamed = (/** @type {Term} */ { term, term_zh: zh }) => has(term, zh);
  return [...found.filter(isNamed), ...found.filter((term) => !isNamed(term))];
}

/** By the English alphabet, or for who reads Chinese by the sound of the Chinese names. @param {Term[]} terms @param {string} language */
export function inOrder(terms, language) {
  const collator = new Intl.Collator("zh-CN-u-co-pinyin");
  return language === "zh" ? terms.toSorted((a, b) => collator.compare(a.term_zh, b.term_zh)) : terms;
}
