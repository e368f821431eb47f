"""The quizzes of a site, "Guess this unit": some of one model's units, made with the site."""

import json
from collections.abc import Sequence

from corpora import InputError
from dashboard.quiz import DEFAULT_MODEL, quiz_of
from dashboard.site.model import Model
from dashboard.site.shell import Place, named
from models.units import Unit

COUNT = 10  # quizzes, made with the seeds 0, 1 and so on


def quizzes(models: Sequence[Model], place: Place) -> tuple[Model, list[tuple[str, bytes]]] | None:
    """The model that is asked about, and each quiz as a file's name and content; None if no model was searched.

    `place` is that of the quiz's page.
    """
    searched = [model for model in models if model.findings is not None and not model.known.empty]
    for model in sorted(searched, key=lambda model: model.run.name != DEFAULT_MODEL):
        try:
            contents = [json.dumps(_quiz(model, seed, place)).encode() for seed in range(COUNT)]
        except InputError:
            continue
        return model, [(named("quiz", content, "json"), content) for content in contents]
    return None


def _quiz(model: Model, seed: int, place: Place) -> dict:
    """A quiz whose ways lead to pages of the site."""
    made = quiz_of(model.run, "", seed)
    for question in made["questions"]:
        unit = Unit.parse(question["unit"], question["state"])
        live = model.live(unit)
        pages = {"unit": model.unit_page(unit) or live, "read": live}
        question["called"] = model.cell_names.get(unit.in_state(""), "")  # not by the names of whoever makes the site
        question["ways"] = {view: place.to(model.path + address) for view, address in pages.items()}
    return made | {"units": [], "network": model.run.name}
