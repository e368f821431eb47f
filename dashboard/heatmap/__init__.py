"""The text heatmap: one JavaScript renderer, mounted as a Streamlit component and inlined into exported pages."""

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
PARTS = (
    "frame.js",
    "codes.js",
    "grid.js",
    "colors.js",
    "card.js",
    "sentence.js",
    "toolbar.js",
    "painter.js",
    "selection.js",
    "brush.js",
    "keys.js",
    "reader.js",
)


@cache
def _joined(adapter: str) -> str:
    return "\n".join((FOLDER / part).read_text() for part in (*PARTS, adapter))


def component_js() -> str:
    """The renderer as an ES module whose default export mounts it in a Streamlit component."""
    return _joined("streamlit.js")


def standalone_js() -> str:
    """The renderer as a plain script that opens an exported page."""
    return _joined("standalone.js")


@cache
def reader_css() -> str:
    return (FOLDER / "reader.css").read_text()
