"""The application, and its reader and figures for notebooks.

The names below are what a notebook needs; docs/api.md shows them at work. What is heavy is imported when it is used.
"""

from typing import TYPE_CHECKING

from corpora.lazy import imported_when_used

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


__getattr__ = imported_when_used(__name__, _HOMES)
