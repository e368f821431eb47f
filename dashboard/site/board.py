"""The board of a model: each concept's best unit with its evidence, baselines and controls, as Find shows it."""

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from analysis.findings import rows_of
from analysis.statistics import score_text
from dashboard.board import BOARD, CONTROLS_EXPLAINED, COUNTS_FROM, counts_sentence, unfound
from dashboard.figures.findings import CONTROLS, PANELS, UNITS
from dashboard.headline import plain_facts
from dashboard.site import plots
from dashboard.site.colors import visible
from dashboard.site.explained import explained
from dashboard.site.markup import Html, element, link
from dashboard.site.model import Model
from dashboard.site.shell import Place, page
from models.card import describe_run
from models.units import Unit, symbol_of

FACTS = ("Text", "Network", "Training")
ROOT = "../../"
PUBLISHED = 0.05  # the share that Karpathy's post of 2015 names


def board_page(model: Model) -> bytes:
    """The page of a model: what it is, what was found in it, and the ways to its live pages."""
    facts = {name: visible(words) for name, words in describe_run(model.run).items() if name in FACTS}
    unit, concept = model.first
    ways = element(
        "p", link(model.live(unit, concept), "Read with it, live", class_="button first"),
        link(model.live(unit, concept, "generate"), "Let it write", class_="button"), class_="ways",
    )  # fmt: skip
    body = [element("h1", model.label), element("p", model.title, ".", class_="lead"), ways, *_found(model)]
    body += [element("h2", "The model"), Html(plain_facts(facts))]
    return page(Place(ROOT, bool(model.lessons)), model.name, *body, ways=ways_of(model, ""))


def ways_of(model: Model, up: str, live: bool = True, unit: Unit | None = None, concept: str = "") -> tuple[Html, ...]:
    """The links at the top of a model's pages; `up` leads to its board, `unit` and `concept` are kept on the way."""
    board = link(f"{up}index.html", model.label)
    if not live:
        return (board,)
    return board, *(
        link(up + model.live(unit, concept, tab), words) for tab, words in (("", "Read"), ("generate", "Generate"))
    )


def _found(model: Model) -> Iterator[Html]:
    if model.board is None or model.findings is None:
        yield element("h2", "Not searched yet")
        yield element(
            "p", "Which of its units track a concept? Search it, then make the site again: ",
            element("code", f"python -m analysis search {model.run.shell_name}"),
        )  # fmt: skip
        return
    best = model.board[model.board["rank"] == 1]
    yield element("h2", counts_sentence(model.known), " in ", model.label)
    yield element(
        "p", "Each dot is a concept's best unit, scored on text that was not used to choose it. ",
        COUNTS_FROM,
    )  # fmt: skip
    yield element("p", CONTROLS_EXPLAINED, class_="aside")
    yield _legend(model.known)
    for measure, (title, limits) in PANELS.items():
        rows = model.known[model.known["measure"] == measure]
        if len(rows):
            yield _panel(model, rows, title, limits)
    for words, titles in unfound(best).items():
        yield element("p", f"{words}: {', '.join(titles)}.", class_="aside")
    yield from explained(model, ROOT, "find")
    yield element("h2", "The same in numbers")
    yield _table(model, model.known)
    everything = model.board[model.board["score"].notna()]
    yield element(
        "details", element("summary", f"All {len(everything)} candidates, not only the best of each concept"),
        _table(model, everything),
    )  # fmt: skip
    yield from _share(model.findings.share)


def _legend(known: pd.DataFrame) -> Html:
    kinds = {_kind(row) for row in rows_of(known)}
    names = {kind: UNITS[kind]["name"] for kind in UNITS if kind in kinds}
    names |= {control: trace["name"] for control, trace in CONTROLS.items() if known[control].notna().any()}
    items = [element("li", plots.legend_mark(kind), name) for kind, name in names.items()]
    return element("ul", *items, class_="legend")


def _kind(row: dict[str, Any]) -> str:
    """How a unit is drawn."""
    return "clear" if row["clear"] else "local" if row["verdict"] == "local" else "none"


def _panel(model: Model, rows: pd.DataFrame, title: str, limits: plots.Range) -> Html:
    """The concepts of one measure, one below the other, on one axis."""
    lowest = (
        float(rows[["score", "ci_low", *CONTROLS]].min().min()) - 0.03
    )  # a mark outside of its axis could not be seen
    axis = (min(limits[0], lowest), limits[1])
    items = [_row(model, row, axis) for row in rows_of(rows)]
    heading = element("h3", title)
    return element("section", heading, plots.forest_axis(axis), element("ol", *items), class_="forest")


def _row(model: Model, row: dict[str, Any], axis: plots.Range) -> Html:
    unit, score, low, high = Unit.of_row(row), row["score"], row["ci_low"], row["ci_high"]
    marks = [
        (control, row[control], f"{trace['name']}: {score_text(row[control])}")
        for control, trace in CONTROLS.items()
        if row[control] == row[control]
    ]
    interval = (low, high) if low == low else None
    words = f"{row['measure']} {score_text(score)}"
    words += f", 95 % interval {score_text(low)} to {score_text(high)}" if interval else ""
    kind = _kind(row)
    about = "; ".join([words, *(said for _, _, said in marks)])
    named = element("b", row["name"], " ", element("small", row["symbol"]), model.called(unit))
    name = link(model.unit_page(unit) or model.live(unit), element("span", row["title"]), " ", named)
    drawn = plots.forest_row([*marks, (kind, score, f"{row['name']}: {words}")], interval, axis, about)
    return element("li", element("div", name, element("span", score_text(score), class_="score"), class_="name"), drawn)


def _table(model: Model, table: pd.DataFrame) -> Html:
    several = len(model.run.states) > 1
    columns = {
        name: column for name, column in BOARD.items() if (name != "symbol" or several) and table[name].notna().any()
    }
    head = [
        element("th", column.title, title=column.help or None, scope="col", class_=_side(column.format))
        for column in columns.values()
    ]
    rows = []
    for row in rows_of(table):
        cells = [element("td", _cell(model, row, name), class_=_side(columns[name].format)) for name in columns]
        rows.append(element("tr", *cells))
    drawn = element("table", element("thead", element("tr", *head)), element("tbody", *rows))
    return element("div", drawn, class_="wide", tabindex="0")


def _side(format: str | None) -> str | None:
    return "number" if format else None


def _cell(model: Model, row: dict[str, Any], name: str) -> str:
    value = row[name]
    if name == "name":
        unit = Unit.of_row(row)
        return link(model.unit_page(unit) or model.live(unit, row["concept"]), str(value), model.called(unit))
    if value is None or value != value or value == "":
        return "–"
    form = BOARD[name].format
    return (form % value if form else str(value)).replace("-", "−" if form or name == "interval" else "-")


def _share(share: pd.DataFrame) -> Iterator[Html]:
    """How many units can be interpreted, by the AUROC required."""
    if share.empty:
        return
    lines, key = [], []
    for (source, state), rows in share.groupby(["source", "state"], sort=False):
        name = f"{source} {state if state in ('hidden', 'cell') else 'gate'}"
        lines.append((_points(rows["threshold"], rows["share"]), name))
        key.append(_key(name, f"{symbol_of(str(state))}, {source}"))
    y = (0.0, 1.15 * max(float(share["share"].max()), PUBLISHED))
    x = (float(share["threshold"].min()), float(share["threshold"].max()))
    lines.append(([(x[0], PUBLISHED), (x[1], PUBLISHED)], "post"))
    key.append(_key("post", f"“about {PUBLISHED:.0%}” (Karpathy 2015)".replace("%", " %")))
    yield element("h2", "How many units can be interpreted?")
    yield element(
        "p", "It depends on the AUROC required. Each unit counts once, for the concept it detects best, if it beats "
        "the n-gram baselines. The controls are randomly rotated layers and untrained networks.",
    )  # fmt: skip
    yield element("ul", *key, class_="legend")
    yield plots.curves(lines, None, x, y, True, "The share of units that can be interpreted, by the AUROC required")
    yield element("p", "The share of units, by the minimum of AUROC and stratified AUROC.", class_="aside")


def _key(name: str, words: str) -> Html:
    """A curve in the legend."""
    line = element("line", x1="0", x2="100%", y1="50%", y2="50%", class_=f"curve {name}")
    return element("li", element("svg", line, class_="key"), words)


def _points(x: Sequence[Any] | pd.Series, y: Sequence[Any] | pd.Series) -> list[tuple[float, float]]:
    return [(float(a), float(b)) for a, b in zip(x, y, strict=True)]
