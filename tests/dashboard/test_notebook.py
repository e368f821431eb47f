import base64
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corpora import InputError
from dashboard import notebook, recorded
from dashboard.frames import decode_frame
from dashboard.notebook import Heatmap, heatmap
from models.recording import Recording, record
from models.recording.store import open_recording, record_to_zarr
from models.run import Run
from models.units import Unit
from tests.conftest import ROOT
from tests.dashboard.test_export import Tags

TEXT = 'He said, "Come to the horse," and the army came.\n' * 4


def frame_of(shown: Heatmap) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    return decode_frame(base64.b64decode(Tags(shown.page).scripts["frame"]))


def activations_of(shown: Heatmap) -> dict[tuple[str, int], np.ndarray]:
    """Codes by state and column."""
    header, arrays = frame_of(shown)
    rows = arrays["activations"].reshape(len(header["exported"]), -1)
    return {(unit["state"], unit["column"]): row for unit, row in zip(header["exported"], rows, strict=True)}


@pytest.fixture
def on_disk(searched_run: Run, tmp_path: Path) -> Path:
    list(record_to_zarr(searched_run, TEXT, tmp_path / "x.zarr", gates=True))
    return tmp_path / "x.zarr"


@pytest.fixture
def in_memory(searched_run: Run) -> Recording:
    return record(searched_run, TEXT)


# ---- a text ------------------------------------------------------------------------------------------------


def test_importing_it_is_light_and_starts_nothing():
    check = (
        "import sys, threading, dashboard.notebook\n"
        "assert not {'torch', 'streamlit', 'numba', 'xarray', 'zarr'} & set(sys.modules)\n"
        "assert threading.active_count() == 1\n"
        "from dashboard.notebook import heatmap\n"
        "heatmap('war-and-peace-rnn', 'He said')\n"
        "assert 'streamlit' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", check], cwd=ROOT, check=True)


def test_it_shows_the_unit_and_offers_the_detectors(searched_run: Run):
    shown = heatmap("tiny", TEXT, unit="L2.u7")
    held = list(activations_of(shown))
    assert held[0] == ("hidden", 31)
    assert set(held) == {(state, column) for state in ("hidden", "cell") for column in (31, 4, 5)}
    assert repr(shown) == f"<Heatmap of L2·u7 (h) of tiny, {len(TEXT)} characters>"
    assert next(iter(activations_of(heatmap(searched_run, TEXT)))) == ("cell", 4)
    assert next(iter(activations_of(heatmap(searched_run, TEXT, state="hidden")))) == ("hidden", 4)
    several = heatmap(searched_run.folder, TEXT, unit=[Unit(1, 9), "L2·u3"], state="cell")
    assert list(activations_of(several))[:2] == [("cell", 9), ("cell", 27)]


def test_all_units_can_be_had(searched_run: Run):
    held = list(activations_of(heatmap("tiny", TEXT, unit="L2.u7", all_units=True)))
    assert held[0] == ("hidden", 31)
    assert sorted(held) == sorted((state, column) for state in ("hidden", "cell") for column in range(48))


def test_a_stretch_of_a_text_is_read_from_the_texts_beginning(searched_run: Run):
    whole, part = heatmap("tiny", TEXT), heatmap("tiny", TEXT, start=30, length=50)
    for unit, row in activations_of(part).items():
        np.testing.assert_array_equal(row, activations_of(whole)[unit][30:80])
    _, arrays = frame_of(part)
    assert bytes(arrays["text"]).decode() == TEXT[30:80]
    assert len(arrays["rank"]) == 50


class Frames(HTMLParser):
    def __init__(self, shown: str) -> None:
        super().__init__()
        self.found: list[dict[str, str | None]] = []
        self.feed(shown)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ("style", "iframe")
        self.found += [dict(attrs)] if tag == "iframe" else []


def test_a_notebook_gets_the_page_in_a_sandboxed_frame(searched_run: Run, hostile: str, tmp_path: Path):
    shown = heatmap("tiny", hostile, height=300)
    (frame,) = Frames(shown._repr_html_()).found
    assert frame["sandbox"] == "allow-scripts"
    assert frame["srcdoc"] == shown.page
    assert "height: 300px" in str(frame["style"])
    shown.save(tmp_path / "new" / "page.html")
    assert (tmp_path / "new" / "page.html").read_text(encoding="utf-8") == shown.page
    with pytest.raises(InputError, match="Cannot write"):
        shown.save(tmp_path / "new" / "page.html" / "below.html")


# ---- recordings --------------------------------------------------------------------------------------------


def test_a_recording_in_memory_shows_what_the_run_shows(searched_run: Run, in_memory: Recording):
    read, shown = heatmap("tiny", TEXT), heatmap(in_memory, TEXT, run="tiny")
    assert Tags(shown.page).scripts["frame"] == Tags(read.page).scripts["frame"]
    part = heatmap(in_memory.stretch(40, 160), TEXT, run=searched_run, start=10, length=70)
    _, arrays = frame_of(part)
    assert bytes(arrays["text"]).decode() == TEXT[50:120]
    hidden = np.rint(127 * in_memory.states["hidden"][50:120, 0, 4])
    np.testing.assert_array_equal(activations_of(part)["hidden", 4], hidden)
    np.testing.assert_array_equal(arrays["loss"], in_memory.loss[50:120])


def test_blocks_of_any_size_make_the_same_reading(
    searched_run: Run, in_memory: Recording, monkeypatch: pytest.MonkeyPatch
):
    one = heatmap(in_memory, TEXT, run="tiny")
    monkeypatch.setattr(recorded, "BLOCK", 7)
    many = heatmap(in_memory, TEXT, run="tiny")
    for unit, row in activations_of(one).items():
        assert np.abs(row.astype(int) - activations_of(many)[unit]).max() <= 1  # c is coded by block first


def test_a_recording_on_disk_says_itself_what_it_is_of(on_disk: Path):
    read = heatmap("tiny", TEXT, start=20, length=100)
    for recording in (on_disk, str(on_disk), open_recording(on_disk)):
        shown = heatmap(recording, start=20, length=100)
        header, arrays = frame_of(shown)
        assert bytes(arrays["text"]).decode() == TEXT[20:120]
        assert header["model"] == "tiny"
        assert header["findings"]
        np.testing.assert_array_equal(arrays["top_char"], frame_of(read)[1]["top_char"])
        for unit, row in activations_of(read).items():
            if unit[0] == "hidden":  # kept as float16; the scale of c is that of the stretch
                assert np.abs(row.astype(int) - activations_of(shown)[unit]).max() <= 1


def test_a_recording_shows_what_it_has(on_disk: Path):
    whole = open_recording(on_disk)
    bare = heatmap(whole[["char", "cell"]], unit="L1.u3")
    header, arrays = frame_of(bare)
    assert header["states"] == ["cell"]
    assert {unit["state"] for unit in header["exported"]} == {"cell"}
    assert arrays["top_char"].size == arrays["top_prob"].size == 0
    hidden = frame_of(heatmap(whole.drop_vars("cell")))
    assert hidden[0]["states"] == ["hidden"]
    assert "cell_scale" not in hidden[1]
    assert hidden[1]["top_char"].size == 5 * len(TEXT)


def test_a_gate_is_shown_with_the_other_gates_of_its_unit(on_disk: Path, searched_run: Run):
    read = heatmap("tiny", TEXT, unit="L1.u3", state="forget_gate")
    exact = record(searched_run, TEXT, gates=True)
    for recording in (read, heatmap(on_disk, unit="L1.u3", state="forget_gate"),
                      heatmap(exact, TEXT, run="tiny", unit="L1.u3", state="forget_gate")):  # fmt: skip
        header, _ = frame_of(recording)
        assert header["states"] == ["hidden", "cell"]
        assert header["gates"] == ["input_gate", "forget_gate", "candidate_gate", "output_gate"]
        assert header["exported"][0] == {"state": "forget_gate", "column": 3}
        codes = activations_of(recording)["forget_gate", 3]
        assert np.abs(codes / 127 - exact.states["forget_gate"][:, 0, 3]).max() <= 1 / 254 + 1e-3  # disk has float16
    assert "forget gate" in read.title
    assert frame_of(heatmap(on_disk))[0]["gates"] == []


def test_what_a_recording_lacks_is_one_line(on_disk: Path, searched_run: Run):
    whole = open_recording(on_disk)
    for recording, words in [
        (whole.isel(layer=[1]), r"hidden of all 2 x 24 units of tiny, got 1 x 24"),
        (whole.isel(layer=0), "got another selection"),
        (whole[["char", "loss"]], "Wanted hidden or cell in the recording, got neither"),
        (whole.drop_vars("char"), "holds its text"),
        (whole.assign_attrs(run="gone"), r"the run that made the recording, gone, and did not find it.*run=FOLDER"),
        (whole.assign_attrs(weights_sha256="0" * 64), f"weights 000000000000 .* got {searched_run.weights_hash[:12]}"),
    ]:
        one_line(words, recording)
    assert heatmap(whole.assign_attrs(run="gone"), run="tiny").title
    without = whole.drop_vars([name for name in whole if str(name).endswith("_gate")])
    one_line("Wanted hidden or cell as the state, got 'forget_gate'", without, state="forget_gate")
    one_line("or output_gate as the state, got 'reset_gate'", whole, state="reset_gate")
    one_line("Wanted cell as the state, got 'hidden'", whole.drop_vars("hidden"), state="hidden")


def test_a_long_recording_needs_a_stretch(on_disk: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(recorded, "LONGEST_TEXT", 100)
    one_line(r"at most 100 characters, got 186. Choose a stretch, such as start=10, length=20_000", on_disk, start=10)
    assert "100 characters" in heatmap(on_disk, start=10, length=100).title


def test_numbers_of_numpy_and_no_unit_are_taken_as_they_are_meant(searched_run: Run):
    shown = heatmap("tiny", TEXT, unit=None, height=np.int64(400), predictions=np.bool_(False))  # type: ignore[arg-type]
    assert "height: 400px" in shown._repr_html_()
    assert shown.page == heatmap("tiny", TEXT).page


# ---- what cannot be shown ----------------------------------------------------------------------------------


def one_line(words: str, *arguments: Any, **options: Any) -> None:
    with pytest.raises(InputError, match=words) as raised:
        heatmap(*arguments, **options)
    assert "\n" not in str(raised.value)
    assert raised.value._render_traceback_() == [f"InputError: {raised.value}"]


@pytest.mark.parametrize(
    ("arguments", "options", "words"),
    [
        (("gone", TEXT), {}, "No run is called 'gone'"),
        (("gone",), {}, "No run is called 'gone'"),
        (("tiny",), {}, "Wanted a text for tiny to read, got none"),
        (("tiny", ""), {}, "got an empty one"),
        (("tiny", "x" * 100_001), {}, "at most 100,000 characters, got 100,001"),
        (("tiny", ["a", "text"]), {}, "Wanted a text, got a value of type list"),
        ((7, TEXT), {}, "Wanted a run or a recording, got a value of type int"),
        ((None,), {}, "Wanted a run or a recording, got nothing"),
        (("tiny", TEXT), {"unit": "L3.u0"}, "L1.u0 to L2.u23, got L3.u0"),
        (("tiny", TEXT), {"unit": "392"}, "a unit such as L2.u217"),
        (("tiny", TEXT), {"unit": 392}, "a unit such as 'L2.u217', got a value of type int"),
        (("tiny", TEXT), {"unit": ["L1.u2", None]}, "a unit such as 'L2.u217', got nothing"),
        (("tiny", TEXT), {"state": "c"}, "hidden or cell as the state, got 'c'"),
        (("tiny", TEXT), {"palette": "grey"}, "as the palette, got 'grey'"),
        (("tiny", TEXT), {"theme": "Dark"}, "auto or light or dark as the theme"),
        (("tiny", TEXT), {"height": 20}, "a height of 160 to 4000 pixels, got 20"),
        (("tiny", TEXT), {"height": "480px"}, "a height of 160 to 4000 pixels, got '480px'"),
        (("tiny", TEXT), {"height": 480.5}, "a height of 160 to 4000 pixels, got 480.5"),
        (("tiny", TEXT), {"height": np.arange(3)}, "a height of 160 to 4000 pixels, got a value of type ndarray"),
        (("tiny", TEXT), {"theme": np.arange(3)}, "as the theme, got a value of type ndarray"),
        (("tiny", TEXT), {"predictions": "no"}, "True or False as predictions, got 'no'"),
        (("tiny", TEXT), {"all_units": None}, "True or False as all_units, got nothing"),
        (("tiny", TEXT), {"start": 196}, "a start from 0 to 195"),
        (("tiny", TEXT), {"start": -1}, "a start from 0 to 195"),
        (("tiny", TEXT), {"length": 0}, "a length from 1 on"),
        (("tiny", TEXT), {"length": 2.5}, "whole numbers as start and length"),
        (("tiny", TEXT), {"run": "tiny"}, "Wanted one run, got two"),
        (("tiny", TEXT), {"run": 3}, "Wanted a run, its name or its folder, got a value of type int"),
    ],
)
def test_bad_input_is_one_line(searched_run: Run, arguments: tuple[Any, ...], options: dict[str, Any], words: str):
    one_line(words, *arguments, **options)


def test_a_recording_in_memory_needs_its_text_and_its_run(searched_run: Run, in_memory: Recording, on_disk: Path):
    one_line("holds neither", in_memory)
    one_line("holds neither", in_memory, TEXT)
    one_line("the text of the recording, 196 characters, got 195", in_memory, TEXT[:-1], run="tiny")
    one_line("the text of the recording, 50 characters, got 70", in_memory.stretch(40, 90), TEXT[:70], run="tiny")
    one_line("of all 1 x 128 units of war-and-peace-rnn, got 2 x 24", in_memory, TEXT, run="war-and-peace-rnn")
    one_line("got both", open_recording(on_disk), TEXT)


def test_too_much_for_a_notebook_is_one_line(searched_run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(notebook, "LARGEST", 96 * len(TEXT) - 1)
    one_line("got 96 for each of 196 characters", "tiny", TEXT, all_units=True)
    assert heatmap("tiny", TEXT, all_units=True, length=100).title
