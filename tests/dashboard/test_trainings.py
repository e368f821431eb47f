"""The routes of trainings: what they say of a run, while its files grow, are being written, are damaged or are gone."""

import json
import shutil
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score
from starlette.applications import Starlette
from starlette.testclient import TestClient

from analysis.concepts import CONCEPTS
from dashboard.frames import decode_frame
from dashboard.routes import routes
from dashboard.training_routes import PREFIX
from models.history import append_line, append_row
from models.run import Run, load_run
from models.snapshots import SNAPSHOTS, load_snapshots
from models.work import at_work
from tests.shipped import QUOTES


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(Starlette(routes=routes()), base_url="http://127.0.0.1")


def ask(client: TestClient, path: str) -> dict[str, Any]:
    response = client.get(f"{PREFIX}/{path}")
    assert response.status_code == 200, response.text
    assert response.headers["cache-control"] == "no-cache"
    return response.json()


def refused(client: TestClient, path: str) -> str:
    response = client.get(f"{PREFIX}/{path}")
    assert response.status_code == 404
    assert "\n" not in response.text
    assert "Traceback" not in response.text
    return response.text


# ---- history --------------------------------------------------------------------------------------------------------


def test_a_finished_run_says_all_of_its_history(client: TestClient, tiny_run: Run):
    told = ask(client, "tiny/history")
    steps = [row[0] for row in told["rows"]]
    assert steps == sorted(steps)
    assert steps[-1] == tiny_run.training["steps_done"] == told["total"]
    assert {len(row) for row in told["rows"]} == {4}
    assert None in [row[3] for row in told["rows"]]
    assert [sample["step"] for sample in told["samples"]] == told["snapshots"]
    assert told["status"] == "finished"
    assert (told["layers"], told["units"], told["states"]) == (2, 24, ["hidden", "cell"])
    assert told["levels"]["ngram"] is None  # of a text of one's own
    assert told["levels"]["uniform"]["nats"] == pytest.approx(np.log(len(tiny_run.vocabulary)))
    assert told["best_step"] == tiny_run.training["best_step"]


def test_the_detectors_are_those_whose_snapshots_are_kept(client: TestClient, searched_run: Run):
    assert searched_run.name == "tiny"
    (found,) = ask(client, "tiny/history")["detectors"]
    assert (found["unit"], found["state"], found["concept"]) == ("L1.u4", "cell", "inside-quotes")
    shipped = ask(client, "war-and-peace/history")
    assert shipped["detectors"][0]["unit"] == QUOTES.slug
    assert shipped["levels"]["ngram"]["order"] > 3
    assert {one["unit"] for one in shipped["detectors"]} <= set(shipped["kept_units"])


def test_a_poll_gets_only_what_is_new(client: TestClient, tiny_run: Run):
    first = ask(client, "tiny/history")
    again = ask(client, f"tiny/history?since={first['version']}")
    assert (again["rows"], again["samples"], again["version"]) == ([], [], first["version"])
    assert again["kept"] == [len(first["rows"]), len(first["samples"])]
    row = {"step": 9000, "epoch": 1, "chars": 10**6, "train_loss": 1.25, "validation_loss": "", "learning_rate": 0,
           "grad_norm": 0, "chars_per_second": 1234}  # fmt: skip
    append_row(tiny_run.folder / "log.csv", row)
    append_line(tiny_run.folder / "samples.jsonl", {"step": 9000, "chars": 10**6, "temperature": 0.8, "text": "new"})
    more = ask(client, f"tiny/history?since={first['version']}")
    assert more["rows"] == [[9000, 10**6, 1.25, None]]
    assert [sample["text"] for sample in more["samples"]] == ["new"]
    assert more["kept"] == again["kept"]


def test_a_training_that_was_set_back_is_told_from_the_start(client: TestClient, tiny_run: Run):
    path = tiny_run.folder / "log.csv"
    first, lines = ask(client, "tiny/history"), path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:3]))
    back = ask(client, f"tiny/history?since={first['version']}")
    assert back["kept"] == [0, 0]
    assert len(back["rows"]) == 2
    step, epoch, _, rest = lines[1].split(",", 3)
    path.write_text("".join([lines[0], f"{step},{epoch},7,{rest}", *lines[2:]]))
    assert ask(client, f"tiny/history?since={back['version']}")["kept"] == [0, 0]  # the first row is another


@pytest.mark.parametrize("since", ["x", "1-2", "-1-0-0", "99999-5-abcdef01", "²-0-0", "1-1-zzzzzzzz"])
def test_an_unknown_version_gets_everything(client: TestClient, tiny_run: Run, since: str):
    assert ask(client, f"tiny/history?since={since}")["kept"] == [0, 0]


def test_what_is_being_written_is_left_out(client: TestClient, tiny_run: Run):
    whole = ask(client, "tiny/history")
    with (tiny_run.folder / "log.csv").open("a") as log:
        log.write("9000,1,1000000,1.2")  # all numbers that a row needs, but the loss is cut off
    with (tiny_run.folder / "samples.jsonl").open("a") as samples:
        samples.write('{"step": 9000, "chars": 1, "temperature": 0.8, "text": "}')
    assert ask(client, "tiny/history")["version"] == whole["version"]
    for name in ("log.csv", "samples.jsonl"):
        (tiny_run.folder / name).write_text("")
    assert ask(client, "tiny/history")["rows"] == []


def test_a_running_training_says_how_far_it_is(client: TestClient, tiny_run: Run):
    config = tiny_run.folder / "config.json"
    described = json.loads(config.read_text())
    for name in ("steps_done", "best_step", "validation_loss", "seconds"):
        del described["training"][name]
    config.write_text(json.dumps(described))
    (tiny_run.folder / "model.safetensors").unlink()  # none before the first evaluation
    assert ask(client, "tiny/history")["status"] == "paused"
    with at_work(tiny_run.folder, "train") as work:
        work.report(10, 400)
        work.report(30, 400, "training")  # the time left is known once something was done here
        told = ask(client, "tiny/history")
        assert (told["status"], told["done"], told["total"]) == ("training", 30, 400)
        assert told["speed"] > 0
        assert told["seconds_left"] >= 0
        work.end("failed", "no space left")
    assert ask(client, "tiny/history")["status"] == "failed"
    for name in ("log.csv", "samples.jsonl"):
        (tiny_run.folder / name).unlink()
    shutil.rmtree(tiny_run.folder / "jobs")
    assert ask(client, "tiny/history")["status"] == "untrained"


@pytest.mark.parametrize(
    ("name", "damage", "words"),
    [
        ("log.csv", "step,chars\n1,2\n", "Wanted the log of a training"),
        ("samples.jsonl", "{}\n", "Wanted a sample per line"),
        ("config.json", "{", "is not a run's configuration"),
    ],
)
def test_a_damaged_file_is_one_line(client: TestClient, tiny_run: Run, name: str, damage: str, words: str):
    (tiny_run.folder / name).write_text(damage)
    assert words in refused(client, "tiny/history")


@pytest.mark.parametrize("name", ["nobody", "..", "%2e%2e", ".hidden", "%2Fetc", "tiny%2F..%2Ftiny", "a b"])
def test_only_a_runs_name_finds_a_run(client: TestClient, tiny_run: Run, name: str):
    for path in ("history", "emergence", "snapshots/cell/0"):
        assert client.get(f"{PREFIX}/{name}/{path}").status_code == 404


def test_a_deleted_run_is_one_line(client: TestClient, tiny_run: Run):
    assert ask(client, "tiny/history")["rows"]
    shutil.rmtree(tiny_run.folder)
    assert "No run is called 'tiny'" in refused(client, "tiny/history")


# ---- snapshots ------------------------------------------------------------------------------------------------------


def test_the_snapshots_of_one_unit_are_a_frame(client: TestClient, tiny_run: Run):
    response = client.get(f"{PREFIX}/tiny/snapshots/cell/29")
    header, arrays = decode_frame(response.content)
    stored = load_snapshots(tiny_run)
    assert stored is not None
    assert header["steps"] == stored["step"].to_numpy().tolist()
    assert arrays["text"].tobytes().decode() == "".join(map(chr, stored["char"].to_numpy()))
    codes = arrays["activations"].reshape(len(header["steps"]), header["length"])
    np.testing.assert_array_equal(codes, stored["cell"].sel(unit_name="L2·u5").to_numpy())


def test_a_new_snapshot_is_there_at_once(client: TestClient, tiny_run: Run):
    folder = tiny_run.folder / SNAPSHOTS
    last = sorted(folder.glob("*.npz"))[-1]
    kept = last.read_bytes()
    last.unlink()
    before, _ = decode_frame(client.get(f"{PREFIX}/tiny/snapshots/hidden/3").content)
    assert ask(client, "tiny/history")["snapshots"] == before["steps"]
    last.write_bytes(kept)
    after, _ = decode_frame(client.get(f"{PREFIX}/tiny/snapshots/hidden/3").content)
    assert after["steps"] == [*before["steps"], int(last.stem)]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("tiny/snapshots/cell/48", "Wanted a unit of a 2x24 LSTM"),
        ("tiny/snapshots/forget/0", "as the state of a 2x24 LSTM"),
        ("war-and-peace/snapshots/cell/3", f"keeps snapshots of the units that its search named: {QUOTES}"),
        ("war-and-peace-gru/snapshots/cell/3", "Wanted hidden as the state"),
        ("tiny/emergence?concept=nothing", "No concept is called 'nothing'"),
        ("tiny/emergence?concept=comment&unit=L1.u1&state=cell", "no place with and without"),
        ("tiny/emergence?concept=character-class&unit=L1.u1", "its classes have no order"),
        ("tiny/emergence?unit=quotes", "Wanted a unit such as L2.u217"),
    ],
)
def test_what_is_not_there_is_one_line(client: TestClient, tiny_run: Run, path: str, words: str):
    assert words in refused(client, path)


def test_damaged_or_missing_snapshots_are_one_line_and_the_history_stays(client: TestClient, tiny_run: Run):
    paths = sorted((tiny_run.folder / SNAPSHOTS).glob("*.npz"))
    paths[2].write_bytes(paths[2].read_bytes()[:500])
    assert "is damaged" in refused(client, "tiny/snapshots/cell/1")
    assert "is damaged" in refused(client, "tiny/emergence")
    assert ask(client, "tiny/history")["rows"]
    for path in paths:
        path.unlink()
    assert ask(client, "tiny/history")["snapshots"] == []
    assert "has no snapshots" in refused(client, "tiny/snapshots/cell/1")


# ---- emergence ------------------------------------------------------------------------------------------------------


def test_the_quote_unit_emerges_where_scikit_learn_says(client: TestClient):
    told = ask(client, f"war-and-peace/emergence?concept=inside-quotes&unit={QUOTES.slug}&state=cell")
    stored = load_snapshots(load_run("war-and-peace"))
    assert stored is not None
    labels = CONCEPTS["inside-quotes"].labels(stored["char"].to_numpy())
    expected = [roc_auc_score(labels, row) for row in stored["cell"].sel(unit_name=str(QUOTES)).to_numpy()]
    np.testing.assert_allclose(told["scores"], expected, atol=1e-6)
    assert (told["sign_of"], told["sign"], told["passes"]) == ("search", 1, 0.8)
    below = [step for step, score in zip(told["steps"], expected, strict=True) if score < 0.8]
    assert told["settled"] == told["steps"][told["steps"].index(below[-1]) + 1]


def test_a_unit_without_a_concept_is_shown_with_the_one_that_it_follows(client: TestClient, tiny_run: Run):
    told = ask(client, "tiny/emergence?unit=L2.u3")
    listed = {one["name"] for one in ask(client, "tiny/emergence")["concepts"]}
    assert told["state"] == "cell"
    assert told["concept"] in listed
    assert told["sign_of"] == "last snapshot"
    assert told["scores"][-1] >= {"AUROC": 0.5, "Spearman": 0}[told["measure"]]


def test_the_units_that_changed_and_those_that_follow_are_listed_best_first(client: TestClient, tiny_run: Run):
    for path in ("tiny/emergence", "tiny/emergence?concept=inside-quotes"):
        gains = [one["gain"] for one in ask(client, path)["units"]]
        assert gains == sorted(gains, reverse=True)
        assert 0 < len(gains) <= 12
    assert ask(client, "tiny/emergence?concept=comment")["units"] == []  # there is none in this text
    best = ask(client, "tiny/emergence?concept=inside-quotes")["units"][0]
    curve = ask(client, f"tiny/emergence?concept=inside-quotes&unit={best['unit']}&state=cell")
    assert 2 * curve["scores"][-1] - 1 == pytest.approx(best["gain"], abs=1e-3)
    assert ask(client, "tiny/history")["kept_units"] is None
