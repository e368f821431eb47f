"""The first page: what Charscope is, a text colored by a unit, and the models."""

import re
from collections.abc import Iterator

import numpy as np

from analysis.findings import rows_of
from corpora import to_text
from dashboard.figures.findings import PANELS
from dashboard.landing import LANDING_RUN
from dashboard.site.colors import colored, levels_of
from dashboard.site.markup import Html, element, joined, link
from dashboard.site.model import Model
from dashboard.site.shell import Place, page
from dashboard.views.unit_words import name_of

TESTED = (
    "Each unit that is said to track something was chosen on one part of a text, tested on another, and compared with "
    "baselines and controls."
)
UNTESTED = "A search finds such units and tests them; none of these networks has been searched yet."
SHOWN = 520  # characters of the picture


def landing_page(models: list[Model]) -> bytes:
    """The site's first page."""
    first = next((model for model in models if model.run.name == LANDING_RUN), models[0])
    others = [model for model in models if model is not first]
    words = element(
        "div",
        element("h1", "What does every unit of a recurrent network do while it reads?"),
        element(
            "p",
            "Charscope shows it. A network that learned only to predict the next character of a text may hold units "
            "that track something with a name: a quotation, a comment, the position in a line. ",
            TESTED if any(not model.known.empty for model in models) else UNTESTED,
            class_="lead",
        ),
    )
    body = [
        element("div", words, _picture(first), class_="hero"),
        element("h2", "The models"),
        _measures(models),
        element("div", *(_card(model) for model in [first, *others]), class_="cards"),
        element(
            "p", "All of it runs in this browser: a network is loaded once, then it reads whatever you type and writes "
            "on from it. The boards and the units' pages need no JavaScript.", class_="aside",
        ),
        *_course(first),
    ]  # fmt: skip
    return page(Place("", bool(first.lessons)), "", *body)


def _course(model: Model) -> Iterator[Html]:
    """The way to the lessons."""
    if model.lessons:
        yield element("h2", "How does any of this work?")
        way = link("learn/index.html", f"{len(model.lessons)} lessons")
        yield element("p", way, " explain it. Each asks one question and has one thing to touch.")


def _measures(models: list[Model]) -> Html | None:
    """What the figures on the cards mean."""
    named = {rows_of(model.known)[0]["measure"] for model in models if not model.known.empty}
    if not named:
        return None
    return element("p", "; ".join(PANELS[each][0] for each in PANELS if each in named), ".", class_="aside")


def _picture(model: Model) -> Html:
    """A stretch of the demo passage, colored by the model's first unit; a link into the live page."""
    unit, concept = model.first
    passage = model.passage
    text, levels = to_text(passage.codes), levels_of(passage.values(unit), unit.state)
    start = _liveliest(text, levels)
    whole = text.rfind("\n", start, start + SHOWN)  # the last line is not cut
    piece = slice(start, whole if whole > start else start + SHOWN)
    address = model.path + model.live(unit, concept)
    finding = next((row for row in rows_of(model.known) if row["concept"] == concept), None)
    does = "" if finding is None else f" {model.does(finding)}"
    caption = joined(
        element("b", f"{name_of(unit)} of ", model.label, f"{does}."), " Orange: high. Blue: low. ",
        link(address, "Read with it live"), ", with a text of your own, or ",
        link(model.path + model.live(unit, concept, "generate"), "let it write"), ".",
    )  # fmt: skip
    drawn = link(address, element("pre", colored(text[piece], levels[piece], keep_lines=True)), class_="picture")
    return element("figure", drawn, element("figcaption", caption))


def _liveliest(text: str, levels: np.ndarray) -> int:
    """The beginning of the paragraph from which the unit turns on or off most often."""
    starts = [0, *(found.end() for found in re.finditer("\n\n+", text))]
    starts = [start for start in starts if start + SHOWN <= len(text)] or [0]
    turns = np.concatenate([[0], np.cumsum(np.diff(levels > 0))])
    return max(starts, key=lambda start: int(turns[min(start + SHOWN, len(text)) - 1] - turns[start]))


def _card(model: Model) -> Html:
    unit, concept = model.first
    path = model.path
    return element(
        "section",
        element("h3", link(f"{path}index.html", model.label)),
        element("p", model.title, ".", class_="aside"),
        element("p", model.sentence),
        element(
            "p", link(f"{path}index.html", "Board", class_="button"),
            link(path + model.live(unit, concept), "Read", class_="button"),
            link(path + model.live(unit, concept, "generate"), "Generate", class_="button"), class_="ways",
        ),
        class_="card",
    )  # fmt: skip
