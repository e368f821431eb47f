// @ts-check
// A button that moves a slider from its beginning to its end; Stop while it does. The reader's hand on the slider, or a
// stop that moves it, ends it.

import { button } from "../reader/dom.js";

/** @import { Values } from "./values.js" */

/**
 * @param {Values} controls
 * @param {object} options
 * @param {string} options.name of a slider
 * @param {(value: number) => number} options.next what follows a value; at the slider's end it is over
 * @param {number} options.every milliseconds
 * @param {boolean} options.isStill then there is no button
 * @returns {{ nodes: HTMLButtonElement[], stop: () => void }}
 */
export function playButton(controls, { name, next, every, isStill }) {
  const control = controls.control(name), most = "most" in control ? control.most : 0;
  let isMoving = false; // a change is ours
  /** @type {number | undefined} */
  let timer;
  const show = () => Object.assign(node, timer === undefined ? { textContent: "Play", title: "From the first step on" } : { textContent: "Stop", title: "Stay at this step" });
  const stop = () => {
    window.clearInterval(timer);
    timer = undefined;
    show();
  };
  const move = (/** @type {number} */ value) => {
    isMoving = true;
    controls.set({ [name]: Math.min(most, value) });
    isMoving = false;
    if (controls.number(name) >= most) stop();
  };
  const node = button("", "", () => {
    if (timer !== undefined) return stop();
    timer = window.setInterval(() => move(next(controls.number(name))), every);
    show();
    move(0);
  });
  node.disabled = controls.locked.has(name);
  controls.onChange((changed) => { if (changed.has(name) && !isMoving) stop(); });
  show();
  return { nodes: isStill || controls.hidden.has(name) ? [] : [node], stop };
}
