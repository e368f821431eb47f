"""All files of a site, one after the other."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from dashboard.lessons import Lesson
from dashboard.site import course_pages, live_page
from dashboard.site.board import board_page
from dashboard.site.folder import Written, own_files, write_site
from dashboard.site.landing_page import landing_page
from dashboard.site.model import Model, folder_of
from dashboard.site.shell import assets, modules
from dashboard.site.unit_page import unit_page
from models.run import Run, load_run

File = tuple[str, bytes]


def models_of(runs: Sequence[Run], lessons: Sequence[Lesson] = ()) -> list[Model]:
    """The models of a site, each run once."""
    models: dict[Path, Model] = {}
    for run in runs:
        if run.folder.resolve() not in models:
            slug = folder_of(run, {model.slug for model in models.values()})
            models[run.folder.resolve()] = Model(run, slug, tuple(lessons))
    return list(models.values())


def make_site(
    runs: Sequence[Run], out: Path, say: Callable[[str], None] = lambda _: None, lessons: Sequence[Lesson] = ()
) -> Written:
    """Write a site with these models and lessons into a folder; `say` hears what is being made.

    Raises:
        InputError: the folder holds anything else or cannot be written, or a run has no weights.
    """
    own_files(out)  # before anything is computed
    models = models_of(runs, lessons)
    described = [{"name": model.run.name, "weights_sha256": model.run.weights_hash} for model in models]
    return write_site(out, site_files(models, lessons, say), {"models": described})


def site_files(models: list[Model], lessons: Sequence[Lesson], say: Callable[[str], None]) -> Iterator[File]:
    """Each file's path in the site, and its content."""
    yield from (file for name, file in assets().items() if lessons or name != "learn.css")
    yield from modules(live_page.HOST, *(course_pages.entries(lessons) if lessons else ())).items()
    for number, model in enumerate(models, 1):
        say(f"[{number}/{len(models)}] {model.run.name}: {len(model.detectors)} units")
        for path, content in _files_of(model):
            yield model.path + path, content
    if lessons:
        say(f"Learn: {len(lessons)} lessons")
        yield from _course(models, lessons)
    yield "index.html", landing_page(models)


def _files_of(model: Model) -> Iterator[File]:
    """The files of a model's folder: weights and what else its live page loads, then its pages."""
    yield from _contents(model)
    yield "live.html", live_page.live_page(model)
    for unit in model.detectors:
        yield f"units/{unit.slug}-{unit.state}.html", unit_page(model, unit)
    yield "index.html", board_page(model)


def _contents(model: Model) -> Iterator[File]:
    for name, file in model.files.items():
        yield file, model.content(name)


def _course(models: list[Model], lessons: Sequence[Lesson]) -> Iterator[File]:
    """The course's pages, and the networks that they run and that have no pages here."""
    wanted = [load_run(name) for lesson in lessons for name in lesson.facts.models]
    all_models = models_of([*(model.run for model in models), *wanted])
    for model in all_models[len(models) :]:
        for file, content in _contents(model):
            yield model.path + file, content
    yield from course_pages.pages(lessons, models, all_models)
