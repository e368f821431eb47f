import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard.frames import decode_frame
from dashboard.hosts import allowed_hosts, middleware
from dashboard.readings import STORE, Reading
from dashboard.routes import PREFIX, routes
from models.run import Run


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=routes(), middleware=middleware()), base_url="http://127.0.0.1")


@pytest.fixture
def held(searched_run: Run, hostile: str) -> tuple[str, Reading]:
    return STORE.read(searched_run, hostile)


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


@pytest.mark.parametrize("path", ["nothing/base", "../../etc/passwd", "{key}/gates", "{key}/hidden/48", "{key}/base/0"])
def test_what_is_not_there_is_not_found(client: TestClient, held: tuple[str, Reading], path: str):
    response = client.get(f"{PREFIX}/{path.format(key=held[0])}")
    assert response.status_code == 404
    assert "Traceback" not in response.text


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
