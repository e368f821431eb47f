"""The glossary of the course: `glossary.yaml`, each term in English and Chinese with the lesson that explains it."""

import re
from dataclasses import asdict, dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from corpora import InputError
from dashboard.lessons import FOLDER, find_lesson

FILE = FOLDER / "glossary.yaml"
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True)
class Term:
    """One entry."""

    term: str
    """In English; a short form may follow in parentheses."""
    term_zh: str
    definition: str
    definition_zh: str
    lesson: str
    """The name of the lesson that explains it."""

    @property
    def name(self) -> str:
        """The term in an address, without its short form: `hidden-state`."""
        return re.sub(r"[^a-z0-9]+", "-", self.term.partition(" (")[0].casefold()).strip("-")


@cache
def glossary() -> tuple[Term, ...]:
    """All terms, by the English alphabet."""
    return load_glossary(FILE)


def glossary_page() -> list[dict[str, str]]:
    """The terms as the browser shows them."""
    return [asdict(term) | {"name": term.name} for term in glossary()]


def load_glossary(path: Path) -> tuple[Term, ...]:
    """Read a glossary's file.

    Raises:
        InputError: an entry is not whole, names no lesson or comes twice; the message names file, term and rule.
    """
    try:
        written = yaml.safe_load(path.read_text(encoding="utf-8"))
        if not isinstance(written, list):
            raise InputError("wanted a list of terms.")
        terms = [_term(each) for each in written]
        for part in ("name", "term_zh"):
            _require_different(part, [getattr(term, part) for term in terms])
    except (InputError, yaml.YAMLError) as error:
        raise InputError(f"{path.name}: {' '.join(str(error).split())}") from error
    return tuple(sorted(terms, key=lambda term: term.term.casefold()))


def _term(written: Any) -> Term:
    wanted = [field.name for field in fields(Term)]
    if not isinstance(written, dict) or list(written) != wanted:
        raise InputError(f"wanted a term with {', '.join(wanted)}, in this order, got {str(written)[:100]}.")
    term = Term(**{name: str(value or "").strip() for name, value in written.items()})
    for part in wanted:
        if not getattr(term, part):
            raise InputError(f"{term.term or term.term_zh}: wanted some text as its {part}.")
    if not term.definition.endswith("."):
        raise InputError(f"{term.term}: wanted a sentence that ends with a full stop as its definition.")
    if not CHINESE.search(term.definition_zh) or not term.definition_zh.endswith("。"):
        raise InputError(f"{term.term}: wanted a Chinese sentence that ends with 。 as its definition_zh.")
    try:
        find_lesson(term.lesson)
    except InputError as error:
        raise InputError(f"{term.term}: {error}") from error
    return term


def _require_different(part: str, found: list[str]) -> None:
    twice = sorted({each for each in found if found.count(each) > 1})
    if twice:
        raise InputError(f"wanted each {part} once, got {', '.join(twice)} twice.")
