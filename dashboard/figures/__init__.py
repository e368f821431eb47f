"""Plotly figures: data in, figure out. No Streamlit and no torch."""

from dashboard.figures.comparison import comparison_figure
from dashboard.figures.findings import findings_figure, probes_figure, share_figure
from dashboard.figures.learning import loss_figure
from dashboard.figures.saturation import saturation_figure
from dashboard.figures.style import PLOTLY

__all__ = [
    "PLOTLY",
    "comparison_figure",
    "findings_figure",
    "loss_figure",
    "probes_figure",
    "saturation_figure",
    "share_figure",
]
