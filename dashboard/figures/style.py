"""What the figures share: colors that stand out on white and on black, font size, and behavior."""

FOUND, CONTROL = "#2678d2", "#d9730d"
QUIET, FAINT = "rgba(128, 128, 128, 0.9)", "rgba(128, 128, 128, 0.5)"
LAYERS = (FOUND, CONTROL, "#1a9e77", "#b25bd0", "#8a8f98", "#c2a500", "#d6457f", "#5fb3c9")
LABEL = {"size": 14}  # as large as the text beside a figure: it may be on a projector
PLOTLY = {"displayModeBar": False, "scrollZoom": False}
