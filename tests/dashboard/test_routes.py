import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard import browser
from dashboard.components import module_address
from dashboard.engine import ENGINE
from dashboard.frames import decode_frame
from dashboard.hosts import allowed_hosts, middleware
from dashboard.readings import Reading
from dashboard.routes import PREFIX, attachment, routes
from models.run import Run


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=routes(), middleware=middleware()), base_url="http://127.0.0.1")


@pytest.fixture
def held(searched_run: Run, hostile: str) -> tuple[str, Reading]:
    return ENGINE.read(searched_run, hostile)


def test_a_reading_is_served_as_frames(client: TestClient, held: tuple[str, Reading]):
    key, reading = held
    for path, expected in (
        ("base", reading.base_frame()),
        ("hidden", reading.state_frame("hidden")),
        ("cell/7", reading.state_frame("cell", 7)),
    ):
        response = client.get(f"{PREFIX}/{key}/{path}")
        assert response.status_code == 200
        assert response.content == expected
        assert "immutable" in response.headers["cache-control"]
        assert response.headers["content-encoding"] == "identity"


def test_the_header_names_what_the_arrays_are(client: TestClient, held: tuple[str, Reading]):
    header, _ = decode_frame(client.get(f"{PREFIX}/{held[0]}/base").content)
    assert header["columns"] == header["layers"] * header["units"] == 48
    assert header["vocabulary"][-1] == "\ufffd"


@pytest.mark.parametrize(
    "path",
    ["nothing/base", "../../etc/passwd", "{key}/gates", "{key}/hidden/48", "{key}/base/0", "{key}/cell/" + "1" * 5000],
)
def test_what_is_not_there_is_not_found(client: TestClient, held: tuple[str, Reading], path: str):
    response = client.get(f"{PREFIX}/{path.format(key=held[0])}")
    assert response.status_code == (410 if path == "nothing/base" else 404)
    assert "Traceback" not in response.text


def test_every_module_is_served_for_good_as_javascript(client: TestClient):
    for path, text in browser.modules().items():
        response = client.get(f"{browser.PREFIX}/{browser.version()}/{path}")
        assert response.text == text
        assert response.headers["content-type"].startswith("text/javascript")
        assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert set(browser.imports_of(path)) <= set(browser.modules()), path


@pytest.mark.parametrize(
    "path",
    [
        "{version}/package.json", "{version}/__init__.py", "{version}/reader/reader.css", "{version}/reader/",
        "{version}/../export.py", "{version}/reader/../../export.py", "{version}/reader/%2e%2e/%2e%2e/export.py",
        "{version}//etc/passwd", "{version}/tests/readings.js", "0123456789abcdef/reader/grid.js", "{version}",
    ],
)  # fmt: skip
def test_nothing_but_the_modules_is_reached(client: TestClient, path: str):
    response = client.get(f"{browser.PREFIX}/{path.format(version=browser.version())}")
    assert response.status_code == (410 if path == "nothing/base" else 404)
    assert "Traceback" not in response.text


def test_the_address_changes_with_any_module(monkeypatch: pytest.MonkeyPatch):
    before = browser.version()
    for path in browser.modules():
        changed = browser.modules() | {path: browser.modules()[path] + " "}
        monkeypatch.setattr(browser, "modules", lambda changed=changed: changed)
        assert browser.version.__wrapped__() != before
        monkeypatch.undo()


@pytest.mark.parametrize(("base", "begins"), [("", "/charscope/"), ("/class/one/", "/class/one/charscope/")])
def test_our_routes_are_found_below_the_servers_base_path(monkeypatch: pytest.MonkeyPatch, base: str, begins: str):
    monkeypatch.setattr("streamlit.get_option", lambda name: base if name == "server.baseUrlPath" else None)
    address = module_address("hosts/streamlit.js")
    assert address == f"{begins}browser/{browser.version()}/hosts/streamlit.js"
    client = TestClient(Starlette(routes=routes()), base_url="http://127.0.0.1")
    assert client.get(address).text == browser.modules()["hosts/streamlit.js"]
    assert client.get(f"{begins}readings/nothing/base").status_code == 410


def test_an_exported_page_is_a_download(client: TestClient, held: tuple[str, Reading]):
    response = client.get(f"{PREFIX}/{held[0]}/export", params={"unit": "L2.u5", "state": "cell"})
    assert response.status_code == 200
    assert response.headers["content-disposition"] == 'attachment; filename="tiny-L2.u5.html"'
    assert response.text.startswith("<!doctype html>")


@pytest.mark.parametrize("query", [{"unit": "L9.u1"}, {"unit": "x"}, {"unit": "L1.u1", "state": "gates"}], ids=str)
def test_an_export_of_no_unit_is_refused_in_words(client: TestClient, held: tuple[str, Reading], query: dict[str, str]):
    response = client.get(f"{PREFIX}/{held[0]}/export", params=query)
    assert response.status_code == 404
    assert response.text


def test_another_host_name_is_refused(client: TestClient, held: tuple[str, Reading], monkeypatch: pytest.MonkeyPatch):
    response = client.get(f"{PREFIX}/{held[0]}/base", headers={"host": "evil.example"})
    assert response.status_code == 400
    monkeypatch.setenv("CHARSCOPE_HOSTS", "lab.example,other.example")
    assert allowed_hosts()[-2:] == ["lab.example", "other.example"]


def test_a_page_is_saved_under_a_name_in_whatever_script():
    assert attachment("my book-tiny.html") == 'attachment; filename="my book-tiny.html"'
    header = attachment('中文"-tiny.html')
    assert header == "attachment; filename=\"___-tiny.html\"; filename*=UTF-8''%E4%B8%AD%E6%96%87%22-tiny.html"
    assert header.isascii()
