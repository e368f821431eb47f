// @ts-check
// What a live page shows, as words in an address: a reload and a link show the same again.

import { inWords, planIn } from "../generate/plan.js";
import { queryOf as queryOfView } from "../reader/address.js";
import { statesOf } from "../reader/states.js";
import { DEFAULT_VIEW, viewIn } from "../reader/view.js";

/** @import { About } from "../generate/about.js" */
/** @import { Shown, Tab } from "./live.js" */

const LONGEST_TYPED = 2000; // characters of a text that an address holds

/**
 * What an address asks for, and a sentence for each part of it that is wrong; the other parts are used.
 *
 * @param {URLSearchParams} query
 * @param {About} about
 * @returns {Shown & { problems: string[] }}
 */
export function shownIn(query, { reading, starts }) {
  const { plan, problems } = planIn(query, reading), unit = query.get("unit") ?? "";
  if (!query.has("prompt")) plan.prompt = starts[0]?.prompt ?? "";
  const [layer, number] = (/^L(\d{1,3})\.u(\d{1,6})$/i.exec(unit) ?? []).slice(1).map(Number);
  const named = Object.fromEntries(["state", "concept", "mode", "palette", "signals"].flatMap((name) => {
    const value = query.get(name);
    return value === null ? [] : [[name, value]];
  }));
  let view = viewIn(unit ? { ...named, layer, unit: number } : named);
  const { layers, units } = reading, states = statesOf(reading), state = view.state ?? DEFAULT_VIEW.state;
  if (!reading.has(state, view.layer ?? 1, view.unit ?? 0) || (unit && layer === undefined)) {
    const wanted = `${unit} ${query.get("state") ?? ""}`.trim().slice(0, 40);
    problems.push(`Wanted a unit such as L1.u0, layers from 1 to ${layers}, units from 0 to ${units - 1}, states ${states.join(" or ")}, got “${wanted}”. A detector is shown instead.`);
    const best = reading.findings.find(({ rank }) => rank === 1) ?? { state: states[0], layer: 1, unit: 0, concept: undefined };
    view = viewIn({ ...named, state: best.state, layer: best.layer, unit: best.unit, concept: best.concept });
  }
  return { view, plan, problems, tab: tabIn(query), typed: query.get("text") };
}

/** @param {URLSearchParams} query @returns {Tab} */
const tabIn = (query) => (query.get("tab") === "generate" ? "generate" : "read");

/**
 * The address of what is shown. A long text of one's own is left out.
 *
 * @param {Shown} shown
 */
export function queryOf({ view, plan, tab, typed }) {
  const query = queryOfView({}, { ...DEFAULT_VIEW, ...view });
  if (tab !== "read") query.set("tab", tab);
  for (const [name, value] of inWords(plan)) query.set(name, value);
  if (typed !== null && typed.length <= LONGEST_TYPED) query.set("text", typed);
  return query;
}
