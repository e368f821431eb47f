// @ts-check
// Writes into the address bar what a view shows, in the place of the entry that is there. What others keep there stays.

/** @param {{ data: { query: { [name: string]: string }, keys: string[] } }} component */
export function show({ data: { query, keys } }) {
  const address = new URL(window.location.href);
  for (const name of keys) address.searchParams.delete(name);
  for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
  window.history.replaceState(window.history.state, "", address);
}

export function remove() {}
