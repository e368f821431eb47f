// @ts-check
// From the browser's selection to characters, and back. In a <pre>, a row of cells holds one code point or one node per
// cell (a node may say that it fills more), and a line that the browser lays out holds the characters themselves; so a DOM
// point and a character are matched by counting.

/** @import { Layout } from "./layout.js" */
/** @import { Painter } from "./painter.js" */
/** @import { Range } from "./types.js" */

/** @typedef {Pick<Painter, "blocks" | "lines"> & { grid: Layout }} Written The text as it was written into blocks. */
/**
 * @typedef {object} Point A position in a <pre>.
 * @property {Node} node
 * @property {number} offset in the node, as the DOM counts
 * @property {number} index of the leaf that it is at or in
 * @property {number} within that leaf
 * @property {number} line
 * @property {number} cell
 */

const TEXT_NODE = 3;

/** Whether a node is a line of its own, which the browser lays out. @param {Node} node */
const isLine = (node) => /** @type {Element} */ (node).className === "line";

/**
 * What a <pre> consists of: texts, and nodes that stand for a character.
 *
 * @param {Node} pre
 * @returns {Generator<[leaf: Node, parent: Node, index: number]>}
 */
function* leavesOf(pre) {
  let k = 0;
  for (const child of pre.childNodes) {
    if (isLine(child)) {
      let inner = 0;
      for (const leaf of child.childNodes) yield [leaf, child, inner++];
    } else {
      yield [child, pre, k];
    }
    k += 1;
  }
}

/**
 * The DOM points of a <pre>, in order: before each cell and each end of line, and at its end.
 *
 * @param {Node} pre
 * @returns {Generator<Point>}
 */
export function* pointsOf(pre) {
  let line = 0, cell = 0, index = 0;
  for (const [leaf, parent, k] of leavesOf(pre)) {
    if (leaf.nodeType === TEXT_NODE) {
      let within = 0;
      for (const character of /** @type {Text} */ (leaf).data) {
        yield { node: leaf, offset: within, index, within, line, cell };
        within += character.length;
        if (character === "\n") { line += 1; cell = 0; } else cell += 1;
      }
    } else {
      yield { node: parent, offset: k, index, within: 0, line, cell };
      cell += Number(/** @type {HTMLElement} */ (leaf).dataset?.cells ?? 1);
    }
    index += 1;
  }
  yield { node: pre, offset: pre.childNodes.length, index, within: 0, line, cell };
}

/**
 * The first character that is not before a DOM point; in a line of predictions, the character above them.
 *
 * @param {Written} written
 * @param {Node} node
 * @param {number} offset
 */
export function characterAfter({ blocks, grid, lines }, node, offset) {
  const block = blocks.find(({ pre }) => pre.contains(node));
  if (!block) { // between blocks, or behind them
    const point = document.createRange();
    point.setStart(node, offset);
    const next = blocks.find(({ pre }) => point.comparePoint(pre, 0) >= 0);
    return next ? grid.rowStarts[next.first] : grid.characters.length;
  }
  const [index, within] = positionIn(block.pre, node, offset);
  for (const point of pointsOf(block.pre)) {
    if (point.index < index || (point.index === index && point.within < within)) continue;
    const row = block.first + Math.floor(point.line / lines);
    const gap = lines > 1 && point.line % lines === lines - 1;
    const i = gap ? -1 : atPoint(grid, row, point.cell);
    if (i < 0) return grid.rowEnd(row);
    return isBehind(grid, i, point.cell) ? grid.clusterEnd(i) : i; // inside a tab or a cluster: after it
  }
  return grid.characters.length;
}

/** The character at a place of a row's line, or -1. @param {Layout} grid @param {number} row @param {number} cell */
function atPoint(grid, row, cell) {
  if (!grid.directions[row]) return grid.at(row, cell);
  const i = grid.rowStarts[row] + cell;
  return i < grid.rowEnd(row) ? i : -1;
}

/** Whether a place of a line is within the cluster of a character. @param {Layout} grid @param {number} i @param {number} cell */
const isBehind = (grid, i, cell) => (grid.directions[grid.rowOf(i)] ? i !== grid.first[i] : grid.left[grid.first[i]] < cell);

/**
 * A DOM point as a leaf of the <pre> and an offset within that.
 *
 * @param {Node} pre
 * @param {Node} node
 * @param {number} offset
 * @returns {[index: number, within: number]}
 */
function positionIn(pre, node, offset) {
  const isRoot = (/** @type {Node | null} */ of) => of === pre || (of !== null && isLine(of));
  let leaf = node, within = node.nodeType === TEXT_NODE ? offset : offset > 0 ? 1 : 0;
  if (isRoot(node)) {
    leaf = node.childNodes[offset] ?? node.childNodes[node.childNodes.length - 1] ?? node;
    within = node.childNodes[offset] ? 0 : Infinity;
    if (isLine(leaf)) leaf = leaf.childNodes[within ? leaf.childNodes.length - 1 : 0];
  }
  while (leaf.parentNode && !isRoot(leaf.parentNode)) {
    leaf = leaf.parentNode;
    within = within > 0 ? 1 : 0;
  }
  let index = 0;
  for (const [each] of leavesOf(pre)) {
    if (each === leaf) break;
    index += 1;
  }
  return within === Infinity ? [index + 1, 0] : leaf.nodeType === TEXT_NODE ? [index, within] : [index + within, 0];
}

/**
 * The DOM point before a character, or at the end of the text.
 *
 * @param {Written} written
 * @param {number} i
 * @returns {Point}
 */
export function pointBefore({ blocks, grid, lines }, i) {
  const { length } = grid.characters, at = Math.min(i, length - 1), row = grid.rowOf(at);
  const block = blocks.findLast(({ first }) => first <= row) ?? blocks[0];
  const line = (row - block.first) * lines;
  const cell = grid.directions[row] ? i - grid.rowStarts[row] : i < length ? grid.left[i] : grid.right[at];
  let last;
  for (const point of pointsOf(block.pre)) {
    last = point;
    if (point.line === line && point.cell >= cell) break;
  }
  return /** @type {Point} */ (last); // a <pre> has an end at least
}

/**
 * The selection of the page, as a range whose ends may lie in the same shadow tree as the text; or null.
 *
 * @param {Node} scope the root of the tree that the text is in
 * @returns {AbstractRange | null}
 */
function selectedRange(scope) {
  const selection = document.getSelection();
  if (!selection) return null;
  const inShadow = scope instanceof ShadowRoot;
  if (inShadow && selection.getComposedRanges) return unlessEmpty(selection.getComposedRanges({ shadowRoots: [scope] })[0]);
  const ofTree = /** @type {{ getSelection?: () => Selection | null }} */ (scope); // as Chromium had it before
  const shown = (inShadow && ofTree.getSelection?.()) || selection;
  return shown.rangeCount > 0 ? unlessEmpty(shown.getRangeAt(0)) : null;
}

/** @param {AbstractRange | undefined} range */
const unlessEmpty = (range) => (range && !range.collapsed ? range : null);

/**
 * The first selected character and the one after the last; null if none is selected, or the whole page.
 *
 * @param {Painter} painter
 * @returns {Range | null}
 */
export function selectedCharacters(painter) {
  const { text, grid } = painter, range = selectedRange(text.getRootNode());
  if (!range) return null;
  const [begins, ends] = [text.contains(range.startContainer), text.contains(range.endContainer)];
  if (!begins && !ends) return null;
  const first = begins ? characterAfter(painter, range.startContainer, range.startOffset) : 0;
  const last = ends ? characterAfter(painter, range.endContainer, range.endOffset) : grid.characters.length;
  return first < last ? [first, last] : null;
}

/**
 * Selects characters, those of a cluster together.
 *
 * @param {Painter} painter
 * @param {number} first
 * @param {number} last the one after the last
 */
export function selectCharacters(painter, first, last) {
  const { grid } = painter;
  const [from, to] = [pointBefore(painter, grid.first[first]), pointBefore(painter, grid.clusterEnd(last - 1))];
  document.getSelection()?.setBaseAndExtent(from.node, from.offset, to.node, to.offset);
}

/**
 * Copies the characters themselves, without the ends of the lines on the screen and without predictions.
 *
 * @param {Painter} painter
 * @param {ClipboardEvent} event
 */
export function copySelected(painter, event) {
  const selected = selectedCharacters(painter);
  if (!selected || !event.clipboardData) return;
  event.clipboardData.setData("text/plain", painter.grid.characters.slice(...selected).join(""));
  event.preventDefault();
}
