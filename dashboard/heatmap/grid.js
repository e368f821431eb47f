// Where each character stands: a grid of equal cells, so that coloring and hit-testing are arithmetic.

const BLOCK_LINES = 48; // lines of one <pre>; the browser skips the blocks out of sight
const WRAP_LOOKBACK = 24; // a line breaks at a space if there is one this near its end

/** What is shown for a character: itself, or a faint mark for what has no shape of its own. */
function glyphOf(character, inGuess) {
  const code = character.codePointAt(0);
  if (character === "\n") return { text: "↵", mark: true };
  if (character === "\t") return { text: "→", mark: true };
  if (character === " " && inGuess) return { text: "␣", mark: true };
  if (code < 32) return { text: String.fromCodePoint(0x2400 + code), mark: true };
  if (code === 127) return { text: "␡", mark: true };
  return { text: character, mark: false };
}

/**
 * Lays characters out in rows of at most `columns` cells, plus one cell for the newline mark.
 * cell[i] is the first cell of character i (row * stride + column), width[i] how many it fills.
 */
class Grid {
  constructor(characters, columns) {
    this.characters = characters;
    this.columns = columns;
    this.stride = columns + 1;
    this.tab = columns < 60 ? 4 : 8;
    this.cell = new Int32Array(characters.length);
    this.width = new Uint8Array(characters.length);
    this.rowStarts = [0];
    this.place();
    this.owner = new Int32Array(this.rows * this.stride).fill(-1); // cell -> character
    for (let i = 0; i < characters.length; i++) {
      this.owner.fill(i, this.cell[i], this.cell[i] + this.width[i]);
    }
  }

  place() {
    let row = 0, column = 0, lastSpace = -1;
    const put = (i) => {
      const character = this.characters[i];
      this.width[i] = character === "\t" ? Math.min(this.tab - (column % this.tab), this.stride - column) : 1;
      this.cell[i] = row * this.stride + column;
      column += this.width[i];
    };
    const newRow = (start) => {
      row += 1; column = 0; lastSpace = -1;
      this.rowStarts.push(start);
    };
    for (let i = 0; i < this.characters.length; i++) {
      const character = this.characters[i];
      if (column >= this.columns && character !== "\n") {
        const start = lastSpace >= 0 && i - lastSpace <= WRAP_LOOKBACK ? lastSpace + 1 : i;
        newRow(start);
        for (let j = start; j < i; j++) put(j);
      }
      put(i);
      if (character === " ") lastSpace = i;
      if (character === "\n" && i + 1 < this.characters.length) newRow(i + 1);
    }
    this.rows = row + 1;
  }

  rowOf(i) {
    return Math.floor(this.cell[i] / this.stride);
  }

  columnOf(i) {
    return this.cell[i] % this.stride;
  }

  rowEnd(row) {
    return row + 1 < this.rowStarts.length ? this.rowStarts[row + 1] : this.characters.length;
  }

  /** The character at a row and column, or -1. */
  at(row, column) {
    if (row < 0 || row >= this.rows || column < 0 || column >= this.stride) return -1;
    return this.owner[row * this.stride + column];
  }
}

/** Tells which characters are exactly one cell wide in the font in use; the others get a cell of their own. */
class CellRuler {
  constructor(font, cellWidth) {
    this.context = document.createElement("canvas").getContext("2d");
    this.context.font = font;
    this.cellWidth = cellWidth;
    this.known = new Map();
  }

  fits(text) {
    if (text.length === 1 && text >= " " && text <= "~") return true;
    if (!this.known.has(text)) {
      const width = this.context.measureText(text).width;
      const combining = /\p{M}|\p{Cf}/u.test(text);
      this.known.set(text, !combining && Math.abs(width - this.cellWidth) < 0.05);
    }
    return this.known.get(text);
  }
}

/** Appends one line of cells to a <pre>: plain runs of text, and a node only for marks and misfits. */
class LineWriter {
  constructor(pre, ruler) {
    this.pre = pre;
    this.ruler = ruler;
    this.run = "";
  }

  put({ text, mark }, width) {
    if (mark) {
      this.flush();
      const node = document.createElement("span");
      node.className = this.ruler.fits(text) ? "mark" : "mark misfit";
      node.dataset.glyph = text; // drawn by CSS: copied text stays clean
      this.pre.append(node);
    } else if (this.ruler.fits(text)) {
      this.run += text;
    } else {
      this.flush();
      const node = document.createElement("span");
      node.className = "misfit";
      node.textContent = text;
      this.pre.append(node);
    }
    if (width > 1) this.run += " ".repeat(width - 1);
  }

  flush() {
    if (this.run) this.pre.append(this.run);
    this.run = "";
  }

  endLine() {
    this.run += "\n";
  }
}
