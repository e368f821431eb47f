// The brush: what is selected in the text can be marked, and units be looked for that are on exactly there. The
// browser's own selection is the brush, so copying works as ever and there is no mode.

const touches = ([first, last], [from, to]) => first <= to && from <= last;

class Brush {
  /** `onMarks` is told of the ranges that somebody wants marked; `show` draws those that are. */
  constructor(reader, onMarks) {
    Object.assign(this, { reader, onMarks, ranges: [], selected: null, anchor: -1, dragging: false });
    this.find = this.button(() => this.want([this.selected]));
    this.add = this.button(() => this.want([...this.ranges, this.selected]));
    this.unmark = this.button(() => this.want(this.ranges.filter((range) => !touches(range, this.selected))));
    this.unmark.textContent = "Unmark";
    this.count = element("span", "count");
    this.offer = element("div", "offer", this.add, this.find, this.unmark, this.count);
    this.offer.hidden = true;
    this.offer.role = "group";
    this.offer.ariaLabel = "Selected text";
    this.offer.addEventListener("mousedown", (event) => event.preventDefault()); // keeps selection and focus
    reader.root.append(this.offer);
    this.listeners = { selectionchange: () => this.look(), mouseup: () => this.release() };
    for (const [name, listener] of Object.entries(this.listeners)) document.addEventListener(name, listener);
    reader.scroll.addEventListener("mousedown", () => { this.dragging = true; });
    reader.scroll.addEventListener("scroll", () => this.place(), { passive: true });
  }

  destroy() {
    for (const [name, listener] of Object.entries(this.listeners)) document.removeEventListener(name, listener);
  }

  button(onClick) {
    const node = element("button", "");
    node.type = "button";
    node.addEventListener("click", onClick);
    return node;
  }

  want(ranges) {
    this.onMarks(ranges);
    this.wanted = this.selected;
    this.offer.hidden = true;
  }

  /** Enter does what the first button does. */
  press() {
    (this.add.hidden ? this.find : this.add).click();
  }

  // ---- the selection -------------------------------------------------------------------------------------

  release() {
    if (!this.dragging) return;
    this.dragging = false;
    this.look();
  }

  /** Takes note of what is selected, and offers what can be done with it once the mouse is up. */
  look() {
    this.selected = selectedCharacters(this.reader.painter);
    if (!this.selected) this.anchor = -1;
    this.reader.root.classList.toggle("selecting", Boolean(this.selected));
    this.offer.hidden = !this.selected || this.dragging;
    if (this.offer.hidden) return;
    const { length } = this.ranges, selected = this.selected[1] - this.selected[0];
    this.find.textContent = length ? "Find for this range only" : "Find units that are on exactly here";
    this.add.textContent = `Add to the ${length === 1 ? "range" : `${length} ranges`}`;
    this.add.hidden = !length;
    this.unmark.hidden = !this.ranges.some((range) => touches(range, this.selected));
    this.count.textContent = selected === 1 ? "1 character" : `${selected.toLocaleString("en")} characters`;
    this.place();
  }

  /** The offer stands below the end of the selection, or above its start where there is no room below. */
  place() {
    if (this.offer.hidden) return;
    const { painter, root, scroll } = this.reader;
    const start = painter.boxOf(this.selected[0]), end = painter.boxOf(this.selected[1] - 1);
    const frame = root.getBoundingClientRect(), sight = scroll.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.offer;
    const below = Math.min(end.bottom, sight.bottom - height - 12) + 6;
    const fits = below + height < window.innerHeight && end.top < sight.bottom;
    const top = fits ? Math.max(below, sight.top) : Math.max(start.top, sight.top + height + 12) - height - 6;
    const left = Math.min(Math.max(0, end.left - frame.left - width / 2), Math.max(0, frame.width - width));
    Object.assign(this.offer.style, { left: `${left}px`, top: `${top - frame.top}px` });
  }

  /** Extends the selection from where it began, by so many characters or rows. */
  extend(by, rows) {
    const { reader } = this, { painter, grid } = reader;
    if (this.anchor < 0) {
      const [first, last] = this.selected ?? [];
      if (this.selected) reader.cursor = last - 1;
      else if (reader.cursor < 0) reader.cursor = reader.first ?? 0;
      this.anchor = first ?? reader.cursor;
    }
    const column = grid.columnOf(reader.cursor), row = grid.rowOf(reader.cursor) + rows;
    const inRow = row < 0 ? 0 : row >= grid.rows ? grid.characters.length - 1 : grid.at(row, column);
    const to = rows ? (inRow < 0 ? grid.rowEnd(row) - 1 : inRow) : reader.cursor + by;
    const i = Math.max(0, Math.min(grid.characters.length - 1, to));
    reader.pinned = true;
    painter.reveal(i);
    reader.point(i);
    selectCharacters(painter, Math.min(this.anchor, i), Math.max(this.anchor, i) + 1);
  }

  drop() {
    if (this.selected) document.getSelection().removeAllRanges();
  }

  // ---- the marks -----------------------------------------------------------------------------------------

  /** Draws the ranges that are marked, and brings one into sight if they are new. */
  show(ranges) {
    const isNew = JSON.stringify(ranges) !== JSON.stringify(this.ranges);
    if (!isNew) return;
    this.ranges = ranges;
    this.reader.root.classList.toggle("marked", ranges.length > 0);
    this.draw();
    const wanted = this.wanted ? ranges.find((range) => touches(range, this.wanted)) : ranges[0];
    if (wanted) this.reader.painter.reveal(wanted[0]);
    if (this.wanted) this.drop();
    this.wanted = null;
  }

  /** A line under each row of a range, and its ends: the colors behind the text stay as they are. */
  draw() {
    const { painter, grid } = this.reader, { cell } = painter;
    this.layer?.remove();
    this.layer = element("div", "ranges");
    for (const [first, last] of this.ranges) {
      const [top, bottom] = [grid.rowOf(first), grid.rowOf(last - 1)];
      for (let row = top; row <= bottom; row++) {
        const from = row === top ? first : grid.rowStarts[row], to = (row === bottom ? last : grid.rowEnd(row)) - 1;
        const node = element("i", `range${row === top ? " begins" : ""}${row === bottom ? " ends" : ""}`);
        Object.assign(node.style, {
          left: `${grid.columnOf(from) * cell.width}px`,
          top: `${row * painter.rowHeight}px`,
          width: `${(grid.columnOf(to) + grid.width[to] - grid.columnOf(from)) * cell.width}px`,
          height: `${cell.height + 2}px`,
        });
        this.layer.append(node);
      }
    }
    painter.text.append(this.layer);
  }
}
