// @ts-check
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Player, Slices, Timeline } from "../learn/training.js";

/** Frames that are asked for, by number. @type {Map<number, () => void>} */
const asked = new Map();
let numbers = 0;
Object.assign(globalThis, {
  requestAnimationFrame: (/** @type {() => void} */ run) => (asked.set(++numbers, run), numbers),
  cancelAnimationFrame: (/** @type {number} */ number) => asked.delete(number),
});
beforeEach(() => asked.clear());

/** Runs the frames that were asked for, and what they ask for, up to some number; how many ran. @param {number} [most] */
function frames(most = 1000) {
  for (let ran = 0; ran < most; ran++) {
    const [first] = asked;
    if (!first) return ran;
    asked.delete(first[0]);
    first[1]();
  }
  return most;
}

/** Counts its steps; keeps the count of every ten. @param {boolean} [isSlow] keeping takes three units of work */
function counter(isSlow = false) {
  let count = 0;
  const slowly = function* () {
    yield;
    yield;
    return count;
  };
  return new Timeline({ train: () => { count += 1; }, keep: isSlow ? slowly : () => count, every: 10 });
}

test("work is cut into slices, drawn after each, and ends when there is no more", () => {
  /** @type {boolean[]} */
  const drawn = [];
  let left = 5;
  const slices = new Slices({ step: () => --left > 0, draw: (isDone) => drawn.push(isDone), slice: 0 });
  slices.start();
  slices.start();
  assert.equal(left, 5, "nothing runs before the next frame");
  assert.equal(frames(), 5);
  assert.deepEqual(drawn, [false, false, false, false, true]);
  assert.equal(slices.isRunning, false);
  assert.ok(slices.longest >= 0 && slices.slices === 5);
});

test("a slice does no more units than it may, and nothing after destroy", () => {
  let done = 0;
  const slices = new Slices({ step: () => (done += 1) > 0, slice: 1e9 });
  slices.most = 3;
  slices.start();
  frames(2);
  assert.equal(done, 6);
  slices.destroy();
  slices.start();
  assert.equal(frames(), 0);
});

for (const isSlow of [false, true]) {
  test(`a timeline keeps what was, ${isSlow ? "bit by bit" : "at once"}`, () => {
    const timeline = counter(isSlow);
    assert.equal(timeline.reached, isSlow ? -1 : 0);
    while (timeline.step(25));
    assert.equal(timeline.reached, 25);
    assert.deepEqual([timeline.at(0), timeline.at(19), timeline.at(25), timeline.at(400)], [0, 10, 20, 20]);
    assert.deepEqual(timeline.until(20), [0, 10, 20]);
    assert.equal(timeline.step(10), false, "it does not go back");
    assert.equal(timeline.reached, 25);
  });

  test(`a player trains where it must, then shows at once; it plays and stops, kept ${isSlow ? "bit by bit" : "at once"}`, () => {
    /** @type {[number, boolean][]} */
    const drawn = [];
    const timeline = counter(isSlow), player = new Player({ draw: (step, isDone) => drawn.push([step, isDone]), pace: 4, slice: 1e9 });
    player.show(timeline, 30);
    assert.deepEqual(drawn, [[isSlow ? -1 : 0, false]]);
    frames();
    assert.deepEqual(drawn.at(-1), [30, true]);
    player.show(timeline, 20);
    assert.deepEqual(drawn.at(-1), [20, true]);
    assert.equal(frames(), 0, "it was there");
    player.play();
    assert.equal(frames(3), 3);
    assert.deepEqual([player.isPlaying, drawn.at(-1)], [true, [12, false]]);
    assert.equal(player.stop(), 10);
    assert.deepEqual([player.isPlaying, frames()], [false, 0]);
    player.play();
    frames();
    assert.deepEqual([player.isPlaying, drawn.at(-1)], [false, [20, true]]);
    player.show(timeline, 90);
    player.destroy();
    assert.equal(frames(), 0);
  });
}
