"""What the figures share: colors that stand out on white and on black, font size, axes, legends and behavior.

Python does not know how wide a figure will be, so each must be readable at any width from a phone's to a projector's:
names of rows stand above their rows, inside the plot, and take no width from it; titles are short.
"""

import re
from collections.abc import Sequence
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


def names_above(names: list[str], ending: str, rows: Sequence[Any], up: int) -> list[dict[str, Any]]:
    """The names of rows as annotations: `up` pixels above each row's middle, at the left edge of the panel.

    Plotly's tick labels cannot stand there: those inside a plot hide the ticks of the other axis.
    """
    return [
        {
            "text": wrapped(name), "font": LABEL, "showarrow": False, "align": "left", "borderpad": 0, "x": 0,
            "xref": f"x{ending} domain", "xanchor": "left", "y": row, "yref": f"y{ending}", "yanchor": "bottom",
            "yshift": up,
        }
        for name, row in zip(names, rows, strict=True)
    ]  # fmt: skip


def axis(title: str, **more: Any) -> dict[str, Any]:
    """An axis with a title; `more` are properties of Plotly's, here and below."""
    return {"title": {"text": title, "font": LABEL, "standoff": 8}, "tickfont": LABEL, **more}


def legend(y: float = 1.0, **more: Any) -> dict[str, Any]:
    """A legend in one row above the figure."""
    return {"orientation": "h", "y": y, "yanchor": "bottom", "x": 0, "font": LABEL, **more}


def layout(height: float, top: int = 8, right: int = 8, bottom: int = 8, **more: Any) -> dict[str, Any]:
    """A layout with its height and margins in pixels; a figure cannot be dragged."""
    return {"height": height, "margin": {"l": 8, "r": right, "t": top, "b": bottom}, "dragmode": False, **more}
