"""A model as the site shows it: its run, what the search found, and where its files lie."""

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

import pandas as pd

from analysis.cells import cells_of, names_of_cells
from analysis.concepts import CONCEPTS
from analysis.findings import Findings, rows_of
from analysis.profile.excerpt import LabelledExcerpt
from analysis.statistics import measured_text
from corpora.demo import load_passage, passage_like
from dashboard.board import board_of
from dashboard.engine import ENGINE
from dashboard.generator import about_network
from dashboard.landing import first_look
from dashboard.lessons import Lesson
from dashboard.site.colors import visible
from dashboard.site.markup import Html, element
from dashboard.site.shell import named
from models.card import layers_of, text_title
from models.network import CharRNN
from models.run import Run
from models.units import Unit

ENDINGS = {"about": "bin", "weights": "safetensors", "text": "txt"}
PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,60}")


def folder_of(run: Run, taken: set[str]) -> str:
    """A name for a model's folder that any server and any system takes; it is the run's own, if that is plain."""
    plain = PLAIN.fullmatch(run.name) and not run.name.endswith(".")
    name = (
        run.name.lower() if plain else "model-" + hashlib.sha256(run.name.encode("utf-8", "replace")).hexdigest()[:12]
    )
    if name in taken:
        name = f"{name}-{run.weights_hash[:8]}"
    return name


@dataclass(frozen=True)
class Model:
    """A run, and the folder of its pages."""

    run: Run
    slug: str
    lessons: tuple[Lesson, ...] = ()
    """Those that the site has, for ways from its pages."""

    @property
    def path(self) -> str:
        """The folder of its pages, from the site's root."""
        return f"models/{self.slug}/"

    @property
    def name(self) -> str:
        """The run's name, with a sign for each character that cannot be seen."""
        return visible(self.run.name)

    @property
    def label(self) -> Html:
        """The name as a part of a sentence, which it cannot reorder."""
        return element("bdi", self.name)

    @cached_property
    def findings(self) -> Findings | None:
        return ENGINE.findings(self.run)

    @cached_property
    def network(self) -> CharRNN:
        return ENGINE.network(self.run)

    @cached_property
    def passage(self) -> LabelledExcerpt:
        """The demo passage as it read it: every machine has it, a corpus few."""
        return ENGINE.excerpt(self.run, False)

    @cached_property
    def text(self) -> str:
        return load_passage(passage_like(self.run.corpus["name"]))

    def content(self, name: str) -> bytes:
        """What its live page loads under one of the names of `ENDINGS`."""
        match name:
            case "about":
                return about_network(self.run)
            case "weights":
                return self.run.weights_path.read_bytes()
            case _:
                return self.text.encode()

    @cached_property
    def files(self) -> dict[str, str]:
        """The files of these contents in its folder: their names change with what they hold."""
        return {name: named(name, self.content(name), ending) for name, ending in ENDINGS.items()}

    @cached_property
    def board(self) -> pd.DataFrame | None:
        """All candidates; None if it was not searched."""
        return None if self.findings is None else board_of(self.run, self.findings)

    @cached_property
    def cell_names(self) -> dict[Unit, str]:
        """What the post or the paper calls a unit, by unit without its state."""
        return names_of_cells(cells_of(self.findings)) if self.findings else {}

    def called(self, unit: Unit) -> Html | None:
        """The same as a part of a sentence; None without a name."""
        name = self.cell_names.get(unit.in_state(""))
        return element("bdi", f" · {name}") if name else None

    @cached_property
    def known(self) -> pd.DataFrame:
        """The best unit of every concept that could be scored."""
        if self.board is None:
            return pd.DataFrame()
        return self.board[(self.board["rank"] == 1) & self.board["score"].notna()]

    @cached_property
    def detectors(self) -> dict[Unit, str]:
        """The units that have a page, the clearest first, each with the concept that it is best for."""
        units: dict[Unit, str] = {}
        for row in rows_of(self.known):
            units.setdefault(Unit.of_row(row).in_recorded_state(self.run.model), row["concept"])
        return units

    def unit_page(self, unit: Unit) -> str | None:
        """The address of a unit's page from its board; None if it has none."""
        shown = unit.in_recorded_state(self.run.model)
        return f"units/{shown.slug}-{shown.state}.html" if shown in self.detectors else None

    def live(self, unit: Unit | None = None, concept: str = "", tab: str = "") -> str:
        """The address of the live page from its board, with what it opens with."""
        query = {"tab": tab} if tab else {}
        if unit is not None:
            shown = unit.in_recorded_state(self.run.model)
            query |= {"unit": shown.slug, "state": shown.state}
        query |= {"concept": concept} if concept else {}
        return "live.html" + (f"?{urlencode(query)}" if query else "")

    @property
    def first(self) -> tuple[Unit, str]:
        """The unit to show first, and its concept."""
        return first_look(self.run)

    def does(self, finding: dict[str, Any]) -> str:
        """What a unit does, after its name: `is on inside quotation marks`."""
        binary = CONCEPTS[finding["concept"]].is_binary
        return f"{('is on' if finding['sign'] > 0 else 'is off') if binary else 'tracks'} {finding['title']}"

    @property
    def title(self) -> str:
        """What it is, in a few words."""
        return f"{layers_of(self.run.model)}, trained on {visible(text_title(self.run.corpus['name'], short=True))}"

    @property
    def sentence(self) -> str:
        """What was found in it, in one sentence."""
        if self.findings is None:
            return "It has not been searched for concepts yet."
        if self.known.empty:
            return "The searched text was too short to score any concept."
        clear, known = int(self.known["clear"].sum()), len(self.known)
        if not clear:
            return f"None of {known} concepts has a unit that beats every baseline. That is a result too."
        best = rows_of(self.known)[0]
        return (
            f"{clear} of {known} concepts have a unit; the clearest, {best['name']}, {self.does(best)} "
            f"({measured_text(best['measure'], best['score'])})."
        )
