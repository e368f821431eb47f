// @ts-check
// What Generate finds wrong in an address, for a test in Python.

import { planIn } from "../generate/plan.js";

/** @import { Size } from "../generate/plan.js" */

/** @param {{ [word: string]: string }} words @param {Size} size */
export const problemsIn = (words, size) => planIn(new URLSearchParams(words), size).problems;
