"""The page that a browser loads at a view's address."""

import re
from pathlib import Path

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard.page_routes import OTHERS, SERVER, VIEWS
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
