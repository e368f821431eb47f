// @ts-check
// Long work in slices, so that the page never stands still; and training that can go back to where it was.

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
    /** At most so many units of work in one frame. */
    this.most = Infinity;
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
    let isDone, units = 0;
    do {
      isDone = !this.step();
      units += 1;
    } while (!isDone && units < this.most && performance.now() - begun < this.slice);
    if (isDone) this.stop();
    this.draw(isDone);
    this.slices += 1;
    this.longest = Math.max(this.longest, performance.now() - begun);
    if (this.#isRunning) this.#frame = requestAnimationFrame(this.#run);
  };
}

/**
 * Training that can be looked at where it was: it goes on from the furthest step it reached, and keeps what is to be
 * shown of every so many steps. What is shown at a step follows from the step alone.
 *
 * @template Snapshot
 */
export class Timeline {
  /** @type {Snapshot[]} */
  #kept = [];
  /** @type {Generator<void, Snapshot> | null} */
  #keeping = null;
  /** The furthest step that can be shown; -1 until what is kept of the beginning is ready. */
  reached = -1;

  /**
   * @param {object} options
   * @param {() => void} options.train one step of training
   * @param {() => Snapshot | Generator<void, Snapshot>} options.keep what is to be kept, now; a generator if it takes more than a unit of work
   * @param {number} options.every after how many steps something is kept; what is shown is at a multiple of it
   */
  constructor({ train, keep, every }) {
    this.train = train;
    this.keep = keep;
    this.every = every;
    this.#keep();
  }

  /** One unit of work, if the wanted step is not reached. @param {number} wanted @returns {boolean} whether more is to do */
  step(wanted) {
    if (this.reached >= wanted) return false;
    if (this.#keeping) this.#goOn(this.#keeping);
    else {
      this.train();
      if ((this.reached + 1) % this.every) this.reached += 1;
      else this.#keep();
    }
    return this.reached < wanted;
  }

  #keep() {
    const kept = this.keep();
    if (isGenerator(kept)) this.#keeping = kept;
    else this.#isKept(kept);
  }

  /** @param {Generator<void, Snapshot>} keeping */
  #goOn(keeping) {
    const { done, value } = keeping.next();
    if (done) this.#isKept(value);
  }

  /** @param {Snapshot} snapshot */
  #isKept(snapshot) {
    this.#keeping = null;
    this.#kept.push(snapshot);
    this.reached += 1;
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

/** @template T @param {T | Generator<void, T>} kept @returns {kept is Generator<void, T>} */
const isGenerator = (kept) => typeof (/** @type {any} */ (kept)?.next) === "function";

/**
 * Shows a timeline at a step, training there first if that must be; or plays it from its beginning.
 */
export class Player {
  #isPlaying = false;
  #wanted = 0;
  /** The step that is shown. */
  shown = 0;
  /** @type {Timeline<any> | null} */
  #timeline = null;

  /**
   * @param {object} options
   * @param {(step: number, isDone: boolean) => void} options.draw what is shown now, and whether it is what was wanted; below 0: nothing yet
   * @param {number} [options.pace] at most so many steps in a frame while it plays
   * @param {number} [options.slice] milliseconds of a frame, drawing aside
   */
  constructor({ draw, pace = Infinity, slice = SLICE }) {
    this.pace = pace;
    this.slices = new Slices({ step: () => this.#advance(), draw: (isDone) => draw(this.shown, isDone), slice });
  }

  get isPlaying() {
    return this.#isPlaying;
  }

  /** Shows a step: at once if it was reached before, else as soon as it is. @param {Timeline<any>} timeline @param {number} wanted */
  show(timeline, wanted) {
    this.stop();
    this.#timeline = timeline;
    this.#wanted = wanted;
    this.shown = Math.min(wanted, timeline.reached);
    this.slices.most = Infinity;
    this.slices.draw(this.shown === wanted);
    if (this.shown < wanted) this.slices.start();
  }

  /** From the beginning to the step that is wanted. */
  play() {
    this.#isPlaying = true;
    this.shown = Math.min(0, this.#timeline?.reached ?? -1);
    this.slices.most = this.pace;
    this.slices.start();
  }

  /** Stays where it is. @returns {number} the last step shown of which something was kept */
  stop() {
    this.#isPlaying = false;
    this.slices.stop();
    const every = this.#timeline?.every ?? 1;
    return every * Math.max(0, Math.floor(this.shown / every));
  }

  destroy() {
    this.stop();
    this.slices.destroy();
  }

  #advance() {
    if (!this.#timeline?.step(this.shown + 1)) this.shown = Math.min(this.shown + 1, this.#wanted);
    if (this.shown >= this.#wanted) this.#isPlaying = false;
    return this.shown < this.#wanted;
  }
}
