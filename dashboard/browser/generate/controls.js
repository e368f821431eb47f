// @ts-check
// The controls of what is written: prompt, seed, temperature; start, pause, one character, speed; what is counted.

import { button, element } from "../reader/dom.js";
import { HOTTEST, LARGEST_SEED, requireNumber, requirePrompt } from "./plan.js";

/** @import { Plan } from "./plan.js" */
/**
 * @typedef {object} Events
 * @property {(changed: Partial<Plan>) => void} onPlan
 * @property {(message: string) => void} onProblem
 * @property {(running?: boolean) => void} onRun starts or pauses; without an argument whichever it does not do now
 * @property {() => void} onStep
 * @property {() => void} onRestart
 * @property {(speed: number) => void} onSpeed
 * @property {(typed: string) => void} onType
 */

/** @type {Map<string, number>} characters per second */
export const SPEEDS = new Map([["slow", 4], ["medium", 25], ["fast", 100], ["fastest", Infinity]]);

export class Controls {
  /** @param {Events} events */
  constructor(events) {
    this.events = events;
    this.edited = false;
    this.prompt = this.#promptField();
    this.run = button("Write", "start or pause  space", () => events.onRun());
    this.run.className = "run";
    this.step = button("Step", "write one character  .", () => events.onStep());
    this.restart = button("Start over", "write again from the prompt", () => events.onRestart());
    this.speed = element("select", "speed");
    this.speed.ariaLabel = "Speed";
    for (const [name, rate] of SPEEDS) this.speed.append(new Option(rate < Infinity ? `${name}: ${rate} characters/s` : "as fast as it goes", name));
    this.speed.value = "medium";
    this.speed.addEventListener("change", () => events.onSpeed(this.rate));
    this.temperature = element("input", "temperature");
    Object.assign(this.temperature, { type: "range", min: 0, max: HOTTEST, step: 0.05, ariaLabel: "Temperature" });
    this.degrees = element("output");
    this.temperature.addEventListener("input", () => this.#plan(() => ({ temperature: Number(this.temperature.value) })));
    this.seed = element("input", "seed");
    Object.assign(this.seed, { type: "number", min: 0, max: LARGEST_SEED, step: 1, ariaLabel: "Seed" });
    this.seed.addEventListener("change", () => this.#plan(() => ({ seed: requireNumber("seed", this.seed.value, 0, LARGEST_SEED, true) })));
    const dice = button("Next seed", "write another text", () => events.onPlan({ seed: (Number(this.seed.value) + 1) % (LARGEST_SEED + 1) }));
    this.type = element("input", "type");
    Object.assign(this.type, { type: "text", placeholder: "type: the text goes on with your characters", ariaLabel: "Write yourself", autocomplete: "off", spellcheck: false });
    this.type.addEventListener("input", (event) => {
      if (/** @type {InputEvent} */ (event).isComposing) return; // an input method is still at it
      this.#typed();
    });
    this.type.addEventListener("compositionend", () => this.#typed());
    this.root = element("div", "controls",
      element("label", "field wide", element("span", "", "Prompt"), this.prompt),
      element("div", "row", this.run, this.step, this.restart, this.speed, this.type),
      element("div", "row",
        element("label", "field", element("span", "", "Temperature"), this.temperature, this.degrees),
        element("label", "field", element("span", "", "Seed"), this.seed), dice),
    );
  }

  #promptField() {
    const field = element("textarea", "prompt");
    Object.assign(field, { rows: 2, ariaLabel: "Prompt", placeholder: "Nothing: the network starts from its zero state" });
    field.title = "how the text begins; Ctrl+Enter writes on from it";
    field.addEventListener("input", () => { this.edited = true; });
    field.addEventListener("change", () => this.#takePrompt());
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      this.#takePrompt();
      this.events.onRun(true);
    });
    return field;
  }

  #takePrompt() {
    if (!this.edited) return;
    this.#plan(() => {
      const prompt = requirePrompt(this.prompt.value);
      this.edited = false;
      return { prompt };
    });
  }

  get rate() {
    return SPEEDS.get(this.speed.value) ?? Infinity;
  }

  #typed() {
    if (!this.type.value) return;
    this.events.onType(this.type.value);
    this.type.value = "";
  }

  /** @param {() => Partial<Plan>} read */
  #plan(read) {
    try {
      this.events.onPlan(read());
    } catch (error) {
      this.events.onProblem(error instanceof Error ? error.message : String(error));
    }
  }

  /** @param {Plan} plan */
  show({ prompt, seed, temperature }) {
    if (!this.edited && this.prompt.value !== prompt) this.prompt.value = prompt;
    this.seed.value = String(seed);
    this.temperature.value = String(temperature);
    this.degrees.textContent = temperature === 0 ? "0: always the likeliest" : String(Number(temperature.toPrecision(4)));
  }

  /** @param {boolean} running @param {boolean} full whether the text has all that it may have */
  showRunning(running, full) {
    this.run.textContent = running ? "Pause" : "Write";
    this.run.disabled = this.step.disabled = full && !running;
  }
}
