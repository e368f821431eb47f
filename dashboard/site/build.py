"""All files of a site, one after the other."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from dashboard.generator import about_network
from dashboard.site.board import board_page
from dashboard.site.folder import Written, own_files, write_site
from dashboard.site.landing_page import landing_page
from dashboard.site.live_page import live_page, modules
from dashboard.site.model import Model, folder_of
from dashboard.site.shell import assets, named
from dashboard.site.unit_page import unit_page
from models.run import Run

File = tuple[str, bytes]


def models_of(runs: Sequence[Run]) -> list[Model]:
    """The models of a site, each run once."""
    models: dict[Path, Model] = {}
    for run in runs:
        if run.folder.resolve() not in models:
            models[run.folder.resolve()] = Model(run, folder_of(run, {model.slug for model in models.values()}))
    return list(models.values())


def make_site(runs: Sequence[Run], out: Path, say: Callable[[str], None] = lambda _: None) -> Written:
    """Write a site with these models into a folder; `say` hears what is being made.

    Raises:
        InputError: the folder holds anything else or cannot be written, or a run has no weights.
    """
    own_files(out)  # before anything is computed
    models = models_of(runs)
    described = [{"name": model.run.name, "weights_sha256": model.run.weights_hash} for model in models]
    return write_site(out, site_files(models, say), {"models": described})


def site_files(models: list[Model], say: Callable[[str], None]) -> Iterator[File]:
    """Each file's path in the site, and its content."""
    yield from assets().values()
    yield from modules().items()
    for number, model in enumerate(models, 1):
        say(f"[{number}/{len(models)}] {model.run.name}: {len(model.detectors)} units")
        for path, content in _files_of(model):
            yield model.path + path, content
    yield "index.html", landing_page(models)


def _files_of(model: Model) -> Iterator[File]:
    """The files of a model's folder: weights and what else its live page loads, then its pages."""
    contents = {
        "about": (about_network(model.run), "bin"),
        "weights": (model.run.weights_path.read_bytes(), "safetensors"),
        "text": (model.text.encode(), "txt"),
    }
    names = {name: named(name, content, ending) for name, (content, ending) in contents.items()}
    for name, (content, _) in contents.items():
        yield names[name], content
    yield "live.html", live_page(model, **names)
    for unit in model.detectors:
        yield f"units/{unit.slug}-{unit.state}.html", unit_page(model, unit)
    yield "index.html", board_page(model)
