import json

import numpy as np
import pytest

from corpora import InputError
from dashboard.engine import Engine
from dashboard.frames import decode_frame
from dashboard.landing import first_look
from dashboard.readings import LONGEST_TEXT, Reading, findings_of
from models.recording import record
from models.run import Run
from models.units import Unit
from tests.dashboard.formulas import cells_of_codes, compressed


def test_a_unit_is_read_in_both_spellings():
    assert Unit.parse("L2.u217") == Unit.parse("L2·u217") == Unit(2, 217)
    assert str(Unit(2, 217)) == "L2·u217"


@pytest.mark.parametrize("written", ["", "217", "L2", "L2.217", "Lx.u1", "L-1.u3", "L1.u-3", "L1.u²"])
def test_what_is_no_unit_is_refused(written: str):
    with pytest.raises(InputError, match=r"Wanted a unit such as L2\.u217"):
        Unit.parse(written)


def test_states_are_the_recording_to_half_a_step(reading: Reading):
    recording = record(reading.run, reading.text)
    columns = reading.layers * reading.units
    hidden, cell = (recording.states[name].reshape(-1, columns).T for name in ("hidden", "cell"))
    assert np.abs(reading.states["hidden"] / 127 - hidden).max() <= 1 / 254 + 1e-6
    shown = cells_of_codes(reading.states["cell"], reading.cell_scale[:, None])
    half_step = 1.005 * compressed(reading.cell_scale[:, None]) / 254  # 16 bits on the way cost .5 % of it
    assert (np.abs(compressed(np.abs(shown)) - compressed(np.abs(cell))) <= half_step + 1e-5).all()
    assert (np.sign(shown) * cell >= 0).all()
    np.testing.assert_array_equal(np.abs(reading.states["cell"]).max(axis=1), 127)


def test_the_frame_holds_the_text_to_the_character(reading: Reading, hostile: str):
    header, arrays = decode_frame(reading.base_frame())
    assert bytes(arrays["text"]).decode() == hostile
    assert header["length"] == len(hostile) == len(arrays["loss"]) == len(arrays["rank"])
    assert len(arrays["top_prob"]) == 5 * len(hostile)


def test_predictions_in_the_frame_are_the_networks_softmax(reading: Reading):
    import torch

    network, vocabulary = reading.run.load_network(), reading.run.vocabulary
    ids = torch.from_numpy(vocabulary.encode(reading.text))
    with torch.inference_mode():
        logits, _ = network(ids[:, None], network.initial_state(1))
    probabilities = logits[:, 0].softmax(dim=-1).numpy()
    _, arrays = decode_frame(reading.base_frame())
    top_char, top_prob = arrays["top_char"].reshape(-1, 5), arrays["top_prob"].reshape(-1, 5)
    np.testing.assert_allclose(top_prob, np.take_along_axis(probabilities, top_char.astype(int), 1), atol=1e-5)
    np.testing.assert_allclose(top_prob, -np.sort(-probabilities, axis=1)[:, :5], atol=1e-5)
    next_prob = probabilities[np.arange(len(ids) - 1), ids[1:].numpy()]
    np.testing.assert_allclose(arrays["loss"][:-1], -np.log(next_prob), atol=1e-4)
    assert arrays["rank"][-1] == 0


def test_one_unit_of_a_state_is_its_row_in_the_whole(reading: Reading):
    _, whole = decode_frame(reading.state_frame("cell"))
    _, one = decode_frame(reading.state_frame("cell", 30))
    assert one["activations"].tolist() == whole["activations"].reshape(-1, len(reading))[30].tolist()


@pytest.mark.parametrize(("layer", "unit"), [(0, 0), (3, 0), (1, 24), (99, 999)])
def test_a_unit_out_of_range_is_refused_with_the_range(reading: Reading, layer: int, unit: int):
    with pytest.raises(InputError, match=r"L1\.u0 to L2\.u23"):
        Unit(layer, unit).require(reading.run.model)


def test_findings_are_ordered_by_how_clear_they_are_and_plain_json(searched_run: Run):
    findings = findings_of(searched_run)
    assert [finding["concept"] for finding in findings] == ["inside-quotes", "inside-quotes", "column", "column"]
    assert [finding["rank"] for finding in findings] == [1, 2, 1, 2]
    assert [finding["clear"] for finding in findings] == [True, True, False, False]
    assert findings[2]["f1"] is None
    assert json.loads(json.dumps(findings, allow_nan=False)) == findings


def test_findings_of_other_weights_are_not_shown(searched_run: Run):
    weights = searched_run.load_network().state_dict()
    searched_run.save_weights({name: tensor + 0.01 for name, tensor in weights.items()})
    again = Run(
        searched_run.folder, searched_run.model, searched_run.vocabulary, searched_run.corpus, searched_run.training
    )
    assert findings_of(again) == []


def test_the_first_view_is_the_clearest_finding(reading: Reading):
    assert first_look(reading.run) == (Unit(1, 4, "cell"), "inside-quotes")


def test_the_first_view_of_a_concept_is_its_best_unit(reading: Reading):
    assert first_look(reading.run, "column") == (Unit(1, 5, "hidden"), "column")
    for unknown in ("nothing", "constructor"):
        assert first_look(reading.run, unknown) == first_look(reading.run)


def test_texts_that_cannot_be_read_are_refused(tiny_run: Run):
    store = Engine()
    with pytest.raises(InputError, match="empty"):
        store.read(tiny_run, "")
    with pytest.raises(InputError, match=f"at most {LONGEST_TEXT:,}"):
        store.read(tiny_run, "x" * (LONGEST_TEXT + 1))


def test_a_lone_surrogate_is_read_as_the_replacement_character(tiny_run: Run):
    assert Engine().read(tiny_run, "a\ud83dz")[1].text == "a\ufffdz"


def test_a_text_of_one_character_can_be_read(tiny_run: Run):
    header, arrays = decode_frame(Engine().read(tiny_run, "a")[1].base_frame())
    assert header["length"] == 1
    assert arrays["rank"].tolist() == [0]
