// @ts-check
// Which lessons the visitor has done, in this browser only. A browser may forbid to keep anything: then nothing is kept.

const KEY = "charscope.lessons.done";

/** @returns {Set<string>} names of lessons */
export function lessonsDone() {
  try {
    const kept = JSON.parse(window.localStorage.getItem(KEY) ?? "[]");
    return new Set(Array.isArray(kept) ? kept.map(String) : []);
  } catch {
    return new Set();
  }
}

/** @param {string} name */
export function noteDone(name) {
  try {
    window.localStorage.setItem(KEY, JSON.stringify([...lessonsDone().add(name)]));
  } catch {
    // the lesson works all the same
  }
}

export function forgetDone() {
  try {
    window.localStorage.removeItem(KEY);
  } catch {
    // nothing was kept
  }
}
