// @ts-check
import assert from "node:assert/strict";
import test from "node:test";

import { CellRuler } from "../reader/cells.js";
import { Grid } from "../reader/grid.js";
import { AlignedRows } from "../reader/rows.js";

/** @import { Layout } from "../reader/layout.js" */

const TEXTS = [
  "a", "\n", "\n\n", "one two three four five six", "x".repeat(100), "\ta\tb\n\t\tc", "tail\n", "中文故事，她说：“好。”\n".repeat(3), "a中\t文".repeat(30), "한국어 テスト ｶﾅ", `${"word ".repeat(30)}\n${"y".repeat(61)}`,
];

/** Cells of each code point. @param {Layout} layout */
const widths = ({ left, right }) => Array.from(left, (begin, i) => Math.round((right[i] - begin) * 100) / 100);

/** What holds of every layout. @param {Layout} grid */
function assertSound(grid) {
  let end = 0;
  for (let i = 0; i < grid.characters.length; i++) {
    const row = grid.rowOf(i), begin = grid.left[i];
    assert.ok(row >= 0 && row < grid.rows && grid.rowStarts[row] <= i && i < grid.rowEnd(row));
    if (i === grid.rowStarts[row]) end = 0;
    assert.ok(Math.abs(begin - end) < 1e-4, "no gap and no overlap");
    end = grid.right[i];
    assert.ok(end > begin && end <= grid.stride + 1e-4);
    assert.equal(grid.at(row, (begin + end) / 2), i);
    assert.equal(grid.rowOf(grid.first[i]), row, "a cluster is never divided");
    const [left, right] = grid.boxOf(i);
    assert.ok(left <= begin && end <= right);
    if (!grid.directions[row]) assert.ok(Number.isInteger(left) && Number.isInteger(right));
  }
  for (const [row, column] of [[-1, 0], [grid.rows, 0], [0, -1], [0, grid.stride]]) assert.equal(grid.at(row, column), -1);
}

test("every character has cells of its own, and is found at them", () => {
  for (const text of TEXTS) for (const columns of [20, 60, 160]) assertSound(new Grid(Array.from(text), columns));
});

test("a line breaks behind a space, and in a word only if that is long", () => {
  const grid = new Grid(Array.from("one two three four five six"), 20);
  assert.deepEqual(grid.rowStarts, [0, 19]);
  assert.deepEqual(new Grid(Array.from("x".repeat(50)), 20).rowStarts, [0, 20, 40]);
});

test("a newline ends a row and stays in it; the last one begins none", () => {
  const grid = new Grid(Array.from("ab\n\nc\n"), 20);
  assert.deepEqual(grid.rowStarts, [0, 3, 4]);
  assert.equal(grid.rowOf(2), 0);
});

test("an empty line can stand at the end of the line before it, as long as there is room", () => {
  for (const text of TEXTS) for (const columns of [20, 60]) assertSound(new Grid(Array.from(text), columns, { joinsEmpty: true }));
  assert.deepEqual(new Grid(Array.from("\nab\n\n\nc\n"), 20, { joinsEmpty: true }).rowStarts, [0, 1, 6]);
  const long = new Grid(Array.from(`a${"\n".repeat(45)}b`), 20, { joinsEmpty: true });
  assert.deepEqual(long.rowStarts, [0, 21, 42, 46]);
});

test("a tab reaches to the next stop", () => {
  const grid = new Grid(Array.from("a\tb\tc"), 100);
  assert.deepEqual(widths(grid), [1, 7, 1, 7, 1]);
  assert.equal(grid.at(0, 5), 1);
});

test("marked characters stand below one another, whatever the texts hold", () => {
  const rows = new AlignedRows([
    { text: "short", marked: 2 }, { text: `${"x".repeat(48)}M${"y".repeat(31)}`, marked: 48 },
    { text: "\u{1F642}\u0301\n\0\u202e", marked: 4 }, { text: "a", marked: 0 },
  ]);
  assertSound(rows);
  assert.deepEqual(rows.marked.map((i) => rows.columnOf(i)), [48, 48, 48, 48]);
  assert.deepEqual(rows.marked.map((i) => rows.characters[i]), ["o", "M", "\u202e", "a"]);
  const codes = rows.spread([[1, 2, 3, 4, 5], Array(80).fill(7), [1, 2, 3, 4, 5], [9]]);
  assert.equal(codes.length, rows.characters.length);
  assert.deepEqual(rows.marked.map((i) => codes[i]), [3, 7, 5, 9]);
  assert.equal(codes[0], 0);
});

test("what is not as wide as a cell, or changes its neighbours, gets a cell of its own", () => {
  const ruler = new CellRuler((text) => (text === "字" ? 15 : 9), 9);
  assert.deepEqual(["a", "~", "é", "字", "\u0301", "\u202e"].map((text) => ruler.fits(text)), [true, true, true, false, false, false]);
  assert.ok(!ruler.fits("字"));
});

test("a Chinese, Japanese or Korean character fills two cells, and never half of them at the end of a line", () => {
  assert.deepEqual(widths(new Grid(Array.from("a中，\u3000“한テｶ🙂é"), 40)), [1, 2, 2, 2, 1, 2, 2, 1, 2, 1]);
  assert.deepEqual(new Grid(Array.from(`a${"中".repeat(20)}\n`), 20).rowStarts, [0, 10, 20]);
  const rows = new AlignedRows([{ text: "中文M", marked: 2 }, { text: "abM", marked: 2 }]);
  assertSound(rows);
  assert.deepEqual(rows.marked.map((i) => [rows.characters[i], rows.columnOf(i)]), [["M", 4], ["M", 4]]);
});
