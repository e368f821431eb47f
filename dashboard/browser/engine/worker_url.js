// @ts-check
// Where the worker's module lies: beside this one. In an exported page, where no address can be fetched, Python puts
// the worker and all that it imports here as one `data:` URL (`with_bare_imports` in dashboard/browser/__init__.py).

export const WORKER_URL = new URL("./worker.js", import.meta.url).href;
