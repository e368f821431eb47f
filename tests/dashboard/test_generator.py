"""What the browser gets of a network in order to write with it."""

import numpy as np
import pytest
from safetensors.numpy import load as load_weights
from starlette.applications import Starlette
from starlette.testclient import TestClient

from analysis.concepts import CONCEPTS
from corpora.demo import load_passage, passage_names
from dashboard import generator
from dashboard.engine import ENGINE
from dashboard.frames import decode_frame
from dashboard.generator import EXPERIMENTS, PROMPTS, about_network
from dashboard.routes import network_address, routes
from models.recording import record
from models.run import Run, load_run, shipped_runs


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=routes()))


def test_the_range_of_every_unit_is_that_on_the_demo_passage(searched_run: Run):
    _, arrays = decode_frame(about_network(searched_run))
    text = load_passage("war-and-peace")
    recording = record(searched_run, text)
    for state in searched_run.states:
        values = recording.states[state].reshape(len(text), -1)
        steps = np.maximum(0.01, 0.02 * np.abs(values).max(axis=0))  # a code is that precise
        assert (np.abs(arrays[f"{state}_low"] - values.min(axis=0)) <= steps).all()
        assert (np.abs(arrays[f"{state}_high"] - values.max(axis=0)) <= steps).all()


def test_the_header_is_what_the_engine_needs(searched_run: Run):
    header, _ = decode_frame(about_network(searched_run))
    model = searched_run.model
    assert header["config"] == {
        "cell": "lstm",
        "num_layers": 2,
        "hidden_size": 24,
        "embedding_size": model.embedding_size,
    }
    assert header["vocabulary"] == list(searched_run.vocabulary.characters)
    assert [start["prompt"] for start in header["starts"][-3:]] == [PROMPTS["war-and-peace"]] * 3


def test_a_start_holds_the_best_unit_for_its_concept_at_its_mean_there(searched_run: Run):
    header, _ = decode_frame(about_network(searched_run))
    on, off = (
        next(start for start in header["starts"] if start["title"].endswith(f"unit {end}")) for end in ("on", "off")
    )
    text = load_passage("war-and-peace")
    reading = ENGINE.read(searched_run, text)[1]
    inside = CONCEPTS["inside-quotes"].labels(text) == 1
    assert reading.cell_scale is not None
    values = generator.values_of(reading.states["cell"][4:5], "cell", reading.cell_scale[4:5])[0]
    for start, there in ((on, inside), (off, ~inside)):
        (hold,) = start["holds"]
        assert (hold["layer"], hold["unit"]) == (1, 4)  # the cell's row of the table, not that of h
        assert hold["value"] == pytest.approx(values[there].mean(), rel=0.01)


def test_experiments_name_concepts_and_their_prompts_stand_where_they_say():
    assert EXPERIMENTS.keys() == PROMPTS.keys() == set(passage_names())
    for experiments in EXPERIMENTS.values():
        for experiment in experiments:
            labels = CONCEPTS[experiment.concept].labels(experiment.prompt)
            assert experiment.hold in ("inside", "outside", "zero")
            if experiment.hold == "inside":
                assert labels[-1] == 1, experiment.title


@pytest.mark.parametrize("name", shipped_runs())
def test_prompts_are_written_in_characters_that_the_model_knows(name: str):
    run = load_run(name)
    header, _ = decode_frame(about_network(run))
    assert header["starts"]
    for start in header["starts"]:
        assert run.vocabulary.count_unknown(start["prompt"]) == 0


def test_weights_and_their_description_are_served(
    client: TestClient, searched_run: Run, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("dashboard.routes.known_run", lambda name: name)
    monkeypatch.setattr("dashboard.routes.load_run", lambda name: searched_run)
    address = network_address(searched_run)
    assert client.get(f"{address}/about").content == about_network(searched_run)
    served = client.get(f"{address}/weights")
    assert "immutable" in served.headers["cache-control"]
    assert load_weights(served.content)["embedding.weight"].shape[0] == len(searched_run.vocabulary)


@pytest.mark.parametrize("path", ["nobody/0123456789abcdef", "..%2f..%2fetc/0", "war-and-peace/0123456789abcdef"])
def test_a_network_that_is_not_there_is_not_found(client: TestClient, path: str):
    for part in ("about", "weights"):
        response = client.get(f"/charscope/networks/{path}/{part}")
        assert response.status_code == 404
        assert "\n" not in response.text
