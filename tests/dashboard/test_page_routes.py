"""The page that a browser loads at a view's address."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient
from streamlit.web.server.starlette.starlette_static_routes import create_streamlit_static_assets_routes

from dashboard.page_routes import OTHERS, SERVER, VIEWS, WrongAddresses
from dashboard.routes import PREFIX
from dashboard.server import PAGES, routes


def test_every_view_has_a_page_of_its_address():
    assert re.findall(r'url_path="([^"]*)"', PAGES.read_text()) == list(VIEWS)


@pytest.mark.parametrize("base", ["", "app", "/lab/app/"])
@pytest.mark.parametrize("view", OTHERS)
def test_the_page_knows_its_server_before_it_looks_for_it(view: str, base: str):
    before = st.get_option("server.baseUrlPath")
    st.config.set_option("server.baseUrlPath", base)
    try:
        served = routes()
    finally:
        st.config.set_option("server.baseUrlPath", before)
    path = "/" + f"{base}/{view}".strip("/").replace("//", "/")
    response = TestClient(Starlette(routes=served)).get(path)
    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-cache"
    assert response.text.startswith("<!--")
    assert response.text.index(SERVER) == response.text.index("<script")
    assert '<div id="root">' in response.text
    data = [route.path for route in served if PREFIX in route.path]
    assert data
    assert {path.partition(PREFIX)[0] for path in data} == {path.removesuffix(f"/{view}")}


def test_the_name_of_the_first_view_leads_to_the_first_page():
    client = TestClient(Starlette(routes=routes()), follow_redirects=False)
    response = client.get("/read?model=linux&unit=L2.u33")
    assert (response.status_code, response.headers["location"]) == (307, "./?model=linux&unit=L2.u33")


def test_streamlit_still_asks_its_page_where_the_server_is():
    scripts = (Path(st.__file__).parent / "static" / "static" / "js").glob("index.*.js")
    assert any("BACKEND_BASE_URL" in script.read_text(encoding="utf-8") for script in scripts)


@pytest.fixture(params=["", "lab/app"])
def whole(request: pytest.FixtureRequest) -> Iterator[tuple[TestClient, str]]:
    """The routes below a base path, behind them Streamlit's files, which answer any path with its page."""
    base, before = request.param, st.get_option("server.baseUrlPath")
    st.config.set_option("server.baseUrlPath", base)
    files = create_streamlit_static_assets_routes(base_url=base)
    app = Starlette(routes=[*routes(), *files], middleware=[Middleware(WrongAddresses)])
    yield TestClient(app, follow_redirects=False), f"/{base}" if base else ""
    st.config.set_option("server.baseUrlPath", before)


@pytest.mark.parametrize(
    ("path", "view"),
    [
        *(("/Read", ""), ("/index.html", ""), ("/FIND", "find"), ("/find.html", "find"), ("/app/unit", "unit")),
        *(("/unit/L2.u33", "unit"), ("/%20models", "models"), ("/a/b/train", "train")),
    ],
)
def test_a_path_that_names_a_view_leads_to_it(whole: tuple[TestClient, str], path: str, view: str):
    client, base = whole
    response = client.get(f"{base}{path}?model=linux&unit=L2.u33")
    assert response.status_code == 307
    assert urljoin(f"{base}{path}", response.headers["location"]) == f"{base}/{view}?model=linux&unit=L2.u33"


@pytest.mark.parametrize("path", ["/foo", "/foo/bar", "/charscope/nope", "/static/nope.js", "/<b>&", "/" + "x" * 3000])
def test_any_other_path_says_which_pages_there_are(whole: tuple[TestClient, str], path: str):
    client, base = whole
    response = client.get(base + path)
    assert response.status_code == 404
    links = re.findall(r'href="([^"]*)"', response.text)
    assert [urljoin(base + path, link) for link in links] == [f"{base}/", *(f"{base}/{view}" for view in OTHERS)]
    assert "<b>" not in response.text
    assert len(response.text) < 2500


def test_what_is_there_passes(whole: tuple[TestClient, str]):
    client, base = whole
    assert '<div id="root">' in client.get(f"{base}/find").text
    assert '<div id="root">' in client.get(f"{base}/").text
    script = next((Path(st.__file__).parent / "static" / "static" / "js").glob("index.*.js")).name
    assert "javascript" in client.get(f"{base}/static/js/{script}").headers["content-type"]
    assert client.get(f"{base}{PREFIX}/nobody/base").status_code == 410
    assert client.post(f"{base}/foo").status_code == 405
