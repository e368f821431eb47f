// @ts-check
// Lesson: one-hot and embedding. A letter lights its row.

import { button, drawingOn, element } from "../reader/dom.js";
import { glyphOf, nameOf } from "../reader/glyphs.js";
import { bytesOfBase64 } from "../reader/sources.js";
import { fixed, shade } from "../learn/marks.js";
import { svg } from "../learn/svg.js";
import { GROUPS, cosinesOf, directionsOf, groupOf, nearestTo, oneHot, rowOf, shareWithin, timesMatrix } from "./one_hot_matrix.js";

/** @import { Context } from "../learn/types.js" */
/** @import { Control, Values } from "../learn/values.js" */

/** @type {Control[]} */
export const CONTROLS = [
  { name: "by", label: "Compare letters by", kind: "choice", first: "change", options: [["change", "what training added"], ["embedding", "the trained embedding"], ["start", "the random start"]] },
  { name: "letter", label: "Letter", kind: "text", first: "7", longest: 1, drawn: false },
];
const NEAREST = 6;
const STRONG = 2.2; // a value that gets the full color: the embedding began with a standard deviation of 1

/** @param {HTMLElement} place @param {Values} controls @param {Context} context */
export function mount(place, controls, { data }) {
  /** @type {{ characters: string[], columns: number }} */
  const { characters, columns } = data;
  const matrices = new Map(Object.entries(/** @type {{ [name: string]: string }} */ (data.matrices)).map(([name, coded]) => [name, new Float32Array(bytesOfBase64(coded).buffer)]));
  const matrix = matrices.get("embedding") ?? new Float32Array(), directions = new Map([...matrices].map(([name, each]) => [name, directionsOf(each, columns)]));
  const choose = (/** @type {string} */ letter) => controls.set({ letter });
  const keys = keysOf(characters, controls, choose), product = productOf(matrix, characters, columns), near = nearestList(choose), map = mapOf(characters, data.mapped, choose), sentence = element("p", "sum"), group = element("p", "group");
  sentence.setAttribute("aria-live", "polite");
  place.classList.add("one-hot");
  if (!characters.includes(controls.text("letter"))) {
    place.append(element("p", "note", `Wanted a character that the model knows as the letter, got “${controls.text("letter")}”.`));
    controls.set({ letter: "7" });
  }
  if (!controls.hidden.has("letter")) place.append(keys.node);
  place.append(sentence, product.node, element("div", "alike", element("div", "", element("h2", "", "Nearest letters"), near.node, group), map.node));
  const draw = () => {
    const letter = controls.text("letter"), found = characters.indexOf(letter), id = found < 0 ? characters.indexOf("7") : found, by = controls.text("by");
    const vector = oneHot(id, characters.length), multiplied = timesMatrix(vector, matrix, columns), row = rowOf(matrix, columns, id);
    const difference = Math.max(...multiplied.map((value, k) => Math.abs(value - row[k]))), rows = directions.get(by) ?? [], neighbours = nearestTo(rows, id, NEAREST), cosines = cosinesOf(rows, id);
    keys.show(id);
    product.show(id, multiplied);
    sentence.replaceChildren(element("b", "glyph", said(characters[id])), ` is number ${id} (from 0) of ${characters.length} characters: x is ${characters.length - 1} zeros and a single 1. The product with the matrix takes ${(characters.length * columns).toLocaleString("en")} multiplications, and the row stands there already. Largest difference between the two: `, element("b", "difference", String(difference)), ".");
    near.show(neighbours.map((other) => [characters[other], cosines[other]]), controls.locked.has("letter") || controls.hidden.has("letter"));
    const name = groupOf(characters[id]), { share, chance } = shareWithin(rows, characters, name);
    group.textContent = `Of the three letters nearest to each of the ${name}, ${percent(share)} are ${name}, too; by chance it would be ${percent(chance)}.`;
    map.show(id, neighbours, data.maps[by]);
    Object.assign(place.dataset, { letter: characters[id], difference: String(difference), nearest: neighbours.map((other) => characters[other]).join(""), share: String(share) });
  };
  controls.onChange(draw);
  draw();
}

/** @param {number} share */
const percent = (share) => `${Math.round(100 * share)} %`;
/** @param {string} character */
const shown = (character) => (character === "\ufffd" ? "other" : glyphOf(character, true).text);
/** @param {string} character */
const said = (character) => (character === nameOf(character) ? `“${character}”` : nameOf(character));

/** A button for each character, by groups. @param {string[]} characters @param {Values} controls @param {(letter: string) => void} choose */
function keysOf(characters, controls, choose) {
  const keys = characters.map((character) => {
    const key = button(shown(character), "", () => choose(character));
    key.setAttribute("aria-label", nameOf(character));
    key.disabled = controls.locked.has("letter");
    return key;
  });
  const rows = GROUPS.map((group) => element("div", "letters", ...keys.filter((_, id) => groupOf(characters[id]) === group)));
  return {
    node: element("div", "keyboard", ...rows),
    /** @param {number} id */
    show: (id) => keys.forEach((key, k) => key.setAttribute("aria-pressed", String(k === id))),
  };
}

/** The one-hot vector beside the matrix, and below it their product. @param {Float32Array} matrix @param {string[]} characters @param {number} columns */
function productOf(matrix, characters, columns) {
  const rows = characters.length, picture = pictureOf(matrix, rows, columns), vector = element("div", "vector"), light = element("i", "light"), dot = element("i", "dot"), product = element("div", "product"), name = element("span", "name");
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", `The embedding: ${rows} rows, one for each character, of ${columns} numbers`);
  vector.append(dot);
  const frame = element("div", "matrix", picture, light), title = element("span", "title", `E: ${rows} rows, one for each character; ${columns} columns`);
  const node = element("div", "multiply", element("span", "title", "x"), title, vector, frame, name, product, element("span", ""), element("span", "hint", "The product: the row that x lights. Orange: above zero, blue: below."));
  return {
    node,
    /** @param {number} id @param {number[]} values */
    show(id, values) {
      for (const mark of [light, dot]) Object.assign(mark.style, { top: `${(100 * id) / rows}%`, height: `${100 / rows}%` });
      name.textContent = shown(characters[id]);
      product.replaceChildren(...values.map((value) => {
        const cell = element("i");
        cell.style.background = shade(value / STRONG);
        return cell;
      }));
    },
  };
}

/** A matrix as an image, a pixel for each number. @param {Float32Array} matrix @param {number} rows @param {number} columns */
function pictureOf(matrix, rows, columns) {
  const canvas = Object.assign(element("canvas"), { width: columns, height: rows }), context = drawingOn(canvas), image = context.createImageData(columns, rows);
  matrix.forEach((value, k) => image.data.set([...(value < 0 ? [74, 148, 232] : [245, 130, 20]), Math.min(1, Math.abs(value) / STRONG) * 220], 4 * k));
  context.putImageData(image, 0, 0);
  return canvas;
}

/** @param {(letter: string) => void} choose */
function nearestList(choose) {
  const node = element("ol", "nearest");
  return {
    node,
    /** @param {[string, number][]} neighbours @param {boolean} isBarred */
    show(neighbours, isBarred) {
      const hadFocus = [...node.querySelectorAll("button")].findIndex((each) => each === document.activeElement);
      node.replaceChildren(...neighbours.map(([character, cosine]) => {
        const key = button(shown(character), "", () => choose(character)), fill = element("i", "fill");
        key.setAttribute("aria-label", `${nameOf(character)}, cosine ${fixed(cosine)}`);
        key.disabled = isBarred;
        fill.style.width = `${100 * Math.max(0, cosine)}%`;
        return element("li", "", key, element("span", "track", fill), element("span", "cosine", fixed(cosine)));
      }));
      if (hadFocus >= 0) node.querySelectorAll("button")[hadFocus]?.focus();
    },
  };
}

/** Letters and digits on a flat map. @param {string[]} characters @param {number[]} mapped which of them @param {(letter: string) => void} choose */
function mapOf(characters, mapped, choose) {
  const figure = svg("svg", { viewBox: "0 0 400 300", role: "img", "aria-label": "A map of letters and digits in two dimensions" }), shares = element("p", "hint");
  const legend = ["capitals", "vowels", "consonants", "digits"].flatMap((group) => [element("b", group, group), " "]);
  return {
    node: element("div", "map", element("h2", "", "Letters and digits on a map"), figure, element("p", "groups", ...legend), shares),
    /** @param {number} id @param {number[]} neighbours @param {{ places: number[][], shares: number[] }} map */
    show(id, neighbours, { places, shares: explained }) {
      const xs = places.map(([x]) => x), ys = places.map(([, y]) => y);
      const spots = new Map(mapped.map((each, k) => [each, [scaled(xs[k], xs, 14, 386), scaled(ys[k], ys, 286, 14)]])), from = spots.get(id);
      const lines = neighbours.flatMap((other) => {
        const to = spots.get(other);
        return from && to ? [svg("line", { x1: from[0], y1: from[1], x2: to[0], y2: to[1] })] : [];
      });
      const letters = [...spots].sort(([a], [b]) => Number(a === id) - Number(b === id)).map(([each, [x, y]]) => {
        const node = svg("text", { class: `${groupOf(characters[each])}${each === id ? " chosen" : ""}`, x, y: y + 5 }, characters[each]);
        node.addEventListener("click", () => choose(characters[each]));
        return node;
      });
      figure.replaceChildren(...lines, ...letters);
      shares.replaceChildren(`The two directions in which they differ most (principal components); these hold ${percent(explained[0] + explained[1])} of the variance. Lines: to the nearest, by all numbers.`);
    },
  };
}

/** @param {number} value @param {number[]} all @param {number} from @param {number} to */
const scaled = (value, all, from, to) => from + ((to - from) * (value - Math.min(...all))) / (Math.max(...all) - Math.min(...all));
