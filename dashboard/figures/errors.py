"""Where models err: their errors by what would put them right, and their gain over an n-gram model by distance."""

import html
from math import sqrt

import pandas as pd
import plotly.graph_objects as go

from analysis.errors.oracles import CATEGORIES
from analysis.errors.stored import Bin, Curve, Kind
from dashboard.figures.panels import Panel, panel_titles
from dashboard.figures.style import CONTROL, FAINT, FOUND, LABEL, LAYERS, QUIET, axis, layout, legend, names_above

ROW_HEIGHT, AXES_HEIGHT = 62, 150  # of a model; of the axis and of a legend in three rows, as on a phone; in pixels
BAR, UP = 0.42, 2  # share of a row that is its bar; from the bar up to its name, in pixels
GAIN_HEIGHT, TICKS = 320, [1, 3, 10, 30, 100, 300, 1000, 3000]
BAND = "rgba(38, 120, 210, 0.2)"
EARLIER = "rgba(217, 115, 13, {opacity:.2f})"
FARTHEST = 2.0  # times the beginning of the last bin: where its point stands
HOVER = "<b>%{customdata[2]}</b>: %{customdata[3]}<br>%{customdata[4]:,} errors, %{customdata[5]}<extra></extra>"
HOVER_GAIN = (
    "<b>%{customdata[2]}</b>, %{customdata[3]} characters back<br>gain %{y:+.2f} nats%{customdata[4]}<br>"
    "probability %{customdata[5]:.3f}, n-gram model %{customdata[6]:.3f}<br>%{customdata[7]:,} times<extra></extra>"
)


def errors_figure(rows: pd.DataFrame) -> go.Figure:
    """A bar per model as long as its share of errors, in parts by what would put them right.

    Args:
        rows: a row per model and category, models from the top down, with `model`, `title`, `category` (its number),
            `errors`, `rate` (share of all characters) and `share` (in words, of all errors). A click on a part
            returns the model and the category.
    """
    models = list(dict.fromkeys(rows["model"]))
    titles = [_as_text(str(rows[rows["model"] == model]["title"].iloc[0])) for model in models]
    data = []
    for number, category in enumerate(CATEGORIES):
        part = rows[rows["category"] == number]
        named = part.assign(name=category.title, model_name=part["title"].map(_as_text))
        data.append(
            {
                "type": "bar", "orientation": "h", "name": category.title, "x": part["rate"].tolist(), "width": BAR,
                "y": [models.index(model) for model in part["model"]], "marker": {"color": LAYERS[number]},
                "customdata": named[["model", "category", "name", "share", "errors", "model_name"]],
                "hovertemplate": HOVER,
            }
        )  # fmt: skip
    places = list(range(len(models)))
    drawn = layout(
        AXES_HEIGHT + ROW_HEIGHT * len(models),
        barmode="stack",
        xaxis=axis("share of characters that are errors", tickformat=".0%", rangemode="tozero"),
        yaxis={"range": [len(models) - 0.6, -0.75], "showticklabels": False, "showgrid": False, "zeroline": False},
        annotations=names_above(titles, "", [place - BAR / 2 for place in places], UP),
        legend=legend(1.0, traceorder="normal"),
        clickmode="event+select",
    )
    return go.Figure({"data": data, "layout": drawn})


def gain_figure(curve: Curve, reach: int, others: dict[str, Curve], earlier: list[Curve]) -> go.Figure:
    """The gain of a model over an n-gram model when it predicts what closes, by how far back it was opened.

    Bins without an interval are left out: of a few pairs the mean says little.

    Args:
        curve: the model's, drawn with its 95 % intervals; a click on a point returns 0 and the number of its bin.
        reach: how many characters the n-gram model sees.
        others: model -> its curve on the same text.
        earlier: the model's own at earlier steps of its training, in order; the earlier, the fainter.
    """
    data = [_line(one, _as_text(name), QUIET, 1.5) for name, one in others.items()]
    for number, one in enumerate(earlier, 1):
        color = EARLIER.format(opacity=0.2 + 0.7 * number / len(earlier))
        data.append(_line(one, f"step {one.step:,}", color, 1.5))
    data += [*_band(curve.bins), _line(curve, "this model", FOUND, 3)]
    drawn = layout(
        GAIN_HEIGHT,
        28,
        16,
        xaxis=axis(f"characters back to the {_as_text(curve.opening)}", type="log", tickvals=TICKS),
        yaxis=axis("nats gained", zeroline=True, zerolinecolor=QUIET, rangemode="tozero"),
        annotations=panel_titles([f"{curve.title} {_as_text(curve.closing)}"], [Panel("", [0, 1], [0, 1])]),
        shapes=[
            {
                "type": "line", "x0": reach, "x1": reach, "yref": "paper", "y0": 0, "y1": 1, "layer": "below",
                "line": {"color": CONTROL, "width": 2, "dash": "dot"},
            }
        ],
        showlegend=False,
        clickmode="event+select",
        font=LABEL,
    )  # fmt: skip
    return go.Figure({"data": data, "layout": drawn})


def _as_text(words: object) -> str:
    """Words that Plotly shows as they are: it reads some HTML, and knows the marks of a tag only."""
    return html.escape(str(words), quote=False)


def middle_of(one: Bin) -> float:
    """Where a bin's point stands on an axis of distances that is logarithmic."""
    return one.shortest * FARTHEST if one.longest is None else sqrt(one.shortest * one.longest)


def share_words(kind: Kind) -> str:
    """A share of all errors with its interval."""
    interval = "" if kind.low is None or kind.high is None else f" (95 %: {kind.low:.1%} to {kind.high:.1%})"
    return f"{kind.share:.1%} of all{interval}"


def _line(curve: Curve, name: str, color: str, width: float) -> dict:
    known = [(number, one) for number, one in enumerate(curve.bins) if one.low is not None]
    return {
        "type": "scatter", "mode": "lines+markers", "name": name, "x": [middle_of(one) for _, one in known],
        "y": [one.gain for _, one in known], "line": {"color": color, "width": width},
        "marker": {"color": color, "size": 3 + 2 * width}, "hovertemplate": HOVER_GAIN,
        "customdata": [
            [0, number, name, one.distances, f" (95 %: {one.low:+.2f} to {one.high:+.2f})", one.probability,
             one.ngram_probability, one.pairs]
            for number, one in known
        ],
    }  # fmt: skip


def _band(bins: list[Bin]) -> list[dict]:
    """The intervals as a band, where there are any."""
    known = [one for one in bins if one.low is not None and one.high is not None]
    x = [middle_of(one) for one in known]
    return [
        {
            "type": "scatter", "mode": "lines", "x": [*x, *x[::-1]],
            "y": [*(one.high for one in known), *(one.low for one in reversed(known))], "fill": "toself",
            "fillcolor": BAND, "line": {"color": FAINT, "width": 0}, "hoverinfo": "skip",
        }
    ]  # fmt: skip
