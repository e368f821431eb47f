// @ts-check
import assert from "node:assert/strict";
import test from "node:test";

import { detectorsOf, entryInView, invitationOf, labelOf, menuOf, nextDetector } from "../reader/detectors.js";
import { sentenceAbout } from "../reader/sentence.js";
import { LAX, LOCAL, NONE, RAMP, finding, reading, view } from "./readings.js";

/** @import { Finding, View } from "../reader/types.js" */

const FINDINGS = [
  finding("quotes", { layer: 2, unit: 1, state: "cell" }),
  finding("column", { ...RAMP, title: "the column", layer: 2, unit: 1, state: "cell", score: 0.81 }),
  finding("position", { ...RAMP, title: "the position", where: "inside links", unit: 2, sign: -1, score: 0.75 }),
  finding("headings", { ...LAX, unit: 3, score: 0.99 }),
  finding("caps", { ...LOCAL, layer: 2, unit: 1, state: "cell", sign: -1, score: 0.97, ngram: 0.96 }),
  finding("tables", { ...NONE, layer: 2, unit: 1, state: "cell", score: 0.55, untrained: null }),
  finding("quotes", { unit: 3, rank: 2, score: 0.9 }),
];

/** The view after an entry was chosen. @type {(entry: Finding) => View} */
const chosen = ({ state, layer, unit, concept }) => view({ state, layer, unit, concept });

test("the menu has one entry per concept, in groups that say what was found", () => {
  const groups = menuOf(reading(FINDINGS)).map(({ title, entries }) => [title, entries.map(({ concept }) => concept)]);
  assert.deepEqual(groups, [
    ["Detectors", ["quotes", "column", "position"]],
    ["Detectors by the lax rule only", ["headings"]],
    ["Local: a baseline does as well", ["caps"]],
    ["No unit found", ["tables"]],
  ]);
});

test("an entry says unit and score, and where its concept applies", () => {
  const read = reading(FINDINGS), labels = FINDINGS.map((each) => labelOf(read, each));
  assert.equal(labels[0], "inside quotes · L2·u1 c · 0.930");
  assert.equal(labels[2], "the position, inside links · L1·u2 h · 0.750");
  assert.equal(labels[5], "inside tables · at best L2·u1 c · 0.550");
  assert.equal(labelOf(reading(FINDINGS, { states: ["hidden"] }), FINDINGS[2]), "the position, inside links · L1·u2 · 0.750");
});

test("a model without detectors says so", () => {
  assert.equal(invitationOf(reading(FINDINGS)), "find a detector …");
  assert.equal(invitationOf(reading([finding("caps", LOCAL), finding("x", NONE)])), "no detectors in this model");
  assert.equal(invitationOf(reading([])), "not searched for detectors yet");
});

test("after any choice the menu stays on it and the sentence speaks of it first", () => {
  const read = reading(FINDINGS);
  for (const entry of menuOf(read).flatMap(({ entries }) => entries)) {
    assert.equal(entryInView(read, chosen(entry)), entry);
    assert.ok(sentenceAbout(FINDINGS, chosen(entry)).split(". ")[0].includes(entry.title), entry.title);
  }
  assert.equal(entryInView(read, view({ unit: 1 })), undefined);
  assert.equal(entryInView(read, view({ layer: 2, unit: 1, state: "cell" }))?.concept, "quotes"); // what it tells best
});

test("brackets go from detector to detector, round and round", () => {
  const read = reading(FINDINGS);
  for (const [by, order] of /** @type {[number, string[]][]} */ ([[1, ["quotes", "column", "position", "quotes"]], [-1, ["position", "column", "quotes", "position"]]])) {
    let inView = view({ unit: 1 });
    for (const concept of order) {
      const next = nextDetector(read, inView, by);
      assert.equal(next?.concept, concept);
      inView = chosen(/** @type {Finding} */ (next));
    }
  }
});

test("from a unit between them brackets go on from the last detector", () => {
  const read = reading(FINDINGS);
  assert.equal(nextDetector(read, view({ unit: 1 }), 1, "quotes")?.concept, "column");
  assert.equal(nextDetector(read, view({ unit: 1 }), -1, "column")?.concept, "quotes");
});

test("without another detector there is none to go to", () => {
  assert.equal(nextDetector(reading([finding("x", NONE), finding("y", LAX)]), view(), 1), undefined);
  const one = reading([finding("quotes", { unit: 1 })]);
  assert.equal(nextDetector(one, view(), 1)?.concept, "quotes");
  assert.equal(nextDetector(one, view({ unit: 1 }), 1), undefined);
});

test("a page offers the units that it holds", () => {
  const page = reading(FINDINGS, { exported: [{ state: "hidden", column: 2 }, { state: "hidden", column: 3 }] });
  assert.deepEqual(detectorsOf(page).map(({ concept }) => concept), ["position"]);
  assert.deepEqual(menuOf(page).map(({ title }) => title), ["Detectors", "Detectors by the lax rule only"]);
});
