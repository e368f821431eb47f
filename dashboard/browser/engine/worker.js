// @ts-check
// The worker's door: it runs the engine's networks beside the page, so that the page never freezes.

import { Server } from "./server.js";

const scope = /** @type {{ onmessage: unknown, postMessage: (message: unknown, transfer: Transferable[]) => void }} */ (
  /** @type {unknown} */ (globalThis)
);
const server = new Server((message, transfer) => scope.postMessage(message, transfer));
scope.onmessage = (/** @type {MessageEvent} */ { data }) => server.receive(data);
