// @ts-check
import assert from "node:assert/strict";
import test from "node:test";

import { cellsOf, clusterAround, clustersOf, shapedLinesOf } from "../reader/clusters.js";
import { nameOf } from "../reader/glyphs.js";
import { Grid } from "../reader/grid.js";
import { firstDifference } from "../reader/layout.js";
import { AlignedRows } from "../reader/rows.js";
import { aboutUnknown, countsOf } from "../reader/unknown.js";

const FAMILY = "\u{1F469}\u200d\u{1F469}\u200d\u{1F467}", FLAG = "\u{1F1EF}\u{1F1F5}", SKIN = "\u{1F44D}\u{1F3FD}", KEYCAP = "1\ufe0f\u20e3";
const JAMO = "봄".normalize("NFD"), VIETNAMESE = "ế".normalize("NFD"), SHALOM = "\u05e9\u05dc\u05d5\u05dd";

/** The clusters of a text. @param {string} text */
function clusters(text) {
  const characters = Array.from(text), first = clustersOf(characters), found = [];
  for (const [i, character] of characters.entries()) {
    if (first[i] === i) found.push(character);
    else found[found.length - 1] += character;
  }
  return found;
}

test("what people take for one character is one cluster, a line break and a carriage return two", () => {
  for (const each of [FAMILY, FLAG, SKIN, KEYCAP, JAMO, VIETNAMESE, "\u0628\u0650", "\u05d1\u05bc\u05b0", "\u0e17\u0e35\u0e48"]) {
    assert.deepEqual(clusters(`a${each}b`), ["a", each, "b"]);
  }
  assert.deepEqual(clusters(FLAG + FLAG), [FLAG, FLAG]);
  assert.deepEqual(clusters("a\r\n\u0301b"), ["a", "\r", "\n", "\u0301", "b"]);
  assert.deepEqual(clusters("plain “text” – all of it"), Array.from("plain “text” – all of it"));
});

test("wide characters and emoji fill two cells, a letter with marks one", () => {
  for (const each of ["中", "あ", "한", JAMO, "，", "Ａ", FAMILY, FLAG, SKIN, KEYCAP, "\u2764\ufe0f"]) assert.equal(cellsOf(each), 2, each);
  for (const each of ["a", "é", VIETNAMESE, "ｱ", "“", "…", "α", "я", "\u2764", "\0"]) assert.equal(cellsOf(each), 1, each);
});

test("the browser lays out lines whose letters join or run from right to left, in the direction of their first letter", () => {
  const lines = shapedLinesOf(Array.from(`one\n${SHALOM} two\n"three" ${SHALOM}\n(1) ${SHALOM}\n中文\nनमस्ते`));
  assert.deepEqual(Array.from(lines.values()), ["rtl", "ltr", "rtl", "ltr"]);
  assert.equal(lines.has(0), false);
});

test("the code points of a cluster share its box; with predictions each has a cell", () => {
  const text = Array.from(`a${FAMILY}b`), shared = new Grid(text, 40), apart = new Grid(text, 40, { spreads: true });
  assert.deepEqual(shared.boxOf(3), [1, 3]);
  assert.deepEqual([shared.left[6], shared.fine[0]], [3, true]);
  assert.deepEqual(Array.from(apart.left), [0, 1, 2, 3, 4, 5, 6]);
  assert.equal(apart.fine[0], false);
  for (let k = 0; k < 5; k++) assert.equal(shared.at(0, 1 + (k + 0.5) * 0.4), 1 + k);
});

test("no line ends within a cluster or begins with a closing mark", () => {
  const text = Array.from(`${"中".repeat(10)}。${(FAMILY + VIETNAMESE).repeat(9)}`);
  const grid = new Grid(text, 20);
  for (const start of grid.rowStarts) {
    assert.equal(grid.first[start], start);
    assert.notEqual(text[start], "。");
  }
});

test("stretches of a range are several where directions are mixed", () => {
  const grid = new Grid(Array.from(`ab${SHALOM}`), 40);
  grid.left.set([0, 1, 5, 4, 3, 2]);
  grid.right.set([1, 2, 6, 5, 4, 3]);
  assert.deepEqual(grid.stretches(0, 6), [[0, 6]]);
  assert.deepEqual(grid.stretches(1, 3), [[1, 2], [5, 6]]);
});

test("a text that grows changes no row before the first that breaks or turns elsewhere", () => {
  const before = new Grid(Array.from("one\ntwo three four five six"), 20), { length } = before.characters;
  const grown = (/** @type {string} */ more) => firstDifference(before, new Grid([...before.characters, ...more], 20), length);
  assert.equal(grown(" seven"), 2);
  assert.equal(grown(` ${SHALOM}`), 1); // the browser lays out the whole line now
});

test("marked characters stand below one another, whatever clusters precede them", () => {
  const rows = new AlignedRows([{ text: `${FAMILY}中M`, marked: 6 }, { text: "abcdM", marked: 4 }, { text: `${VIETNAMESE}M`, marked: 3 }]);
  assert.deepEqual(rows.marked.map((i) => [rows.characters[i], rows.columnOf(i)]), Array(3).fill(["M", 4]));
});

test("a code point knows its place in its cluster", () => {
  assert.deepEqual(clusterAround(Array.from(`ab\n${FAMILY}c`), 5), { cluster: FAMILY, length: 5, at: 2 });
  assert.equal(clusterAround(["a", "b"], 1).length, 1);
});

test("unknown characters are named with their counts, invisible ones by code", () => {
  assert.equal(countsOf([..."éé\0é"]), "“é” 3 times, U+0000 once");
  assert.match(countsOf(Array.from("abcdefghijk")), /^“a” once, .* and 3 others$/);
  assert.equal(aboutUnknown({ characters: ["a"], unknown: null }), "");
  assert.equal(
    aboutUnknown({ characters: Array.from("aéb\u0301"), unknown: Uint8Array.from([0, 1, 0, 1]) }),
    "2 characters are not in this model’s vocabulary and read as U+FFFD (dotted line): “é” once, U+0301 once.",
  );
  assert.deepEqual(["\u200b", "\u0301", "中"].map(nameOf), ["U+200B", "\u25cc\u0301 U+0301", "中"]);
});
