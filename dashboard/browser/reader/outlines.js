// @ts-check
// Outlines of the correct predictions. They need full resolution, so they are drawn only for blocks in sight.

import { drawingOn, element } from "./dom.js";

/** @import { Block, Painter, Predictions } from "./painter.js" */

export class Outlines {
  /**
   * @param {Painter} painter
   * @param {Predictions} shown
   */
  constructor(painter, shown) {
    this.painter = painter;
    this.shown = shown;
    /** @type {Map<Element, HTMLCanvasElement>} */
    this.drawn = new Map();
    const blocks = new Map(painter.blocks.map((block) => [/** @type {Element} */ (block.node), block]));
    this.watcher = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        const block = blocks.get(target);
        this.drawn.get(target)?.remove();
        this.drawn.delete(target);
        if (block && isIntersecting) this.draw(block);
      }
    }, { root: painter.scroll, rootMargin: "200px" });
    for (const node of blocks.keys()) this.watcher.observe(node);
  }

  destroy() {
    this.watcher.disconnect();
  }

  /** Its predictions have changed. @param {Block} block */
  redraw(block) {
    const drawn = this.drawn.get(block.node);
    if (!drawn) return;
    drawn.remove();
    this.draw(block);
  }

  /** @param {Block} block */
  draw({ node, first, rows }) {
    const { grid, cell, lines, scroll } = this.painter;
    const { predictions, vocabulary, arrays: { top_char: predicted } } = this.shown;
    const ratio = window.devicePixelRatio || 1;
    const canvas = element("canvas", "outlines"), context = drawingOn(canvas);
    canvas.width = Math.ceil(grid.stride * cell.width * ratio);
    canvas.height = Math.ceil(rows * lines * cell.height * ratio);
    canvas.style.width = `${canvas.width / ratio}px`;
    canvas.style.height = `${canvas.height / ratio}px`;
    context.scale(ratio, ratio);
    context.strokeStyle = getComputedStyle(scroll).color;
    context.globalAlpha = 0.7;
    for (let i = grid.rowStarts[first]; i < Math.min(grid.rowEnd(first + rows - 1), grid.characters.length - 1); i++) {
      for (let k = 0; k < predictions; k++) {
        if (vocabulary[predicted[i * predictions + k]] !== grid.characters[i + 1]) continue;
        const x = grid.columnOf(i) * cell.width, y = ((grid.rowOf(i) - first) * lines + k + 1) * cell.height;
        context.strokeRect(x + 0.5, y + 0.5, Math.max(1, (grid.right[i] - grid.left[i]) * cell.width - 1), cell.height - 1);
      }
    }
    node.append(canvas);
    this.drawn.set(node, canvas);
  }
}
