"""Whatever an address says is never read as Markdown: every parameter, with everything that Markdown has."""

import re
from typing import TYPE_CHECKING

import pytest

from dashboard.location import KEYS

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

HOSTILE = (
    "![x](http://evil.example/x.png)",
    "[a](http://evil.example/b) https://evil.example www.evil.example a@evil.example",
    "<img src=//evil.example/c onerror=alert(1)> &amp; `d` *e* __f__ ~~g~~ # h",
    "$e^2$ :smile: :red[i] :material/check: :blue-badge[j] :streamlit:",
    "| a | b |\n| - | - |\n| c | d |\n\n- k\n> l\n\n    m",
)
# What makes something of the above unless a backslash or a word joiner is before it.
ALIVE = (
    *("![", "](", "<", "`", "*e", "__", "~~", "# h", "$", ":smile", ":red", ":material", "://", "www.", "a@", "|"),
    "\n",
)
SPEAKING = ("error", "warning", "info", "success", "caption", "markdown")


def said_by(shown: "AppTest") -> list[str]:
    return [element.value for kind in SPEAKING for element in getattr(shown, kind)]


@pytest.fixture(scope="module")
def page() -> "AppTest":
    """All that reads addresses: the location, Compare's rows, a training's name, names of units."""
    from streamlit.testing.v1 import AppTest

    def page() -> None:
        import streamlit as st

        from dashboard.compared import parse_rows
        from dashboard.messages import show_error
        from dashboard.session import arrive
        from dashboard.views.names_exchange import show_link_offer
        from dashboard.views.train_watch import show_training

        arrive("unit")
        for problem in parse_rows(st.query_params.get("rows", ""))[1]:
            show_error(problem)
        show_link_offer()
        if "run" in st.query_params:
            other = st.Page(lambda: None, title="x", url_path="x")
            show_training(st.query_params["run"], other, other)

    return AppTest.from_function(page, default_timeout=60)


@pytest.mark.parametrize("name", [*KEYS, "run", "names"])
def test_no_parameter_is_read_as_markdown(page: "AppTest", name: str):
    for hostile in HOSTILE:
        for other in list(page.query_params):
            del page.query_params[other]
        page.query_params[name] = hostile
        page.run()
        assert not page.exception
        said = said_by(page)
        assert said or name in ("held", "own", "rows")
        unescaped = [re.sub(r"\\.", "", line) for line in said]
        assert not [piece for piece in ALIVE for line in unescaped if piece in line]
