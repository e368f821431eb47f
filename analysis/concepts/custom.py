"""Custom concepts from a YAML file, or from the same entries in a form. Nothing in them is executed.

The form is described in docs/custom-concepts.md.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

import yaml

from analysis.concepts import CONCEPTS
from analysis.concepts.concept import Concept
from analysis.concepts.custom_entries import Entry, Find, kind_of, make_rule, read_text, show
from corpora import InputError
from corpora.stored import read_file, reason_of

LARGEST = 256_000  # bytes of a file: a thousand concepts, which take PyYAML two seconds
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def load_concepts(path: Path) -> list[Concept]:
    """The concepts of a YAML file.

    Raises:
        InputError: the file cannot be read, is not YAML, or an entry is not a concept; one line says which and why.
    """
    try:
        text = read_file(path, LARGEST).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"Wanted UTF-8 in {path}, got another encoding at byte {error.start}. Save it as UTF-8."
        ) from None
    except OSError as error:
        raise InputError(
            f"Cannot read the concept file {path}: {reason_of(error)}. Give the path of a YAML file."
        ) from None
    return parse_file(text, str(path), source=f"own: {path.name}")


def parse_file(text: str, where: str, source: str = "own") -> list[Concept]:
    """The concepts of a YAML file's text; `where` is what errors call it.

    Raises:
        InputError: it is not YAML, or an entry is not a concept.
    """
    if len(text) > LARGEST:
        raise InputError(f"Wanted at most {LARGEST:,} characters in {where}, got {len(text):,}. Make two files of it.")
    try:
        return parse_concepts(yaml.load(text, Loader=_PlainLoader), source)
    except yaml.YAMLError as error:
        raise InputError(f"{where} is not YAML: {_where_it_fails(error)}") from None
    except (ValueError, RecursionError) as error:  # a date or number that is none, or thousands of brackets
        raise InputError(f"{where} is not YAML that can be read: {reason_of(error)}") from None
    except InputError as error:
        raise InputError(f"{where}: {error}") from None


class _PlainLoader(yaml.SafeLoader):
    """YAML's plain types only, each value written where it stands.

    A key that stands twice in one mapping is an error, not the last one's. Aliases and merge keys are refused: a few
    hundred bytes of them can stand for more values than memory holds.
    """

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()
            _refuse("aliases such as *this are not read: write the value out", event.start_mark)
        return super().compose_node(parent, index)

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        merge = next((key for key, _ in node.value if key.tag == "tag:yaml.org,2002:merge"), None)
        if merge is not None:
            _refuse("merge keys (<<) are not read: write the keys out", merge.start_mark)
        super().flatten_mapping(node)

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except (ValueError, LookupError, TypeError, AttributeError, OverflowError):  # PyYAML's own checks are few
            _refuse(f"it is not {node.tag.rpartition(':')[2]}, as it says", node.start_mark)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                continue
            if key.value in seen:
                _refuse(f"the key {key.value!r} occurs twice in one entry", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def _refuse(problem: str, mark: Any) -> NoReturn:
    raise yaml.constructor.ConstructorError(None, None, problem, mark)


def _where_it_fails(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    if isinstance(error, yaml.MarkedYAMLError) and mark:
        return f"line {mark.line + 1}, column {mark.column + 1}: {error.problem or error.context}."
    return " ".join(str(error).split()) + "."


def parse_concepts(entries: object, source: str = "own") -> list[Concept]:
    """Concepts from entries as a file writes them, in their order.

    Args:
        entries: a list, each of it a mapping with `name`, `description`, perhaps `title`, and one rule.
        source: who the concepts are said to come from.

    Raises:
        InputError: an entry is not a concept; one line says which and why.
    """
    if not isinstance(entries, list | tuple):
        raise InputError(f"Wanted a list of concepts, got {kind_of(entries)}. Begin each with '- name: ...'.")
    named: dict[str, Entry] = {}
    for number, entry in enumerate(entries, 1):
        name = _name_of(entry, number)
        if name in named:
            raise InputError(f"Two concepts are called {name!r}. Give each its own name.")
        named[name] = entry
    make = _Maker(named, source)
    return [make.concept(name) for name in named]


class _Maker:
    """Makes entries into concepts, those first that others are made of."""

    def __init__(self, named: dict[str, Entry], source: str) -> None:
        self._named, self._source = named, source
        self._made: dict[str, Concept] = {}
        self._open: list[str] = []  # what is being made, each for the sake of the one before

    def concept(self, name: str) -> Concept:
        if name in self._open:
            circle = " -> ".join([*self._open[self._open.index(name) :], name])
            raise InputError(f"Concepts that are made of each other: {circle}. Take one of them out of the circle.")
        if name not in self._made:
            self._open.append(name)
            try:
                self._made[name] = _make_concept(name, self._named[name], self._source, self._part)
            finally:
                self._open.pop()
        return self._made[name]

    def _part(self, name: str) -> Concept:
        if name not in self._named and name not in CONCEPTS:
            known = ", ".join([*self._named, *CONCEPTS])
            raise InputError(f"Concept {self._open[-1]!r}: no concept is called {name!r}. Known: {known}.")
        return self.concept(name) if name in self._named else CONCEPTS[name]


def _name_of(entry: object, number: int) -> str:
    if not isinstance(entry, Mapping):
        raise InputError(f"Concept {number}: wanted keys such as 'name:' and 'pattern:', got {kind_of(entry)}.")
    if "name" not in entry:
        raise InputError(f"Concept {number} has no name. Begin it with '- name: ...'.")
    name = entry["name"]
    if not isinstance(name, str) or not SLUG.fullmatch(name):
        wanted = "a name of small letters a-z, digits and single hyphens, such as 'in-brackets'"
        raise InputError(f"Concept {number}: wanted {wanted}, got {show(name)}.")
    if name in CONCEPTS:
        raise InputError(f"Concept {number}: the catalogue has a concept called {name!r} already. Choose another name.")
    return name


def _make_concept(name: str, entry: Entry, source: str, find: Find) -> Concept:
    who = f"Concept {name!r}"
    rule = make_rule(who, entry, find)
    given = [key for key in ("title", "description") if key in entry]
    words = {key: " ".join(read_text(f"{who}: {key}", entry[key]).split()) for key in given}
    if not words.get("description"):
        raise InputError(f"{who} has no description. Add 'description: ...', one line for people who do not know it.")
    return Concept(
        name=name,
        title=words.get("title") or name.replace("-", " "),
        description=words["description"],
        kind=rule.kind,
        timing=rule.timing,
        source=source,
        label=rule,
        examples=(),
        delimiters=rule.delimiters,
        horizon=rule.horizon,
    )
