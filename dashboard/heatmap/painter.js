// Paints the text: real text in <pre> blocks, and behind each block a canvas with one pixel per character cell.

class Painter {
  constructor(scroll, grid, reading, ruler, cell, withGuesses) {
    Object.assign(this, { scroll, grid, reading, ruler, cell });
    this.lines = withGuesses ? 1 + reading.guesses + 1 : 1; // lines of text per row of the grid: itself, guesses, a gap
    this.rowsPerBlock = Math.max(1, Math.floor(BLOCK_LINES / this.lines));
    this.blocks = [];
    this.pixels = new Uint32Array(grid.rows * this.lines * grid.stride);
  }

  get pixelsPerRow() {
    return this.lines * this.grid.stride;
  }

  build(theme) {
    this.theme = theme;
    this.text = element("div", "text");
    for (let row = 0; row < this.grid.rows; row += this.rowsPerBlock) this.addBlock(row);
    this.cursorMark = element("div", "cursor");
    this.cursorMark.hidden = true;
    this.text.append(this.cursorMark);
    this.scroll.replaceChildren(this.text);
    if (this.lines > 1) this.watchGuesses();
  }

  destroy() {
    this.watcher?.disconnect();
  }

  addBlock(first) {
    const rows = Math.min(this.rowsPerBlock, this.grid.rows - first);
    const canvas = element("canvas", "colors");
    canvas.width = this.grid.stride;
    canvas.height = rows * this.lines;
    const pre = element("pre", "");
    const writer = new LineWriter(pre, this.ruler);
    for (let row = first; row < first + rows; row++) this.writeRow(writer, row);
    writer.flush();
    const node = element("div", "block", canvas, pre);
    const height = rows * this.lines * this.cell.height;
    node.style.height = `${height}px`;
    node.style.containIntrinsicSize = `auto ${height}px`;
    canvas.style.width = `${this.grid.stride * this.cell.width}px`;
    canvas.style.height = `${height}px`;
    this.text.append(node);
    this.blocks.push({ node, canvas, pre, first, rows });
  }

  writeRow(writer, row) {
    const { characters, width, rowStarts } = this.grid;
    const start = rowStarts[row], end = this.grid.rowEnd(row);
    for (let i = start; i < end; i++) writer.put(glyphOf(characters[i], false), width[i]);
    writer.endLine();
    for (let k = 0; k < this.lines - 2; k++) {
      for (let i = start; i < end; i++) {
        const { vocabulary, arrays, guesses } = this.reading;
        writer.put(glyphOf(vocabulary[arrays.top_char[i * guesses + k]], true), width[i]);
      }
      writer.endLine();
    }
    if (this.lines > 1) writer.endLine();
  }

  paintActivation(activation, colors) {
    const { cell, width, stride } = this.grid;
    const { pixels, lines } = this;
    for (let i = 0; i < activation.length; i++) {
      const row = (cell[i] / stride) | 0;
      const at = cell[i] + row * (lines - 1) * stride;
      const color = colors[activation[i] + 128];
      for (let k = 0; k < width[i]; k++) pixels[at + k] = color;
    }
    if (this.lines > 1 && !this.guessesPainted) this.paintGuesses();
    for (const { canvas, first, rows } of this.blocks) {
      const part = pixels.subarray(first * this.pixelsPerRow, (first + rows) * this.pixelsPerRow);
      const image = new ImageData(new Uint8ClampedArray(part.buffer, part.byteOffset, part.byteLength), stride, canvas.height);
      canvas.getContext("2d").putImageData(image, 0, 0);
    }
  }

  paintGuesses() {
    const { grid, pixels, lines } = this;
    const { arrays: { top_prob: probabilities }, guesses } = this.reading;
    for (let i = 0; i < grid.characters.length; i++) {
      const at = grid.rowOf(i) * this.pixelsPerRow + grid.columnOf(i);
      for (let k = 0; k < guesses; k++) {
        const color = guessColor(probabilities[i * guesses + k]);
        for (let w = 0; w < grid.width[i]; w++) pixels[at + (k + 1) * grid.stride + w] = color;
      }
    }
    this.guessesPainted = true;
  }

  /** Outlines of the true next characters need full resolution: drawn for blocks in sight only. */
  watchGuesses() {
    this.watcher = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        const block = this.blocks.find(({ node }) => node === target);
        block.outlines?.remove();
        block.outlines = isIntersecting ? this.outline(block) : null;
      }
    }, { root: this.scroll, rootMargin: "200px" });
    for (const { node } of this.blocks) this.watcher.observe(node);
  }

  outline({ node, first, rows }) {
    const { grid, cell, reading, lines } = this;
    const ratio = window.devicePixelRatio || 1;
    const canvas = element("canvas", "outlines");
    canvas.width = Math.ceil(grid.stride * cell.width * ratio);
    canvas.height = Math.ceil(rows * lines * cell.height * ratio);
    canvas.style.width = `${canvas.width / ratio}px`;
    canvas.style.height = `${canvas.height / ratio}px`;
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    context.strokeStyle = getComputedStyle(this.scroll).color;
    context.globalAlpha = 0.7;
    for (let i = grid.rowStarts[first]; i < Math.min(grid.rowEnd(first + rows - 1), grid.characters.length - 1); i++) {
      for (let k = 0; k < reading.guesses; k++) {
        if (reading.vocabulary[reading.arrays.top_char[i * reading.guesses + k]] !== grid.characters[i + 1]) continue;
        const x = grid.columnOf(i) * cell.width, y = ((grid.rowOf(i) - first) * lines + k + 1) * cell.height;
        context.strokeRect(x + 0.5, y + 0.5, cell.width - 1, cell.height - 1);
      }
    }
    node.append(canvas);
    return canvas;
  }

  // ---- geometry ------------------------------------------------------------------------------------------

  get rowHeight() {
    return this.lines * this.cell.height;
  }

  characterAt(clientX, clientY) {
    const { left, top } = this.text.getBoundingClientRect();
    return this.grid.at(Math.floor((clientY - top) / this.rowHeight), Math.floor((clientX - left) / this.cell.width));
  }

  /** Where a character stands on the screen. */
  boxOf(i) {
    const { left, top } = this.text.getBoundingClientRect();
    const x = left + this.grid.columnOf(i) * this.cell.width, y = top + this.grid.rowOf(i) * this.rowHeight;
    return { left: x, top: y, bottom: y + this.cell.height };
  }

  mark(i) {
    this.cursorMark.hidden = i < 0;
    if (i < 0) return;
    Object.assign(this.cursorMark.style, {
      left: `${this.grid.columnOf(i) * this.cell.width}px`,
      top: `${this.grid.rowOf(i) * this.rowHeight}px`,
      width: `${this.grid.width[i] * this.cell.width}px`,
      height: `${Math.max(1, this.lines - 1) * this.cell.height}px`,
    });
  }

  reveal(i) {
    const box = this.boxOf(i), frame = this.scroll.getBoundingClientRect();
    if (box.top < frame.top) this.scroll.scrollTop -= frame.top - box.top + this.rowHeight;
    if (box.bottom > frame.bottom) this.scroll.scrollTop += box.bottom - frame.bottom + this.rowHeight;
  }

  /** First character in sight and the one after the last. */
  visibleCharacters() {
    const top = this.scroll.scrollTop, { rowStarts, rows, characters } = this.grid;
    const firstRow = Math.min(rows - 1, Math.max(0, Math.floor(top / this.rowHeight)));
    const endRow = Math.min(rows, Math.ceil((top + this.scroll.clientHeight) / this.rowHeight));
    return [rowStarts[firstRow], endRow < rows ? rowStarts[endRow] : characters.length];
  }
}
