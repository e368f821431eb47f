// @ts-check
// Writes engine/kernel.wasm.js from engine/kernel.wat: npm ci && node assemble.js

import { readFile, writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import openWabt from "wabt";

const SOURCE = new URL("engine/kernel.wat", import.meta.url), MODULE = new URL("engine/kernel.wasm.js", import.meta.url);

/** The text of kernel.wasm.js. */
export async function assembled() {
  const wabt = await openWabt();
  const { buffer } = wabt.parseWat("kernel.wat", await readFile(SOURCE, "utf8"), { simd: true }).toBinary({});
  const lines = Buffer.from(buffer).toString("base64").match(/.{1,112}/g) ?? [];
  return [
    "// @ts-check",
    "// kernel.wat as a WebAssembly module in base64, written by assemble.js. A module of JavaScript reaches every host",
    "// the way all others do, the exported page included, where nothing can be fetched.",
    "",
    "export const KERNEL =",
    lines.map((line) => `  "${line}"`).join(" +\n") + ";",
    "",
  ].join("\n");
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await writeFile(MODULE, await assembled());
