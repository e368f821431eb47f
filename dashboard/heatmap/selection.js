// Between the browser's selection and characters. A <pre> holds one code point or one node per cell, so a DOM point
// and a cell find each other by counting.

/** The DOM points of a <pre>, in order: before each cell and each end of line, and at its end. */
function* pointsOf(pre) {
  let line = 0, cell = 0;
  for (const [index, child] of pre.childNodes.entries()) {
    if (child.nodeType !== Node.TEXT_NODE) {
      yield { node: pre, offset: index, index, within: 0, line, cell };
      cell += 1;
      continue;
    }
    let within = 0;
    for (const character of child.data) {
      yield { node: child, offset: within, index, within, line, cell };
      within += character.length;
      if (character === "\n") { line += 1; cell = 0; } else cell += 1;
    }
  }
  const last = pre.childNodes.length;
  yield { node: pre, offset: last, index: last, within: 0, line, cell };
}

/** The first character that is not before a DOM point in the text; of a line of guesses, the one that they are of. */
function characterAfter({ blocks, grid, lines }, node, offset) {
  const block = blocks.find(({ pre }) => pre.contains(node));
  if (!block) { // between blocks, or behind them
    const point = document.createRange();
    point.setStart(node, offset);
    const next = blocks.find(({ pre }) => point.comparePoint(pre, 0) >= 0);
    return next ? grid.rowStarts[next.first] : grid.characters.length;
  }
  let child = node, within = offset;
  while (child !== block.pre && child.parentNode !== block.pre) child = child.parentNode;
  let index = child === block.pre ? offset : Array.prototype.indexOf.call(block.pre.childNodes, child);
  if (child === block.pre) within = 0;
  else if (child.nodeType !== Node.TEXT_NODE) [index, within] = [index + (offset > 0), 0];
  for (const point of pointsOf(block.pre)) {
    if (point.index < index || (point.index === index && point.within < within)) continue;
    const row = block.first + Math.floor(point.line / lines);
    const gap = lines > 1 && point.line % lines === lines - 1;
    const i = gap ? -1 : grid.at(row, point.cell);
    if (i < 0) return grid.rowEnd(row);
    return grid.columnOf(i) < point.cell ? i + 1 : i; // inside a tab: after it
  }
}

/** The DOM point before a character, or at the end of the text. */
function pointBefore({ blocks, grid, lines }, i) {
  const { length } = grid.characters, row = grid.rowOf(Math.min(i, length - 1));
  const block = blocks.findLast(({ first }) => first <= row);
  const line = (row - block.first) * lines;
  const cell = i < length ? grid.columnOf(i) : grid.columnOf(length - 1) + grid.width[length - 1];
  for (const point of pointsOf(block.pre)) if (point.line === line && point.cell >= cell) return point;
}

/** What is selected in the page, as a range whose ends may lie in the same shadow tree as the text; or null. */
function selectedRange(scope) {
  const selection = document.getSelection();
  const own = scope === document || selection.getComposedRanges ? selection : (scope.getSelection?.() ?? selection);
  const range = scope !== document && selection.getComposedRanges
    ? selection.getComposedRanges({ shadowRoots: [scope] })[0]
    : own.rangeCount > 0 && own.getRangeAt(0);
  return range && !range.collapsed ? range : null;
}

/** First selected character of the text and the one after the last; null if none is, or if all of the page is. */
function selectedCharacters(painter) {
  const { text, grid } = painter, range = selectedRange(text.getRootNode());
  if (!range) return null;
  const [begins, ends] = [text.contains(range.startContainer), text.contains(range.endContainer)];
  if (!begins && !ends) return null;
  const first = begins ? characterAfter(painter, range.startContainer, range.startOffset) : 0;
  const last = ends ? characterAfter(painter, range.endContainer, range.endOffset) : grid.characters.length;
  return first < last ? [first, last] : null;
}

function selectCharacters(painter, first, last) {
  const [from, to] = [pointBefore(painter, first), pointBefore(painter, last)];
  document.getSelection().setBaseAndExtent(from.node, from.offset, to.node, to.offset);
}

/** Copies the characters themselves, without the ends of the lines on the screen and without guesses. */
function copySelected(painter, event) {
  const selected = selectedCharacters(painter);
  if (!selected) return;
  event.clipboardData.setData("text/plain", painter.grid.characters.slice(...selected).join(""));
  event.preventDefault();
}
