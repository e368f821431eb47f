// @ts-check
// Keeps what is typed into the server's text areas, and gives it to a session that has not had it: after a reload, or
// after the server was started anew. It is kept for this browser tab only.

const PREFIX = "charscope draft ";

/** @type {Map<string, number>} the fields that are watched: how many components ask for each */
const watched = new Map();
/** @type {Set<string>} the fields that were given back since the page was loaded */
const given = new Set();
/** @type {WeakMap<HTMLElement, string>} the field of each component */
const fields = new WeakMap();

/** The class that Streamlit gives the element of a key. @param {string} field */
const classOf = (field) => `st-key-${field.trim().replace(/[^a-zA-Z0-9_-]/g, "-")}`;

/** @param {Event} event */
function keep({ target }) {
  if (!(target instanceof HTMLTextAreaElement)) return;
  for (const field of watched.keys()) {
    if (!target.closest(`.${classOf(field)}`)) continue;
    try {
      if (target.value) window.sessionStorage.setItem(PREFIX + field, target.value);
      else window.sessionStorage.removeItem(PREFIX + field);
    } catch {
      window.sessionStorage.removeItem(PREFIX + field); // no room: rather nothing than half of it
    }
  }
}

document.addEventListener("input", keep);

/**
 * @param {{ parentElement: HTMLElement, data: { field: string, isNew: boolean },
 *   setStateValue: (name: string, value: unknown) => void }} component
 */
export function show({ parentElement, data: { field, isNew }, setStateValue }) {
  if (!fields.has(parentElement)) watched.set(field, (watched.get(field) ?? 0) + 1);
  fields.set(parentElement, field);
  if (given.has(field)) return;
  given.add(field);
  const text = window.sessionStorage.getItem(PREFIX + field);
  if (isNew && text !== null) setStateValue("text", { number: Date.now(), value: text });
}

/** @param {HTMLElement} parentElement */
export function remove(parentElement) {
  const field = fields.get(parentElement);
  if (field === undefined) return;
  fields.delete(parentElement);
  const left = (watched.get(field) ?? 1) - 1;
  if (left) watched.set(field, left);
  else watched.delete(field);
}
