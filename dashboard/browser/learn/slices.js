// @ts-check
// Long work on the page in slices, one for each frame, so that nothing waits for it.

const SLICE = 8; // milliseconds of a frame of 16

/**
 * Takes turns until there are no more.
 *
 * @param {() => boolean} turn does a little; whether there is more to do
 * @param {() => void} [onSlice] after each slice
 * @returns {() => void} ends it
 */
export function inSlices(turn, onSlice = () => {}) {
  let frame = 0, stopped = false;
  const slice = () => {
    const end = performance.now() + SLICE;
    let more = true;
    while (more && performance.now() < end) more = turn();
    onSlice();
    if (more && !stopped) frame = requestAnimationFrame(slice);
  };
  frame = requestAnimationFrame(slice);
  return () => {
    stopped = true;
    cancelAnimationFrame(frame);
  };
}
