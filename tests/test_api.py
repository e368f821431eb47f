"""The Python API: docs/api.md and the session run from top to bottom, and what they say is so."""

import re
from typing import Any

import numpy as np
import pytest
import xarray as xr

import analysis
import corpora
import dashboard
import models
from analysis.statistics import measure_values
from corpora import InputError, to_text
from tests.conftest import ROOT
from tests.shipped import QUOTES

PAGE = ROOT / "docs" / "api.md"
PACKAGES = {"corpora": corpora, "models": models, "analysis": analysis, "dashboard": dashboard}


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The names that the page's blocks define, run one after the other in the checkout."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DATA", "RUNS"):
            patch.setenv(f"CHARSCOPE_{name}", str(tmp_path_factory.mktemp(name)))
        patch.chdir(ROOT)
        names: dict[str, Any] = {}
        for block in re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL):
            exec(compile(block, str(PAGE), "exec"), names)
        return names


@pytest.mark.slow
def test_the_page_runs_and_its_results_are_what_it_says(executed: dict[str, Any]) -> None:
    recording, text = executed["recording"], executed["text"]
    assert to_text(recording.char.values) == text
    assert executed["cell"].shape == (len(text),)
    assert len(executed["likeliest"]) == 40
    assert executed["best"].score > 0.99
    assert executed["quotes"]["unit"] == 392
    assert executed["ablation"].unit.slug == QUOTES.slug
    assert len(executed["free"]) == len(executed["held"]) == 80
    assert executed["free"] != executed["held"]
    assert executed["own"].is_finished
    assert 0 < executed["evaluation"].nats < np.log(200)
    assert executed["states"].sizes == {"time": 200, "layer": 1, "unit": 16}
    for figure, traces in (("trace", 2), ("histogram", 2), ("losses", 3)):
        assert len(executed[figure].data) >= traces
    assert "<iframe" in executed["page"]._repr_html_()


@pytest.mark.parametrize("package", PACKAGES)
def test_the_table_has_the_public_names(package: str) -> None:
    (row,) = re.findall(rf"^\| `{package}` \| (.+) \|$", PAGE.read_text(), re.MULTILINE)
    named = set(re.findall(r"`(\w+)`", row))
    public = set(PACKAGES[package].__all__)
    assert named <= public if package == "corpora" else named == public
    for name in named:
        found = getattr(PACKAGES[package], name)
        assert found.__doc__ or name == "CONCEPTS"


def test_an_unknown_name_is_an_attribute_error() -> None:
    for package in (models, analysis, dashboard):
        with pytest.raises(AttributeError, match="nothing_of_this_name"):
            _ = package.nothing_of_this_name


def test_scores_of_all_units_are_those_of_each(tiny_run: models.Run, story: str) -> None:
    recording = models.record_text(tiny_run, story[:3000])
    for named in ("column", "vowel", "word-end") if "word-end" in analysis.CONCEPTS else ("column", "vowel"):
        concept, labels = analysis.CONCEPTS[named], analysis.label_text(named, recording)
        table = analysis.score_units(recording, named)
        assert len(table) == 2 * tiny_run.model.num_layers * tiny_run.model.hidden_size
        assert table["score"].is_monotonic_decreasing
        for row in (table.iloc[0], table.iloc[17]):
            values = recording[row["state"]].sel(layer=row["layer"], unit=row["unit"]).values
            known = ~np.isnan(labels)
            expected = measure_values(concept.measure, labels[known], row["sign"] * values[known])
            assert row["score"] == pytest.approx(expected, abs=1e-6)


def test_a_label_that_does_not_vary_is_refused(tiny_run: models.Run) -> None:
    with pytest.raises(InputError, match="does not"):
        analysis.score_units(models.record_text(tiny_run, "aaaa"), "inside-quotes")


def test_recordings_in_memory_and_on_disk_agree(tiny_run: models.Run, story: str, tmp_path: Any) -> None:
    from models.recording.store import record_to_zarr

    list(record_to_zarr(tiny_run, story[:600], tmp_path / "x.zarr", gates=True))
    stored, held = xr.open_zarr(tmp_path / "x.zarr"), models.record_text(tiny_run, story[:600], gates=True)
    assert set(stored.data_vars) == set(held.data_vars)
    assert stored.attrs == held.attrs
    for name in held.variables:
        assert stored[name].attrs == held[name].attrs != {}
        np.testing.assert_allclose(stored[name].values, held[name].values, rtol=1e-3, atol=2e-3)
    np.testing.assert_array_equal(held.sel(layer=2).hidden, held.hidden[:, 1])
    assert "".join(held.attrs["vocabulary"]) == "".join(tiny_run.vocabulary.characters)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: models.record_text("war-and-peace", ""), "empty"),
        (lambda: models.load_run("nobody"), "No run is called"),
        (lambda: models.train_run("nowhere.txt", "x"), "No corpus and no file"),
        (lambda: models.generate_text("war-and-peace-rnn", clamp={"L9.u1": 1}), "Wanted a unit"),
        (lambda: analysis.label_text("nothing", "text"), "No concept"),
    ],
)
def test_wrong_input_is_one_line(call: Any, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        call()
    assert "\n" not in str(caught.value)


def test_figures_refuse_what_a_recording_lacks(tiny_run: models.Run) -> None:
    recording = models.record_text(tiny_run, "some text")
    with pytest.raises(InputError, match="Wanted forget_gate in the recording"):
        dashboard.unit_trace(recording, "L1.u0", state="forget_gate")
    with pytest.raises(InputError, match="from L1"):
        dashboard.unit_trace(recording, "L3.u0")
    with pytest.raises(InputError, match="Wanted a start"):
        dashboard.unit_trace(recording, "L1.u0", start=9)
