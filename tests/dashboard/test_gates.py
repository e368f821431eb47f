"""Gates in Read: what is served of them is what a recording says, and they are read only for those who ask."""

import base64

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from corpora import InputError
from dashboard import engine as engine_module
from dashboard.engine import ENGINE, Engine
from dashboard.frames import decode_frame
from dashboard.location import Location
from dashboard.readings import read_gates
from dashboard.routes import PREFIX, routes
from models.recording import record
from models.run import Run
from models.units import Unit, require_state
from tests.dashboard.formulas import cells_of_codes, compressed
from tests.dashboard.test_export import Tags
from tests.other_cells import with_cell

TEXT = 'Prince Anna said "Come to the army," and he went that night.\n' * 6  # more than one block
GATES = {
    "lstm": ["input_gate", "forget_gate", "candidate_gate", "output_gate"],
    "gru": ["reset_gate", "update_gate", "candidate_gate"],
    "rnn": [],
}
HALF_STEP = 1 / 254


@pytest.fixture(params=["lstm", "gru"])
def run(request: pytest.FixtureRequest, tiny_run: Run) -> Run:
    return with_cell(tiny_run, request.param)


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=routes()), base_url="http://127.0.0.1")


def served(client: TestClient, key: str, path: str) -> np.ndarray:
    """The codes that a route gives, [column, time]."""
    response = client.get(f"{PREFIX}/{key}/{path}")
    assert response.status_code == 200, response.text
    return decode_frame(response.content)[1]["activations"].reshape(-1, len(TEXT))


def test_served_codes_are_the_recordings_gates_to_half_a_step(run: Run, client: TestClient):
    key, _ = ENGINE.read(run, TEXT)
    header, _ = decode_frame(client.get(f"{PREFIX}/{key}/base").content)
    assert header["states"] == list(run.states)
    assert header["gates"] == GATES[run.model.cell] == list(run.model.gate_states)
    exact = record(run, TEXT, gates=True)
    for gate in header["gates"]:
        codes = served(client, key, gate)
        assert np.abs(codes / 127 - exact.states[gate].reshape(len(TEXT), -1).T).max() <= HALF_STEP + 1e-6, gate
        np.testing.assert_array_equal(served(client, key, f"{gate}/30")[0], codes[30])
        assert gate == "candidate_gate" or codes.min() >= 0
    for path in ("no_gate", "forget_gate/48", "update_gate/48", "cell_gate/0"):
        assert client.get(f"{PREFIX}/{key}/{path}").status_code == 404


def test_the_served_signals_of_an_lstm_satisfy_its_equations(tiny_run: Run, client: TestClient):
    key, reading = ENGINE.read(tiny_run, TEXT)
    i, f, g, o = (served(client, key, gate) / 127 for gate in GATES["lstm"])
    assert reading.cell_scale is not None
    scale, h = reading.cell_scale[:, None], served(client, key, "hidden") / 127
    c = cells_of_codes(served(client, key, "cell"), scale)
    before, size = np.pad(c, ((0, 0), (1, 0)))[:, :-1], np.abs(c).max(axis=1, keepdims=True)
    step = np.maximum(3, size) * np.expm1(1.005 * compressed(scale) / 254)  # half a step of c, at its largest
    allowed = HALF_STEP * (size + 2 + 2 * HALF_STEP) + 2 * step
    assert (np.abs(f * before + i * g - c) <= allowed).all()
    assert not (np.abs(i * before + f * g - c) <= allowed).all()  # gates by another name would not
    assert (np.abs(o * np.tanh(c) - h) <= 2 * HALF_STEP + step).all()


def test_the_served_signals_of_a_gru_satisfy_its_equation(tiny_run: Run, client: TestClient):
    key, _ = ENGINE.read(with_cell(tiny_run, "gru"), TEXT)
    z, n, h = (served(client, key, state) / 127 for state in ("update_gate", "candidate_gate", "hidden"))
    before = np.pad(h, ((0, 0), (1, 0)))[:, :-1]
    assert np.abs((1 - z) * n + z * before - h).max() <= 5 * HALF_STEP


def test_a_text_is_read_again_only_when_a_gate_is_asked_for_and_once(tiny_run: Run, monkeypatch: pytest.MonkeyPatch):
    asked = []
    monkeypatch.setattr(engine_module, "read_gates", lambda *given: asked.append(1) or read_gates(*given))
    engine = Engine()
    key, reading = engine.read(tiny_run, TEXT)
    plain = engine.nbytes
    assert (list(reading.states), asked) == (["hidden", "cell"], [])
    for _ in range(2):
        whole = engine.with_gates(key, reading)
        assert list(whole.states) == ["hidden", "cell", *GATES["lstm"]]
    assert asked == [1]
    assert engine.nbytes == plain + 4 * 48 * len(TEXT)
    assert list(reading.states) == ["hidden", "cell"]


def test_a_plain_network_has_no_gates(tiny_run: Run, client: TestClient):
    run = with_cell(tiny_run, "rnn")
    key, reading = ENGINE.read(run, TEXT)
    assert reading.header()["gates"] == []
    assert client.get(f"{PREFIX}/{key}/forget_gate/0").status_code == 404


def test_gates_of_weights_that_are_gone_are_refused(tiny_run: Run):
    engine = Engine()
    key, reading = engine.read(tiny_run, TEXT)
    weights = tiny_run.load_network().state_dict()
    tiny_run.save_weights({name: tensor + 0.01 for name, tensor in weights.items()})
    with pytest.raises(InputError, match="has other weights by now"):
        engine.with_gates(key, reading)


def test_a_page_of_a_gate_has_all_gates_of_that_unit_and_others_none(run: Run, client: TestClient):
    key, _ = ENGINE.read(run, TEXT)
    gates = GATES[run.model.cell]
    for state, held in ((gates[1], gates), ("hidden", [])):
        page = client.get(f"{PREFIX}/{key}/export", params={"unit": "L2.u5", "state": state}).text
        header, _ = decode_frame(base64.b64decode(Tags(page).scripts["frame"]))
        assert header["exported"][0] == {"state": state, "column": 29}
        assert header["gates"] == held
        assert header["states"] == list(run.states)


def test_a_gate_is_a_state_of_a_unit_only_where_it_is_asked_for_as_one(run: Run):
    gate = GATES[run.model.cell][1]
    unit = Unit(1, 2, gate)
    assert unit.require(run.model, gates=True) == unit
    with pytest.raises(InputError, match="Wanted hidden"):
        unit.require(run.model)  # what clamps or ablates holds a state
    with pytest.raises(InputError, match=f"{gate}.* as the state of a 2x24"):
        require_state(run.model, "no_gate", gates=True)


def test_an_address_names_a_gate():
    location, problems = Location.parse({"unit": "L2.u5", "state": "forget_gate", "signals": "1"})
    assert (location.unit, location.signals, problems) == (Unit(2, 5, "forget_gate"), "1", [])
    assert location.with_view({"signals": False}).to_query() == {"unit": "L2.u5", "state": "forget_gate"}
    assert location.with_model("other").unit is None
