"""Figures as SVG that fits any width: places along x are percentages, so nothing is stretched and no script is needed.

Colors come from classes of `site.css`, which follow light and dark.
"""

from collections.abc import Iterable, Sequence
from math import floor, log10

import numpy as np
from jaxtyping import Float

from dashboard.site.markup import Html, element, joined

Range = tuple[float, float]
Points = Sequence[tuple[float, float]]
TOP, HEIGHT, BELOW = 14, 190, 26  # of a figure: above the plot, the plot, below it; in pixels


def at(value: float, limits: Range) -> str:
    """A place along an axis as a percentage."""
    low, high = limits
    return f"{100 * (value - low) / (high - low):.2f}%"


def ticks(limits: Range, most: int = 6) -> list[float]:
    """Round numbers within limits: steps of 1, 2 or 5 times a power of ten."""
    low, high = limits
    rough = (high - low) / most
    power = 10.0 ** floor(log10(rough))
    step = power * next(each for each in (1, 2, 5, 10) if each * power >= rough * (1 - 1e-9))
    first, last = int(np.ceil(low / step - 1e-9)), int(np.floor(high / step + 1e-9))
    return [float(f"{number * step:.10g}") for number in range(first, last + 1)]


def number_text(value: float) -> str:
    """A number at an axis, with a typographic minus."""
    return f"{value:.6g}".replace("-", "−")


def mark(name: str, x: str, y: str, about: str) -> Html:
    """A mark of a forest plot: `name` is one of `MARKS`; `about` appears when the pointer rests on it."""
    shape, attributes = MARKS[name]
    drawn = element(shape, class_=f"mark {name}", **attributes)
    return element("svg", element("title", about) if about else None, drawn, x=x, y=y, overflow="visible")


MARKS: dict[str, tuple[str, dict[str, str]]] = {
    "ngram": ("path", {"d": "M0-5.5 5.5 0 0 5.5-5.5 0z"}),
    "untrained": ("path", {"d": "M0-7V7"}),
    "null_95": ("path", {"d": "M0-5V5"}),
    "rotated": ("path", {"d": "M0-5 5 4H-5z"}),
    "delimiter_swap": ("path", {"d": "M-4-4H4V4H-4z"}),
    "clear": ("circle", {"r": "6.5"}),
    "local": ("circle", {"r": "5.5"}),
    "none": ("path", {"d": "M-5-5 5 5M-5 5 5-5"}),
}


def forest_row(marks: Iterable[tuple[str, float, str]], interval: Range | None, limits: Range, about: str) -> Html:
    """One row of a forest plot: marks (name, value, words) and an interval."""
    line = None
    if interval is not None:
        line = element(
            "line", x1=at(interval[0], limits), x2=at(interval[1], limits), y1="50%", y2="50%", class_="interval"
        )
    grid = [
        element("line", x1=at(x, limits), x2=at(x, limits), y1="0", y2="100%", class_="grid") for x in ticks(limits)
    ]
    dots = [mark(name, at(value, limits), "50%", words) for name, value, words in marks]
    return element("svg", *grid, line, *dots, class_="row", role="img", aria_label=about)


def forest_axis(limits: Range) -> Html:
    """The numbers above the rows."""
    numbers = [element("text", number_text(x), x=at(x, limits), y="14", class_="tick") for x in ticks(limits)]
    return element("svg", *numbers, class_="axis", aria_hidden="true")


def legend_mark(name: str) -> Html:
    """A mark for the legend."""
    return element("svg", mark(name, "50%", "50%", ""), class_="key", aria_hidden="true")


# ---- figures with two axes -------------------------------------------------------------------------------------------


def _figure(drawn: Sequence[Html | None], x: Range, y: Range, share: bool, about: str) -> Html:
    """What is drawn, with grid and numbers; x is in percent of the width, y from the top in pixels."""
    parts = []
    for value in ticks(y, 4):
        level = f"{_y(value, y):.1f}"
        parts.append(element("line", x1="0", x2="100%", y1=level, y2=level, class_="grid"))
    parts += drawn
    for value in ticks(y, 4):
        words = f"{100 * value:.6g} %" if share else number_text(value)
        parts.append(element("text", words, x="2", y=f"{_y(value, y) - 3:.1f}", class_="level"))
    for value in ticks(x):
        place = 100 * (value - x[0]) / (x[1] - x[0])
        side = "tick first" if place < 3 else "tick last" if place > 97 else "tick"
        parts.append(element("text", number_text(value), x=at(value, x), y=TOP + HEIGHT + 18, class_=side))
    return element("svg", *parts, class_="plot", height=TOP + HEIGHT + BELOW, role="img", aria_label=about)


def _y(value: float, limits: Range) -> float:
    low, high = limits
    return TOP + HEIGHT * (1 - (value - low) / (high - low))


def histogram(
    edges: Float[np.ndarray, " edge"],
    inside: Float[np.ndarray, " bin"],
    outside: Float[np.ndarray, " bin"],
    end: str,
    threshold: float | None,
    about: str,
) -> Html:
    """Two histograms over the same bins, as shares; dashed: the threshold. `end` (low or high) colors the inside."""
    x, y = (float(edges[0]), float(edges[-1])), (0.0, 1.08 * max(float(inside.max()), float(outside.max()), 1e-9))
    drawn: list[Html | None] = []
    for shares, name, words in ((outside, "outside", "outside"), (inside, f"inside {end}", "inside")):
        for left, right, share in zip(edges[:-1], edges[1:], shares, strict=True):
            if share > 0:
                top, width = _y(float(share), y), 100 * float(right - left) / (x[1] - x[0])
                hint = element("title", f"{left:.2f} to {right:.2f}: {share:.1%} {words}")
                drawn.append(
                    element("rect", hint, x=at(float(left), x), width=f"{width:.2f}%", y=f"{top:.1f}",
                            height=f"{TOP + HEIGHT - top:.1f}", class_=name)
                )  # fmt: skip
    if threshold is not None and x[0] <= threshold <= x[1]:
        line = element("title", f"threshold {threshold:.2f}")
        drawn.append(
            element("line", line, x1=at(threshold, x), x2=at(threshold, x), y1=TOP, y2=TOP + HEIGHT, class_="threshold")
        )
    return _figure(drawn, x, y, True, about)


def curves(
    lines: Sequence[tuple[Points, str]], band: Points | None, x: Range, y: Range, share: bool, about: str
) -> Html:
    """Lines (points and their class) over an optional band (its outline)."""

    def points(of: Points) -> str:
        return " ".join(
            f"{100 * (a - x[0]) / (x[1] - x[0]):.2f},{100 * (1 - (b - y[0]) / (y[1] - y[0])):.2f}" for a, b in of
        )

    shapes = [element("polygon", points=points(band), class_="band")] if band else []
    for of_line, name in lines:
        shapes.append(
            element("polyline", points=points(of_line), class_=f"curve {name}", vector_effect="non-scaling-stroke")
        )
    inner = element(
        "svg", *shapes, x="0", y=TOP, width="100%", height=HEIGHT, viewBox="0 0 100 100", preserveAspectRatio="none",
        overflow="visible",
    )  # fmt: skip
    return _figure([inner], x, y, share, about)


def range_of(values: Iterable[float], room: float = 0.06) -> Range:
    """The range of values, with some room."""
    known = [value for value in values if value == value]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    margin = room * (high - low) or 0.1
    return low - margin, high + margin


def bars(rows: Sequence[tuple[str, float]], widest: float) -> Html:
    """Names with a bar and a signed number each."""
    items = []
    for name, push in rows:
        bar = element(
            "rect", width=f"{100 * abs(push) / widest:.1f}%", height="100%", class_="more" if push > 0 else "less"
        )
        figure = f"{push:+.2f}".replace("-", "−")
        items.append(
            element("li", element("code", name), element("svg", bar, aria_hidden="true"), element("span", figure))
        )
    return element("ol", joined(*items), class_="bars")
