// @ts-check
// Lesson 25, part three: a unit whose state changes all the time, and solvers that follow it in steps.

import { Chart } from "../learn/chart.js";
import { fieldRow } from "../learn/fields.js";
import { fixed } from "../learn/marks.js";
import { short } from "../learn/powers.js";
import { element } from "../reader/dom.js";
import { END, FINE, exact, inputAt, largestError, solve } from "./both_ways_time.js";

/** @import { Values } from "../learn/values.js" */

const LEAST = 1.5, MOST = 5; // of the axis
/** The longest stable step of dh/dt = −h / τ, in τ: where one step would make h larger. @type {{ [solver: string]: number }} */
const STABLE = { euler: 2, rk4: 2.785 };

export class TimePart {
  /** @param {HTMLElement} place @param {Values} controls */
  constructor(place, controls) {
    this.place = place;
    this.controls = controls;
    this.chart = new Chart({ label: "The state of the unit against time: exact, and by the solver", height: 280 });
    this.sentence = element("p", "sum");
    this.sentence.setAttribute("aria-live", "polite");
    this.legend = element("p", "hint");
    this.node = element("section", "part", fieldRow(controls, ["tau", "step", "w", "solver"]));
    this.node.append(this.chart.node, this.legend, this.sentence);
  }

  show() {
    const { controls } = this, tau = controls.number("tau"), step = controls.number("step"), w = controls.number("w"), solver = controls.text("solver");
    const found = solve({ solver, tau, w, step }), truth = exact(tau, w), error = largestError(found, step, truth);
    const input = Array.from({ length: Math.round(END / FINE) + 1 }, (_, k) => inputAt(k * FINE));
    const high = Math.max(LEAST, Math.min(MOST, Math.ceil(Math.max(...found.map(Math.abs))))), tick = Math.floor(high);
    this.chart.show({
      x: { name: "time in seconds", low: 0, high: END, ticks: [0, 2, 4, 6, 8, 10] }, y: { name: "state h", low: -high, high, ticks: [-tick, 0, tick] },
      curves: [{ color: "var(--line)", values: input, every: FINE }, { color: "currentColor", values: truth, every: FINE, dash: "5 4" }, { color: "var(--orange)", values: found, every: step }],
    });
    this.legend.textContent = `Gray: the input x, 1 for three seconds. Dashed: ${w === 0 ? "the closed form" : `Runge–Kutta in steps of ${FINE} s`}. Orange: the solver, in ${found.length - 1} steps of ${fixed(step)} s.`;
    this.sentence.replaceChildren("Largest error: ", element("b", "", errorText(error)), ". ", remarkOf(solver, tau, step, w, error));
    Object.assign(this.place.dataset, { error: String(error), last: String(found.at(-1)), states: found.join(" ") });
  }

  destroy() {
    this.chart.destroy();
  }
}

/** An error, which may be very large or very small. @param {number} error */
function errorText(error) {
  if (!Number.isFinite(error)) return "beyond all numbers";
  return error < 0.001 || error >= 100 ? short(error) : fixed(error, 3);
}

/** What is special about these values, if anything is. @param {string} solver @param {number} tau @param {number} step @param {number} w @param {number} error */
function remarkOf(solver, tau, step, w, error) {
  const share = step / tau;
  if (solver === "euler" && Math.abs(share - 1) < 1e-9) return "Δt = τ: each step is h ← tanh(w h + u x), a plain recurrent network.";
  if (solver === "euler" && w === 0 && share > 2 + 1e-9) return "Δt > 2τ: Euler’s method is unstable, each step overshoots by more than the last.";
  if (share > STABLE[solver] + 1e-9 || error > MOST) return `Δt is ${fixed(share, 1)} τ: there ${solver === "euler" ? "Euler’s" : "Runge and Kutta’s"} method is unstable, its steps are too long for this unit.`;
  if (solver === "euler" && w === 0 && share > 1) return "Δt > τ: each step overshoots.";
  if (w > 1) return "w > 1: the unit holds itself up. It has two states it can stay in.";
  return solver === "euler" ? `Each step goes ${fixed(100 * share, 0)} % of the way.` : "";
}
