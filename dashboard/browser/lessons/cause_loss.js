// @ts-check
// The last part of lesson 21: what holding the unit costs while the network reads a given text.

import { countedThing } from "../generate/compare.js";
import { element } from "../reader/dom.js";
import { paintText } from "../learn/painted.js";
import { fixed, shade } from "../learn/marks.js";
import { costs, expecting } from "./cause_counts.js";

/** @import { Read } from "../learn/shipped.js" */

/** With its sign; what is rounded to zero has none. @param {number} value */
const signed = (value) => (value > 0 && Number(value.toFixed(2)) ? `+${fixed(value)}` : fixed(value));

/** A table, a sentence and the text. */
export function lossPanel() {
  const text = element("p", "text"), body = element("tbody"), expected = element("p", "expected"), larger = element("details");
  const head = element("thead", "", element("tr", "", ...["bits per character", "free", "held", "change"].map((name) => element("th", "", name))));
  const legend = element("p", "hint", "Orange: predicted worse with the unit held. Blue: better. The strongest color is 4 bits.");
  let shown = "";
  return {
    root: element("section", "loss", element("h2", "", "The same unit while the network reads"), element("table", "", head, body), expected, legend, text, larger),
    /** @param {string[]} characters @param {(Read | null)[]} reads free and held @param {{ count: string, unit: any, places: string }} about */
    show(characters, [free, held], { count, unit, places }) {
      const key = JSON.stringify([free?.loss.length, held?.loss.reduce((sum, nats) => sum + nats, 0), count, unit.name]);
      if (key === shown) return;
      shown = key;
      const ready = free && held ? { free, held } : null;
      const found = costs(characters, free?.loss ?? [], held?.loss ?? [], count), { there, elsewhere } = found;
      body.replaceChildren(
        rowOf(there, ready && `at the ${there.count} ${countedThing(count, there.count)}`),
        rowOf(elsewhere, ready && `at the other ${elsewhere.count} characters`),
      );
      expected.textContent = ready ? inWords(found, ready, characters, count) : "";
      larger.hidden = !unit.ablation;
      larger.replaceChildren(element("summary", "", "A larger test"), element("p", "hint", unit.ablation ? largerTest(unit.ablation, places) : ""));
      paintText(text, characters, (i) => ({ background: i && ready ? shade((ready.held.loss[i - 1] - ready.free.loss[i - 1]) / Math.LN2 / 4) : "" }));
    },
  };
}

/** @param {{ free: number, held: number }} row @param {string | null} name null while the network still reads */
function rowOf({ free, held }, name) {
  const cells = name ? [fixed(free), fixed(held), signed(held - free)] : ["", "", ""];
  return element("tr", "", element("th", "", name ?? "…"), ...cells.map((text, k) => element("td", k === 2 ? "change" : "", text)));
}

/**
 * How often the network expects what is counted, and what that explains.
 *
 * @param {ReturnType<typeof costs>} costs
 * @param {{ free: Read, held: Read }} reads
 * @param {string[]} characters
 * @param {string} count
 */
function inWords({ there, elsewhere }, { free, held }, characters, count) {
  const [before, now] = [free, held].map(({ top, ids }) => expecting(characters, ids, top, count));
  const thing = count === "\n" ? "a line break" : "a quotation mark";
  const told = `The likeliest next character is ${thing} at ${now} of ${characters.length - 1} places with the unit held, at ${before} without.`;
  const isTooOften = now > 2 * before && there.held < there.free && elsewhere.held - elsewhere.free > 0.01;
  return isTooOften ? `${told} It expects ${thing} far too often: that is right where one comes, hence the better prediction there, and wrong everywhere else.` : told;
}

/** What the search's ablation found, in words. @param {any} found @param {string} places */
function largerTest({ characters, clamped_to, inside_mean, outside_mean, events, bits_there, bits_elsewhere, controls, controls_95 }, places) {
  const below = Math.floor(0.95 * (controls - 1)) + 1; // so many of the sorted costs are not above their 95th percentile
  return `On ${characters.toLocaleString("en")} characters of text that the network was not trained on, held at ${fixed(clamped_to === "inside" ? inside_mean : outside_mean, 1)}: `
    + `${signed(bits_there)} bits at ${events} ${places}, ${signed(bits_elsewhere)} elsewhere. Of ${controls} other units of the layer, each held in the same way, ${below} cost at most ${fixed(controls_95)}.`;
}
