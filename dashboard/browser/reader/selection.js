// @ts-check
// From the browser's selection to characters, and back. A <pre> holds one code point or one node per cell, so a DOM
// point and a cell are matched by counting.

/** @import { Painter } from "./painter.js" */
/** @import { Range } from "./types.js" */

/** @typedef {Pick<Painter, "blocks" | "grid" | "lines">} Written The text as it was written into blocks. */
/**
 * @typedef {object} Point A position in a <pre>.
 * @property {Node} node
 * @property {number} offset in the node, as the DOM counts
 * @property {number} index of the child that it is at or in
 * @property {number} within that child
 * @property {number} line
 * @property {number} cell
 */

const TEXT_NODE = 3;

/**
 * The DOM points of a <pre>, in order: before each cell and each end of line, and at its end.
 *
 * @param {Node} pre
 * @returns {Generator<Point>}
 */
export function* pointsOf(pre) {
  let line = 0, cell = 0, index = 0;
  for (const child of pre.childNodes) {
    if (child.nodeType === TEXT_NODE) {
      let within = 0;
      for (const character of /** @type {Text} */ (child).data) {
        yield { node: child, offset: within, index, within, line, cell };
        within += character.length;
        if (character === "\n") { line += 1; cell = 0; } else cell += 1;
      }
    } else {
      yield { node: pre, offset: index, index, within: 0, line, cell };
      cell += 1;
    }
    index += 1;
  }
  yield { node: pre, offset: index, index, within: 0, line, cell };
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
    const i = gap ? -1 : grid.at(row, point.cell);
    if (i < 0) return grid.rowEnd(row);
    return grid.columnOf(i) < point.cell ? i + 1 : i; // inside a tab: after it
  }
  return grid.characters.length;
}

/**
 * A DOM point as a child of the <pre> and an offset within that.
 *
 * @param {Node} pre
 * @param {Node} node
 * @param {number} offset
 * @returns {[index: number, within: number]}
 */
function positionIn(pre, node, offset) {
  if (node === pre) return [offset, 0];
  let child = node;
  while (child.parentNode && child.parentNode !== pre) child = child.parentNode;
  const index = Array.prototype.indexOf.call(pre.childNodes, child);
  return child.nodeType === TEXT_NODE ? [index, offset] : [index + (offset > 0 ? 1 : 0), 0];
}

/**
 * The DOM point before a character, or at the end of the text.
 *
 * @param {Written} written
 * @param {number} i
 * @returns {Point}
 */
export function pointBefore({ blocks, grid, lines }, i) {
  const { length } = grid.characters, row = grid.rowOf(Math.min(i, length - 1));
  const block = blocks.findLast(({ first }) => first <= row) ?? blocks[0];
  const line = (row - block.first) * lines;
  const cell = i < length ? grid.columnOf(i) : grid.columnOf(length - 1) + grid.width[length - 1];
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
 * @param {Painter} painter
 * @param {number} first
 * @param {number} last the one after the last
 */
export function selectCharacters(painter, first, last) {
  const [from, to] = [pointBefore(painter, first), pointBefore(painter, last)];
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
