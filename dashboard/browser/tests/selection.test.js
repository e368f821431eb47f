// @ts-check
import assert from "node:assert/strict";
import test from "node:test";

import { Grid } from "../reader/grid.js";
import { touches } from "../reader/marks.js";
import { characterAfter, pointBefore, pointsOf } from "../reader/selection.js";

/** @import { Written } from "../reader/selection.js" */

/**
 * As much of a <pre> as counting needs; "↵" stands for a node of its own.
 *
 * @param {string} text as LineWriter writes it
 */
function written(text) {
  const pre = { nodeType: 1, childNodes: /** @type {object[]} */ ([]), contains: (/** @type {unknown} */ node) => node === pre || pre.childNodes.includes(/** @type {object} */ (node)) };
  for (const part of text.split(/(↵|→)/).filter(Boolean)) {
    pre.childNodes.push(/[↵→]/.test(part) ? { nodeType: 1, parentNode: pre } : { nodeType: 3, data: part, parentNode: pre });
  }
  return pre;
}

/**
 * @param {string} text
 * @param {string} asWritten
 * @param {number} [lines]
 * @returns {Written}
 */
const block = (text, asWritten, lines = 1) =>
  /** @type {any} */ ({ blocks: [{ pre: written(asWritten), first: 0 }], grid: new Grid(Array.from(text), 40), lines });

test("points count cells and lines, a character of two halves once", () => {
  const points = Array.from(pointsOf(/** @type {any} */ (written("a\u{1F642}↵\nb\n"))));
  assert.deepEqual(points.map(({ line, cell }) => [line, cell]), [[0, 0], [0, 1], [0, 2], [0, 3], [1, 0], [1, 1], [2, 0]]);
  assert.deepEqual(points.map(({ within }) => within), [0, 1, 0, 0, 1, 2, 0]);
});

test("a character and the point before it find each other", () => {
  const texts = [["a\u{1F642}\nb\n", "a\u{1F642}↵\nb↵\n"], ["x\ty", "x→   y\n"], ["one", "one\n"]];
  for (const [text, asWritten] of texts) {
    const page = block(text, asWritten), { length } = page.grid.characters;
    for (let i = 0; i <= length; i++) {
      const { node, offset } = pointBefore(page, i);
      assert.equal(characterAfter(page, node, offset), i, `${JSON.stringify(text)} at ${i}`);
    }
  }
});

test("in a line of predictions it is the character that they are of", () => {
  const page = block("ab", "ab\nxy\nzw\n\n", 4), [{ pre }] = page.blocks;
  const node = pre.childNodes[0];
  assert.deepEqual([0, 1, 3, 4, 6, 7].map((offset) => characterAfter(page, node, offset)), [0, 1, 0, 1, 0, 1]);
  assert.equal(characterAfter(page, node, 9), 2); // the gap below: after the row
});

test("ranges that touch or overlap are one place", () => {
  assert.ok(touches([0, 5], [5, 9]));
  assert.ok(touches([2, 3], [0, 9]));
  assert.ok(!touches([0, 5], [6, 9]));
});
