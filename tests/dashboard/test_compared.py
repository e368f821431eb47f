"""The rows of Compare: their address, and what they show against recordings."""

import numpy as np
import pytest

from corpora import InputError
from dashboard.codes import FULL
from dashboard.compared import Row, Signal, best_of_each, layer_codes, models_of, parse_rows, rows_for, write_rows
from dashboard.engine import Engine
from dashboard.location import Location
from models.recording import record
from models.run import Run, load_run
from models.units import Unit
from tests.shipped import QUOTES

WRITTEN = "tiny:L2.u7:cell,tiny:L1:hidden,tiny:loss,tiny:loss~war-and-peace-gru:loss,tiny:L1.u0:hidden~tiny:L1.u0:cell"


def test_rows_are_read_as_they_are_written(tiny_run: Run):
    rows, problems = parse_rows(WRITTEN)
    assert problems == []
    assert write_rows(rows) == WRITTEN
    assert rows[0] == Row(Signal.of_unit("tiny", Unit(2, 7, "cell")))
    assert rows[3].minus == Signal("war-and-peace-gru")
    assert models_of(rows) == ["tiny", "war-and-peace-gru"]
    location, problems = Location.parse({"rows": WRITTEN})
    assert (location.rows, problems) == (WRITTEN, [])
    assert location.to_query()["rows"] == WRITTEN


def test_a_unit_without_a_state_is_its_memory(tiny_run: Run):
    rows, _ = parse_rows("tiny:L1.u3,war-and-peace-gru:L1.u3")
    assert [row.signal.state for row in rows] == ["cell", "hidden"]


def test_a_gate_is_a_row_of_a_unit_and_comes_first_where_it_was_in_view(tiny_run: Run):
    rows, problems = parse_rows("tiny:L1.u3:forget_gate,war-and-peace-gru:L1.u3:update_gate")
    assert (len(rows), problems) == (2, [])
    begun = rows_for(tiny_run, Unit(1, 3, "forget_gate"))
    assert [row.signal.state for row in begun] == ["forget_gate", "hidden", "cell", ""]


def test_hostile_names_of_models_keep_their_places():
    signal = Signal("a,b~c:d %2C/é", "unit", 1, 2, "hidden")
    assert not set(str(signal).partition(":")[0]) & set(",~: /")
    assert write_rows([Row(signal, signal)]).count(",") == 0


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("nobody:loss", "No run is called 'nobody'"),
        ("../../etc:loss", "No run is called"),
        ("tiny:L9.u1:hidden", "L1.u0 to L2.u23"),
        ("tiny:L1.u99:hidden", "L1.u0 to L2.u23"),
        ("tiny:L3:hidden", "L1.u0 to L2.u23"),
        ("war-and-peace-gru:L1.u1:cell", "as the state of a"),
        ("tiny:L1.u1:reset_gate", "as the state of a"),
        ("tiny:L1:forget_gate", "as the state of a"),
        ("tiny:gates", "Wanted a unit such as"),
        ("tiny", "Wanted a row such as"),
        ("tiny:L1.u1:hidden:x", "Wanted a row such as"),
        ("tiny:loss~tiny:L1.u1:hidden", "of one kind"),
        ("tiny:loss~tiny:loss~tiny:loss", "Wanted a row such as"),
    ],
)
def test_an_invalid_row_is_one_line_and_the_others_are_shown(tiny_run: Run, written: str, said: str):
    rows, problems = parse_rows(f"tiny:loss,{written},tiny:L1.u1:cell")
    assert [str(row) for row in rows] == ["tiny:loss", "tiny:L1.u1:cell"]
    (problem,) = problems
    assert said in problem
    assert "\n" not in problem


def test_there_is_an_end_to_rows(tiny_run: Run):
    rows, problems = parse_rows(",".join(["tiny:loss"] * 13))
    assert len(rows) == 12
    assert problems == ["Wanted at most 12 rows, got 13. The others are left out."]


def test_rows_begin_with_the_unit_in_view(tiny_run: Run):
    rows = rows_for(tiny_run, Unit(1, 4, "cell"))
    assert write_rows(rows) == "tiny:L1.u4:cell,tiny:L1.u4:hidden,tiny:loss"


@pytest.mark.parametrize("state", ["hidden", "cell"])
@pytest.mark.parametrize("layer", [1, 2])
def test_a_layer_is_the_mean_activation_of_a_recording(tiny_run: Run, story: str, state: str, layer: int):
    text = story[:600]
    codes, mean, scale = layer_codes(Engine().read(tiny_run, text)[1], layer, state)
    states = record(tiny_run, text).states[state][:, layer - 1]
    sizes = np.abs(np.tanh(states) if state == "cell" else states).mean(axis=1)
    assert np.abs(mean + scale * codes / FULL - sizes).max() < 1 / FULL  # a step of the codes is 1/127 or finer
    assert abs(codes).max() == FULL
    assert mean == pytest.approx(sizes.mean(), abs=0.5 / FULL)


def test_a_layer_that_is_not_there_is_refused(tiny_run: Run, story: str):
    reading = Engine().read(tiny_run, story[:20])[1]
    for layer, state in ((3, "hidden"), (0, "hidden"), (1, "loss")):
        with pytest.raises(InputError):
            layer_codes(reading, layer, state)


def test_the_best_unit_of_each_searched_network(searched_run: Run):
    rows = best_of_each("inside-quotes")
    units = {row.signal.model: row.signal for row in rows}
    assert units["tiny"] == Signal("tiny", "unit", 1, 4, "cell")
    assert str(units["war-and-peace"]) == f"war-and-peace:{QUOTES.slug}:cell"
    assert len(units) == len(rows) >= 3
    for row in rows:
        load_run(row.signal.model)
    assert best_of_each("no-such-concept") == []
