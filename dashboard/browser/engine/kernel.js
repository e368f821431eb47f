// @ts-check
// y += W x in float32: by WebAssembly's SIMD (kernel.wat), or in plain JavaScript where a browser lacks it.
//
// Both sum in the same order and round each product and each sum to float32: they give the same bits. So a text
// that is written from a seed does not depend on what a browser can do. Plain JavaScript pays for it by half its speed.

import { KERNEL } from "./kernel.wasm.js";

/** @import { Kernel, KernelName } from "./types.js" */

export const ROWS = 32; // of a panel; see kernel.wat
const BLOCK = 32; // columns that are summed on their own
const AT_ONCE = 8; // rows that plain JavaScript holds in registers
const PAGE = 65536; // bytes
// A module whose only function makes a vector of zeros; a browser that finds it valid has SIMD.
const ANY_SIMD = Uint8Array.of(
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
);

/** Whether this browser can run the WebAssembly kernel. */
export const hasSimd = () => typeof WebAssembly === "object" && WebAssembly.validate(ANY_SIMD);

/**
 * A kernel with space for so many floats. A page whose policy forbids WebAssembly gets plain JavaScript, as does one
 * that asks for it.
 *
 * @param {number} floats
 * @param {KernelName} [wanted]
 * @returns {Kernel}
 */
export function openKernel(floats, wanted) {
  if (wanted !== "javascript" && hasSimd()) {
    const memory = new WebAssembly.Memory({ initial: Math.ceil((floats * 4) / PAGE) });
    try {
      return wasmKernel(memory);
    } catch (error) {
      if (!(error instanceof WebAssembly.CompileError)) throw error;
    }
  }
  return plainKernel(new Float32Array(floats));
}

/** @param {WebAssembly.Memory} memory @returns {Kernel} */
function wasmKernel(memory) {
  const module = new WebAssembly.Module(Uint8Array.from(atob(KERNEL), (byte) => byte.charCodeAt(0)));
  const { exports } = new WebAssembly.Instance(module, { engine: { memory } });
  const inBytes = /** @type {(...addresses: number[]) => void} */ (exports.multiply);
  return {
    name: "wasm",
    space: new Float32Array(memory.buffer),
    multiply: (w, x, y, columns, panels) => inBytes(4 * w, 4 * x, 4 * y, columns, panels),
  };
}

/** @param {Float32Array} space @returns {Kernel} */
const plainKernel = (space) => ({
  name: "javascript",
  space,
  multiply(w, x, y, columns, panels) {
    for (let panel = 0; panel < panels; panel++) {
      for (let column = 0; column < columns; column += BLOCK) {
        const at = w + (panel * columns + column) * ROWS, width = Math.min(BLOCK, columns - column);
        for (let row = 0; row < ROWS; row += AT_ONCE) addRows(space, at + row, x + column, y + panel * ROWS + row, width);
      }
    }
  },
});

/**
 * Eight rows of a panel, and one block of its columns.
 *
 * @param {Float32Array} f
 * @param {number} w
 * @param {number} x
 * @param {number} y
 * @param {number} columns
 */
function addRows(f, w, x, y, columns) {
  const round = Math.fround;
  let s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
  for (let k = 0, at = w; k < columns; k++, at += ROWS) {
    const value = f[x + k];
    s0 = round(s0 + round(value * f[at]));
    s1 = round(s1 + round(value * f[at + 1]));
    s2 = round(s2 + round(value * f[at + 2]));
    s3 = round(s3 + round(value * f[at + 3]));
    s4 = round(s4 + round(value * f[at + 4]));
    s5 = round(s5 + round(value * f[at + 5]));
    s6 = round(s6 + round(value * f[at + 6]));
    s7 = round(s7 + round(value * f[at + 7]));
  }
  f[y] += s0;
  f[y + 1] += s1;
  f[y + 2] += s2;
  f[y + 3] += s3;
  f[y + 4] += s4;
  f[y + 5] += s5;
  f[y + 6] += s6;
  f[y + 7] += s7;
}
