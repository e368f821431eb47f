"""What the figures share: colors that stand out on white and on black, font size, axes, legends and behavior."""

from typing import Any

FOUND, CONTROL = "#2678d2", "#d9730d"
QUIET, FAINT = "rgba(128, 128, 128, 0.9)", "rgba(128, 128, 128, 0.5)"
LAYERS = (FOUND, CONTROL, "#1a9e77", "#b25bd0", "#8a8f98", "#c2a500", "#d6457f", "#5fb3c9")
LABEL = {"size": 14}  # as large as the text beside a figure: it may be on a projector
PLOTLY = {"displayModeBar": False, "scrollZoom": False}


def axis(title: str, **more: Any) -> dict[str, Any]:
    """An axis with a title; `more` are properties of Plotly's, here and below."""
    return {"title": {"text": title, "font": LABEL}, "tickfont": LABEL, **more}


def legend(y: float = 1.0, **more: Any) -> dict[str, Any]:
    """A legend in one row above the figure."""
    return {"orientation": "h", "y": y, "yanchor": "bottom", "x": 0, "font": LABEL, **more}


def layout(height: float, top: int = 8, right: int = 8, bottom: int = 8, **more: Any) -> dict[str, Any]:
    """A layout with its height and margins in pixels; a figure cannot be dragged."""
    return {"height": height, "margin": {"l": 8, "r": right, "t": top, "b": bottom}, "dragmode": False, **more}
