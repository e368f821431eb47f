"""Learn: the course. A lesson is `NN-name.md` here and `dashboard/browser/lessons/name.js`; if it needs numbers of a
shipped model, also `name.py` here, whose `data()` computes them. What lessons share is in `dashboard/browser/learn/`.

The text file opens with its facts between two lines `---` (YAML; the fields of `Facts`). Markdown follows: the text,
then a line `# Answer`, then what the reader sees after the prediction. `$…$` and `$$…$$` hold TeX.
"""

import importlib
import re
from collections.abc import Callable
from dataclasses import MISSING, asdict, dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import yaml

from corpora import InputError
from dashboard import browser
from dashboard.lessons.markup import to_html

FOLDER = Path(__file__).parent
FILE_NAME = re.compile(r"(\d\d)-([a-z][a-z-]*)\.md")
FOR_CONCEPT = re.compile(r"for (.+)")  # what a unit may be called
PARTS = re.compile(r"---\n(?P<facts>.*?\n)---\n(?P<text>.*?)\n# Answer\n(?P<answer>.*)", re.DOTALL)


@dataclass(frozen=True)
class Stop:
    """A state of the widget to go to with one click."""

    name: str
    set: dict[str, str]
    """Control -> value, as the address says it. The other controls go to their first values."""


@dataclass(frozen=True)
class Prediction:
    """What the reader is to predict before the answer is shown."""

    question: str
    options: tuple[str, ...] = ()
    """Without options the reader writes a line of their own."""
    right: int = 0
    """The number of the right option, from 1."""


@dataclass(frozen=True)
class See:
    """A way to where the concept can be seen on a real model."""

    name: str
    view: str
    """One of `VIEWS`."""
    set: dict[str, str]
    """What the lesson's file says of the view's address: model, unit, state, prompt and so on.

    The unit may be `for CONCEPT`: the one that the model's search found for it, in the state.
    """

    @property
    def words(self) -> dict[str, str]:
        """What the view's address says, with the unit's own name.

        Raises:
            InputError: the model's search found no unit for the concept.
        """
        concept = FOR_CONCEPT.fullmatch(self.set.get("unit", ""))
        if not concept:
            return self.set
        from dashboard.lessons.units import shipped_unit  # reads tables: only a lesson that is opened waits for that

        return self.set | {"unit": shipped_unit(self.set["model"], concept[1], self.set.get("state", "")).slug}

    @property
    def query(self) -> str:
        """The same, encoded."""
        return urlencode(self.words)


@dataclass(frozen=True)
class Facts:
    """What stands above the text of a lesson."""

    title: str
    question: str
    minutes: int
    stops: tuple[Stop, ...]
    predict: Prediction
    footer: dict[str, str]
    """`model`, `text`, `examples`, and `test`: the file that holds the lesson's numbers true."""
    see: tuple[See, ...] = ()
    models: tuple[str, ...] = ()
    """Shipped models that the widget runs in the browser."""


VIEWS = ("read", "find", "unit", "compare", "generate", "train", "models")
FOOTER = ("model", "text", "examples", "test")


@dataclass(frozen=True)
class Lesson:
    """One page of the course."""

    number: int
    name: str
    facts: Facts
    text: str
    """HTML, made from Markdown and TeX."""
    answer: str

    @property
    def module(self) -> str:
        """The browser module that shows the lesson's widget."""
        return f"lessons/{self.name.replace('-', '_')}.js"

    @property
    def style(self) -> tuple[str, ...]:
        """The style sheet of the widget, if it has one."""
        name = Path(self.module).with_suffix(".css").name
        return (name,) if (browser.FOLDER / "lessons" / name).exists() else ()

    def summary(self) -> dict[str, Any]:
        """What the course's front page and the links to this lesson show."""
        facts = self.facts
        return {"number": self.number, "name": self.name} | {
            key: getattr(facts, key) for key in ("title", "question", "minutes")
        }

    def page(self, address_of: Callable[[See], str | None] = lambda _: None) -> dict[str, Any]:
        """All that the browser needs to build the page; `data` are the numbers that the widget shows.

        `address_of` says where the page leads to a real model: None, as in an exported page, leaves the way out.
        """
        shown = {key: value for key, value in asdict(self.facts).items() if key not in ("title", "question", "minutes")}
        ways = [(see.name, address_of(see)) for see in self.facts.see]
        shown["see"] = [{"name": name, "href": address} for name, address in ways if address]
        return self.summary() | shown | {"text": self.text, "answer": self.answer, "data": _data(self.name)}


@cache
def course() -> tuple[Lesson, ...]:
    """All lessons, in the order of the course."""
    return tuple(load_lesson(path) for path in sorted(FOLDER.glob("*.md")))


def widget_styles() -> tuple[str, ...]:
    """The style sheets of all widgets."""
    return tuple(sorted(path.name for path in (browser.FOLDER / "lessons").glob("*.css")))


def find_lesson(name: str) -> Lesson:
    """The lesson of a name.

    Raises:
        InputError: the course has none of that name.
    """
    found = {lesson.name: lesson for lesson in course()}
    if name not in found:
        raise InputError(f"No lesson is called {name[:40]!r}. Known: {', '.join(found)}.")
    return found[name]


def load_lesson(path: Path) -> Lesson:
    """Read a lesson's file.

    Raises:
        InputError: the file breaks one of the rules above; the message names it and the rule.
    """
    name = FILE_NAME.fullmatch(path.name)
    if not name:
        raise InputError(f"Wanted a lesson's file to be called like 03-hello.md, got {path.name}. Rename it.")
    parts = PARTS.fullmatch(path.read_text(encoding="utf-8"))
    if not parts:
        raise InputError(f"{path.name}: wanted facts between two lines ---, then the text, then a line '# Answer'.")
    try:
        facts = _facts(yaml.safe_load(parts["facts"]))
        text, answer = to_html(parts["text"]), to_html(parts["answer"])
    except (InputError, yaml.YAMLError) as error:
        raise InputError(f"{path.name}: {' '.join(str(error).split())}") from error
    return Lesson(int(name[1]), name[2], facts, text, answer)


def _facts(written: Any) -> Facts:
    found = _fields(Facts, written, "the facts")
    if not isinstance(found["minutes"], int) or not 1 <= found["minutes"] <= 60:
        raise InputError(f"wanted minutes from 1 to 60, got {found['minutes']!r}.")
    if not isinstance(found["footer"], dict) or tuple(found["footer"]) != FOOTER:
        raise InputError(f"wanted a footer with {', '.join(FOOTER)}, in this order, got {found['footer']!r}.")
    if not isinstance(found["stops"], list) or not 2 <= len(found["stops"]) <= 6:
        raise InputError("wanted a list of two to six stops.")
    found["stops"] = tuple(_stop(each) for each in found["stops"])
    found["predict"] = _prediction(found["predict"])
    found["see"] = tuple(_see(each) for each in found.get("see", ()))
    found["models"] = tuple(map(str, found.get("models", ())))
    return Facts(**found)


def _stop(written: Any) -> Stop:
    found = _fields(Stop, written, "a stop")
    return Stop(str(found["name"]), _words(found["set"], "controls and their values in a stop's set"))


def _see(written: Any) -> See:
    found = _fields(See, written, "see")
    if found["view"] not in VIEWS:
        raise InputError(f"wanted {', '.join(VIEWS)} as the view to see it in, got {found['view']!r}.")
    return See(str(found["name"]), found["view"], _words(found["set"], "what the address of a view in see is to say"))


def _words(written: Any, wanted: str) -> dict[str, str]:
    if not isinstance(written, dict):
        raise InputError(f"wanted {wanted}, got {written!r}.")
    return {str(name): _as_address(value) for name, value in written.items()}


def _as_address(value: Any) -> str:
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else str(value)


def _prediction(written: Any) -> Prediction:
    found = _fields(Prediction, written, "predict")
    options, right = tuple(map(str, found.get("options", ()))), found.get("right", 0)
    if options and right not in range(1, len(options) + 1):
        raise InputError(f"wanted the right option of predict, 1 to {len(options)}, got {right!r}.")
    return Prediction(str(found["question"]), options, right if options else 0)


def _fields(kind: Any, written: Any, what: str) -> dict[str, Any]:
    """The written fields of a dataclass, none unknown and none that is needed missing."""
    if not isinstance(written, dict):
        raise InputError(f"wanted names and values in {what}, got {written!r}.")
    known = [field.name for field in fields(kind)]
    needed = {field.name for field in fields(kind) if field.default is MISSING}
    for problem, names in (("unknown", set(written) - set(known)), ("missing", needed - set(written))):
        if names:
            raise InputError(f"{problem} in {what}: {', '.join(sorted(map(str, names)))}. Known: {', '.join(known)}.")
    return dict(written)


@cache
def _data(name: str) -> Any:
    """What `name.py` computes for a lesson; None if the lesson needs nothing."""
    module = name.replace("-", "_")
    if not (FOLDER / f"{module}.py").exists():
        return None
    return importlib.import_module(f"{__name__}.{module}").data()
