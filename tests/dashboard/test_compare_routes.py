"""What the browser asks for in Compare, and the page that it saves."""

import base64
import json
import re
from typing import Any

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard.compare_page import compare_page
from dashboard.compared import layer_codes, parse_rows
from dashboard.engine import ENGINE
from dashboard.frames import decode_frame
from dashboard.naming import change_unit
from dashboard.paired import compare_losses
from dashboard.readings import Reading
from dashboard.routes import PREFIX
from dashboard.server import routes
from models.run import Run, load_run
from models.units import Unit

HOSTILE_NAME = "</script><img src=x onerror=1>"
OTHER = "war-and-peace-gru"
ROWS = f"tiny:L2.u7:cell,tiny:L1:cell,{OTHER}:L1.u3:hidden~tiny:L1.u0:hidden,tiny:loss~{OTHER}:loss"


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=routes()), base_url="http://127.0.0.1")


@pytest.fixture
def held(tiny_run: Run, hostile: str) -> tuple[str, Reading]:
    return ENGINE.read(tiny_run, hostile)


def test_another_model_reads_the_same_text_and_both_are_compared(client: TestClient, held: tuple[str, Reading]):
    key, reading = held
    url = client.get(f"{PREFIX}/{key}/by/{OTHER}").json()["url"]
    header, arrays = decode_frame(client.get(f"{url}/base").content)
    assert header["model"] == OTHER
    assert arrays["text"].tobytes().decode() == reading.text
    assert client.get(f"{PREFIX}/{key}/by/tiny").json()["url"] == f"{PREFIX}/{key}"
    found = client.get(f"{PREFIX}/{key}/against/{url.rpartition('/')[2]}").json()
    assert found == compare_losses(reading, ENGINE.read(load_run(OTHER), reading.text)[1])


def test_a_layer_is_a_frame(client: TestClient, held: tuple[str, Reading]):
    key, reading = held
    header, arrays = decode_frame(client.get(f"{PREFIX}/{key}/layer/2/cell").content)
    codes, mean, scale = layer_codes(reading, 2, "cell")
    assert (header["mean"], header["scale"]) == (mean, scale)
    assert np.array_equal(arrays["activations"], codes)


def test_names_come_with_a_model_and_the_page_has_those_of_its_units(client: TestClient, held: tuple[str, Reading]):
    key, reading = held
    for unit, name in ((Unit(2, 7), HOSTILE_NAME), (Unit(1, 1), "not in the page")):
        change_unit(reading.run, unit, name=name)
    names = client.get(f"{PREFIX}/{key}/by/tiny").json()["names"]
    assert {"L2.u7": HOSTILE_NAME, "L1.u1": "not in the page"}.items() <= names.items()
    page = compare_page(parse_rows(ROWS)[0], reading.text, "")
    assert HOSTILE_NAME not in page
    assert described_in(page)["names"]["tiny"] == {"L2.u7": HOSTILE_NAME}


def described_in(page: str) -> dict[str, Any]:
    (described,) = re.findall(r'<script type="application/json" id="comparison">(.*?)</script>', page)
    return json.loads(described)


@pytest.mark.parametrize(
    "path",
    ["nothing/by/tiny", "{key}/by/nobody", "{key}/layer/3/hidden", "{key}/layer/1/loss", "{key}/against/nothing",
     "{key}/comparison?rows=", "{key}/comparison?rows=tiny:loss,nobody:loss"],
)  # fmt: skip
def test_what_is_not_there_is_said_in_one_line(client: TestClient, held: tuple[str, Reading], path: str):
    response = client.get(f"{PREFIX}/{path.format(key=held[0])}")
    assert response.status_code in (404, 410)
    assert response.headers["content-type"].startswith("text/plain")
    assert "\n" not in response.text


def test_an_exported_page_holds_its_rows_and_no_more(client: TestClient, held: tuple[str, Reading]):
    key, reading = held
    response = client.get(f"{PREFIX}/{key}/comparison", params={"rows": ROWS, "palette": "blue–green"})
    assert response.headers["content-disposition"] == 'attachment; filename="comparison.html"'
    page = response.text
    assert "default-src 'none'" in page
    rows, _ = parse_rows(ROWS)
    assert page == compare_page(rows, reading.text, "blue–green")
    comparison = described_in(page)
    assert comparison["rows"] == [row.columns for row in rows]
    assert comparison["palette"] == "blue–green"
    assert [(each["first"], each["second"]) for each in comparison["paired"]] == [("tiny", OTHER)]
    frames = re.findall(r'<script type="text/plain" class="frame" data-model="([^"]*)">([^<]*)</script>', page)
    assert [name for name, _ in frames] == ["tiny", OTHER]


def test_the_page_holds_the_codes_of_the_recording(held: tuple[str, Reading]):
    _, reading = held
    page = compare_page(parse_rows(ROWS)[0], reading.text, "")
    frame = re.search(r'data-model="tiny">([^<]*)<', page)
    assert frame
    header, arrays = decode_frame(base64.b64decode(frame[1]))
    assert header["exported"] == [{"state": "cell", "column": 31}, {"state": "hidden", "column": 0}]
    expected = np.concatenate([reading.states["cell"][31], reading.states["hidden"][0]])
    assert np.array_equal(arrays["activations"], expected)
    codes, mean, scale = layer_codes(reading, 1, "cell")
    assert header["exported_layers"] == [{"state": "cell", "layer": 1, "mean": mean, "scale": scale}]
    assert np.array_equal(arrays["layer_activations"], codes)
    assert arrays["top_char"].size == 0
    assert header["gates"] == []


def test_the_page_of_a_gate_holds_it(held: tuple[str, Reading]):
    key, reading = held
    page = compare_page(parse_rows("tiny:L2.u7:forget_gate")[0], reading.text, "")
    frame = re.search(r'data-model="tiny">([^<]*)<', page)
    assert frame
    header, arrays = decode_frame(base64.b64decode(frame[1]))
    assert header["gates"] == ["forget_gate"]
    gated = ENGINE.with_gates(key, reading).states["forget_gate"]
    assert np.array_equal(arrays["activations"], gated[24 + 7])
