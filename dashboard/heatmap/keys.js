// The keys of a reader: they work wherever the focus is, unless something is being typed or chosen there.

function pressKey(reader, event) {
  const target = event.composedPath()[0];
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (target.closest?.("textarea, select, [contenteditable], input:not([role=combobox])")) return;
  const inControl = target.closest?.("input, button, a");
  const usedUp = pressForUnit(reader, event.key) || (!inControl && (pressForBrush(reader, event) || pressInText(reader, event.key)));
  if (usedUp) event.preventDefault();
}

/** Brackets change the unit, also from a closed select box; Escape clears. Says whether the key is used up. */
function pressForUnit(reader, key) {
  const by = { "]": 1, "[": -1 }[key];
  if (by) reader.step(by);
  else if (key === "Escape") { reader.clear(); reader.brush?.drop(); }
  return by !== undefined;
}

/** Shift and arrows select text from the character that is pointed at; Enter presses the first button on offer. */
function pressForBrush(reader, { key, shiftKey }) {
  const { brush } = reader;
  const [by, rows] = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[key] ?? [];
  if (brush && shiftKey && by !== undefined && isAtText(reader)) brush.extend(by, rows);
  else if (brush?.selected && key === "Enter") brush.press();
  else return false;
  return true;
}

/** Whether a character is pointed at or the text has the focus. */
const isAtText = (reader) => reader.cursor >= 0 || reader.root.getRootNode().activeElement === reader.scroll;

/** Arrows and space act while a character is pointed at or the text has the focus. */
function pressInText(reader, key) {
  if (!isAtText(reader)) return false;
  const by = { ArrowRight: 1, ArrowLeft: -1 }[key];
  const units = { ArrowDown: 1, ArrowUp: -1 }[key];
  if (by) reader.move(by);
  else if (units) reader.step(units);
  else if (key === " " && reader.cursor >= 0) reader.togglePin();
  else return false;
  return true;
}
