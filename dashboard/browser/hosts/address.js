// @ts-check
// Writes a view into the address bar, without a new entry in the history. Other keys stay.

/** @param {{ data: { query: { [name: string]: string }, keys: string[] } }} component */
export function show({ data: { query, keys } }) {
  const address = new URL(window.location.href);
  for (const name of keys) address.searchParams.delete(name);
  for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
  window.history.replaceState(window.history.state, "", address);
}

export function remove() {}
