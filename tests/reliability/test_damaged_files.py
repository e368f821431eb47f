"""A damaged file is refused in one line that names it: a quick part of what `tests.reliability.mutate` tries."""

import json
import os
import random
import resource
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis.concepts.custom import load_concepts
from analysis.errors.stored import load_errors
from corpora import InputError, load_corpus, prepare_file
from corpora.stored import DamagedFileError
from models.history import load_log, load_samples
from models.own import damaged_runs, offered_runs
from models.recording.store import blocks_of, open_recording, record_to_zarr
from models.run import Run, corpus_of, load_run
from models.saturation import load_saturation
from models.snapshots import load_snapshots
from tests.conftest import write_story
from tests.reliability import mutations
from tests.reliability.mutate import read_once
from tests.reliability.readings import READINGS, make_things

ROOM = 1 << 30  # bytes that refusing a file may take


@pytest.fixture(scope="module")
def things(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DATA", "RUNS"):  # `make_things` sets them
            patch.setenv(f"CHARSCOPE_{name}", "")
        return make_things(tmp_path_factory.mktemp("sound"))


@pytest.fixture
def little_memory():
    """What is absurd is refused before it is allocated."""
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (used + ROOM, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_AS, before)


def changed(run: Run, *keys: Any, to: Any) -> Path:
    """The run's configuration with one value changed."""
    path = run.folder / "config.json"
    described = json.loads(path.read_text())
    parent = described
    for key in keys[:-1]:
        parent = parent[key]
    parent[keys[-1]] = to
    path.write_text(json.dumps(described))
    return path


@pytest.mark.parametrize(
    ("keys", "value", "says"),
    [
        (("model", "num_layers"), 1_000_000_000, "num_layers: wanted 1 to 64"),
        (("model", "num_layers"), True, "model.num_layers: Expected int, got bool"),
        (("model", "hidden_size"), 10**30, "is too long"),
        (("model", "hidden_size"), 32_768, "wanted at most 1,000,000,000 weights"),
        (("model", "dropout"), float("nan"), "NaN is no number"),
        (("corpus",), None, "corpus: Expected object, got null"),
        (("corpus", "name"), "/etc/passwd", "wanted the name of a text, got a path"),
        (("corpus", "name"), "..", "wanted the name of a text, got a path"),
        (("corpus", "cuts"), [9, 5, 7], "cuts: they do not follow each other"),
        (("training", "epochs"), "ten", "training.epochs: Expected float, got str"),
        (("training", "streams"), 0, "streams: wanted at least 1"),
        (("vocabulary", 0), "ab", "single characters"),
        (("vocabulary", 0), "\ud800", "surrogates not allowed"),
    ],
)
def test_a_configuration_that_is_none_is_refused_at_once(
    keys: tuple, value: Any, says: str, tiny_run: Run, little_memory: None
):
    changed(tiny_run, *keys, to=value)
    with pytest.raises(DamagedFileError, match=r"config\.json is not a run's configuration") as caught:
        load_run("tiny")
    assert says in caught.value.reason
    assert caught.value.path == tiny_run.folder / "config.json"


def test_keys_of_a_later_charscope_are_ignored_but_not_in_the_network(tiny_run: Run):
    changed(tiny_run, "later", to={"x": 1})
    changed(tiny_run, "training", "later", to=[1])
    assert load_run("tiny").training["later"] == [1]
    changed(tiny_run, "model", "later", to=1)
    with pytest.raises(DamagedFileError, match="model: later is not known"):
        load_run("tiny")


READ: dict[str, Callable[[Run], Any]] = {
    "config.json": lambda run: load_run(run.folder),
    "model.safetensors": lambda run: (run.weights_hash, run.load_network()),
    "log.csv": load_log,
    "samples.jsonl": load_samples,
    "gates.parquet": load_saturation,
    "errors.json": load_errors,
    "snapshots.npz": load_snapshots,
}
DAMAGES = (mutations.empty, mutations.put_folder, mutations.put_loop, mutations.put_pipe, mutations.fill)


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", READ)
def test_what_is_no_such_file_is_refused(name: str, damage: mutations.Mutation, things: dict[str, Path]):
    if damage is mutations.empty and name in ("log.csv", "samples.jsonl"):
        pytest.skip("nothing was written yet")
    folder = Path(os.environ["CHARSCOPE_RUNS"]) / "copy"
    shutil.copytree(things["run"], folder)
    run = load_run(folder)
    damage(folder / name, random.Random(1))
    with pytest.raises(DamagedFileError) as caught:
        READ[name](run)
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
@pytest.mark.parametrize("name", READ)
def test_what_may_not_be_read_is_refused(name: str, things: dict[str, Path], tmp_path: Path):
    shutil.copytree(things["run"], tmp_path / "copy")
    run = load_run(tmp_path / "copy")
    (run.folder / name).chmod(0)
    with pytest.raises(DamagedFileError, match="Permission denied"):
        READ[name](run)


def test_weights_may_be_read_by_whoever_may_read_the_other_files(tiny_run: Run):
    tiny_run.save_weights(tiny_run.load_network().state_dict())
    tiny_run.save_config()
    modes = {path.stat().st_mode for path in (tiny_run.folder / name for name in ("config.json", "model.safetensors"))}
    assert len(modes) == 1


@pytest.mark.parametrize("seed", range(28))
def test_whatever_is_damaged_nothing_but_one_line_comes_of_it(
    seed: int, things: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    for name in ("DATA", "RUNS"):
        monkeypatch.setenv(f"CHARSCOPE_{name}", os.environ[f"CHARSCOPE_{name}"])
    chance = random.Random(seed)
    thing = sorted(things)[seed % len(things)]
    shutil.copytree(things[thing], tmp_path / things[thing].name)
    files = sorted(path for path in (tmp_path / things[thing].name).rglob("*") if path.is_file())
    damage = mutations.mutate(chance.choice(files), chance)
    outcome, message = read_once(READINGS[thing], tmp_path / things[thing].name)
    assert outcome in ("read", "refused"), f"{thing}, {damage}: {message}"


# ---- texts and recordings -------------------------------------------------------------------------------------------


@pytest.fixture
def kept(tmp_path: Path) -> tuple[str, Path]:
    """A prepared text: its name, and the file of its characters."""
    (tmp_path / "mine.txt").write_text(write_story(3000))
    corpus = prepare_file(tmp_path / "mine.txt")
    return corpus.name, corpus.folder / "characters.u32"


@pytest.mark.parametrize("change", ["longer", "shorter", "other", "no character", "gone"])
def test_a_text_that_is_not_the_prepared_one_is_refused(change: str, kept: tuple[str, Path]):
    name, path = kept
    codes = np.fromfile(path, dtype="<u4")
    if change == "gone":
        path.unlink()
    else:
        new = {"longer": np.append(codes, codes[:5]), "shorter": codes[:-5]}.get(change, codes)
        new[7] = {"other": codes[7] + 1, "no character": 0x110000}.get(change, codes[7])
        new.tofile(path)
    with pytest.raises(DamagedFileError, match=r"characters\.u32 is not the prepared text") as caught:
        load_corpus(name).split("test")
    assert "\n" not in str(caught.value)


def test_a_run_names_a_text_and_no_path(tiny_run: Run, tmp_path: Path):
    (tmp_path / "secret.txt").write_text("secret " * 100)
    run = Run(tiny_run.folder, tiny_run.model, tiny_run.vocabulary, {"name": str(tmp_path / "secret.txt")}, {})
    before = sorted(Path(os.environ["CHARSCOPE_DATA"]).iterdir())
    with pytest.raises(InputError, match="Wanted the name of a text"):
        corpus_of(run)
    assert sorted(Path(os.environ["CHARSCOPE_DATA"]).iterdir()) == before


@pytest.fixture
def recording(things: dict[str, Path], tmp_path: Path) -> Path:
    return Path(shutil.copytree(things["recording"], tmp_path / "recording.zarr"))


@pytest.mark.parametrize("name", ["char", "hidden", "loss", "rank", "top_char", "top_prob", "unit"])
def test_a_recording_that_lacks_a_chunk_is_refused(name: str, recording: Path):
    chunk = next(path for path in sorted((recording / name / "c").rglob("*"), reverse=True) if path.is_file())
    chunk.unlink()
    with pytest.raises(DamagedFileError, match=rf"{name}: the chunk .* is missing.*Record the text again"):
        open_recording(recording)


@pytest.mark.parametrize("name", ["hidden", "loss", "top_prob"])
def test_a_recording_with_a_damaged_chunk_is_refused_when_it_is_read(name: str, recording: Path):
    chunk = next(path for path in sorted((recording / name / "c").rglob("*")) if path.is_file())
    data = bytearray(chunk.read_bytes())
    data[len(data) // 2] ^= 1
    chunk.write_bytes(data)
    opened = open_recording(recording)
    with pytest.raises(DamagedFileError, match="is not a whole recording"):
        list(blocks_of(opened, 0, opened.sizes["time"]))


def test_an_older_recording_without_chunks_of_zeros_is_read(tiny_run: Run, tmp_path: Path):
    """Its last chunk of ranks held one character, the last one, whose rank is 0."""
    list(record_to_zarr(tiny_run, write_story(4097), tmp_path / "a.zarr"))
    for path in sorted((tmp_path / "a.zarr").glob("*/zarr.json")):
        described = json.loads(path.read_text())
        codecs = [codec for codec in described["codecs"] if codec["name"] != "crc32c"]
        path.write_text(json.dumps(described | {"codecs": codecs}))
        for chunk in (path.parent / "c").rglob("*"):
            if chunk.is_file():
                chunk.write_bytes(chunk.read_bytes()[:-4])  # the checksum
    (tmp_path / "a.zarr" / "rank" / "c" / "1").unlink()
    opened = open_recording(tmp_path / "a.zarr")
    assert opened["rank"].to_numpy()[-1] == 0
    (tmp_path / "a.zarr" / "loss" / "c" / "1").unlink()
    with pytest.raises(DamagedFileError, match="loss: the chunk c/1 is missing"):
        open_recording(tmp_path / "a.zarr")


# ---- concepts, and lists of runs ------------------------------------------------------------------------------------

MERGES = "- &a0 {x: 1}\n" + "".join(f"- &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}\n" for n in range(1, 9))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (MERGES, "line 2, column 13: aliases such as"),
        ("- {<<: {x: 1}}", r"merge keys \(<<\) are not read"),
        ("- !!bool maybe", "line 1, column 3: it is not bool, as it says"),
        ("- !!int x", "it is not int"),
        ("- !!float x", "it is not float"),
        ("- !!timestamp x", "it is not timestamp"),
        ("- !!null {a: b}", "expected a scalar|is not|wanted keys"),
        ("- " + "x" * 300_000, "more than 256,000 bytes"),
        ("[" * 20_000, "nested too deeply"),
    ],
)
def test_yaml_that_is_no_concepts_is_refused_at_once(text: str, says: str, tmp_path: Path, little_memory: None):
    (tmp_path / "a.yaml").write_text(text)
    with pytest.raises(InputError, match=says) as caught:
        load_concepts(tmp_path / "a.yaml")
    assert "\n" not in str(caught.value)


def test_a_bad_run_is_listed_with_its_reason_and_all_others_go_on(tiny_run: Run):
    runs = tiny_run.folder.parent
    for name in (b"null", "Война".encode(), b"caf\xe9"):
        shutil.copytree(tiny_run.folder, runs / os.fsdecode(name))
    changed(load_run("null"), "corpus", to=None)
    assert {"tiny", "Война"} <= set(offered_runs())
    found = damaged_runs()
    assert set(found) == {"null", "caf\\xe9"}
    assert "corpus: Expected object, got null" in found["null"]
    assert "UTF-8" in found["caf\\xe9"]
