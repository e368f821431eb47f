// @ts-check
import assert from "node:assert/strict";
import test from "node:test";

import { activationLevels, activationOf } from "../reader/codes.js";
import { PALETTES, activationColors, endsOf, rampOf } from "../reader/colors.js";
import { glyphOf, nameOf } from "../reader/glyphs.js";
import { activationText, measuredText, probabilityText, scoreText, signedText } from "../reader/words.js";
import { INHERITED } from "./readings.js";

const CODES = Array.from({ length: 255 }, (_, k) => k - 127);

test("h is the code in even steps", () => {
  for (const code of CODES) assert.equal(activationOf("hidden", code), code / 127);
});

test("c ends at the largest, keeps sign and order, and is even below 3", () => {
  for (const largest of [0.01, 0.5, 3, 50, 5000]) {
    const values = CODES.map((code) => activationOf("cell", code, largest));
    assert.ok(Math.abs(values[254] - largest) < 1e-9 * largest);
    values.forEach((value, k) => assert.ok(Math.abs(value + values[254 - k]) < 1e-9 * largest));
    for (let k = 1; k < 255; k++) assert.ok(values[k] > values[k - 1]);
    if (largest <= 3) CODES.forEach((code, k) => assert.ok(Math.abs(values[k] - (largest * code) / 127) < 1e-12));
  }
});

test("levels are h itself and tanh c, between -1 and 1", () => {
  const hidden = activationLevels("hidden"), cell = activationLevels("cell", 50);
  assert.equal(hidden.length, 256);
  for (const code of CODES) {
    assert.ok(Math.abs(hidden[code + 128] - code / 127) < 1e-6);
    assert.ok(Math.abs(cell[code + 128] - Math.tanh(activationOf("cell", code, 50))) < 1e-6);
  }
  assert.equal(hidden[0], -1); // a code that nobody writes
});

test("zero has no color, and more activation is more opaque", () => {
  for (const palette of PALETTES.keys()) {
    for (const theme of /** @type {const} */ (["light", "dark"])) {
      const opacity = Array.from(activationColors(activationLevels("hidden"), palette, theme), (color) => color >>> 24);
      assert.equal(opacity[128], 0);
      for (let k = 129; k < 256; k++) assert.ok(opacity[k] >= opacity[k - 1]);
      for (let k = 1; k < 128; k++) assert.ok(opacity[k] >= opacity[k + 1]);
      assert.match(rampOf(palette, theme), /^linear-gradient/);
    }
  }
});

test("a palette that nobody made is the first one", () => {
  for (const name of [...INHERITED, "", "blue"]) {
    assert.ok(!PALETTES.has(name));
    assert.deepEqual(endsOf(name, "light"), endsOf("blue–orange", "light"));
  }
});

test("characters without a shape get a mark, and a name", () => {
  assert.deepEqual(glyphOf("a"), { text: "a", mark: false });
  assert.deepEqual(glyphOf(" "), { text: " ", mark: false });
  assert.deepEqual(glyphOf(" ", true), { text: "␣", mark: true });
  for (const character of ["\n", "\t", "\0", "\x1b", "\x7f"]) assert.ok(glyphOf(character).mark);
  assert.deepEqual(["\0", " ", "\n", "é", "\u202e"].map(nameOf), ["NUL", "space", "newline", "é", "U+202E"]);
});

test("numbers have the digits that they can vouch for", () => {
  assert.deepEqual([0.29, 0.9344, 0.9999, 1, -0.2, 0.0625].map(scoreText), ["0.290", "0.934", "0.999", "1.000", "−0.200", "0.063"]);
  assert.equal(measuredText("AUROC", 0.9), "AUROC 0.900");
  for (const none of [null, NaN]) assert.equal(measuredText("AUROC", none), "no AUROC: does not vary on this text");
  assert.deepEqual([0, 0.0001, 0.0005, 0.25].map(probabilityText), [".000", "<.001", ".001", ".250"]);
  assert.deepEqual([0.004, -2.345, -45.6, 1234.5].map(activationText), ["0.00", "−2.35", "−46", "1,235"]);
  assert.deepEqual([0.5, -0.5].map(signedText), ["+0.50", "−0.50"]);
});
