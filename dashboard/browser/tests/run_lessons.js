// @ts-check
// Calls what the lessons' modules export, for a test in Python: a list of [module, function, ...arguments] as JSON on
// standard input, the answers on standard output. A module is one of lessons/ or, like "learn/marks", of another folder. An argument { "float32": [...] } is a Float32Array, and { "run": FOLDER }
// the network of a run. A name that is no function gives its value.

import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";

import { Network } from "../engine/network.js";

/** @param {any} argument */
const given = (argument) => (argument?.float32 ? Float32Array.from(argument.float32) : argument?.run ? networkOf(argument.run) : argument);

/** @param {string} folder */
async function networkOf(folder) {
  const { buffer, byteOffset, length } = await readFile(`${folder}/model.safetensors`);
  return Network.open(JSON.parse(await readFile(`${folder}/config.json`, "utf8")), /** @type {ArrayBuffer} */ (buffer.slice(byteOffset, byteOffset + length)));
}

/** @param {string} _ @param {any} value */
const plain = (_, value) => (value instanceof Map ? Object.fromEntries(value) : ArrayBuffer.isView(value) ? Array.from(/** @type {any} */ (value)) : value);

const answers = [];
for (const [module, name, ...parts] of JSON.parse(await text(process.stdin))) {
  const exported = (await import(`../${module.includes("/") ? module : `lessons/${module}`}.js`))[name];
  answers.push(typeof exported === "function" ? exported(...(await Promise.all(parts.map(given)))) : exported);
}
process.stdout.write(JSON.stringify(answers, plain));
