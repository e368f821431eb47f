"""Streamlit components from our own modules: a small adapter imports a host from our route.

Streamlit holds only the adapter. It notes keys until the host has loaded, passes on the latest data, and copes with a
component that is removed during the import.
"""

from collections.abc import Callable
from typing import Any

from streamlit.components import v2

from dashboard import browser
from dashboard.page_routes import base_path

# Streamlit takes a single line with a slash for a path, and an exception in the default export wedges the component.
ADAPTER = """
const places = new WeakMap(), pressed = [];
let waiting = 0;
document.addEventListener("keydown", (event) => waiting && pressed.push([event, event.composedPath()[0]]));
export default function (component) {
  const { parentElement, data } = component, isCurrent = () => places.get(parentElement) === component;
  places.set(parentElement, component);
  waiting += 1;
  const host = import(new URL(data.host, location.href)).finally(() => { waiting -= 1; });
  host.then(({ show }) => isCurrent() && show({ ...component, pressed: pressed.splice(0) }))
    .catch((error) => {
      const textContent = `This part did not load (${error.message}). Reload the page.`;
      parentElement.append(Object.assign(document.createElement("p"), { textContent }));
    });
  return () => {
    if (isCurrent() && places.delete(parentElement)) host.then(({ remove }) => remove(parentElement), () => {});
  };
}
"""


def below_base_path(path: str) -> str:
    """The address of one of our routes, wherever the server is mounted."""
    return base_path() + path


def module_address(path: str) -> str:
    """The address of a module such as `hosts/streamlit.js`."""
    return below_base_path(f"{browser.PREFIX}/{browser.version()}/{path}")


def declare(name: str, html: str, *styles: str) -> Callable[..., Any]:
    """A component; `data["host"]` names the module that shows it."""
    return v2.component(name, html=html, css=browser.styles(*styles), js=ADAPTER)
