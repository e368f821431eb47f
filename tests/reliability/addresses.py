"""Every parameter of every view's address: read by its parser, and for a sample by the views themselves.

A view that is opened by a hostile address, or over a damaged run, shows no exception, and no word from outside becomes
a picture or a link: the browser would ask another machine for it.
"""

import random
import re
from collections.abc import Callable
from typing import Any

from tests.reliability.asking import Tell
from tests.reliability.children import crowd
from tests.reliability.routes import packed, packings, value_for

ELSEWHERE = "evil.example"
MARKDOWN = (
    "![x](http://evil.example/x.png)",
    "[a](http://evil.example)",
    "<img src=http://evil.example/x.png>",
    "http://evil.example/x",
    "**b** `c` $d$ :red[e] :material/home:",
)
WORDED = ("markdown", "caption", "error", "warning", "info", "success", "title", "header", "subheader", "toast")
VIEWS = ("read", "find", "unit", "compare", "generate", "train", "learn", "models")


def query_of(chance: random.Random, full: bool) -> dict[str, str]:
    """A query with several parameters, some of them right; to draw a page, mostly of a small model."""
    from dashboard.location import KEYS

    names = [*KEYS, "names", "run", "quiz", "units", "seed", "lesson", "hide"]
    query = {name: value_for(name, chance) for name in chance.sample(names, chance.choice((1, 1, 2, 3, 5)))}
    if chance.random() < 0.3:
        query[chance.choice(names)] = chance.choice(MARKDOWN)
    if full and chance.random() < 0.75:
        query["model"] = chance.choice(("tiny", "gru", "paused"))
    if full and chance.random() < 0.3:
        query |= {
            "text": "own",
            "own": packed("He said: “Yes.” ![x](http://evil.example/x.png)\n" * 3)
            if chance.random() < 0.5
            else packings(chance),
        }
    return query


def parse_all(queries: list[dict[str, str]], tell: Tell) -> None:
    """Read each query with every parser; only what an address may be refused with may be raised."""
    import traceback

    from corpora import InputError
    from dashboard.compared import parse_rows
    from dashboard.lessons import find_lesson
    from dashboard.location import Location
    from dashboard.quiz import quiz
    from dashboard.trainings import find_training
    from models.names import unpack_names
    from tests.reliability.verdicts import cause_of

    def location(query: dict[str, str]) -> None:
        found, _ = Location.parse(query)
        again = Location.parse(found.to_query())[0]
        if again.to_query() != found.to_query():
            raise ValueError("another location comes back from the address that it is written to")

    readers: tuple[Callable[[dict[str, str]], Any], ...] = (
        location, lambda query: parse_rows(query.get("rows", "")), lambda query: unpack_names(query.get("names", "")),
        lambda query: find_lesson(query.get("lesson", "hello")),
        lambda query: find_training(query.get("run", "tiny")), lambda query: quiz(query.get("model", ""),
        query.get("units", ""), query.get("seed", "")) if "units" in query else None,
    )  # fmt: skip
    for number, query in enumerate(queries):
        tell(number, "begins", "")
        told = ("fine", "")
        for read in readers:
            try:
                read(query)
            except InputError as error:
                if "\n" in str(error):
                    told = ("message", f"of several lines: {str(error)[:80]!r}")
            except Exception as error:
                told = ("traceback", cause_of("".join(traceback.format_exception(error))))
        tell(number, *told)


# ---- pages ----------------------------------------------------------------------------------------------------------


def open_pages(visits: list[tuple[str, dict[str, str]]], tell: Tell) -> None:
    """Open each view at its address, without a browser."""
    for number, (view, query) in enumerate(visits):
        tell(number, "begins", "")
        tell(number, *(wrong_with_page(view, query) or ("fine", "")))


def wrong_with_page(view: str, query: dict[str, str]) -> tuple[str, str] | None:
    """What is wrong with a view at an address: its kind and its detail."""
    from streamlit import config
    from streamlit.testing.v1 import AppTest

    config.set_option("client.showErrorDetails", "full")  # else it would not say which
    shown = AppTest.from_string(SCRIPT.format(view=view), default_timeout=60 * crowd())
    for name, value in query.items():
        shown.query_params[name] = value
    try:
        shown.run()
    except Exception as error:  # the script's own end, or that it took too long
        return (
            "hang" if "timed out" in str(error) else "traceback"
        ), f"{view}: {type(error).__name__}: {str(error)[:120]}"
    if shown.exception:
        first = shown.exception[0]
        return "page", f"{view}: {first.proto.type}: {first.value[:120]} {_own_frame(list(first.proto.stack_trace))}"
    linked = [words for words in _markdown(shown) if leads_elsewhere(words)]
    return ("markdown", f"{view}: {linked[0][:120]!r}") if linked else None


def _own_frame(stack: list[str]) -> str:
    ours = [
        line.strip()
        for line in stack
        if re.search(r"/(dashboard|analysis|models|corpora)/", line) and "site-packages" not in line
    ]
    found = re.search(r'/(\w+/\w+\.py)", line \d+, in (\S+)', ours[-1]) if ours else None
    return f"in {found[1]}:{found[2]}" if found else ""


def _markdown(shown: Any) -> list[str]:
    """All that a page's elements make Markdown of: their text, and labels."""
    found = []
    for element in _elements(shown._tree):
        proto = getattr(element, "proto", None)
        if getattr(element, "type", "") in WORDED and isinstance(getattr(element, "value", None), str):
            found.append(element.value)
        found += [text for name in ("label", "help") if isinstance(text := getattr(proto, name, None), str)]
    return found


def _elements(node: Any) -> list[Any]:
    children = getattr(node, "children", None)
    if not children:
        return [node]
    return [node, *(each for child in children.values() for each in _elements(child))]


def leads_elsewhere(words: str) -> bool:
    """Whether Markdown makes a picture or a link of words that came from an address."""
    from markdown_it import MarkdownIt

    tokens = [each for token in MarkdownIt("commonmark").parse(words) for each in (token, *(token.children or ()))]
    targets = [str(value) for token in tokens for name, value in token.attrs.items() if name in ("src", "href")]
    return (
        any(ELSEWHERE in target for target in targets)
        or re.search(r"(?<![\\\u2060])https?://evil\.example", words) is not None
    )


SCRIPT = """
import streamlit as st

import dashboard.views.{view} as module
from corpora import InputError
from dashboard.messages import show_error

there = st.Page(lambda: None, title="There", url_path="there")
try:
  {{
    "read": lambda: module.show_read(),
    "find": lambda: module.show_find(there, there, there),
    "unit": lambda: module.show_unit(there, there),
    "compare": lambda: module.show_compare(),
    "generate": lambda: module.show_generate(),
    "train": lambda: module.show_train(there, there, there),
    "learn": lambda: module.show_learn(),
    "models": lambda: module.show_models(there),
  }}["{view}"]()
except InputError as error:  # as dashboard/pages.py does
    show_error(error)
"""
