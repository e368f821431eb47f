// @ts-check
// Training in slices, so that the page never stands still, and what it needs besides an optimizer.

const SLICE = 8; // milliseconds of a frame

/**
 * Runs small units of work, as many in each animation frame as fit into a slice, and lets draw after each slice.
 * `longest` is the longest slice so far in milliseconds, drawing included.
 */
export class Slices {
  #isRunning = false;
  #frame = 0;
  longest = 0;
  slices = 0;

  /**
   * @param {object} options
   * @param {() => boolean} options.step one unit of work of at most about two milliseconds; false: there is no more to do
   * @param {(isDone: boolean) => void} [options.draw] after each slice
   * @param {number} [options.slice] milliseconds
   */
  constructor({ step, draw = () => {}, slice = SLICE }) {
    this.step = step;
    this.draw = draw;
    this.slice = slice;
  }

  get isRunning() {
    return this.#isRunning;
  }

  /** Begins or goes on; the work itself begins with the next frame. */
  start() {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#frame = requestAnimationFrame(this.#run);
  }

  stop() {
    this.#isRunning = false;
    cancelAnimationFrame(this.#frame);
  }

  /** Ends it for good. */
  destroy() {
    this.stop();
    this.start = () => {};
  }

  #run = () => {
    const begun = performance.now();
    let isDone;
    do isDone = !this.step(); while (!isDone && performance.now() - begun < this.slice);
    if (isDone) this.stop();
    this.draw(isDone);
    this.slices += 1;
    this.longest = Math.max(this.longest, performance.now() - begun);
    if (this.#isRunning) this.#frame = requestAnimationFrame(this.#run);
  };
}

/**
 * Training that can be looked at where it was: it goes on from the furthest step it reached, and keeps the weights of
 * every so many steps. What is shown at a step follows from the step alone.
 *
 * @template Snapshot
 */
export class Timeline {
  /** @type {Snapshot[]} */
  #kept;
  reached = 0;

  /**
   * @param {object} options
   * @param {() => void} options.train one step of training
   * @param {() => Snapshot} options.keep what is to be kept, now
   * @param {number} options.every after how many steps one is kept; what is shown is at a multiple of it
   */
  constructor({ train, keep, every }) {
    this.train = train;
    this.keep = keep;
    this.every = every;
    this.#kept = [keep()];
  }

  /** One step of training, if the wanted one is not reached. @param {number} wanted @returns {boolean} whether more are to come */
  step(wanted) {
    if (this.reached < wanted) {
      this.train();
      this.reached += 1;
      if (this.reached % this.every === 0) this.#kept.push(this.keep());
    }
    return this.reached < wanted;
  }

  /** What was kept at a step, or the last before it. @param {number} step */
  at(step) {
    return this.#kept[Math.min(Math.floor(step / this.every), this.#kept.length - 1)];
  }

  /** All that was kept up to a step. @param {number} step */
  until(step) {
    return this.#kept.slice(0, Math.floor(step / this.every) + 1);
  }
}

/**
 * Scales all gradients so that their common norm is at most `limit`, as torch.nn.utils.clip_grad_norm_ does.
 *
 * @param {Float64Array[]} gradients
 * @param {number} limit
 * @returns {number} the norm before
 */
export function clipNorm(gradients, limit) {
  let sum = 0;
  for (const values of gradients) for (let k = 0; k < values.length; k++) sum += values[k] * values[k];
  const norm = Math.sqrt(sum), factor = limit / (norm + 1e-6);
  if (factor < 1) for (const values of gradients) for (let k = 0; k < values.length; k++) values[k] *= factor;
  return norm;
}
