"""Models whose cells have no c, a GRU and a plain RNN, in every part of the dashboard that knows of states."""

import base64
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from corpora import InputError
from dashboard.engine import ENGINE, Engine
from dashboard.export import export_page, in_every_state
from dashboard.frames import decode_frame
from dashboard.landing import first_look
from dashboard.readings import Reading
from dashboard.routes import PREFIX, routes
from models.recording import record
from models.run import Run
from models.units import Unit
from tests.dashboard.test_export import Tags
from tests.other_cells import with_cell

TEXT = "Call me again, said he."


@pytest.fixture(params=["gru", "rnn"])
def run(request: pytest.FixtureRequest, tiny_run: Run) -> Run:
    return with_cell(tiny_run, request.param)


@pytest.fixture
def reading(run: Run) -> Reading:
    return Engine().read(run, TEXT)[1]


def test_a_reading_holds_h_and_nothing_of_c(reading: Reading):
    header, arrays = decode_frame(reading.base_frame())
    assert header["states"] == ["hidden"]
    assert "cell_scale" not in arrays
    exact = record(reading.run, TEXT).states["hidden"].reshape(len(TEXT), -1).T
    assert list(reading.states) == ["hidden"]
    assert np.abs(reading.states["hidden"] / 127 - exact).max() <= 1 / 254 + 1e-6
    assert reading.nbytes == reading.predictions.nbytes + exact.size + sys.getsizeof(TEXT)


def test_its_cell_state_is_refused_in_words(reading: Reading):
    with pytest.raises(InputError, match=r"Wanted hidden and a unit below 48, got cell"):
        reading.state_frame("cell")


def test_the_first_view_is_of_h(reading: Reading):
    assert first_look(reading.run) == (Unit(1, 0, "hidden"), "")


def test_routes_serve_h_only(run: Run):
    key, _ = ENGINE.read(run, TEXT)
    client = TestClient(Starlette(routes=routes()), base_url="http://127.0.0.1")
    assert client.get(f"{PREFIX}/{key}/hidden").status_code == 200
    for path in ("cell", "cell/3", "export?unit=L1.u3&state=cell"):
        response = client.get(f"{PREFIX}/{key}/{path}")
        assert (response.status_code, response.text[:13]) == (404, "Wanted hidden"), path
    exported = client.get(f"{PREFIX}/{key}/export?unit=L1.u3&state=hidden")
    assert '"states": ["hidden"]' in base64.b64decode(Tags(exported.text).scripts["frame"]).decode(errors="replace")


def test_an_exported_page_holds_each_unit_once(reading: Reading):
    units = in_every_state([Unit(1, 2, "hidden"), Unit(2, 3, "hidden")], reading.run.states)
    header, _ = decode_frame(base64.b64decode(Tags(export_page(reading, units)).scripts["frame"]))
    assert header["exported"] == [{"state": "hidden", "column": 2}, {"state": "hidden", "column": 27}]


def test_the_command_exports_h_and_refuses_c_in_one_line(run: Run, command: Callable[..., Any], tmp_path: Path):
    (tmp_path / "text.txt").write_text(TEXT)
    words = ("dashboard", "export", run.name, "--text", tmp_path / "text.txt", "--out", tmp_path / "page.html")
    done = command(*words)
    assert done.code == 0, done
    assert "1 units" in done.out
    refused = command(*words, "--state", "cell")
    assert (
        refused.error
        == f"error: Wanted hidden as the state of a 2x24 {run.name.upper()}, got 'cell'. Choose one of these."
    )
