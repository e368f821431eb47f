"""The application, and its reader and figures for notebooks.

The names below are what a notebook needs; docs/api.md shows them at work. What is heavy is imported when it is used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dashboard.notebook import Heatmap, heatmap
    from dashboard.notebook_figures import loss_curve, unit_histogram, unit_trace

_HOMES = {
    "Heatmap": "dashboard.notebook",
    "heatmap": "dashboard.notebook",
    "loss_curve": "dashboard.notebook_figures",
    "unit_histogram": "dashboard.notebook_figures",
    "unit_trace": "dashboard.notebook_figures",
}

__all__ = ["Heatmap", "heatmap", "loss_curve", "unit_histogram", "unit_trace"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
