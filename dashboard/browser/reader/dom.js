// @ts-check
// Elements in one line, and the pixels of a canvas.

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {string} [className]
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function element(tag, className = "", ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children);
  return node;
}

/** @param {HTMLCanvasElement} canvas */
export function drawingOn(canvas) {
  const context = canvas.getContext("2d");
  if (!context) throw new Error("This browser does not support canvas.");
  return context;
}

/**
 * @param {string} text
 * @param {string} title
 * @param {() => void} onClick
 */
export function button(text, title, onClick) {
  const node = element("button", "", text);
  Object.assign(node, { title, type: "button" });
  node.addEventListener("click", onClick);
  return node;
}
