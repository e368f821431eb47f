// @ts-check
// Two small computational graphs, and their derivatives in forward and in reverse mode, one step after the other. Needs
// no DOM.

/**
 * @typedef {{ name: string, formula: string, inputs: string[], value: (...inputs: number[]) => number, slopes: (...inputs: number[]) => number[] }} Operation
 * @typedef {{ leaves: string[], shared: string, operations: Operation[] }} Graph in an order in which it can be computed; the last operation is the output
 * @typedef {{ from: string, to: string, use: string, slope: number }} Edge one use of `from`; `use` is its name, numbered if there are several
 * @typedef {{ [name: string]: number }} Numbers
 * @typedef {{ node: string, gives: ("value" | "derivative")[], edges: number[], parts: [number, number][] }} Step parts: the products that are summed
 * @typedef {"forward" | "reverse"} Direction
 */

/** @type {{ [name: string]: Graph }} */
export const GRAPHS = {
  sum: {
    leaves: ["a", "b"], shared: "b",
    operations: [
      { name: "c", formula: "a + b", inputs: ["a", "b"], value: (a, b) => a + b, slopes: () => [1, 1] },
      { name: "d", formula: "b + 1", inputs: ["b"], value: (b) => b + 1, slopes: () => [1] },
      { name: "e", formula: "c · d", inputs: ["c", "d"], value: (c, d) => c * d, slopes: (c, d) => [d, c] },
    ],
  },
  power: {
    leaves: ["x"], shared: "x",
    operations: [
      { name: "u", formula: "x · x", inputs: ["x", "x"], value: (x, also) => x * also, slopes: (x, also) => [also, x] },
      { name: "v", formula: "exp(u)", inputs: ["u"], value: (u) => Math.exp(u), slopes: (u) => [Math.exp(u)] },
      { name: "y", formula: "x · v", inputs: ["x", "v"], value: (x, v) => x * v, slopes: (x, v) => [v, x] },
    ],
  },
};

/** @param {string} graph */
export const outputOf = (graph) => GRAPHS[graph].operations[GRAPHS[graph].operations.length - 1].name;

/** Every node's value. @param {string} graph @param {Numbers} leaves @returns {Numbers} */
export function valuesOf(graph, leaves) {
  const values = Object.fromEntries(GRAPHS[graph].leaves.map((name) => [name, leaves[name]]));
  for (const { name, inputs, value } of GRAPHS[graph].operations) values[name] = value(...inputs.map((input) => values[input]));
  return values;
}

/** Every use of a node by another, with the local derivative there. @param {string} graph @param {Numbers} values @returns {Edge[]} */
export function edgesOf(graph, values) {
  const edges = GRAPHS[graph].operations.flatMap(({ name, inputs, slopes }) => {
    const local = slopes(...inputs.map((input) => values[input]));
    return inputs.map((from, k) => ({ from, to: name, use: from, slope: local[k] }));
  });
  for (const edge of edges) {
    const uses = edges.filter(({ from }) => from === edge.from);
    if (uses.length > 1) edge.use = edge.from + "₁₂₃"[uses.indexOf(edge)];
  }
  return edges;
}

/**
 * The steps of a mode and what they give: in forward mode the derivative of every node with respect to the leaf `along`,
 * in reverse mode the derivative of the output with respect to every node.
 *
 * @param {string} graph
 * @param {Direction} direction
 * @param {Numbers} leaves
 * @param {string} along
 * @returns {{ values: Numbers, edges: Edge[], derivatives: Numbers, steps: Step[] }}
 */
export function differentiated(graph, direction, leaves, along) {
  const values = valuesOf(graph, leaves), edges = edgesOf(graph, values), isForward = direction === "forward";
  const operations = GRAPHS[graph].operations.map(({ name }) => name), order = [...GRAPHS[graph].leaves, ...operations];
  const seed = isForward ? along : outputOf(graph);
  /** @type {Numbers} */
  const derivatives = {};
  /** @type {Step[]} */
  const steps = isForward ? [] : operations.map((node) => ({ node, gives: ["value"], edges: indices(edges, "to", node), parts: [] }));
  for (const node of isForward ? order : order.reverse()) {
    const used = indices(edges, isForward ? "to" : "from", node);
    /** @type {[number, number][]} */
    const parts = used.map((k) => [derivatives[isForward ? edges[k].from : edges[k].to], edges[k].slope]);
    derivatives[node] = parts.reduce((sum, [before, slope]) => sum + before * slope, node === seed ? 1 : 0);
    steps.push({ node, gives: isForward && operations.includes(node) ? ["value", "derivative"] : ["derivative"], edges: used, parts });
  }
  return { values, edges, derivatives, steps };
}

/** @param {Edge[]} edges @param {"from" | "to"} end @param {string} node */
const indices = (edges, end, node) => [...edges.keys()].filter((k) => edges[k][end] === node);

/** What each use of the shared leaf adds to its derivative. @param {string} graph @param {Numbers} leaves @returns {{ use: string, to: string, above: number, slope: number, product: number }[]} */
export function usesOf(graph, leaves) {
  const { shared } = GRAPHS[graph], { edges, derivatives } = differentiated(graph, "reverse", leaves, shared);
  return edges.filter(({ from }) => from === shared).map(({ use, to, slope }) => ({ use, to, above: derivatives[to], slope, product: derivatives[to] * slope }));
}
