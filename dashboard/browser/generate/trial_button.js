// @ts-check
// The button that tries many seeds, its progress and its result.

import { button, element } from "../reader/dom.js";
import { countedThing, trialInWords } from "./compare.js";
import { CHARACTERS, SEEDS, tryManySeeds } from "./trial.js";

/** @import { Engine } from "../engine/client.js" */
/** @import { Plan } from "./plan.js" */

/**
 * @param {HTMLElement} place
 * @param {Engine} engine
 * @param {() => Plan} planNow
 */
export function trialIn(place, engine, planNow) {
  const result = element("p", "trial-result"), start = button("", "", () => void run());
  /** @type {AbortController | null} */
  let going = null;
  const show = () => {
    const { count, holds } = planNow();
    start.textContent = going ? "Stop" : `Repeat with ${SEEDS} seeds`;
    start.title = `write ${CHARACTERS} characters from each of ${SEEDS} seeds, free and held, and count ${countedThing(count, 2)}`;
    place.hidden = !holds.length || !count;
  };
  const run = async () => {
    if (going) return going.abort();
    const mine = (going = new AbortController());
    show();
    try {
      const trial = await tryManySeeds(engine, planNow(), (done, all) => { result.textContent = `${done} of ${all} seeds …`; }, mine.signal);
      result.textContent = trialInWords(trial);
    } catch (error) {
      result.textContent = mine.signal.aborted ? "Stopped." : error instanceof Error ? error.message : String(error);
    }
    going = null;
    show();
  };
  place.replaceChildren(start, result);
  show();
  return { show, clear: () => { going?.abort(); result.textContent = ""; show(); } };
}
