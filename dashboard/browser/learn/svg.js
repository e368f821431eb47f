// @ts-check
// Nodes of an SVG figure.

/**
 * @param {string} tag
 * @param {{ [name: string]: string | number }} attributes
 * @param {(Node | string)[]} children
 */
export function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  node.append(...children);
  return node;
}

/** The points of a polyline. @param {number[][]} pairs x and y of each */
export const pointsOf = (pairs) => pairs.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
