// @ts-check
// Weights from an address, with progress, and what describes them.

/**
 * @param {string} url
 * @param {(share: number) => void} [onProgress] 0 to 1, where the server says how much there is
 * @returns {Promise<ArrayBuffer>}
 * @throws {Error} they do not arrive
 */
export async function loadWeights(url, onProgress = () => {}) {
  // the address changes with the weights, so what the browser has kept of them is good for ever
  const response = await fetch(url, { cache: "force-cache" }).catch((error) => {
    throw missing("weights", url, error instanceof Error ? error.message : String(error));
  });
  if (!response.ok || !response.body) throw missing("weights", url, `the server answered ${response.status}`);
  const total = Number(response.headers.get("Content-Length"));
  const parts = [];
  let length = 0;
  try {
    for (const reader = response.body.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(value);
      length += value.length;
      if (total) onProgress(Math.min(1, length / total));
    }
  } catch (error) {
    throw missing("weights", url, `the connection broke after ${length} bytes: ${error instanceof Error ? error.message : error}`);
  }
  return new Blob(parts).arrayBuffer();
}

/**
 * What describes a model: its configuration and its vocabulary.
 *
 * @param {string} url
 * @returns {Promise<ArrayBuffer>}
 * @throws {Error} it does not arrive
 */
export async function loadDescription(url) {
  /** @type {Response} */
  let response;
  try {
    response = await fetch(url);
    if (response.ok) return await response.arrayBuffer();
  } catch (error) {
    throw missing("description", url, error instanceof Error ? error.message : String(error));
  }
  throw missing("description", url, `the server answered ${response.status}`);
}

/** @param {string} what @param {string} url @param {string} reason */
const missing = (what, url, reason) => new Error(`The model's ${what} did not arrive from ${url} (${reason}). Reload the page.`);
