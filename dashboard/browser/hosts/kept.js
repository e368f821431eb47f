// @ts-check
// The texts that the user gave, kept by this browser tab: the server drops them, and a reload forgets them.

const PREFIX = "charscope text ", MOST = 8;

/** The part of a reading's key that stays: after it comes the version of the search tables. */
const KEY_LENGTH = 24;

/** @param {string} key */
const nameOf = (key) => PREFIX + key.slice(0, KEY_LENGTH);

/**
 * Keeps a text under the key of its reading. Where the browser gives no room, the oldest texts make some.
 *
 * @param {string} key
 * @param {string} text
 */
export function keepText(key, text) {
  const name = nameOf(key), kept = Object.keys(window.sessionStorage).filter((other) => other.startsWith(PREFIX));
  const older = kept.filter((other) => other !== name).sort((a, b) => ageOf(b) - ageOf(a));
  for (const other of older.splice(0, Math.max(0, older.length - MOST + 1))) window.sessionStorage.removeItem(other);
  for (;;) {
    try {
      window.sessionStorage.setItem(name, JSON.stringify({ at: Date.now(), text }));
      return;
    } catch {
      const oldest = older.shift();
      if (!oldest) return;
      window.sessionStorage.removeItem(oldest);
    }
  }
}

/**
 * The text that was kept under a key, or null.
 *
 * @param {string} key
 * @returns {string | null}
 */
export function keptText(key) {
  return readOf(nameOf(key))?.text ?? null;
}

/** @param {string} name */
const ageOf = (name) => Date.now() - (readOf(name)?.at ?? 0);

/** @param {string} name @returns {{ at: number, text: string } | null} */
function readOf(name) {
  try {
    return JSON.parse(window.sessionStorage.getItem(name) ?? "null");
  } catch {
    return null;
  }
}
