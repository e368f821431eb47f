// The reader as a Streamlit component. The server names a reading and, when `seq` grows, a unit to show;
// everything else happens in the browser, which also writes the view into the address bar.

const readers = new WeakMap(); // parentElement -> { reader, url }
// what this browser tab shows, and how it tells the server: outlives a remount of the component
const shown = { seq: -1, view: null, address: {}, marks: [], tell: null };

/** Says in the address bar what is shown: model and text as the server names them, then the view. */
function writeAddress({ state, layer, unit, mode, palette }) {
  const address = new URL(window.location.href);
  address.search = new URLSearchParams(shown.address);
  address.searchParams.set("unit", `L${layer}.u${unit}`);
  address.searchParams.set("state", state);
  if (mode !== DEFAULT_VIEW.mode) address.searchParams.set("mode", mode);
  if (palette !== DEFAULT_VIEW.palette) address.searchParams.set("palette", palette);
  window.history.replaceState(window.history.state, "", address);
}

function exportUrl(url, view) {
  return `${url}/export?unit=L${view.layer}.u${view.unit}&state=${view.state}&mode=${view.mode}&palette=${encodeURIComponent(view.palette)}`;
}

/** The view to show: what is shown already, with what the server commands if it does. A link may name any palette. */
function obey({ seq, view: { palette, ...view } }) {
  if (palette in PALETTES) view.palette = palette;
  if (seq > shown.seq) Object.assign(shown, { seq, view: { ...shown.view, ...view } });
  return shown.view;
}

function remember(view) {
  shown.view = view;
  writeAddress(view);
}

function complain(root, error) {
  root.replaceChildren(element("p", "broken", `The text could not be shown (${error.message}). Reload the page.`));
}

async function open(parent, { url, cmd }) {
  const root = document.createElement("div");
  parent.querySelector(".reader")?.remove();
  (parent.querySelector(".reader-place") ?? parent).append(root);
  const options = { onView: remember, exportUrl: (view) => exportUrl(url, view), onMarks: (marks) => shown.tell("marks", marks) };
  const reader = new Reader(root, new RouteSource(url), obey(cmd), options);
  readers.set(parent, { reader, url, root });
  try {
    await reader.start();
    if (reader.destroyed) return;
    remember(reader.view);
    reader.brush.show(shown.marks);
  } catch (error) {
    complain(root, error); // its own place: another reader may have taken over
  }
}

export default function ({ parentElement, data, setTriggerValue }) {
  try {
    Object.assign(shown, { address: data.address, marks: data.marks, tell: setTriggerValue });
    const known = readers.get(parentElement);
    if (known?.url === data.url && known.reader.activation) known.reader.brush.show(data.marks);
    if (!known || known.url !== data.url) {
      known?.reader.destroy();
      open(parentElement, data);
    } else if (data.cmd.seq > shown.seq) {
      known.reader.change(obey(data.cmd)).catch((error) => complain(known.root, error));
    } else if (known.reader.activation) {
      writeAddress(known.reader.view); // the server may have written the address without the unit
      known.reader.recolor(); // the theme may have changed
    }
  } catch (error) {
    complain(parentElement, error); // an exception here would wedge the component
  }
  return () => {
    readers.get(parentElement)?.reader.destroy();
    readers.delete(parentElement);
  };
}
