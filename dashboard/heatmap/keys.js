// The keys of a reader: they work wherever the focus is, unless something is being typed or chosen there.

function pressKey(reader, event) {
  const target = event.composedPath()[0];
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (target.closest?.("textarea, select, [contenteditable], input:not([role=combobox])")) return;
  const inControl = target.closest?.("input, button, a");
  if (pressForUnit(reader, event.key) || (!inControl && pressInText(reader, event.key))) event.preventDefault();
}

/** Brackets change the unit, also from a closed select box; Escape clears. Says whether the key is used up. */
function pressForUnit(reader, key) {
  const by = { "]": 1, "[": -1 }[key];
  if (by) reader.step(by);
  else if (key === "Escape") reader.clear();
  return by !== undefined;
}

/** Arrows and space act while a character is pointed at or the text has the focus. */
function pressInText(reader, key) {
  const focused = reader.root.getRootNode().activeElement === reader.scroll;
  if (reader.cursor < 0 && !focused) return false;
  const by = { ArrowRight: 1, ArrowLeft: -1 }[key];
  const units = { ArrowDown: 1, ArrowUp: -1 }[key];
  if (by) reader.move(by);
  else if (units) reader.step(units);
  else if (key === " " && reader.cursor >= 0) reader.togglePin();
  else return false;
  return true;
}
