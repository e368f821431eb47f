// @ts-check
// A button that moves a slider from its beginning to its end.

import { button } from "../reader/dom.js";

/** @import { Values } from "./values.js" */

/**
 * @param {Values} controls
 * @param {object} options
 * @param {string} options.name of a slider
 * @param {number} options.by how far it moves at a time
 * @param {number} options.every milliseconds
 * @param {boolean} options.isStill then there is no button
 * @returns {{ nodes: HTMLButtonElement[], stop: () => void }}
 */
export function playButton(controls, { name, by, every, isStill }) {
  const control = controls.control(name), most = "most" in control ? control.most : 0;
  /** @type {number | undefined} */
  let timer;
  const stop = () => { window.clearInterval(timer); timer = undefined; };
  const advance = () => {
    if (controls.number(name) < most) controls.set({ [name]: Math.min(most, controls.number(name) + by) });
    else stop();
  };
  const start = button("Play", "From the first step on", () => {
    stop();
    controls.set({ [name]: 0 });
    timer = window.setInterval(advance, every);
  });
  start.disabled = controls.locked.has(name);
  return { nodes: isStill || controls.hidden.has(name) ? [] : [start], stop };
}
