"""The ways from a model's pages to the lessons that explain what they show."""

from collections.abc import Iterator

from dashboard.lessons.explained import EXPLAINED
from dashboard.site.markup import Html, element, link
from dashboard.site.model import Model


def explained(model: Model, root: str, *places: str) -> Iterator[Html]:
    """One quiet line of links, if the site has such lessons; `root` leads to the site's root.

    `places` are keys of `dashboard.lessons.explained.EXPLAINED`.
    """
    named = {name for place in places for name in EXPLAINED[place]}
    links = [
        link(f"{root}learn/{lesson.name}.html", lesson.facts.title) for lesson in model.lessons if lesson.name in named
    ]
    if links:
        parts = [part for each in links for part in (" · ", each)][1:]
        yield element("p", "How does this work? ", *parts, class_="aside")
