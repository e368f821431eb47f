"""What the figures share: colors that stand out on white and on black, font size, axes, legends and behavior.

Python does not know how wide a figure will be, so each must be readable at any width from a phone's to a projector's:
names of rows stand above their rows, inside the plot, and take no width from it; titles are short.
"""

import re
from typing import Any

FOUND, CONTROL = "#2678d2", "#d9730d"
QUIET, FAINT, GRID = "rgba(128, 128, 128, 0.9)", "rgba(128, 128, 128, 0.5)", "rgba(128, 128, 128, 0.22)"
LAYERS = (FOUND, CONTROL, "#1a9e77", "#b25bd0", "#8a8f98", "#c2a500", "#d6457f", "#5fb3c9")
LABEL = {"size": 14}  # as large as the text beside a figure: it may be on a projector
NARROW = 50  # characters in a line that a figure on a phone has room for
PLOTLY = {"displayModeBar": False, "scrollZoom": False}


def wrapped(words: str, width: int = NARROW) -> str:
    """Words in lines of at most `width` characters; what begins in bold stays in one line."""
    lines = [""]
    for word in re.findall(r"\s*(?:<b>.*|\S+)", words):
        if lines[-1] and len(re.sub("<.*?>", "", lines[-1] + word)) > width:
            lines.append(word.lstrip())
        else:
            lines[-1] += word
    return "<br>".join(lines)


def names_above(names: list[str], up: int) -> dict[str, Any]:
    """The properties of a vertical axis whose names stand inside the plot, `up` pixels above their ticks."""
    return {
        "ticktext": [wrapped(name) for name in names], "ticklabelposition": "inside top", "ticklabelshift": up,
        "tickfont": LABEL, "ticks": "", "zeroline": False, "showgrid": True, "gridcolor": GRID,
    }  # fmt: skip


def axis(title: str, **more: Any) -> dict[str, Any]:
    """An axis with a title; `more` are properties of Plotly's, here and below."""
    return {"title": {"text": title, "font": LABEL}, "tickfont": LABEL, **more}


def legend(y: float = 1.0, **more: Any) -> dict[str, Any]:
    """A legend in one row above the figure."""
    return {"orientation": "h", "y": y, "yanchor": "bottom", "x": 0, "font": LABEL, **more}


def layout(height: float, top: int = 8, right: int = 8, bottom: int = 8, **more: Any) -> dict[str, Any]:
    """A layout with its height and margins in pixels; a figure cannot be dragged."""
    return {"height": height, "margin": {"l": 8, "r": right, "t": top, "b": bottom}, "dragmode": False, **more}
