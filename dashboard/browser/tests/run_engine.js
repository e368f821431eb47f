// @ts-check
// Runs the engine for a test in Python, or times it: a request as JSON on standard input, the answer on standard output.
// What was read is written to the request's folder `out`, one file of float64 for each state, for logits and loss.

import { readFile, writeFile } from "node:fs/promises";
import { text } from "node:stream/consumers";

import { Network } from "../engine/network.js";
import { choose, uniformAt } from "../engine/sampling.js";
import { Stream } from "../engine/stream.js";

/** @param {string} folder @param {"wasm" | "javascript"} kernel */
async function openRun(folder, kernel) {
  const { buffer, byteOffset, length } = await readFile(`${folder}/model.safetensors`);
  const file = /** @type {ArrayBuffer} */ (buffer.slice(byteOffset, byteOffset + length));
  return Network.open(JSON.parse(await readFile(`${folder}/config.json`, "utf8")), file, kernel);
}

/** @param {Stream} stream @param {number[]} ids @param {string} out */
async function read(stream, ids, out) {
  const { network } = stream, names = [...network.kind.states, ...network.kind.gates.map((gate) => `${gate}_gate`)];
  /** @type {Record<string, number[]>} */
  const found = Object.fromEntries([...names, "logits", "loss"].map((name) => [name, []]));
  ids.forEach((id, t) => {
    found.logits.push(...stream.step(id));
    if (t + 1 < ids.length) found.loss.push(stream.loss(ids[t + 1]));
    for (const name of names) {
      for (let layer = 1; layer <= network.layers; layer++) found[name].push(...stream.state(name, layer));
    }
  });
  for (const [name, values] of Object.entries(found)) await writeFile(`${out}/${name}`, Float64Array.from(values));
}

/** @param {Stream} stream @param {{ prompt: number[], length: number, temperature: number, seed: number }} request */
function write(stream, { prompt, length, temperature, seed }) {
  for (const id of prompt) stream.step(id);
  const began = performance.now();
  const ids = Array.from({ length }, (_, n) => {
    const id = choose(stream.logits, temperature, uniformAt(seed, n));
    stream.step(id);
    return id;
  });
  return { ids, seconds: (performance.now() - began) / 1000 };
}

const request = JSON.parse(await text(process.stdin));
/** @type {Record<string, unknown>} */
const answer = { uniform: (request.uniform ?? []).map((/** @type {string[]} */ [seed, n]) => uniformAt(BigInt(seed), Number(n))) };
if (request.folder) {
  const network = await openRun(request.folder, request.kernel);
  answer.kernel = network.kernel.name;
  if (request.read) await read(new Stream(network, request.clamps), request.read, request.out);
  answer.written = (request.write ?? []).map((/** @type {any} */ one) => write(new Stream(network, one.clamps), one));
}
process.stdout.write(JSON.stringify(answer));
